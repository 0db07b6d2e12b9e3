"""Shapes that were typed and values that were given, brought together: what each size is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from derivcli.errors import UsageError
from derivcli.language.broadcasting import Shape, shape_text
from derivcli.language.matrix_values import MatrixValue
from derivcli.language.tree import Number, Program

Value = MatrixValue | Program  # a matrix, or a constant


@dataclass(frozen=True, slots=True)
class Sized:
    """The shapes of arrays, the numbers that sizes stand for, and values of those shapes."""

    shapes: Mapping[str, Shape]
    sizes: Mapping[str, int]
    values: Mapping[str, Value]

    @property
    def in_numbers(self) -> dict[str, Shape]:
        """The shapes with the numbers of those sizes that are known."""
        return {
            name: tuple(
                self.sizes.get(size, size) if isinstance(size, str) else size for size in shape
            )
            for name, shape in self.shapes.items()
        }


def sized(shapes: Mapping[str, Shape], values: Mapping[str, Value]) -> Sized:
    """Return shapes with those of the values, and the sizes that the values tell.

    A matrix without a shape has that of its value; then all sizes that are known are numbers, so
    that it fits others. A list of numbers is a row where the shape says so. A size may be given as
    a number, too.

    Raises UsageError where a value is of another shape, or two tell a size differently.
    """
    all_shapes, found, told = dict(shapes), dict(values), dict[str, tuple[int, str]]()
    names = {size for shape in shapes.values() for size in shape if isinstance(size, str)}
    for name, value in values.items():
        if name in names:
            _tell(told, name, _whole(name, value), f"{name} itself")
    for name, value in values.items():
        shape = shapes.get(name)
        if isinstance(value, Program):
            if shape is not None and shape != (1, 1):
                raise UsageError(
                    f"{name} is of shape {shape_text(shape)}, and its value is a number",
                    source=value.source, span=value.output.span, hint=_example(name, shape),
                )  # fmt: skip
            continue
        if shape is None:
            all_shapes[name] = value.shape
            continue
        if value.flat and shape[0] == 1 and shape[1] != 1:
            found[name] = replace(value, rows=tuple(zip(*value.rows, strict=True)))
        its_shape = value.shape[::-1] if found[name] is not value else value.shape
        for typed, size in zip(shape, its_shape, strict=True):
            if isinstance(typed, str):
                _tell(told, typed, size, name)
            elif typed != size:
                raise UsageError(
                    f"{name} is of shape {shape_text(shape)}, and its value of shape"
                    f" {shape_text(its_shape)}"
                )
    result = Sized(all_shapes, {size: number for size, (number, _) in told.items()}, found)
    untyped = any(name not in shapes for name in all_shapes)
    return replace(result, shapes=result.in_numbers) if untyped else result


def _tell(told: dict[str, tuple[int, str]], size: str, number: int, name: str) -> None:
    known, by = told.setdefault(size, (number, name))
    if known != number:
        raise UsageError(f"{size} is {known:,} by {by}, and {number:,} by {name}")


def _whole(name: str, value: Value) -> int:
    """Return the number that a size was given as."""
    if isinstance(value, Program):
        number = value.output.expression
        if isinstance(number, Number) and number.value.denominator == 1 and number.value >= 1:
            return int(number.value)
    raise UsageError(
        f"{name} is a size, and no whole number from 1 on",
        source=value.source or None,
        span=value.output.span if isinstance(value, Program) else None,
    )


def _example(name: str, shape: Shape) -> str | None:
    """Return how a value of a small shape is written."""
    rows, columns = (size if isinstance(size, int) else 2 for size in shape)
    if rows * columns > 12:
        return None
    row = f"[{', '.join(['...'] * columns)}]"
    return f'write {name}="[{", ".join([row] * rows)}]"'
