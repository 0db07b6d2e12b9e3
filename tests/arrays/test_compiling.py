"""Compiled programs give the numbers of NumPy and of the walk over the tree, run after run."""

import tracemalloc

import autograd.numpy as anp
import numpy as np
import numpy_words
import pytest
from array_sources import CANDIDATES, SOURCES, VALUES
from autograd import grad
from hypothesis import HealthCheck, given, settings
from random_trees import TREES
from random_trees import VALUES as RANDOM_VALUES

from derivcli.algebra.reverse import reverse
from derivcli.arrays.compiling import compiled
from derivcli.arrays.entries import Float64Entries
from derivcli.arrays.evaluation import UnknownError, trace
from derivcli.errors import RefusedError
from derivcli.language.functions import FUNCTIONS
from derivcli.language.parser import parse
from derivcli.language.shapes import ShapeError
from derivcli.language.tree import Assignment, Binary, Call, Name, Program

ENTRIES = Float64Entries()
MOVING = [(), ("A", "B", "P", "S", "x", "r", "c"), ("A",), ("B",), ("P", "x", "r")]


def copies(values):
    return {name: np.array(value, dtype=float) for name, value in values.items()}


def arrays_of(values):
    return [name for name, value in values.items() if np.ndim(value)]


KEPT = [  # whose values, or views of them, are read long after they are computed
    "Z = tanh(A); V = Z.T; U = exp(A); U + V", "Z = tanh(A); V = Z.T; U = exp(A)*2 + 1; sum(U) + sum(A*V)",
    "Z = tanh(A); where(A > 0, Z, Z.T)", "Z = tanh(A); Z @ Z.T + Z", "Z = sin(A); Y = cos(A); where(Z > Y, Y, Z)/Z",
    "where(A > 0, exp(A), sin(A))", "where(B > r, 1, 0) + where(B < r, 1, 0)*where(A @ B < 0, 0, 1)",
    "cumsum(A.T) + cumsum(A)", "sum(A.T) + prod(A.T, axis=0)",
]  # fmt: skip


@pytest.mark.parametrize("source", [*SOURCES, *KEPT])
@pytest.mark.parametrize("moving", MOVING)
def test_a_program_is_worth_what_numpy_says_wherever_it_moves_to(source, moving):
    known = copies(VALUES)
    program = parse(source, arrays=arrays_of(VALUES))
    plan = compiled(program, known, ["J"], moving)
    with np.errstate(all="ignore"):
        for _ in range(3):
            plan.run()
            expected = numpy_words.value(source, {**known, "m": 5, "n": 3})
            assert plan.outputs["J"].shape == expected.shape
            np.testing.assert_allclose(plan.outputs["J"], expected, rtol=1e-12, atol=1e-14)
            walked = trace(program, known, ENTRIES)["J"]
            np.testing.assert_allclose(plan.outputs["J"], walked, rtol=1e-13)
            for name in moving:
                known[name] *= 1.01


EDGES = [*CANDIDATES, 0.0, 1.0, -1.0, 800.0, -800.0, -720.0, np.inf, np.nan]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_has_the_numbers_of_the_walk_over_the_tree(name):
    row = FUNCTIONS[name]
    grid = np.array([[u, v] for u in EDGES for v in EDGES]).T[:, None, :]
    if name == "polygamma":
        grid[0] = 1.0
    known = {each: np.zeros_like(grid[0]) for each in row.parameters}
    program = Program((Assignment("J", Call(name, tuple(map(Name, row.parameters)))),))
    plan = compiled(program, known, ["J"], row.parameters)
    for each, values in zip(row.parameters, grid, strict=False):
        known[each][:] = values
    with np.errstate(all="ignore"):
        plan.run()
    np.testing.assert_array_equal(plan.outputs["J"], trace(program, known, ENTRIES)["J"])


