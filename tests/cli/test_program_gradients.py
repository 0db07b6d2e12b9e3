"""Numbers of one's own beside the gradient of a program: computed in NumPy, with mistakes or not."""

import json
from pathlib import Path

import numpy as np
import pytest
from console import run

TWO_LAYERS = """
[[network]]
name = "two"
program = '''
Z1 = X @ W1 + b1
A1 = tanh(Z1)
R = A1 @ W2 - Y
J = sum(R**2)/m + lambda/2*sum(W1**2)
'''
parameters = ["W1", "b1", "W2"]
shapes = { X = "mxn", W1 = "nxk", b1 = "1xk", W2 = "kx1", Y = "mx1" }
data = { X = [[1, 0, 2], [0.5, 1, -1], [-1, 1, 0.5], [2, -0.5, 1]], Y = [1, 0, -1, 0.5] }
values = { lambda = 0.1, W1 = [[0.5, -1], [0.25, 1], [-0.5, 2]], b1 = [[0.1, -0.2]], W2 = [1, -2] }
"""
X = np.array([[1, 0, 2], [0.5, 1, -1], [-1, 1, 0.5], [2, -0.5, 1]])
Y = np.array([[1], [0], [-1], [0.5]])
W1, b1 = np.array([[0.5, -1], [0.25, 1], [-0.5, 2]]), np.array([[0.1, -0.2]])
W2 = np.array([[1.0], [-2]])


def by_hand(scale=1.0, penalty=0.1, **mistakes):
    """Return the gradient as a student computes it; `mistakes` are steps put in the place of others."""
    A1 = np.tanh(X @ (scale * W1) + b1)
    dR = mistakes.get("dR", 2 * (A1 @ W2 - Y) / 4)
    dZ = dR @ W2.T * mistakes.get("slope", 1 - A1**2)
    return {
        "dW1": X.T @ dZ + penalty * scale * W1,
        "db1": dZ.sum(axis=0, keepdims=True),
        "dW2": A1.T @ dR,
    }


def judged(gradients, *options, text=TWO_LAYERS, name="two"):
    Path("own.toml").write_text(text, "utf-8")
    np.savez("mine.npz", **gradients)
    return run("network", name, "--file", "own.toml", "--gradient", "mine.npz", *options)


def told(gradients):
    found = json.loads(judged(gradients, "--format", "json").stdout)["gradient"]
    return {each["name"]: each["cause"] for each in found["arrays"] if not each["passed"]}


def test_a_gradient_by_plain_numpy_is_right():
    found = judged(by_hand(), "--format", "json")
    assert found.status == 0
    gradient = json.loads(found.stdout)["gradient"]
    assert gradient["passed"]
    assert gradient["number"] < 1e-7
    assert [each["of"] for each in gradient["arrays"]] == [6, 2, 2]
    assert (gradient["nudged"], gradient["parameters"]) == (10, 10)


@pytest.mark.parametrize("scale", [3, 6, 9])
def test_a_slope_with_more_digits_than_the_equation_has_is_no_mistake(scale):
    text = TWO_LAYERS.replace("Z1 = X @ W1", f"Z1 = {scale}*X @ W1").replace(
        "lambda = 0.1", "lambda = 0"
    )
    slope = 1 / np.cosh(X @ (scale * W1) + b1) ** 2  # 1 - A1**2 cancels
    right = by_hand(scale, 0, slope=slope)
    found = judged({**right, "dW1": scale * right["dW1"]}, text=text)
    assert found.status == 0
    assert "Right: every entry" in found.stdout
    assert judged(right, text=text).status == 1


