"""The equations of backprop are proved for small networks, and wrong ones are not."""

from dataclasses import replace

import pytest
from tiers import paired, thinned

from derivcli.networks import activations, equations
from derivcli.networks.activations import ACTIVATIONS
from derivcli.networks.equation import written
from derivcli.networks.equation_reader import parse
from derivcli.networks.layers import Architecture, architecture
from derivcli.networks.proof import in_indices, lemmas
from derivcli.networks.proof.proof import MOST_OPERATIONS, operations, prove, prove_equations

UNITWISE = [name for name in ACTIVATIONS if name != "softmax"]
OUTPUTS = [
    *((name, loss) for name in UNITWISE for loss in ("cross-entropy", "squared")),
    *(
        (name, loss)
        for name in ("linear", "tanh", "hardtanh")
        for loss in ("hinge", "huber", "log-cosh")
    ),
    ("linear", "cross-entropy-from-logits"),
    ("softmax", "huber"),
    ("softmax", "squared"),
    ("softmax", "softmax-cross-entropy"),
]


def proved(network, examples):
    found, sizes = prove(network, examples, lambda _: None)
    assert (sizes.layers, sizes.examples) == (network.sizes, examples)
    witnesses = [(each.proved, each.for_all_sizes, each.written_out) for each in found]
    assert witnesses == [(True, True, True)] * len(found)
    return found


def judged(sizes, equation, examples=2, names=(), loss=None):
    network = architecture(sizes, names, loss)
    (found,) = prove_equations(network, examples, [parse(equation, network.layers)])
    return found


@pytest.mark.parametrize("name, examples", paired([(name,) for name in UNITWISE], [1, 3]))
def test_every_hidden_activation(name, examples):
    proved(architecture((2, 2, 1), (name, "sigmoid")), examples)


@pytest.mark.parametrize(
    "name, loss, examples", thinned([(*pair, m) for pair in OUTPUTS for m in (3, 1)], 5)
)
def test_every_last_activation_with_every_loss(name, loss, examples):
    proved(architecture((2, 2, 2 if name == "softmax" else 1), ("tanh", name), loss), examples)


@pytest.mark.parametrize(
    ("sizes", "names", "loss", "examples"),
    thinned(
        [
            ((3, 4, 1), (), None, 5),
            ((3, 4, 1), ("gelu", "elu"), "cross-entropy", 2),
            ((2, 3, 2), ("relu", "softmax"), None, 3),
            ((2, 3, 2), ("silu", "softplus"), "squared", 2),
            ((2, 2, 2, 1), ("relu", "tanh", "sigmoid"), None, 2),
            ((3, 1), (), None, 5),
            ((1, 1), ("linear",), None, 1),
            ((2, 1), ("softmax",), None, 2),
        ],
        2,
    ),
)
def test_other_sizes(sizes, names, loss, examples):
    proved(architecture(sizes, names, loss), examples)


def test_slopes_come_first_and_every_entry_is_counted():
    network = architecture((3, 4, 1), ("relu", "sigmoid"))
    found = proved(network, 2)
    assert [(each.equation, each.entries, each.condition) for each in found] == [
        ("g1'(Z1) = Z1 > 0", 1, "Z1 != 0"),
        ("g2'(Z2) = A2 * (1 - A2)", 1, ""),
        ("dZ2 = A2 - Y", 2, ""),
        ("dW2 = dZ2 @ A1.T / m", 4, ""),
        ("db2 = sum(dZ2, axis=1, keepdims=True) / m", 1, ""),
        ("dZ1 = W2.T @ dZ2 * (Z1 > 0)", 8, "Z1 != 0"),
        ("dW1 = dZ1 @ X.T / m", 12, "Z1 != 0"),
        ("db1 = sum(dZ1, axis=1, keepdims=True) / m", 4, "Z1 != 0"),
    ]


def test_for_one_example_the_equations_for_one_example_are_proved_too():
    found = proved(architecture((2, 2, 1)), 1)
    singles = ["dz2 = a2 - y", "dW2 = dz2 @ a1.T", "db2 = dz2"]
    assert [each.equation for each in found][8:11] == singles


