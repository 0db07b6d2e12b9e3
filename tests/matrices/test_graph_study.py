"""`graph` of programs of matrices: run both ways, double-checked; kinks, places without a value."""

from fractions import Fraction

import numpy as np
import pytest

from derivcli.cli.array_graph import request
from derivcli.errors import DerivError, ExitStatus, RefusedError
from derivcli.language.assumptions import equations, positive, read_assumption
from derivcli.language.shapes import Shapes
from derivcli.language.text import text
from derivcli.matrices.graph_study import array_graph_result

LOGISTIC = "Z = W @ X + b; A = sigmoid(Z); J = -sum(Y*log(A) + (1 - Y)*log(1 - A))/m"
SHAPES = "W=1xn b=1x1 X=nxm Y=1xm"
SOFTMAX = "Z = W @ X + b; P = softmax(Z); J = -sum(Y*log(P))/m"
CLASSES = "W=kxn b=kx1 X=nxm Y=kxm"


def found(source, shapes="", at=(), wrt=(), **options):
    asked = {"eps": ("0.001",), "seed": None, "assume": (), "detail": None, "output_node": None,
             "collapse": None, "max_operations": 100_000, "code": False} | options  # fmt: skip
    return array_graph_result(request(source, shapes.split(), at, wrt, **asked))


def rows(value):
    return np.array([[float(entry) for entry in row] for row in value])


def test_numbers_are_exact_where_they_are_rational():
    result = found("Z = W @ X; J = sum(Z**2)/3", at=["W=[[1, 2]]", "X=[[1], [1/2]]"])
    assert result.arithmetic == "exact"
    assert result.value.number == Fraction(4, 3)
    (gradient,) = result.gradients["W"]
    assert [entry.number for entry in gradient] == [Fraction(4, 3), Fraction(2, 3)]
    assert result.status is ExitStatus.ANSWERED


def test_logistic_regression_is_what_numpy_gives_by_hand():
    W, X, Y = np.array([[0.5, -1]]), np.array([[1.0, 2, -1], [0, 1, 3]]), np.array([[1.0, 0, 1]])
    at = [f"{name}={value.tolist()}" for name, value in {"W": W, "X": X, "Y": Y}.items()]
    result = found(LOGISTIC, SHAPES, [*at, "b=0.25"], ["W", "b"])
    A = 1 / (1 + np.exp(-(W @ X + 0.25)))
    assert float(result.value) == pytest.approx(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))
    assert rows(result.gradients["W"]) == pytest.approx((A - Y) @ X.T / 3)
    assert rows(result.gradients["b"]) == pytest.approx(np.mean(A - Y, keepdims=True))
    assert result.sizes == {"n": 2, "m": 3}
    assert all(each.difference < 1e-6 for each in result.agreement)
    assert [(each.name, each.entry) for each in result.check] == [
        ("W", (1, 1)), ("W", (1, 2)), ("b", (1, 1)),
    ]  # fmt: skip
    for each in result.check:
        error = float(each.estimate) - float(each.gradient)
        assert float(each.error) == pytest.approx(error, abs=1e-12)


def test_a_seed_draws_what_is_not_given_with_small_sizes_that_differ():
    result = found(LOGISTIC, SHAPES, wrt=["W"], seed=3)
    assert {*result.drawn} == {"n", "m", "W", "X", "b", "Y"}
    assert len({*result.sizes.values(), 1}) == 3
    assert result.undefined is None
    again = found(LOGISTIC, SHAPES, wrt=["W"], seed=3)
    other = found(LOGISTIC, SHAPES, wrt=["W"], seed=4)
    assert again.at == result.at
    assert other.at != result.at
    given = found(LOGISTIC, SHAPES, ["m=7", "b=0"], ["W"], seed=3)
    assert given.sizes["m"] == 7
    assert "b" not in given.drawn


