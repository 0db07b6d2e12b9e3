"""Shapes of arrays with up to two axes, and what NumPy's rules make of them.

A shape is `()` for a number, `(n,)` for the flat array that a sum along an axis leaves, and
`(rows, columns)`. A size is a number or a name. Nothing is taken to be 1, or to be equal, that does
not say so: `n` fits `n` alone.
"""

from __future__ import annotations

from functools import cache

Size = int | str
Shape = tuple[Size, ...]


@cache
def signature(source: str) -> tuple[Shape, Shape]:
    """Return the shape that an operation takes and the one it gives.

    >>> signature("(n, n) -> (n, 1)")
    (('n', 'n'), ('n', 1))
    """
    taken, given = (
        tuple(
            int(each) if each.isdigit() else each
            for each in part.strip(" ()").replace(",", " ").split()
        )
        for part in source.split("->")
    )
    return taken, given


def matched(pattern: Shape, shape: Shape) -> dict[Size, Size] | None:
    """Return the sizes that the names of a pattern stand for, None where it does not fit."""
    bound: dict[Size, Size] = {}
    if len(pattern) != len(shape):
        return None
    for name, size in zip(pattern, shape, strict=True):
        expected = name if isinstance(name, int) else bound.setdefault(name, size)
        if expected != size:
            return None
    return bound


def broadcast(*shapes: Shape) -> Shape | None:
    """Return the shape of an operation entry by entry, None where the shapes do not fit.

    >>> broadcast((4, 1), ("m",), ())
    (4, 'm')
    """
    if shapes.count(shapes[0]) == len(shapes):
        return shapes[0]
    found: list[Size] = []
    for axis in range(1, max(map(len, shapes)) + 1):
        sizes = {shape[-axis] for shape in shapes if len(shape) >= axis} - {1}
        if len(sizes) > 1:
            return None
        found.append(sizes.pop() if sizes else 1)
    return tuple(reversed(found))


def product(left: Shape, right: Shape) -> Shape | None:
    """Return the shape of `left @ right`, None where they do not fit.

    >>> product((4, 3), (3, "m")), product((4, 3), (3,))
    ((4, 'm'), (4,))
    """
    if not left or not right or left[-1] != right[0]:
        return None
    return left[:-1] + right[1:]


def reduced(shape: Shape, axis: int | None, *, keepdims: bool = False) -> Shape:
    """Return what is left of a shape when an axis of it is summed over, or all of them."""
    gone = range(len(shape)) if axis is None else (axis % len(shape),)
    kept = [1 if index in gone else size for index, size in enumerate(shape)]
    return tuple(kept if keepdims else (s for index, s in enumerate(kept) if index not in gone))


def shape_text(shape: Shape) -> str:
    """Return a shape as NumPy writes it.

    >>> shape_text((4, "m")), shape_text(("m",))
    ('(4, m)', '(m,)')
    """
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