def test_conditions_name_every_kink_on_the_way_and_what_the_answers_are():
    names = ("leaky_relu", "relu", "softmax")
    found = proved(architecture((1, 2, 1, 2), names), 1)
    conditions = {each.equation.split()[0]: each.condition for each in found}
    shares = "each column of Y adds up to 1"
    assert conditions["dW3"] == shares
    assert conditions["dW2"] == f"Z2 != 0 and {shares}"
    assert conditions["dW1"] == f"Z1 != 0 and Z2 != 0 and {shares}"


def test_a_kink_is_named_only_where_there_is_one():
    network = {name: architecture((1, 1), (name,)) for name in UNITWISE}
    found = {name: lemmas.lemma(network[name], 1).condition for name in UNITWISE}
    assert {name for name, condition in found.items() if condition} == {
        "relu",
        "leaky_relu",
        "hardtanh",
        "abs",
    }


def test_the_stages_are_told():
    told = []
    prove(architecture((1, 1)), 2, told.append)
    assert told == [
        "proving for all sizes",
        "loading SymPy",
        "proving g1'",
        "writing J out",
        "proving dZ1",
        "proving dW1",
        "proving db1",
    ]


# What is wrong

WRONG = {
    "no 1/m": "dW2 = dZ2 @ A1.T",
    "no 1/m in a sum": "db1 = sum(dZ1, axis=1, keepdims=True)",
    "1/m twice": "dZ2 = (A2 - Y) / m",
    "missing transpose of A": "dW2 = dZ2 @ A1 / m",
    "missing transpose of W": "dZ1 = W2 @ dZ2 * (1 - A1**2)",
    "slope of Z": "dZ1 = W2.T @ dZ2 * (1 - Z1**2)",
    "no slope": "dZ1 = W2.T @ dZ2",
    "slope of sigmoid": "dZ1 = W2.T @ dZ2 * A1 * (1 - A1)",
    "sign": "dZ2 = Y - A2",
    "axis": "db1 = sum(dZ1, axis=0, keepdims=True).T / m",
    "other layer": "dW1 = dZ1 @ A1.T / m",
    "elementwise": "dW2 = dZ2 * A1 / m",
    "slope at A": "dZ1 = W2.T @ dZ2 * g1'(A1)",
}


@pytest.mark.parametrize("equation", [each for each in WRONG.values() if "g1'" not in each])
def test_a_wrong_equation_is_not_proved_entry_by_entry(equation):
    assert not judged((2, 2, 2), equation).proved


@pytest.mark.parametrize(
    ("equation", "names", "loss"),
    [
        ("dZ2 = A2 - Y", ("tanh", "tanh"), "cross-entropy"),
        ("dZ2 = A2 - Y", ("tanh", "softmax"), "squared"),
        ("dZ2 = Y - A2", ("tanh", "softmax"), None),
        ("dZ1 = W2.T @ dZ2 * (Z1 < 0)", ("relu", "sigmoid"), None),
        ("dZ1 = W2.T @ dZ2 * where(Z1 > 0, 1, 0.1)", ("leaky_relu", "sigmoid"), None),
        ("dZ1 = W2.T @ dZ2 * A1", ("gelu", "sigmoid"), None),
    ],
)
def test_a_wrong_equation_of_other_networks_is_not_proved(equation, names, loss):
    assert not judged((2, 2, 2), equation, 2, names, loss).proved


@pytest.mark.parametrize(
    "equation", ["db2 = sum(dZ2, axis=0, keepdims=True) / m", "dW2 = dZ2 @ A1 / m"]
)
def test_a_wrong_shape_is_not_proved(equation):
    assert not in_indices.is_equal(architecture((2, 2, 1)), parse(equation, 2))


IN_OTHER_WORDS = [
    "dZ2 = (-Y / A2 + (1 - Y) / (1 - A2)) * A2 * (1 - A2)",
    "dZ1 = dA1 * (1 - A1) * (1 + A1)",
    "dW1 = (X @ dZ1.T).T / m",
    "db1 = mean(dZ1, axis=1, keepdims=True)",
]
IN_INDICES_ALONE = [
    "dZ2 = dA2 * g2'(Z2)",
    "dA2 = -Y / A2 + (1 - Y) / (1 - A2)",
    "dA1 = W2.T @ dZ2",
    "A1 = tanh(W1 @ X + b1)",
    "J = sum(-Y * log(A2) - (1 - Y) * log(1 - A2)) / m",
]


@pytest.mark.parametrize(
    "equation", [*IN_OTHER_WORDS, "dW2 = mean(dZ2, axis=1) * 0 + dZ2 @ A1.T / m"]
)
def test_an_equation_in_other_words_is_proved_entry_by_entry(equation):
    assert judged((2, 2, 2), equation, 3).proved


