"""Two tiers of tests: what runs every time, and the whole of it, under `pytest -m exhaustive`."""

import pytest


def thinned(rows, every):
    """Return rows of parameters: one of `every` for the first tier, the others for the second."""
    return [
        row if index % every == 0 else _exhaustive(row if isinstance(row, tuple) else (row,))
        for index, row in enumerate(rows)
    ]


def paired(first, second):
    """Return the rows of two factors that meet: each value in the first tier, each pair in all."""
    rows = [(i, j, (*one, other)) for i, one in enumerate(first) for j, other in enumerate(second)]
    return [row if i % len(second) == j else _exhaustive(row) for i, j, row in rows]


def _exhaustive(row):
    return pytest.param(*row, marks=pytest.mark.exhaustive)
