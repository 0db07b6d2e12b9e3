"""Whether a command is about matrices: told without loading what programs of matrices need."""

from __future__ import annotations

from collections.abc import Sequence


def is_asked(shape: Sequence[str] | None, at: Sequence[str] | None) -> bool:
    """Is something said to be a matrix: by --shape, or by a value in brackets or in a file?"""
    return bool(shape) or any(_is_matrix(source) for source in at or ())


def _is_matrix(source: str) -> bool:
    value = source.partition("=")[2] or source
    if "[" not in value:
        return value.startswith("@") and "=" in source
    from derivcli.language.matrix_values import is_matrix  # where there may be one

    return is_matrix(value)