@given(TREES, TREES)
@settings(max_examples=400, suppress_health_check=list(HealthCheck))
def test_random_programs_have_the_numbers_of_the_walk_over_the_tree(one, other):
    T, U = Name("T"), Name("U")
    statements = (("T", one), ("U", other), ("T2", Binary("-", Binary("*", T, one), T)),
                  ("U2", Binary("+", Call("tanh", (U,)), Binary("*", other, U))))  # fmt: skip
    program = Program(tuple(Assignment(*each) for each in statements))
    known = copies(RANDOM_VALUES)
    try:
        trace(program, known, ENTRIES)
    except ShapeError:
        return
    wanted = ["T", "U", "T2", "U2"]
    for moving, names in ((["A", "B", "W", "x"], wanted), (["B", "b", "c"], ["U2"])):
        plan = compiled(program, known, names, moving)
        with np.errstate(all="ignore"):
            for _ in range(2):
                expected = trace(program, known, ENTRIES)
                for name in names:
                    assert_same(plan.outputs[name], expected[name])
                for name in moving:
                    known[name] *= 0.5
                plan.run()


def assert_same(found, expected):
    """Compare what may add up in another order: sums of transposed arrays."""
    assert found.shape == expected.shape
    size = np.abs(expected).max(initial=1e-300, where=np.isfinite(expected))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * size)


LOGISTIC = "Z = W @ X + b; A = sigmoid(Z); J = -sum(Y*log(A) + (1 - Y)*log(1 - A))/m"
ATTENTION = (
    "Q = X @ Wq; K = X @ Wk; V = X @ Wv; P = softmax(Q @ K.T / sqrt(d), axis=1); O = P @ V;"
    " J = sum((O - Y)**2)/T"
)


def logistic(W, b, X, Y, m):
    A = 1 / (1 + anp.exp(-(anp.dot(W, X) + b)))
    return -anp.sum(Y * anp.log(A) + (1 - Y) * anp.log(1 - A)) / m


def attention(Wq, Wk, Wv, X, Y, T, d):
    E = anp.exp(anp.dot(anp.dot(X, Wq), anp.dot(X, Wk).T) / d**0.5)
    return anp.sum((anp.dot(E / anp.sum(E, axis=1, keepdims=True), anp.dot(X, Wv)) - Y) ** 2) / T


@pytest.mark.parametrize(
    ("source", "function", "shapes", "numbers", "wrt"),
    [
        (LOGISTIC, logistic, {"W": (1, 4), "b": (1, 1), "X": (4, 7), "Y": (1, 7)}, {"m": 7}, ["W", "b"]),
        (
            ATTENTION, attention,
            {"Wq": (3, 2), "Wk": (3, 2), "Wv": (3, 5), "X": (6, 3), "Y": (6, 5)}, {"T": 6, "d": 2},
            ["Wq", "Wk", "Wv"],
        ),
    ],
)  # fmt: skip
def test_gradients_are_autograds_wherever_the_parameters_move_to(
    source, function, shapes, numbers, wrt
):
    draw = np.random.RandomState(3)
    known = copies({**{name: draw.rand(*shape) for name, shape in shapes.items()}, **numbers})
    whole = reverse(parse(source, arrays=shapes), wrt, shapes).whole
    plan = compiled(whole, known, ["J", *(f"d{name}" for name in wrt)], wrt)
    for _ in range(3):
        for name in wrt:
            known[name][...] = draw.randn(*shapes[name])
        plan.run()
        assert plan.outputs["J"] == pytest.approx(function(**known), rel=1e-13)
        for name in wrt:
            others = {each: value for each, value in known.items() if each != name}
            slope = grad(
                lambda value, name=name, others=others: function(**{**others, name: value})
            )
            np.testing.assert_allclose(plan.outputs[f"d{name}"], slope(known[name]), rtol=1e-11)


def test_zero_to_the_power_of_a_zero_that_varies_has_no_value():
    known = copies({"A": [[0, 0, 2]], "B": [[0, 1, 0]]})
    plan = compiled(parse("A**B", arrays=["A", "B"]), known, ["J"], ["A", "B"])
    np.testing.assert_array_equal(plan.outputs["J"], [[np.nan, 0, 1]])