def test_what_cancels_where_a_program_nearly_fits_is_no_mistake():
    draw = np.random.RandomState(1)
    w, x = draw.standard_normal((1, 9)), draw.standard_normal((9, 4))
    y = (w @ x) * (1 + 1e-11 * np.array([[1, -2, 3, 5]]))
    text = f"""
[[network]]
name = "fits"
program = "J = sum((w @ X - Y)**2)/2"
shapes = {{ w = "1x9", X = "9x4", Y = "1x4" }}
data = {{ X = {x.tolist()}, Y = {y.tolist()} }}
values = {{ w = {w.tolist()} }}
"""
    error = w[:, ::-1] @ x[::-1] - y  # the same sums, in another order
    assert judged({"dw": error @ x.T}, text=text, name="fits").status == 0
    assert judged({"dw": 2 * error @ x.T}, text=text, name="fits").status == 1


A = np.tanh(X @ W1 + b1)


@pytest.mark.parametrize(
    ("mistakes", "causes"),
    [
        ({"dR": 2 * (A @ W2 - Y)}, dict.fromkeys(("dW1", "db1", "dW2"), "1/m missing in dR")),
        ({"slope": 1}, dict.fromkeys(("dW1", "db1"), "slope missing in dZ1")),
        ({"slope": A * (1 - A)}, dict.fromkeys(("dW1", "db1"), None)),
        ({"penalty": 0}, {"dW1": "term missing in dW1"}),
        ({"penalty": -0.1}, {"dW1": "0.2 W1 is taken from it"}),
    ],
)
def test_a_mistake_is_named_where_it_explains_every_entry(mistakes, causes):
    found = told(by_hand(**mistakes))
    assert found.keys() == causes.keys()
    for name, cause in causes.items():
        assert found[name] is None if cause is None else found[name].startswith(cause), found[name]


@pytest.mark.parametrize(
    ("name", "change", "cause"),
    [
        ("db1", lambda right: 4 * right, "every entry is m = 4 times too large"),
        ("db1", lambda right: -right, "every entry is of the wrong sign"),
        ("dW2", lambda right: 0 * right, "every entry is 0"),
        ("dW2", lambda _: W2, "these are the numbers of W2, not of its gradient"),
        ("dW1", lambda right: right * [[1, 3]], "column 2 alone is wrong: it is 3 times too large"),
        ("dW1", lambda right: right + np.eye(3, 2), None),
    ],
)
def test_an_array_alone_is_wrong(name, change, cause):
    right = by_hand()
    found = told({**right, name: change(right[name])})
    assert found.keys() == {name}
    assert found[name] is None if cause is None else found[name].startswith(cause)


