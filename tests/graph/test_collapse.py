"""The chain rule as one expression: in names of steps, and resting on what is assumed of inputs."""

import pytest

from derivcli.errors import UsageError
from derivcli.graphs.collapse import collapsed
from derivcli.language.limits import COMMAND_LINE
from derivcli.language.parser import parse, parse_condition
from derivcli.language.tree import Comparison

SOFTMAX = (
    "s = exp(z1) + exp(z2) + exp(z3); p1 = exp(z1)/s; p2 = exp(z2)/s; p3 = exp(z3)/s;"
    " J = -y1*log(p1) - y2*log(p2) - y3*log(p3)"
)


def equation(source):
    left, right = (parse(side).output.expression for side in source.split(" = "))
    return Comparison("==", left, right)


def collapse(source, name, *assumed):
    return collapsed(parse(source), name, COMMAND_LINE, tuple(map(equation, assumed)))


@pytest.mark.parametrize("number", [1, 2, 3])
def test_softmax_written_out_collapses_to_p_minus_y_where_the_labels_add_up_to_1(number):
    found = collapse(SOFTMAX, f"z{number}", "y1 + y2 + y3 = 1")
    assert (found.derivative, found.proved) == (f"p{number} - y{number}", True)
    assert found.assumed == ("y1 + y2 + y3 = 1",)


def test_without_the_assumption_the_sum_of_the_labels_stays():
    found = collapse(SOFTMAX, "z1")
    assert (found.derivative, found.proved) == ("p1*(y1 + y2 + y3) - y1", True)
    assert found.assumed == ()


def test_another_assumption_gives_another_derivative():
    assert collapse(SOFTMAX, "z1", "y1 + y2 + y3 = 2").derivative == "2*p1 - y1"


@pytest.mark.parametrize("source", ["y1**2 = 1", "1 = 2", "y1*y2 = 1"])
def test_an_assumption_that_tells_no_input_is_refused(source):
    with pytest.raises(UsageError, match="tells no input"):
        collapse(SOFTMAX, "z1", source)


def test_an_inequality_tells_no_input():
    with pytest.raises(UsageError, match="tells no input"):
        collapsed(parse("J = w*x"), "w", COMMAND_LINE, (parse_condition("x > 0"),))