def test_what_is_wanted_is_kept_until_the_end():
    known = copies({"A": VALUES["A"]})
    program = parse("Z = tanh(A); V = Z.T; U = exp(Z) + 1; J = sum(U)", arrays=["A"])
    plan = compiled(program, known, ["V", "U", "J"], ["A"])
    Z = np.tanh(known["A"])
    U = np.exp(Z) + 1
    np.testing.assert_allclose(plan.outputs["V"], Z.T, rtol=1e-15)
    np.testing.assert_allclose(plan.outputs["U"], U, rtol=1e-15)
    np.testing.assert_allclose(plan.outputs["J"], U.sum(), rtol=1e-13)


def test_what_does_not_move_is_computed_once():
    known = copies({"w": 2, "x": 3})
    plan = compiled(parse("J = w*x**2"), known, ["J"], ["w"])
    known["x"][...], known["w"][...] = 5, 4
    plan.run()
    assert plan.outputs["J"] == 4 * 9


def test_an_output_stands_in_an_array_of_its_own():
    known = copies({"A": [[1, 2]], "B": [[3, 4]]})
    program = parse("dA = B; dB = A.T; J = sum(A*B)", arrays=["A", "B"])
    plan = compiled(program, known, ["dA", "dB"], ["A", "B"])
    known["A"] -= plan.outputs["dA"]
    known["B"] -= plan.outputs["dB"].T
    assert known["B"].tolist() == [[3 - 1, 4 - 2]]


def test_a_run_makes_no_arrays():
    source = (
        "Z = tanh(A)*2 + 1; Y = where(Z > 0, Z, A)/(1 + exp(-Z)); X = tanh(Z + Y);"
        " J = sum(softmax(X.T*A, axis=0))"
    )
    known = {"A": np.random.RandomState(1).randn(400, 400)}
    plan = compiled(parse(source, arrays=["A"]), known, ["J"], ["A"])
    tracemalloc.start()
    plan.run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < known["A"].nbytes / 10


def test_a_long_program_needs_few_arrays():
    known = {"A": np.ones((200, 200))}
    source = "; ".join(
        ["Z0 = A", *(f"Z{n + 1} = tanh(Z{n} @ A)*Z{n}.T + 1" for n in range(30)), "J = sum(Z30)"]
    )
    program = parse(source, arrays=["A"])
    tracemalloc.start()
    plan = compiled(program, known, ["J"], ["A"])
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 3 * known["A"].nbytes
    plan.run()


def test_what_a_run_takes_is_told_by_its_calls():
    values = {"A": (40, 50), "B": (50, 60), "x": (50, 1)}
    known = {name: np.ones(shape) for name, shape in values.items()}
    cost = [
        compiled(parse(source, arrays=known), known, ["J"], ["A"]).seconds
        for source in (
            "J = sum(B) + tan(B @ B.T) @ x",
            "J = sum(A)",
            "J = sum(exp(A))",
            "J = A @ B",
            "J = sum(erfinv(A))",
        )
    ]
    assert cost[0] == 0
    assert cost == sorted(cost)
    assert cost[1] == pytest.approx(2e-6 + 2000 * 1e-8)
    assert cost[3] - 2e-6 == pytest.approx(40 * 50 * 60 * 5e-10)


def test_what_cannot_be_compiled_is_said():
    known = copies({"A": [[1, 2]], "n": 10_000})
    with pytest.raises(UnknownError, match="b has no value"):
        compiled(parse("A + b", arrays=["A"]), known, ["J"], ["A"])
    with pytest.raises(ShapeError):
        compiled(parse("A @ A", arrays=["A"]), known, ["J"], ["A"])
    with pytest.raises(RefusedError, match="too large"):
        compiled(parse("sum(A)*ones(n, n)", arrays=["A"]), known, ["J"], ["A"])
