"""Networks that are programs of one's own: what an entry says, and what is wrong with one."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from console import run

from derivcli.exercises.own_networks.results import ProgramNetworkResult, ProgramProof
from derivcli.matrices.graph_results import ArrayGraphResult
from derivcli.report.blocks import Text
from derivcli.report.markup import plain
from derivcli.report.program_network import blocks

LOGISTIC = """
[[network]]
name = "logistic"
program = '''
Z = X @ w + b
A = sigmoid(Z)
J = -sum(Y*log(A) + (1 - Y)*log(1 - A))/m
'''
parameters = ["w", "b"]
shapes = { X = "mxn", w = "nx1", b = "1x1", Y = "mx1" }
data = { X = [[1, 0, 2], [0.5, 1, -1], [-1, 1, 0.5], [2, -0.5, 1]], Y = [1, 0, 0, 1] }
values = { w = [0.5, -0.25, 0.1], b = 0.2 }
"""
X = np.array([[1, 0, 2], [0.5, 1, -1], [-1, 1, 0.5], [2, -0.5, 1]])
Y = np.array([[1], [0], [0], [1]])


def entry(**fields):
    """Return a file with one entry: a line for each key, its value as TOML."""
    fields = {"name": '"own"', "program": '"J = sum((X @ w - y)**2)/m"', **fields}
    lines = (f"{key} = {value}" for key, value in fields.items() if value is not None)
    return "\n".join(["[[network]]", *lines, ""])


def network(text, *arguments, name="own"):
    Path("own.toml").write_text(text, "utf-8")
    return run("network", name, "--file", "own.toml", *arguments)


def arrays(result):
    found = json.loads(result.stdout)
    return {each["name"]: each for each in found["arrays"]}


def test_the_gradient_of_a_program_is_that_of_numpy_by_hand():
    found = arrays(network(LOGISTIC, "--format", "json", name="logistic"))
    A = 1 / (1 + np.exp(-(X @ [[0.5], [-0.25], [0.1]] + 0.2)))
    assert found["A"]["value"] == pytest.approx(A)
    assert found["w"]["gradient"]["value"] == pytest.approx(X.T @ (A - Y) / 4)
    assert found["b"]["gradient"]["value"] == [pytest.approx([np.mean(A - Y)])]
    assert found["X"]["gradient"] is None
    assert (found["X"]["shape"], found["w"]["gradient"]["shape"]) == ([4, 3], [3, 1])


def test_examples_in_rows_give_the_numbers_of_a_network_of_layers_in_columns():
    layers = run("network", "logistic regression on 4 examples", "--format", "json")
    rows = arrays(network(LOGISTIC, "--format", "json", name="logistic"))
    dW1 = arrays(layers)["W1"]["gradient"]["value"]
    assert np.transpose(rows["w"]["gradient"]["value"]) == pytest.approx(np.array(dW1))


def test_each_equation_is_told_with_its_rules_and_proved():
    found = json.loads(network(LOGISTIC, "--format", "json", name="logistic").stdout)
    told = {each["name"]: each for each in found["equations"]}
    assert told["dZ"]["equation"] == "(A - Y) / m"
    assert told["dw"]["dimensions"] == "(n, 1) = (n, m) @ (m, 1)"
    assert all(each["proved"] for each in told.values())
    assert found["shapes"]["X"] == ["m", "n"]
    assert found["sizes"] == {"m": 4, "n": 3}


@pytest.mark.parametrize("shapes", ['{ X = "nxm", w = "nx1" }', '{ X = ["n", "m"], w = ["n", 1] }'])
def test_shapes_are_typed_or_as_in_json(shapes):
    text = entry(shapes=shapes, program='"J = sum(w.T @ X)"', data="{ X = [[1, 2], [3, 4]] }")
    assert arrays(network(text, "--format", "json"))["w"]["gradient"]["value"] == [[3], [7]]


@pytest.mark.parametrize(
    ("shapes", "program"),
    [
        ('{ X = "mxn", w = "nx1", y = "mx1" }', '"J = sum((X @ w - y)**2)/m"'),
        ('{ X = "nxm", w = "nx1", y = "1xm" }', '"J = sum((w.T @ X - y)**2)/m"'),
    ],
)
def test_columns_of_a_file_are_examples_in_rows_or_in_columns_as_the_shapes_say(shapes, program):
    Path("x.csv").write_text("x2,y,x1\n2,1,1\n4.5,0,3\n0,1,-1\n", "utf-8")
    text = entry(shapes=shapes, program=program, data='"x.csv"', values="{ w = [1, 2] }")
    found = arrays(network(text, "--format", "json"))
    X, y, w = np.array([[1, 2], [3, 4.5], [-1, 0]]), np.array([[1], [0], [1]]), [[1], [2]]
    assert found["w"]["gradient"]["value"] == pytest.approx(2 * X.T @ (X @ w - y) / 3)
    assert found["y"]["gradient"] is None


def test_a_file_of_columns_that_fits_in_both_ways_is_asked_about():
    Path("x.csv").write_text("x1,x2\n1,2\n3,4\n", "utf-8")
    text = entry(shapes='{ X = "mxn", w = "nx1" }', program='"J = sum(X @ w)"', data='"x.csv"')
    found = network(text)
    assert found.status == 2
    assert "do the examples of x.csv stand in rows or in columns?" in found.stderr


def test_a_matrix_of_a_file_is_found_beside_the_entry():
    Path("x.csv").write_text("1,2\n3,4\n", "utf-8")
    text = entry(program='"J = sum(X @ w)"', shapes='{ w = "2x1" }', data='{ X = "@x.csv" }')
    assert arrays(network(text, "--format", "json"))["w"]["gradient"]["value"] == [[4], [6]]


def test_numbers_of_toml_keep_their_digits():
    text = entry(program='"J = w*x"', data='{ x = "1/3" }', values="{ w = 0.1 }")
    found = json.loads(network(text, "--format", "json").stdout)
    assert Fraction(found["cost_exact"]) == Fraction(1, 30)


def test_data_are_no_parameters_unless_told():
    shapes = '{ X = "mxn", w = "nx1", y = "mx1" }'
    data = "{ X = [[1, 2]], y = [3] }"
    found = json.loads(network(entry(shapes=shapes, data=data), "--format", "json").stdout)
    assert found["parameters"] == ["w"]
    assert found["drawn"] == ["w"]


def test_another_seed_draws_other_numbers():
    text = entry(shapes='{ X = "mxn", w = "nx1", y = "mx1" }', parameters='["w"]')
    first, second, again = (
        network(text, "--seed", seed, "--format", "csv").stdout for seed in ("1", "2", "1")
    )
    assert first == again
    assert first != second


def test_large_arrays_are_left_out_unless_asked_for():
    text = entry(
        shapes='{ X = "12x10", w = "10x1", y = "12x1" }', program='"J = sum((X @ w - y)**2)/2"',
        parameters='["w"]',
    )  # fmt: skip
    assert arrays(network(text, "--format", "json"))["X"]["value"] is None
    assert len(arrays(network(text, "--format", "json", "--values"))["X"]["value"]) == 12


def test_at_a_kink_the_status_is_that_of_no_derivative():
    found = network(entry(program='"J = |w|"', values="{ w = 0 }"))
    assert found.status == 4
    assert "has no derivative here" in found.stdout


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"shape": "3"}, "unknown key 'shape'"),
        ({"layers": '"2-1"'}, "unknown key 'layers'"),
        ({"shapes": '{ X = "mxn", w = "kx1" }'}, "(m, n) @ (k, 1) does not fit"),
        ({"shapes": "3"}, "'shapes' is not a table"),
        ({"shapes": "{ X = 3 }"}, "'shapes.X' is no shape"),
        ({"program": "3"}, "'program' is not a string"),
        ({"program": '"J = sni(w)"'}, "unknown function 'sni'"),
        ({"program": '"J = X @ w"', "shapes": '{ X = "mxn", w = "nx1" }'}, "ends in a number"),
        ({"program": '"J = w*x"', "parameters": '["v"]'}, "'v' is not a variable"),
        ({"program": '"J = w*x"', "data": "{ v = 3 }"}, "'v' is not a variable"),
        ({"program": '"J = w*x"', "data": '{ w = 1, x = "@no.csv" }'}, "cannot read no.csv"),
        ({"program": '"J = w"', "data": "{ w = 1 }", "values": "{ w = 1 }"}, "'w' stands in"),
        ({"program": '"J = w*w"', "data": "{ w = 1 }"}, "no name is a parameter"),
        ({"data": '"no.csv"'}, "cannot read no.csv"),
    ],
)
def test_what_is_wrong_is_said_with_the_entry(fields, message):
    found = network(entry(**fields))
    assert (found.status, found.stdout) == (2, "")
    assert found.stderr.startswith("error: own.toml: network 1 ('own')")
    assert message in found.stderr.splitlines()[0]


@pytest.mark.parametrize(
    "options",
    [
        ["--loss", "squared"],
        ["--activation", "relu"],
        ["--init", "zeros"],
        ["--examples", "3"],
        ["--penalty", "sum(w**2)"],
        ["--train", "--held-out", "1"],
    ],
)
def test_what_is_for_layers_alone_is_refused_in_a_line(options):
    found = network(entry(shapes='{ X = "mxn", w = "nx1", y = "mx1" }'), *options)
    assert found.status == 2
    option = next(each for each in reversed(options) if each.startswith("--"))
    assert found.stderr.startswith(f"error: {option} is for layers")


def test_the_list_of_examples_shows_the_steps_of_a_program():
    Path("examples.toml").write_text(LOGISTIC, "utf-8")
    (listed,) = json.loads(run("examples", "--format", "json").stdout)["examples"]
    assert listed["expression"].startswith("Z = X @ w + b; A = sigmoid(Z); J = ")
    assert listed["what"] == "by w b, data X Y"
    assert listed["command"] == "derivcli network logistic"


def test_a_program_is_no_graph_of_layers():
    Path("examples.toml").write_text(LOGISTIC, "utf-8")
    found = run("graph", "--from-network", "logistic")
    assert found.status == 2
    assert "derivcli network logistic" in found.stderr


def test_a_training_is_told_with_its_update_and_drawn():
    found = network(LOGISTIC, "--train", "--iterations", "3", name="logistic")
    assert "Gradient descent: w := w - 0.5 * dw, and b likewise" in found.stdout
    assert "the cost, iteration by iteration" in found.stdout
    options = ["--train", "--iterations", "3", "--output", "costs.svg"]
    assert network(LOGISTIC, *options, name="logistic").status == 0
    assert Path("costs.svg").read_text("utf-8").startswith("<?xml")


def test_several_answers_come_at_once():
    options = ["--train", "--iterations", "2", "--check", "--format", "json"]
    found = json.loads(network(LOGISTIC, *options, name="logistic").stdout)
    assert found["check"]["passed"]
    assert found["training"]["costs"][0] == pytest.approx(found["cost"])


def test_a_proof_has_two_witnesses():
    found = json.loads(network(LOGISTIC, "--prove", "--format", "json", name="logistic").stdout)
    told = {each["equation"]: each for each in found["proof"]}
    assert told["dw = X.T @ dZ"] == {
        "equation": "dw = X.T @ dZ", "proved": True, "for_all_sizes": True, "written_out": True,
        "entries": 3,
    }  # fmt: skip
    assert found["written_out"] == {"m": 2, "n": 3}
    assert found["cost"] is None


def test_where_sympy_tells_nothing_that_is_said():
    text = entry(
        program='"J = sum(w**2)/2 + C*sum(max(0, 1 - y*(X @ w)))"', parameters='["w"]',
        shapes='{ w = "kx1", X = "nxk", y = "nx1" }',
    )  # fmt: skip
    told = network(text, "--prove").stdout
    assert "SymPy could tell none of them from J written out in symbols." in told
    assert "Written out:" not in told


def test_what_is_proved_at_small_sizes_alone_is_said_to_be():
    proofs = (
        ProgramProof("dW = dZ @ X.T", True, True, True, 4, ""),
        ProgramProof("dZ = A - Y", True, False, True, 4, ""),
        ProgramProof("dV = Z", False, False, None, 0, ""),
    )
    graph = ArrayGraphResult(
        "J = sum(W @ X)", "J", None, {}, ("W",), None, {"W": ("n", "m")}, {}, (), (), (), {}
    )
    found = ProgramNetworkResult(
        "own", "J = sum(W @ X)", "J", ("W",), None, graph.shapes, {}, (), (), (), graph,
        proof=proofs, written_out={"n": 2, "m": 3},
    )  # fmt: skip
    told = " ".join(plain(each.text) for each in blocks(found) if isinstance(each, Text))
    assert "2 of 3 equations are proved, wherever J has a derivative; dZ for the sizes" in told
    assert found.status == 1


@pytest.mark.parametrize(
    ("equation", "status", "said"),
    [
        ("dw = X.T @ dZ", 0, "Correct: proved equal for all sizes."),
        ("dw = X.T @ (A - Y)/m", 0, "Correct: proved equal for all sizes."),
        ("dA = -Y/A/m + (1 - Y)/(1 - A)/m", 0, "Correct: proved equal for all sizes."),
        ("dw = X.T @ (A - Y)", 1, "Wrong: 1/m missing."),
        ("dw = dZ @ X.T", 1, "Wrong: factors in the wrong order."),
        ("db = sum(dZ, axis=1, keepdims=True)", 1, "Wrong"),
        ("dZ = A + Y", 1, "entry [1, 1] of the answer is"),
    ],
)
def test_an_equation_in_the_names_of_the_program_is_judged(equation, status, said):
    found = network(LOGISTIC, "--judge", equation, name="logistic")
    assert found.status == status
    assert said in found.stdout


@pytest.mark.parametrize(
    ("equation", "message"),
    [
        ("dq = 3", "'dq' is no gradient of this program"),
        ("X.T @ dZ", "this is no equation"),
        ("dm = 3", "'dm' is no gradient"),
        ("dw = X.T @ q", "the program has no 'q'"),
        ("dw = X.T @", "expected"),
    ],
)
def test_what_cannot_be_judged_is_said_in_a_line(equation, message):
    found = network(LOGISTIC, "--judge", equation, name="logistic")
    assert (found.status, found.stdout) == (2, "")
    assert found.stderr.startswith("error: in --judge: ")
    assert message in found.stderr


def test_a_verdict_is_told_to_machines_with_the_mended_equation():
    options = ["--judge", "dw = X.T @ (A - Y)", "--format", "json"]
    found = json.loads(network(LOGISTIC, *options, name="logistic").stdout)["judge"]
    assert (found["verdict"], found["diagnosis"]) == ("wrong", "1/m missing")
    assert found["repaired"] == "dw = X.T @ (A - Y) / m"
    assert found["counterexample"]["answer"] == pytest.approx(
        4 * found["counterexample"]["expected"]
    )
