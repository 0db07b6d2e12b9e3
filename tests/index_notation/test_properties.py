"""Random expressions: a form has the values that NumPy has, what is proved is true."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from index_notation.form_values import Values
from index_notation.numpy_values import differ, value
from index_notation.random_trees import SHAPES, changed, tree

from derivcli.errors import LanguageError
from derivcli.index_notation.derivative import ENTRY_COLUMN, ENTRY_ROW, ByEntry
from derivcli.index_notation.proof import proves_equal
from derivcli.index_notation.reading import IndexReader
from derivcli.index_notation.reducing import reduced
from derivcli.index_notation.space import COLUMN, ROW, Space, Unproved
from derivcli.language.shapes import Shapes
from derivcli.language.text import text
from derivcli.language.tree import names

GIVEN = Shapes(SHAPES, ("n", "m"))
WANTED = [("n", "n"), ("n", "m"), ("n", 1), (1, "m"), (1, 1), ("n",), ("m",)]
SIZES = [{"n": 3, "m": 2}, {"n": 2, "m": 5}]  # all different and none 1
SHORT = SIZES[0]
KINDS = ("real", "positive", "at kinks")
RANDOM = st.randoms(use_true_random=False)
STEP = 1e-4


def drawn(seed, kind, sizes):
    draw = np.random.default_rng([seed, KINDS.index(kind), sizes["n"]])
    makers = {
        "real": lambda shape: 1.5 * draw.normal(size=shape),
        "positive": lambda shape: draw.uniform(0.2, 2, size=shape),
        "at kinks": lambda shape: draw.choice([-2, -1, 0, 0, 1, 2, 0.5], size=shape),
    }
    shapes = {name: dimensions(shape, sizes) for name, shape in SHAPES.items()}
    arrays = {name: makers[kind](shape) for name, shape in shapes.items()}
    return {**{name: float(size) for name, size in sizes.items()}, **arrays}


def dimensions(shape, sizes):
    return tuple(sizes.get(size, size) for size in shape)


def fits(*trees):
    try:
        for each in trees:
            GIVEN.of(each)
    except LanguageError:
        return False
    return True


def form_value(values, form, at):
    """Return the value of a form, None where a part of it has none."""
    try:
        found = values.form(form, at)
    except (ValueError, ZeroDivisionError, OverflowError, np.linalg.LinAlgError):
        return None
    return found if math.isfinite(found) else None


@settings(max_examples=250)
@given(RANDOM, st.booleans())
def test_a_form_has_the_values_of_its_tree(random, elementary):
    expression = tree(random, random.choice(WANTED), random.choice((2, 3, 4)))
    if random.random() < 0.5:
        expression = changed(random, changed(random, expression))
    if not fits(expression):
        return
    space = Space(elementary=elementary)
    try:
        entry = IndexReader(space, GIVEN, {}).read(expression)
        forms = (entry.form, reduced(space, entry.form))
    except Unproved:
        return
    for kind in KINDS:
        names = drawn(1, kind, SHORT)
        space.size("n"), space.size("m")
        values = Values(space, names, SHORT)
        wanted = np.broadcast_to(value(expression, names), dimensions(entry.padded, SHORT))
        for (i, j), each in np.ndenumerate(wanted):
            found = [form_value(values, form, {ROW: i, COLUMN: j}) for form in forms]
            if 1e-8 < abs(each) < 1e8 and None not in found:
                assert found == pytest.approx([each, each], rel=1e-5), text(expression, arrays=True)


@settings(max_examples=400)
@given(RANDOM)
def test_what_is_proved_equal_has_equal_values(random):
    left = tree(random, random.choice(WANTED), random.choice((2, 3, 4)))
    right = left
    for _ in range(random.choice((1, 1, 2, 3))):
        right = changed(random, right)
    if not fits(left, right) or not proves_equal(left, right, SHAPES):
        return
    for sizes in SIZES:
        for kind in KINDS:
            names = drawn(2, kind, sizes)
            one, other = value(left, names), value(right, names)
            shown = f"{text(left, arrays=True)}  |  {text(right, arrays=True)}"
            assert not differ(one, other), shown


def central(expression, names, by, entry, shape):
    """Return the derivative by an entry by central differences, nan where two of them differ."""

    def at(step):
        moved = names[by].copy()
        moved[entry] += step
        return np.broadcast_to(value(expression, {**names, by: moved}), shape)

    far = (8 * (at(STEP) - at(-STEP)) - (at(2 * STEP) - at(-2 * STEP))) / (12 * STEP)
    near = (at(STEP / 4) - at(-STEP / 4)) / (STEP / 2)
    sure = (np.abs(far - near) < 1e-5 * (1 + np.abs(far))) & (np.abs(at(0)) < 1e6)
    return np.where(sure & (np.abs(far) < 1e6), far, np.nan)


@settings(max_examples=120)
@given(RANDOM, st.booleans())
def test_the_derivative_of_a_form_is_that_of_its_tree(random, elementary):
    expression = tree(random, random.choice(WANTED), random.choice((2, 3)))
    variables = sorted({*names(expression)} & {*SHAPES})
    if not variables or not fits(expression):
        return
    by = random.choice(variables)
    space = Space(almost=True, elementary=elementary)
    reader = IndexReader(space, GIVEN, {})
    at = {ROW: ENTRY_ROW, COLUMN: ENTRY_COLUMN}
    try:
        entry = reader.read(expression)
        indices = tuple(at[index] for index in reader.indices(SHAPES[by]))
        form = reduced(space, ByEntry(space, reader.variable(by), indices).of(entry.form))
    except Unproved:
        return
    for kind in ("real", "positive"):
        given_values = drawn(3, kind, SHORT)
        space.size("n"), space.size("m")
        values = Values(space, given_values, SHORT)
        for place in np.ndindex(given_values[by].shape):
            p, q = (0, *place)[-2:]
            wanted = central(expression, given_values, by, place, dimensions(entry.padded, SHORT))
            for (i, j), each in np.ndenumerate(wanted):
                indices = {ROW: i, COLUMN: j, ENTRY_ROW: p, ENTRY_COLUMN: q}
                found = form_value(values, form, indices)
                if not math.isnan(each) and found is not None:
                    assert found == pytest.approx(each, rel=1e-4, abs=1e-4), text(
                        expression, arrays=True
                    )