@pytest.mark.parametrize(
    ("source", "shapes"),
    [
        ("sum(P*log(P/Q))", "P=nxm Q=nxm"),
        ("logdet(A) + sum(sqrt(b))", "A=nxn b=nx1"),
        ("sum(acos(X)) + sum(log(1 - X**2))", "X=nxm"),
    ],
)
def test_a_seed_finds_numbers_at_which_there_is_a_value(source, shapes):
    result = found(source, shapes, seed=1)
    assert result.undefined is None
    assert all(each.difference < 1e-5 for each in result.agreement)


def test_a_large_program_runs_in_float64_and_nudges_some_entries():
    result = found(LOGISTIC, SHAPES, ["n=300", "m=50"], ["W", "b"], seed=1)
    assert result.arithmetic == "float64"
    assert "float64" in result.note
    by_weights = next(each for each in result.agreement if each.name == "W")
    assert by_weights.entries == 300
    assert all(each.difference < 1e-7 for each in result.agreement)


def test_a_kink_is_told_with_its_place_and_what_backprop_goes_on_with():
    result = found(
        "Z = W @ X; A = relu(Z); J = sum(A)", at=["W=[[1, 2], [0, 1]]", "X=[[1], [0]]"], wrt=["W"]
    )
    (kink,) = result.kinks
    assert (kink.node, kink.part, kink.entry, kink.entries) == ("A", "relu(Z)", (2, 1), 1)
    assert rows(result.gradients["W"]).tolist() == [[1, 0], [0, 0]]
    assert result.status is ExitStatus.UNDEFINED


@pytest.mark.parametrize(
    ("source", "value", "count"),
    [
        ("sum(abs(X))", "[[1, 0], [0, 2]]", 1),
        ("max(X)", "[[1, 2], [2, 0]]", 1),
        ("sum(max(X, axis=0))", "[[1, 2], [2, 0]]", 0),
        ("sum(where(X > 1, X, 3*X))", "[[1, 2]]", 1),
        ("sum(elu(X))", "[[0, 1]]", 0),  # smooth: both slopes at 0 are 1
        ("sum(leaky_relu(X))", "[[0, 1]]", 1),
        ("sum(max(X, 1))", "[[1, 3]]", 1),
        ("sum(X**2)", "[[0, 1]]", 0),
        ("sum(softsign(X))", "[[0, 1]]", 0),
    ],
)
def test_kinks_of_functions_of_pieces_and_of_reductions(source, value, count):
    assert len(found(source, at=[f"X={value}"]).kinks) == count


def test_a_seed_with_nothing_to_draw_takes_no_value_away():
    result = found("Z = log(w); J = sum(Z)", at=["w=[-1]"], seed=1)
    assert (result.undefined, result.drawn) == ("Z", ())


def test_a_number_beside_matrices_has_kinks_too():
    (kink,) = found("J = abs(w) + sum(X)", at=["w=0", "X=[[1, 2]]"], wrt=["w"]).kinks
    assert (kink.part, kink.entry) == ("abs(w)", ())


def test_a_kink_of_the_data_is_none_of_the_parameters():
    result = found("sum(w*abs(X))", at=["X=[[0, 1]]", "w=3"], wrt=["w"])
    assert not result.kinks


def test_what_has_no_value_is_told_with_its_place():
    result = found("A = W @ X; J = sum(log(A))", at=["W=[[1, 2], [0, 1]]", "X=[[1], [0]]"])
    assert result.undefined == "J"
    assert "row 2, column 1" in result.problem
    assert result.status is ExitStatus.UNDEFINED
    back = found("norm(x)", at=["x=[0, 0]"])
    assert (back.undefined, float(back.value)) == ("dx", 0)


def test_softmax_with_cross_entropy_collapses_for_any_number_of_classes():
    stated = found(SOFTMAX, CLASSES, collapse="Z", assume=["sum(Y, axis=0) = 1"]).collapse
    assert (stated.derivative, stated.proved) == ("(P - Y) / m", True)
    without = found(SOFTMAX, CLASSES, collapse="Z").collapse
    assert without.derivative == "(P * sum(Y, axis=0, keepdims=True) - Y) / m"
    assert without.proved