@pytest.mark.parametrize("equation", IN_OTHER_WORDS + IN_INDICES_ALONE)
def test_an_equation_in_other_words_is_proved_in_indices(equation):
    assert in_indices.is_equal(architecture((2, 2, 2)), parse(equation, 2))


@pytest.mark.parametrize(
    ("name", "slope"),
    [
        ("sigmoid", "Y * (1 + Y)"),
        ("tanh", "(1 - u**2)"),
        ("relu", "(u < 0)"),
        ("leaky_relu", "where(u > 0, 1, 0.1)"),
        ("elu", "where(u > 0, 1, Y)"),
        ("softplus", "tanh(u)"),
        ("silu", "(sigmoid(u) + Y)"),
        ("gelu", "(erfc(u / sqrt(2)) / 2)"),
        ("hardtanh", "(u > -1) * (u <= 2)"),
        ("hardtanh", "(u > -1)"),
        ("hardtanh", "(u <= 1)"),
        ("mish", "tanh(softplus(u))"),
        ("softsign", "(1 / (1 + u)**2)"),
    ],
)
def test_a_wrong_slope_in_the_table_is_not_proved(name, slope, monkeypatch):
    own = ACTIVATIONS[name]
    rows = {**ACTIVATIONS, name: replace(own, row=replace(own.row, short=slope))}
    for module in (activations, equations, lemmas):
        monkeypatch.setattr(module, "ACTIVATIONS", rows)
    found = lemmas.lemma(architecture((1, 1), (name,), "squared"), 1)
    assert not found.proved


def test_a_slope_that_is_wrong_at_a_border_alone_is_not_stated_of_it(monkeypatch):
    own = ACTIVATIONS["elu"]
    short = "where(u > 0, 1, where(u < 0, 1 + Y, 2))"
    rows = {**ACTIVATIONS, "elu": replace(own, row=replace(own.row, short=short))}
    for module in (activations, equations, lemmas):
        monkeypatch.setattr(module, "ACTIVATIONS", rows)
    found = lemmas.lemma(architecture((1, 1), ("elu",), "squared"), 1)
    assert (found.proved, found.condition) == (True, "Z1 != 0")


# Bounds


@pytest.mark.parametrize(
    ("sizes", "written_out"),
    [((784, 128, 10), ((4, 3, 2), 5)), ((9, 1, 9), ((2, 1, 2), 3)), ((5,) * 20, None)],
)
def test_a_large_network_is_proved_for_all_sizes_and_a_small_one_written_out(sizes, written_out):
    found, small = prove(architecture(sizes), 1_000, lambda _: None)
    assert all(each.proved and each.for_all_sizes for each in found)
    assert (small and (small.layers, small.examples)) == written_out
    assert all(each.written_out for each in found) == (written_out is not None)


@pytest.mark.parametrize("equation", WRONG.values(), ids=WRONG)
def test_a_wrong_equation_is_not_proved_in_indices(equation):
    network = architecture((2, 2, 2))
    wrong = parse(equation, 2)
    assert not in_indices.follows(network, wrong)
    assert not in_indices.is_equal(network, wrong)
    assert not in_indices.is_derivative(network, wrong)


def test_what_the_course_draws_is_far_within_the_bounds():
    assert operations(Architecture((3, 4, 1), ("tanh", "sigmoid"), "cross-entropy"), 5) < (
        MOST_OPERATIONS / 2
    )


def test_the_equation_shown_is_the_one_that_was_asked():
    network = architecture((2, 2, 1))
    found = prove_equations(network, 2, equations.backward(network))
    assert [each.equation for each in found] == [
        written(each) for each in equations.backward(network)
    ]


NETWORKS = [
    *(architecture((2, 3, 1), (name, "sigmoid")) for name in UNITWISE),
    *(architecture((2, 3, 2), ("tanh", name), loss) for name, loss in OUTPUTS),
    *(architecture((3,) * (depth + 1)) for depth in (1, 3, 10)),
]


@pytest.mark.parametrize("network", thinned(NETWORKS, 3), ids=str)
def test_every_equation_follows_for_all_sizes(network):
    for form in (equations.backward, equations.single, equations.general):
        assert [each for each in form(network) if not in_indices.follows(network, each)] == []
