"""A loss of one's own, as an expression in A and Y: derived, proved, checked, judged, trained."""

import pytest

from derivcli.errors import LanguageError, UsageError
from derivcli.networks.checking.check import gradient_check
from derivcli.networks.equation import written
from derivcli.networks.equations import backward
from derivcli.networks.judging.judging import judge
from derivcli.networks.layers import architecture
from derivcli.networks.losses import own
from derivcli.networks.numbers import network
from derivcli.networks.proof.proof import prove
from derivcli.networks.results import NetworkSpec

LOSSES = {  # a loss, and dZ of the last layer as it is derived by hand
    "(A-Y)^4/4": "(A2 - Y)**3",
    "(A - Y)**2 / 2": "A2 - Y",
    "exp(A) - Y*A": "exp(A2) - Y",
    "softplus(-A*Y)": "-Y * sigmoid(-Y * A2)",
}


@pytest.mark.parametrize("loss", LOSSES)
def test_the_equations_are_derived(loss):
    found = architecture((3, 4, 1), ("tanh", "linear"), loss)
    right = LOSSES[loss]
    assert judge(found, 5, f"dZ2 = {right}").verdict == "correct"
    assert judge(found, 5, f"dZ2 = 2 * ({right})").verdict == "wrong"


def test_the_fourth_power_is_derived_to_the_letter():
    found = architecture((3, 4, 1), ("tanh", "linear"), "(A-Y)^4/4")
    assert written(backward(found)[0]) == "dZ2 = (A2 - Y)**3"


@pytest.mark.parametrize("loss", [*LOSSES, "-(1 - A)^2 * Y * log(A)"])
def test_the_gradient_agrees_with_nudges(loss):
    found = architecture((3, 4, 1), (), loss)
    checked = gradient_check(network(NetworkSpec(found), None), None, None, lambda _: None)
    assert checked.passed


@pytest.mark.parametrize("loss", ["(A-Y)^4/4", "exp(A) - Y*A"])
def test_the_equations_are_proved(loss):
    found = architecture((2, 2, 1), (), loss)
    proofs, _ = prove(found, 2, lambda _: None)
    assert all(each.for_all_sizes and each.written_out for each in proofs)


def test_a_loss_of_logarithms_ends_in_a_sigmoid():
    assert architecture((3, 1), (), "-Y*log(A)").activations == ("sigmoid",)
    assert architecture((3, 1), (), "(A - Y)**4").activations == ("linear",)


def test_a_loss_has_one_name_however_it_is_typed():
    assert own("(A-Y)^4/4").name == own("(A - Y)**4/4").name == "(A - Y)**4 / 4"


@pytest.mark.parametrize("source, kind, message", [
    ("(A-Z)^4", LanguageError, "'Z' is neither A nor Y"),
    ("Y**2", LanguageError, "a loss is one expression in A and Y"),
    ("B = A; A*Y", LanguageError, "a loss is one expression in A and Y"),
    ("A*", LanguageError, "expected a number, a name or '(' after '*', found the end"),
    ("sqared", UsageError, "unknown loss 'sqared'"),
])  # fmt: skip
def test_what_is_no_loss_is_told(source, kind, message):
    with pytest.raises(kind) as caught:
        architecture((3, 1), (), source)
    assert caught.value.message == message


@pytest.mark.parametrize("equation, verdict", [
    ("J = norm(A2 - Y)^2/(2m)", "correct"),
    ("J = sum((A2 - Y)^2)/(2m)", "correct"),
    ("J = norm(A2 - Y)/(2m)", "wrong"),
    ("A1 = tanh(Z1) + max(max(Z1) - 300, 0)", "wrong"),
    ("A1 = tanh(Z1) + max(Z1)", "wrong"),
    ("A1 = tanh(Z1) + min(Z1)", "wrong"),
    ("A1 = tanh(Z1)*prod(Z1**0)", "correct"),
    ("A1 = tanh(Z1) + cumsum(Z1)", "wrong"),
    ("dZ2 = A2 - Y + relu(norm(W2) - 700)", "wrong"),
])  # fmt: skip
def test_operations_of_arrays_are_judged_by_their_values(equation, verdict):
    found = architecture((3, 4, 2), ("tanh", "linear"), "squared")
    assert judge(found, 5, equation).verdict == verdict
