"""The equations of backprop as the course writes them, and for other layers."""

import pytest

from derivcli.networks import equations
from derivcli.networks.equation import written
from derivcli.networks.layers import architecture


def test_the_six_equations_of_the_course():
    assert [written(each) for each in equations.backward(architecture((3, 4, 1)))] == [
        "dZ2 = A2 - Y",
        "dW2 = dZ2 @ A1.T / m",
        "db2 = sum(dZ2, axis=1, keepdims=True) / m",
        "dZ1 = W2.T @ dZ2 * (1 - A1**2)",
        "dW1 = dZ1 @ X.T / m",
        "db1 = sum(dZ1, axis=1, keepdims=True) / m",
    ]


def test_the_same_for_one_example():
    assert [written(each) for each in equations.single(architecture((3, 4, 1)))] == [
        "dz2 = a2 - y",
        "dW2 = dz2 @ a1.T",
        "db2 = dz2",
        "dz1 = W2.T @ dz2 * (1 - a1**2)",
        "dW1 = dz1 @ x.T",
        "db1 = dz1",
    ]


def test_in_general_every_layer_has_its_g():
    assert [written(each) for each in equations.general(architecture((3, 4, 1)))][::3] == [
        "dZ2 = dA2 * g2'(Z2)",
        "dZ1 = W2.T @ dZ2 * g1'(Z1)",
    ]


def test_each_layer_reads_the_weights_of_the_next():
    network = architecture((3, 5, 4, 2, 1))
    assert [written(each) for each in equations.general(network)][::3] == [
        "dZ4 = dA4 * g4'(Z4)",
        "dZ3 = W4.T @ dZ4 * g3'(Z3)",
        "dZ2 = W3.T @ dZ3 * g2'(Z2)",
        "dZ1 = W2.T @ dZ2 * g1'(Z1)",
    ]
    assert [written(each) for each in equations.backward(network)][::3] == [
        "dZ4 = A4 - Y",
        "dZ3 = W4.T @ dZ4 * (1 - A3**2)",
        "dZ2 = W3.T @ dZ3 * (1 - A2**2)",
        "dZ1 = W2.T @ dZ2 * (1 - A1**2)",
    ]


def test_in_general_a_softmax_mixes_its_outputs_and_the_layers_before_do_not():
    network = architecture((3, 4, 5, 2), ("tanh", "tanh", "softmax"))
    assert [written(each) for each in equations.general(network)][::3] == [
        "dZ3 = A3 * (dA3 - sum(A3 * dA3, axis=0, keepdims=True))",
        "dZ2 = W3.T @ dZ3 * g2'(Z2)",
        "dZ1 = W2.T @ dZ2 * g1'(Z1)",
    ]


def test_forward_prop_reads_the_layer_before():
    assert [written(each) for each in equations.forward(architecture((3, 4, 1)))] == [
        "Z1 = W1 @ X + b1",
        "A1 = tanh(Z1)",
        "Z2 = W2 @ A1 + b2",
        "A2 = sigmoid(Z2)",
    ]


@pytest.mark.parametrize(
    ("activation", "loss", "expected"),
    [
        ("sigmoid", "cross-entropy", "A1 - Y"),
        ("softmax", "softmax-cross-entropy", "A1 - Y"),
        ("linear", "squared", "A1 - Y"),
        ("sigmoid", "squared", "(A1 - Y) * A1 * (1 - A1)"),
        ("relu", "squared", "(A1 - Y) * (Z1 > 0)"),
        ("tanh", "cross-entropy", "(-Y / A1 + (1 - Y) / (1 - A1)) * (1 - A1**2)"),
        ("softmax", "squared", "A1 * (A1 - Y - sum(A1 * (A1 - Y), axis=0, keepdims=True))"),
    ],
)
def test_the_last_layer_joins_activation_and_loss(activation, loss, expected):
    found = equations.backward(architecture((3, 2), (activation,), loss))[0]
    assert written(found.expression) == expected


def test_a_linear_hidden_layer_has_no_factor():
    found = equations.backward(architecture((3, 4, 1), ("linear", "sigmoid")))[3]
    assert written(found) == "dZ1 = W2.T @ dZ2"
