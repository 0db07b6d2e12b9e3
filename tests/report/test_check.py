"""What is said of a counterexample whose digits do not tell the answer from the slope."""

import pytest
from console import run


def test_numbers_that_look_alike_are_said_to_differ_and_by_how_much():
    shown = run("check", "x**2*y", "2x*y + sin(x)**2*0.0000000000001", "--wrt", "x").stdout
    assert "the answer is ≈ -8.000000000, and ∂J/∂x is -8; they differ by " in shown


def test_numbers_that_are_told_apart_are_not():
    assert "differ" not in run("check", "w**2", "3*w").stdout


@pytest.mark.parametrize("answer, words", [
    ("2*A@(A@x - b)", ["The place: the first A of 2*A@(A@x - b)."]),
    ("2*A.T@(A.T@x - b)", ["The place: the second A.T of 2*A.T@(A.T@x - b)."]),
    ("2*A.T@(A@x + b)", []),  # the words tell it: write A @ x - b, not A @ x + b
    ("A.T@(A@x - b)", []),  # the whole of it
])  # fmt: skip
def test_the_place_of_a_mistake_is_told_in_the_text_as_typed(answer, words):
    found = run("check", "norm(A@x - b)**2", answer, "--shape", "A=nxn", "x=nx1", "b=nx1",
                "--wrt", "x")  # fmt: skip
    assert found.status == 1
    assert [line for line in found.stdout.splitlines() if line.startswith("The place")] == words


@pytest.mark.parametrize("form", ["plain", "markdown", "latex", "json", "csv"])
def test_it_is_told_in_every_format(form):
    found = run("check", "norm(A@x - b)**2", "2*A@(A@x - b)", "--shape", "A=nxn", "x=nx1", "b=nx1",
                "--wrt", "x", "--format", form)  # fmt: skip
    assert found.status == 1
    if form == "json":
        assert '"start": 2' in found.stdout
    elif form != "csv":
        assert "the first" in found.stdout