def test_a_collapse_goes_back_through_several_layers():
    source = "Z1 = W1 @ X; A1 = tanh(Z1); Z2 = W2 @ A1; A2 = sigmoid(Z2); J = sum((A2 - Y)**2)/2"
    found_one = found(source, "W1=hxn X=nxm W2=kxh Y=kxm", collapse="Z1").collapse
    assert found_one.proved
    assert found_one.derivative == "W2.T @ ((A2 - Y) * A2 * (1 - A2)) * (1 - A1**2)"


def test_every_operation_can_be_a_node():
    result = found("J = sum((X @ w - y)**2)/m", "X=mxn w=nx1 y=mx1", wrt=["w"])
    assert [node.name for node in result.nodes] == ["v1", "v2", "v3", "v4", "J"]
    assert [each.equation for each in result.equations if each.of == "w"] == ["X.T @ dv1"]


@pytest.mark.parametrize("length", [30, 300])
def test_each_line_of_a_long_program_is_proved_by_those_before(length, tmp_path):
    steps = [f"A{index} = tanh(V @ A{index - 1} + B)" for index in range(1, length - 1)]
    file = tmp_path / "steps.txt"
    file.write_text("\n".join(["A0 = W @ X", *steps, f"J = sum(A{length - 2})"]), "utf-8")
    result = found(f"@{file}", "W=2x3 X=3x2 B=2x2 V=2x2", wrt=["W"])
    assert all(each.proved for each in result.equations)


def test_an_output_with_several_entries_is_refused_with_what_to_write():
    with pytest.raises(DerivError, match="backprop starts at a number") as error:
        found("Z = W @ X", "W=2x3 X=3xm")
    assert "sum(Z)" in error.value.hint


def test_a_gradient_that_nudges_contradict_is_not_told(monkeypatch):
    from derivcli.matrices import confirming, graph_study

    def wrong(*arguments, **options):
        return [("W", 0.5)]

    monkeypatch.setattr(confirming, "_differences", wrong)
    monkeypatch.setattr(graph_study.deriving.GradientProof, "is_gradient", lambda *_: False)
    with pytest.raises(RefusedError, match="nudges contradict"):
        found("sum((W @ X)**2)", "W=2x3 X=3xm", wrt=["W"])


KNOWN = Shapes({"Y": ("k", "m"), "A": ("n", "n")}, ("k", "m", "n"))
NAMES = ("Y", "A", "eps", "k", "m", "n")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("sum(Y, axis=0) = 1", "sum(Y) == 1"),
        ("sum(Y, axis=0, keepdims=True) == 1", "sum(Y, keepdims=True) == 1"),
        ("A.T = A", "A.T == A"),
        ("eps > 0", "eps > 0"),
        ("0 < eps", "0 < eps"),
    ],
)
def test_assumptions_are_read_with_an_equals_sign_of_one_stroke_or_two(source, shown):
    read = read_assumption(source, KNOWN, NAMES)
    assert text(read, arrays=True).replace(", axis=0", "") == shown
    assert equations([read]) == (((read.left, read.right),) if read.operator == "==" else ())
    assert positive([read]) == (("eps",) if "eps" in source else ())


@pytest.mark.parametrize(
    ("source", "message", "span"),
    [
        ("sum(Q) = 1", "has no 'Q'", (4, 5)),
        ("A = Y", "cannot be", (0, 5)),
        ("A.T", "nothing is said", (0, 3)),
        ("A = A", "both sides are the same", (0, 5)),
    ],
)
def test_an_assumption_that_says_nothing_is_told_with_its_place(source, message, span):
    with pytest.raises(DerivError, match=message) as error:
        read_assumption(source, KNOWN, NAMES)
    assert (error.value.span.start, error.value.span.end) == span