def test_rounded_numbers_are_right_to_the_last_digit_given():
    rounded = {name: np.round(each, 3) for name, each in by_hand().items()}
    found = judged(rounded)
    assert found.status == 0
    assert "right, rounded to" in found.stdout
    assert judged({**rounded, "db1": rounded["db1"] + 0.001}).status == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dW1": None}, "mine.npz has no dW1\nhint: the network 'two' has dW1, db1, dW2"),
        ({"dW3": 1}, "unknown name 'dW3'\nhint: did you mean 'dW2'?"),
        ({"dW2": np.ones((1, 2))}, "is of shape (1, 2), and W2 is (2, 1)"),
        ({"db1": [[np.nan, 1]]}, "row 1, column 1 is nan"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_line(change, message):
    gradients = {**by_hand(), **change}
    found = judged({name: each for name, each in gradients.items() if each is not None})
    assert found.status == 2
    assert found.stdout == ""
    assert message in found.stderr


def test_the_spellings_of_the_course_and_the_answer_of_the_network_itself_are_read():
    right = by_hand()
    spelled = {"dw[1]": right["dW1"], "db_1": right["db1"].ravel(), "dW^[2]": right["dW2"]}
    assert judged(spelled).status == 0
    found = run("network", "two", "--file", "own.toml", "--format", "json")
    Path("answer.json").write_text(found.stdout, "utf-8")
    assert run("network", "two", "--file", "own.toml", "--gradient", "answer.json").status == 0


def test_gradients_of_steps_are_not_compared():
    assert "Not compared: dR." in judged({**by_hand(), "dR": np.ones((4, 1))}).stdout


def test_the_comparison_comes_as_rows():
    found = judged({**by_hand(), "db1": [[0, 1]]}, "--format", "csv")
    assert found.stdout.startswith("array,passed,wrong,row,column,yours,expected,cause\ndW1,true,0")


def test_large_arrays_are_printed_where_all_values_are_asked_for():
    text = """
[[network]]
name = "wide"
program = "J = sum(W @ X)"
shapes = { W = "14x11", X = "11x13" }
"""
    Path("own.toml").write_text(text, "utf-8")
    without = run("network", "wide", "--file", "own.toml").stdout
    assert "Too large to be shown: W (14, 11), X (11, 13); --values shows them all." in without
    found = run("network", "wide", "--file", "own.toml", "--values").stdout
    assert "Too large" not in found
    lines = found.split("\nX ≈ ")[0].split("\nW ≈ ")[1].splitlines()
    assert [len(line.strip("[] ").split()) for line in lines] == 14 * [11]
    entries = json.loads(
        run("network", "wide", "--file", "own.toml", "--values", "--format", "json").stdout
    )["arrays"]
    shown = [list(map(float, line.strip("[] ").split())) for line in lines]
    W = next(each["value"] for each in entries if each["name"] == "W")
    assert np.abs(np.array(W) - shown).max() <= 0.5001e-4


def planted(name, *options):
    Path("own.toml").write_text(TWO_LAYERS, "utf-8")
    return run("network", "two", "--file", "own.toml", "--check", "--inject", name, *options)


@pytest.mark.parametrize(
    ("name", "equation", "mistake", "wrong"),
    [
        ("1/m missing", "dR = 2 * R", {"dR": 2 * (A @ W2 - Y)}, {"W1", "b1", "W2"}),
        ("missing-slope", "dZ1 = dR @ W2.T", {"slope": 1}, {"W1", "b1"}),
        ("Square-Missing", "dZ1 = dR @ W2.T * (1 - A1)", {"slope": 1 - A}, {"W1", "b1"}),
        ("factor-lambda-missing", "dW1 = X.T @ dZ1 + W1", {"penalty": 1}, {"W1"}),
    ],
)
def test_a_mistake_planted_in_a_program_is_caught_by_the_check(name, equation, mistake, wrong):
    found = planted(name, "--format", "json")
    assert found.status == 1
    check = json.loads(found.stdout)["check"]
    assert (check["passed"], check["planted"]) == (False, equation)
    assert {each["name"] for each in check["arrays"] if each["cause"]} == wrong
    worst = next(each for each in check["arrays"] if each["name"] == "W1")
    row, column = (index - 1 for index in worst["at"])
    assert worst["gradient"] == pytest.approx(by_hand(**mistake)["dW1"][row, column])
    assert worst["estimate"] == pytest.approx(by_hand()["dW1"][row, column], rel=1e-6)


def test_a_mistake_that_does_not_fit_is_caught_as_a_wrong_shape():
    found = planted("missing-transpose")
    assert found.status == 1
    assert "dW2: (4, 2) @ (4, 1) does not fit: 2 columns and 4 rows." in found.stdout
    assert "transpose-missing (dW2 = A1 @ dR), is caught" in found.stdout


def test_a_mistake_without_a_place_is_told_with_those_that_have_one():
    found = planted("symetry-assumed")
    assert (found.status, found.stdout) == (2, "")
    assert "has no place in this program\nhint: did you mean symmetry-assumed?" in found.stderr
    assert "there is a place for slope-too-much, 1/m-missing" in planted("zzz").stderr


def test_a_mistake_that_changes_nothing_is_no_mistake():
    text = """
[[network]]
name = "one"
program = "J = sum((w @ X)**2)/m"
shapes = { w = "1x1", X = "1xm" }
data = { X = [[2]] }
values = { w = [[3]] }
"""
    Path("own.toml").write_text(text, "utf-8")
    found = run("network", "--file", "own.toml", "--check", "--inject", "1/m-missing")
    assert found.status == 2
    assert "changes nothing here" in found.stderr
