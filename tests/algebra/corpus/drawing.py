"""Values for the names of a program: of two sets of sizes, all different and none 1."""

import numpy as np

SIZES = (
    {"n": 5, "m": 7, "h": 4, "k": 3, "d": 2, "t": 6, "p": 8, "q": 9},
    {"n": 4, "m": 3, "h": 5, "k": 2, "d": 6, "t": 8, "p": 7, "q": 9},
)


def _one_hot(draw, shape):
    return np.eye(shape[0])[:, draw.integers(0, shape[0], size=shape[1])]


def _shares(draw, shape):
    parts = draw.uniform(0.2, 1, size=shape)
    return parts / parts.sum(axis=0)


def _symmetric(draw, shape):
    half = draw.uniform(-1, 1, size=shape)
    return half + half.T


def _positive_definite(draw, shape):
    root = draw.uniform(-1, 1, size=shape)
    return root @ root.T + np.eye(len(root))


def _dominant(draw, shape):
    """Return a matrix that is not symmetric, with a determinant > 0: the diagonal outweighs its row."""
    return draw.uniform(-1, 1, size=shape) / shape[0] + 2 * np.eye(shape[0])


DRAWN = {
    "real": lambda draw, shape: draw.normal(size=shape),
    "positive": lambda draw, shape: draw.uniform(0.5, 1.5, size=shape),
    "probability": lambda draw, shape: draw.uniform(0.1, 0.9, size=shape),
    "zero or one": lambda draw, shape: draw.integers(0, 2, size=shape).astype(float),
    "sign": lambda draw, shape: draw.choice([-1.0, 1.0], size=shape),
    "one-hot columns": _one_hot,
    "one-hot rows": lambda draw, shape: _one_hot(draw, shape[::-1]).T,
    "columns add up to 1": _shares,
    "symmetric": _symmetric,
    "positive definite": _positive_definite,
    "dominant": _dominant,
}  # fmt: skip


def dimensions(shape, sizes):
    """Return a shape in numbers."""
    return tuple(sizes[size] if isinstance(size, str) else size for size in shape)


def values(model, sizes, seed=0):
    """Return a value for each free name of a model: arrays, sizes, and positive numbers."""
    draw = np.random.default_rng([seed, *sizes.values()])
    drawn = {
        name: DRAWN[model.values.get(name, "real")](draw, dimensions(shape, sizes))
        for name, shape in model.shapes.items()
    }
    numbers = {name: draw.uniform(0.5, 1.5) for name in sorted(model.scalars)}
    return {**{name: float(sizes[name]) for name in model.sizes}, **numbers, **drawn}
