"""The judge reads the tables: every activation and loss of theirs, and every function in pieces."""

import pytest
from tiers import thinned

from derivcli.errors import DerivError
from derivcli.language.functions import ROWS
from derivcli.networks import equations
from derivcli.networks.activations import LISTED
from derivcli.networks.equation import written
from derivcli.networks.judging.judging import judge
from derivcli.networks.layers import architecture

COURSE = architecture((3, 4, 1))
HIDDEN = [name for name in LISTED if name != "softmax"]
NETWORKS = [
    *(architecture((3, 4, 2), (name, "sigmoid")) for name in HIDDEN),
    *(architecture((3, 4, 2), ("tanh", name), "squared") for name in HIDDEN),
    *(architecture((3, 4, 2), ("tanh", "linear"), loss)
      for loss in ("hinge", "huber", "log-cosh", "cross-entropy-from-logits")),
    architecture((3, 4, 2), ("tanh", "hardtanh"), "hinge"),
    architecture((3, 4, 2), ("tanh", "hardtanh"), "cross-entropy"),
    architecture((3, 4, 2), ("tanh", "softmax"), "log-cosh"),
]  # fmt: skip
FORMS = (equations.forward, equations.backward, equations.general, equations.single)


@pytest.mark.parametrize("network", thinned(NETWORKS, 3), ids=str)
def test_the_equations_of_every_row_are_right(network):
    for form in FORMS:
        for each in form(network):
            assert judge(network, 1 if each.single else 5, written(each)).verdict == "correct", each
    assert judge(network, 5, written(equations.cost(network))).verdict == "correct"


@pytest.mark.parametrize("names", [("tanh", "tanh", "hardtanh"), ("tanh", "relu", "hardtanh")])
def test_a_slope_that_is_0_on_one_side_of_an_edge_is_right(names):
    network = architecture((2, 3, 3, 1), names, "squared")
    equation = "dZ3 = (A3 - Y) * (Z3 > -1) * (Z3 <= 1)"
    assert judge(network, 5, equation).verdict == "correct"


# Something that is 0 on one side of T, or but for a period: made of each function in pieces.
PIECES = {
    "abs": "abs(U) + U", "sign": "sign(U) + 1", "min": "min(-U, 0)", "max": "max(U, 0)",
    "floor": "floor(V/T/2 + 0.5)", "ceil": "ceil(V/T) - (V > 0)", "round": "round(V/T/3)",
    "frac": "frac(V/T) - V/T + (V < 0)", "mod": "mod(V, T) - V + T*(V < 0)",
    "heaviside": "heaviside(U)", "relu": "relu(U)", "leaky_relu": "leaky_relu(U) - 0.01*U",
    "elu": "elu(U) - expm1(U)*(U < 0)", "softsign": "softsign(U) - U/(1 - U)",
    "hardtanh": "hardtanh(U) + 1", "clip": "clip(U, 0, 1)",
}  # fmt: skip
PLACES = [
    ("A1 = tanh(Z1) + {}", "Z1"), ("dZ1 = W2.T @ dZ2 * (1 - A1**2) + {}", "Z1"),
    ("dZ1 = W2.T @ dZ2 * (1 - A1**2 + {})", "Z1"), ("dW1 = dZ1 @ X.T / m + sum({})", "dZ1"),
    ("dW2 = dZ2 @ A1.T / m + {}", "W2"), ("db2 = sum(dZ2 + {}, axis=1, keepdims=True) / m", "dZ2"),
    ("dZ2 = A2 - Y + {}", "Z2"), ("Z1 = W1 @ (X + {}) + b1", "X"),
    ("J = -sum(Y*log(A2) + (1 - Y)*log(1 - A2)) / m + sum({})", "Z2"),
]  # fmt: skip
WRONG = [
    place.format(
        f"({piece})".replace("U", f"({array} - {far})").replace("V", array).replace("T", far)
    )
    for piece in PIECES.values()
    for far in ("0.01", "300", "12345")
    for place, array in PLACES
]


def test_every_function_in_pieces_is_looked_at():
    assert {row.name for row in ROWS if not row.analytic} <= PIECES.keys()


@pytest.mark.parametrize("equation", thinned(WRONG, 13))
def test_what_differs_beyond_a_threshold_is_never_correct(equation):
    try:
        verdict = judge(COURSE, 5, equation).verdict
    except DerivError:
        return  # refused
    assert verdict == "wrong"


def test_a_kink_that_no_list_had():
    found = judge(COURSE, 5, "A1 = tanh(Z1) + leaky_relu(Z1 - 300) - 0.01*(Z1 - 300)")
    assert (found.verdict, found.repaired) == ("wrong", "A1 = tanh(Z1)")


@pytest.mark.parametrize("loss, wrong, right", [
    ("hinge", "dZ2 = -Y", "dZ2 = where(1 - Y * A2 > 0, -Y, 0)"),
    ("hinge", "dZ2 = -Y * (Y * A2 < 2)", "dZ2 = where(1 - Y * A2 > 0, -Y, 0)"),
    ("huber", "dZ2 = A2 - Y", "dZ2 = where(abs(A2 - Y) <= 1, A2 - Y, sign(A2 - Y))"),
    ("huber", "dZ2 = clip(A2 - Y, -1, 2)", "dZ2 = where(abs(A2 - Y) <= 1, A2 - Y, sign(A2 - Y))"),
    ("log-cosh", "dZ2 = A2 - Y", "dZ2 = tanh(A2 - Y)"),
    ("cross-entropy-from-logits", "dZ2 = A2 - Y", "dZ2 = sigmoid(A2) - Y"),
])  # fmt: skip
def test_the_slope_of_a_loss_in_other_words_and_wrong(loss, wrong, right):
    network = architecture((3, 4, 1), ("tanh", "linear"), loss)
    assert judge(network, 5, wrong).verdict == "wrong"
    assert judge(network, 5, right).verdict == "correct"


@pytest.mark.parametrize("loss, equation", [
    ("hinge", "dZ2 = -Y * (Y * A2 < 1)"), ("huber", "dZ2 = clip(A2 - Y, -1, 1)"), ("huber", "dZ2 = hardtanh(A2 - Y)"),
    ("log-cosh", "dZ2 = sinh(A2 - Y)/cosh(A2 - Y)"), ("cross-entropy-from-logits", "dZ2 = 1/(1 + exp(-Z2)) - Y"),
])  # fmt: skip
def test_another_way_to_write_it_is_right(loss, equation):
    network = architecture((3, 4, 1), ("tanh", "linear"), loss)
    assert judge(network, 5, equation).verdict == "correct"


@pytest.mark.parametrize(
    ("equation", "diagnosis"),
    [
        ("J = trace((A2 - Y) @ (A2 - Y).T)/m/2", None),
        ("J = norm(A2 - Y)**2/m/2", None),
        ("dW2 = det(W2)*dZ2 @ A1.T/m", "det takes a square matrix"),
        ("dW2 = dZ2 @ A1.T * eye(4)/m", "'* eye(4)' is too much"),
    ],
)
def test_operations_of_matrices_have_values(equation, diagnosis):
    found = judge(architecture((3, 4, 1), loss="squared"), 5, equation)
    assert (found.verdict == "correct") == (diagnosis is None)
    assert diagnosis is None or diagnosis in found.diagnosis
