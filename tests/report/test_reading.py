"""What is said of a step: the change of J beside its slope, worked out by hand."""

import pytest
from console import run


def last(*arguments):
    return [line for line in run("diff", *arguments).stdout.splitlines() if line.startswith("If")][
        -1
    ]


@pytest.mark.parametrize("arguments, sentence", [
    (("w**2", "--at", "3", "--eps", "0.001"), "If w goes up by 0.001, J goes up by 0.006001, roughly 6 x 0.001."),
    (("w**2", "--at", "-3", "--eps", "0.001"), "If w goes up by 0.001, J goes down by 0.005999, roughly 6 x 0.001; or, the same, up by -6 x 0.001."),
    (("w**2", "--at", "-3", "--eps", "10"), ("If w goes up by 10, J goes up by 40; by the derivative, -6, it would go down by 6 x 10:"
     " the step is too large to show the derivative.")),
    (("w**2", "--at", "-3", "--eps", "-10"), ("If w goes down by 10, J goes up by 160; by the derivative, -6, it would go up by 6 x 10:"
     " the step is too large to show the derivative.")),
    (("w**2", "--at", "-3", "--eps", "10", "--method", "backward"), ("If w goes down by 10, J goes up by 160; by the derivative, -6,"
     " it would go up by 6 x 10: the step is too large to show the derivative.")),
    (("abs(x-0.0001)", "--at", "0", "--eps", "1e-3"), ("If x goes up by 0.001, J goes up by 0.0008; by the derivative, -1, it would go down"
     " by 1 x 0.001: on the way, at x = 0.0001, J has a kink.")),
    (("1000*w^2", "--at", "0", "--eps", "0.001"), ("If w goes up by 0.001, J goes up by 0.001, though the derivative is 0: the step is too"
     " large to show the derivative.")),
    (("w^2", "--at", "0", "--eps", "1"), ("If w goes up by 1, J goes up by 1, though the derivative is 0: the step is too large to show the"
     " derivative.")),
    (("w^2", "--at", "0", "--eps", "0.001"), "If w goes up by 0.001, J goes up by 0.000001: hardly at all, as the derivative is 0."),
    (("max(0,x)", "--at", "-1e-6", "--eps", "1e-5"), ("If x goes up by 0.00001, J goes up by 0.000009, though the derivative is 0: on the"
     " way, at x = 0, J has a kink.")),
    (("floor(x)", "--at", "0.9995", "--eps", "0.001"), ("If x goes up by 0.001, J goes up by 1, though the derivative is 0: on the way, at"
     " x = 1, J jumps.")),
    (("3", "--at", "w=1", "--wrt", "w", "--eps", "0.1"), "If w goes up by 0.1, J does not change: the derivative is 0."),
    (("cos(2*pi*x)", "--at", "1/8", "--eps", "3/4"), ("If x goes up by 0.75, J does not change; by the derivative, -sqrt(2)*pi ≈"
     " -4.442882938, it would go down by 4.442882938 x 0.75: the step is too large to show the derivative.")),
])  # fmt: skip
def test_a_step_is_compared_with_the_derivative(arguments, sentence):
    assert last(*arguments) == sentence


@pytest.mark.parametrize("program, at, sentence", [
    ("a = w^2; J = 3*a", "-0.0001", ("a goes up by 8e-7 and J goes up by 0.0000024; by the derivative, it would go down by"
     " 0.0006 x 0.001: the step is too large, or comes to a kink.")),
    ("z = w^2; J = 1000*z", "0", ("z goes up by 0.000001 and J goes up by 0.001, though the derivative is 0: the step is too"
     " large, or comes to a kink.")),
    ("z = w + 1; J = -z", "0", "z goes up by 0.001 and J goes down by 0.001, which is 1 x 0.001; or, the same, up by -1 x 0.001."),
])  # fmt: skip
def test_a_nudge_is_compared_with_the_derivative(program, at, sentence):
    found = run("graph", program, "--at", at, "--detail", "statements", "--only", "backward")
    assert f"If w goes up by 0.001, {sentence}" in found.stdout.splitlines()
