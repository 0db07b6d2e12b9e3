"""What is said of a counterexample whose digits do not tell the answer from the slope."""

from console import run


def test_numbers_that_look_alike_are_said_to_differ_and_by_how_much():
    shown = run("check", "x**2*y", "2x*y + sin(x)**2*0.0000000000001", "--wrt", "x").stdout
    assert "the answer is ≈ -8.000000000, and ∂J/∂x is -8; they differ by " in shown


def test_numbers_that_are_told_apart_are_not():
    assert "differ" not in run("check", "w**2", "3*w").stdout
