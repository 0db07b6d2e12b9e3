import json
import math
import shlex
from pathlib import Path

import numpy as np
import pytest
from console import run

from derivcli.errors import RefusedError, UsageError, describe
from derivcli.exercises.networks import load
from derivcli.language.text import text
from derivcli.networks.backprop import Sweeps
from derivcli.networks.numbers import network
from derivcli.networks.results import NetworkSpec

XOR = """[[network]]
name = "xor"
layers = "2-2-1"
X = [[0, 0, 1, 1], [0, 1, 0, 1]]
Y = [0, 1, 1, 0]
"""
SHIPPED = {each.name: each for each in load()}


def one(lines, layers='"2-2-1"'):
    text = f'[[network]]\nname = "xor"\nlayers = {layers}\n{lines}\n'
    Path("net.toml").write_text(text, "utf-8")
    (found,) = load("net.toml")
    return found.spec


def told(lines, layers='"2-2-1"', kind=UsageError):
    with pytest.raises(kind) as caught:
        one(lines, layers)
    return describe(caught.value).removeprefix("error: net.toml: network 1 ('xor'): ")


def test_an_entry_says_what_the_command_line_can_say():
    found = one(
        'activation = ["relu", "softmax"]\nloss = "softmax-cross-entropy"\nexamples = 7\nseed = 0\n'
        'init = "he"\nabout = "a word"',
        layers="[3, 4, 2]",
    )
    assert found.architecture.name == "3-4-2"
    assert found.architecture.activations == ("relu", "softmax")
    assert found.architecture.loss == "softmax-cross-entropy"
    assert (found.examples, found.seed, found.init, found.name) == (7, 0, "he", "xor")
    assert (found.given, found.data) == ({}, None)
    assert load("net.toml")[0].about == "a word"


def test_what_is_left_out_is_what_the_command_line_leaves_out():
    found = one("")
    assert found == NetworkSpec(found.architecture, name="xor")
    assert found.architecture.activations == ("tanh", "sigmoid")


def test_an_entry_has_a_penalty_and_the_numbers_in_it():
    found = one(
        'penalty = "lambda/2*sum(W1**2) + k*sum(b1**2)"\nvalues = { lambda = 0.1, k = "1/3" }'
    )
    penalty = found.architecture.penalty
    assert penalty.text == "lambda / 2 * sum(W1**2) + k * sum(b1**2)"
    assert [(name, text(tree)) for name, tree in penalty.constants] == [
        ("lambda", "0.1"), ("k", "1/3"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('penalty = "k*sum(W1**2)"', "'penalty': unknown name 'k'"),
        ('penalty = "sum(X**2)"', "'penalty': X is data"),
        ('penalty = "sum(W1**2)"\nvalues = { k = 1 }', "'values': the penalty has no 'k'"),
        ("values = { k = 1 }", "'values' are numbers for the names in a 'penalty'"),
        ('penalty = "k*sum(W1**2)"\nvalues = { k = "1/0" }', "'values': 'k' has no finite value"),
        ('penalty = "k*sum(W1**2)"\nvalues = { k = "w" }', "'values.k': 'w' has no value here"),
    ],
)
def test_what_is_wrong_with_a_penalty_is_said_with_its_entry(lines, message):
    assert told(lines).startswith(message)


ARRAYS = [
    ("X = [[0, 1], [2, 3]]\nY = [[0, 1]]", "X", ((0, 1), (2, 3))),
    ("X = [[0, 1], [2, 3]]\nY = [0, 1]", "Y", ((0, 1),)),
    ("X = [0, 1]\nY = 1", "X", ((0,), (1,))),
    ("X = [0, 1]\nY = 1", "Y", ((1,),)),
    ("W1 = [[1, 2.5], [-3, 1e-3]]", "W1", ((1, 2.5), (-3, 0.001))),
    ("W2 = [1, 2]", "W2", ((1, 2),)),
    ("W2 = [[1, 2]]", "W2", ((1, 2),)),
    ("b1 = [0, 0.5]", "b1", ((0,), (0.5,))),
    ("b1 = [[0], [0.5]]", "b1", ((0,), (0.5,))),
    ("b2 = 3", "b2", ((3,),)),
    ("b2 = [3]", "b2", ((3,),)),
    ('W2 = ["1/3", "sqrt(2)"]', "W2", ((1 / 3, math.sqrt(2)),)),
    ('W2 = ["-pi/2", "1/10 + 2/10"]', "W2", ((-math.pi / 2, 0.3),)),
    ('W2 = ["exp(-2000)", "2e-3"]', "W2", ((0, 0.002),)),
]


@pytest.mark.parametrize("lines, key, rows", ARRAYS)
def test_numbers_lists_and_rows_are_arrays(lines, key, rows):
    assert one(lines).given[key] == rows


def test_a_column_of_weights_may_be_a_plain_list():
    found = one("W1 = [1, 2, 3]\nX = [4, 5]\nY = [6, 7]", layers='"1-3-1"')
    assert found.given["W1"] == ((1,), (2,), (3,))
    assert (found.given["X"], found.given["Y"]) == (((4, 5),), ((6, 7),))
    assert found.examples == 2


def test_a_data_file_stands_beside_its_toml(tmp_path):
    (tmp_path / "sub").mkdir()
    path = tmp_path / "sub" / "net.toml"
    path.write_text('[[network]]\nname = "a"\nlayers = "2-1"\ndata = "in/d.csv"\n', "utf-8")
    assert load(str(path))[0].spec.data == str(tmp_path / "sub" / "in" / "d.csv")
    Path("examples.toml").write_text(path.read_text("utf-8"), "utf-8")
    assert load()[0].spec.data == str(Path("in/d.csv"))


KNOWN = "known keys: name, layers, activation, loss, examples, seed, init, data, about, X, Y, penalty, values, W1, b1, ..."
WHERE = "error: net.toml: network 1 ('xor')"
ERRORS = [
    ("W2 = [1, 2, 3]", "'W2' is 1 x 3, and layer 2 of a 2-2-1 network needs 1 x 2"),
    ("W1 = [1, 2]", "'W1' is 2 x 1, and layer 1 of a 2-2-1 network needs 2 x 2"),
    ("W2 = [[1], [2]]", "'W2' is 2 x 1, and layer 2 of a 2-2-1 network needs 1 x 2\nhint: turn it: a row for each unit of the layer"),
    ("b1 = [[0, 0.5]]", "'b1' is 1 x 2, and layer 1 of a 2-2-1 network needs 2 x 1\nhint: turn it: a row for each unit of the layer"),
    ("b2 = [1, 2]", "'b2' is 2 x 1, and layer 2 of a 2-2-1 network needs 1 x 1"),
    ("W3 = 1", "'W3' is given, and a 2-2-1 network has 2 layers\nhint: it has W1, b1, W2, b2"),
    ("b0 = 1", "'b0' is given, and a 2-2-1 network has 2 layers\nhint: it has W1, b1, W2, b2"),
    ("w1 = 1", "unknown key 'w1'\nhint: did you mean 'W1'?"),
    ("activations = 1", "unknown key 'activations'\nhint: did you mean 'activation'?"),
    ("Z1 = 1", f"unknown key 'Z1'\nhint: {KNOWN}"),
    ("rate = 1", f"unknown key 'rate'\nhint: {KNOWN}"),
    ("X = [[1, 2], [3, 4]]", "'X' is given without 'Y'"),
    ("Y = [1, 2]", "'Y' is given without 'X'"),
    ("X = [[1, 2], [3, 4]]\nY = [1]", "'X' has 2 examples, and 'Y' has 1\nhint: each example is a column, in both of them"),
    ("X = [[1, 2], [3, 4]]\nY = [1, 0]\nexamples = 3", "'examples' is 3, and 'X' has 2 examples\nhint: leave 'examples' out"),
    ("X = [[1, 2, 3]]\nY = [1, 0, 1]", "'X' has 1 row, and a 2-2-1 network takes 2 features"),
    ("X = [[1, 2], [3, 4], [5, 6]]\nY = [1, 0, 1]", "'X' has 3 rows, and a 2-2-1 network takes 2 features\nhint: examples stand in columns: turn it, a row for each feature"),
    ("X = [[1, 2], [3, 4]]\nY = [[1], [0]]", "'Y' has 2 rows, and a 2-2-1 network gives 1 answer\nhint: examples stand in columns: turn it, a row for each answer"),
    ('X = 1\nY = 1\ndata = "d.csv"', "'X' has 1 row, and a 2-2-1 network takes 2 features"),
    ('X = [1, 2]\nY = 1\ndata = "d.csv"', "'data' brings its own examples, and 'X' is given"),
    ('Y = 1\ndata = "d.csv"', "'data' brings its own examples, and 'Y' is given"),
    ('examples = 4\ndata = "d.csv"', "'data' brings its own examples, and 'examples' is given"),
    ("data = 3", "'data' is not a string\nhint: write data = \"...\""),
    ("W1 = [[1, 2], [3]]", "'W1': row 2 has 1 number, and row 1 has 2"),
    ("W1 = [[1, 2], 3]", "'W1' mixes numbers and rows: entry 2 is not a list"),
    ("W1 = [1, [2, 3]]", "'W1' mixes numbers and rows: entry 1 is not a list"),
    ("W1 = []", "'W1' is empty"),
    ("W1 = [[], []]", "'W1' has an empty row"),
    ("W1 = [[1, 2], [3, true]]", "'W1', row 2, column 2 is not a number\nhint: write 0.5, or a constant such as \"1/3\""),
    ("W1 = [[[1]], [[2]]]", "'W1', row 1, column 1 is not a number\nhint: write 0.5, or a constant such as \"1/3\""),
    ("b2 = { a = 1 }", "'b2' is not a number\nhint: write 0.5, or a constant such as \"1/3\""),
    ("b1 = [0, nan]", "'b1', number 2 is not a finite number"),
    ("b2 = -inf", "'b2' is not a finite number"),
    ("b2 = 1e400", "'b2' is too large for float64"),
    (f"b2 = 1{'0' * 310}", "'b2' is too large for float64"),
    ('b2 = "exp(900)"', "'b2' is too large for float64"),
    ('b2 = "abc"', "'b2': 'abc' has no value here\n  abc\n  ^^^\nhint: a number is written as 0.5, \"1/3\" or \"sqrt(2)\""),
    ('b2 = "1; a = 2"', "'b2': only the last statement may be without a name\n  1; a = 2\n  ^\nhint: name it, as in a = ..., or join the lines with parentheses"),
    ('b2 = "a = 2"', "'b2': a number is expected\n  a = 2\n  ^^^^^\nhint: a number is written as 0.5, \"1/3\" or \"sqrt(2)\""),
    ('b2 = "1,5"', "'b2': unexpected ','\n  1,5\n   ^\nhint: decimals are written with a point: 0.5"),
    ('b2 = "1/0"', "'b2': 1/0 is undefined: division by 0\n  1/0\n  ^^^"),
    ('b2 = "log(-1)"', "'b2': log(-1) is undefined: log(u) needs u > 0\n  log(-1)\n  ^^^^^^^"),
    ('b2 = "9**9**9"', "'b2': this exponent is beyond 1,000\n  9**9**9\n     ^^^^"),
    ('b2 = ""', "'b2': the expression is empty\nhint: write one such as w**2"),
    ('activation = "relu"', '2 layers need 2 activations, and 1 is given\nhint: one a layer, such as activation = ["relu", "sigmoid"]'),
    ('activation = ["relu", "sigmid"]', "unknown activation 'sigmid'\nhint: did you mean 'sigmoid'?"),
    ("activation = 3", "'activation' is not a name or a list of names"),
    ('activation = ["softmax", "sigmoid"]', "softmax stands on the last layer only"),
    ('activation = ["tanh", "softmax"]\nloss = "cross-entropy"', 'softmax on the last layer and cross-entropy do not go together\nhint: choose loss = "softmax-cross-entropy"'),
    ('loss = "square"', "unknown loss 'square'\nhint: did you mean 'squared'?"),
    ("loss = 3", "'loss' is not a string\nhint: write loss = \"...\""),
    ('init = "zero"', "unknown init 'zero'\nhint: did you mean 'zeros'?"),
    ('init = "x"', "unknown init 'x'\nhint: known: random, zeros, he, xavier"),
    ("seed = -1", "'seed' is not a whole number from 0 to 4,294,967,295"),
    ("seed = 1.5", "'seed' is not a whole number from 0 to 4,294,967,295"),
    ("examples = 0", "'examples' is not a whole number from 1 to 20,000,000"),
    ("about = 3", "'about' is not a string\nhint: write about = \"...\""),
]  # fmt: skip


@pytest.mark.parametrize("lines, message", ERRORS)
def test_what_is_wrong_is_told_with_its_entry_and_key(lines, message):
    assert told(lines) == message


LAYERS = [
    ("3", "the key 'layers' is not a list of sizes\nhint: write layers = \"3-4-1\" or layers = [3, 4, 1], features first"),
    ("[3, -4]", "the key 'layers' is not a list of sizes\nhint: write layers = \"3-4-1\" or layers = [3, 4, 1], features first"),
    ("[3, true]", "the key 'layers' is not a list of sizes\nhint: write layers = \"3-4-1\" or layers = [3, 4, 1], features first"),
    ("[3]", "'layers': '3' is not a list of sizes\nhint: write them with hyphens, features first: 3-4-1"),
    ('"3 4"', "'layers': '3 4' is not a list of sizes\nhint: write them with hyphens, features first: 3-4-1"),
    ("[3, 0, 1]", "'layers': a layer has one unit at least\n  3-0-1\n    ^"),
]  # fmt: skip


@pytest.mark.parametrize("layers, message", LAYERS)
def test_layers_that_are_none_are_told(layers, message):
    assert told("", layers) == message


def test_layers_beyond_the_bounds_are_refused_with_their_entry():
    assert told("", '"4000-4000-1"', RefusedError).startswith("16,")
    assert (
        told("", f"[{', '.join(['1'] * 60)}]", RefusedError)
        == "59 layers are too many (at most 50)"
    )


FILES = [
    ('[[network]]\nlayers = "2-1"\n', "net.toml: network 1: the key 'name' is missing"),
    ('[[network]]\nname = "a"\n', "net.toml: network 1 ('a'): the key 'layers' is missing"),
    ('[[network]]\nname = "3-4"\nlayers = "2-1"\n', "net.toml: network 1 ('3-4'): the name reads like sizes"),
    (XOR + XOR, "net.toml: two networks are named 'xor'"),
    ("[network]\n", "net.toml: 'network' is not a list"),
    ("[[exercise]]\n", r"net.toml has no [[network]]"),
    (XOR + XOR.replace('"xor"', '"two"') + "W2 = [1, 2, 3]\n",
     "net.toml: network 2 ('two'): 'W2' is 1 x 3, and layer 2 of a 2-2-1 network needs 1 x 2"),
]  # fmt: skip


@pytest.mark.parametrize("content, message", FILES)
def test_a_file_that_does_not_do_is_told(content, message):
    Path("net.toml").write_text(content, "utf-8")
    with pytest.raises(UsageError) as caught:
        load("net.toml")
    assert describe(caught.value).startswith(f"error: {message}")


def test_a_file_without_networks_may_do():
    Path("examples.toml").write_text('[[example]]\nexpression = "w"\nat = 1\n', "utf-8")
    assert load(required=False) == ()


def test_the_shipped_networks_hold_the_numbers_that_are_told():
    def gradient(name):
        sweeps = Sweeps(network(SHIPPED[name].spec))
        sweeps.forward()
        return sweeps.cost(), sweeps.backward().tolist()

    cost, found = gradient("two ReLU layers")
    assert (cost, found) == (2, [6, 6, 4, 2])
    cost, found = gradient("logistic unit")
    a = 1 / (1 + math.exp(0.25))  # z = 0.5*1 - 0.5*2 + 0.25
    assert cost == pytest.approx(-math.log(a), rel=1e-15)
    assert found == pytest.approx([a - 1, 2 * (a - 1), a - 1], rel=1e-15)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_network_runs_by_the_command_that_is_printed(name):
    (found,) = json.loads(run("examples", name, "--format", "json").stdout)["examples"]
    words = shlex.split(found["command"])
    assert words[:2] == ["derivcli", "network"]
    assert run(*words[1:], "--check").status == 0
    assert run(*words[1:], "--prove").status == 0


def test_the_shipped_program_has_the_gradient_that_numpy_finds_by_hand():
    told = json.loads(run("network", "residual block", "--format", "json").stdout)
    arrays = {each["name"]: each for each in told["arrays"]}
    at = {name: np.array(each["value"]) for name, each in arrays.items()}
    W, X, V, Y, m = at["W"], at["X"], at["V"], at["Y"], 4
    T = np.tanh(W @ X + at["b"])
    A = X + T
    E = np.exp(V @ A + at["c"])
    P = E / E.sum(axis=0)
    d = (P - Y) / m  # each column of Y adds up to 1
    back = V.T @ d * (1 - T**2)
    expected = {
        "W": back @ X.T + 0.1 * W, "b": back.sum(axis=1, keepdims=True),
        "V": d @ A.T, "c": d.sum(axis=1, keepdims=True),
    }  # fmt: skip
    for name, gradient in expected.items():
        found = np.array(arrays[name]["gradient"]["value"])
        assert found == pytest.approx(gradient, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize(
    "equation, status",
    [("dV = (P - Y) @ A.T / m", 0), ("dV = (P - Y) @ A.T", 1), ("dV = A.T @ (P - Y) / m", 1)],
)
def test_an_equation_is_judged_by_the_labels_that_are_given(equation, status):
    # each column of Y adds up to 1, and the answer is so the one that books have
    found = run("network", "residual block", "--judge", equation, "--format", "json")
    assert found.status == status
    judged = json.loads(found.stdout)["judge"]
    assert judged["repaired"] == (None if status == 0 else "dV = (P - Y) @ A.T / m")


@pytest.mark.parametrize("rate", ["0.5", "2"])
def test_xor_is_learnt_from_its_seed_and_not_from_seed_1(rate):
    def last(*options):
        told = run("network", "xor", "--train", "--rate", rate, "--format", "json", *options)
        return json.loads(told.stdout)["training"]["costs"][-1]

    assert last() < 0.01
    assert last("--seed", "1") > 0.3
    assert last("--init", "zeros") == pytest.approx(math.log(2), rel=1e-12)


def test_examples_lists_networks_and_tells_of_one():
    found = run("examples").stdout
    table = found.partition("networks: derivcli network NAME runs one\n")[2]
    assert table.splitlines()[1].split("│")[1:-1] == [
        f" {title:<{len(part) - 1}}"
        for title, part in zip(
            ["name", "layers or program", "what", "about"],
            table.splitlines()[1].split("│")[1:-1],
            strict=True,
        )
    ]
    assert "│ two layers " in table
    assert "│ tanh sigmoid, cross-entropy, m = 5 │" in table
    told = run("examples", "xor").stdout.splitlines()
    assert told[0] == "derivcli network xor"
    assert len(told) == 2


def test_networks_of_a_file_are_looked_up_there():
    Path("my nets.toml").write_text(XOR + 'about = "mine"\n', "utf-8")
    found = run("examples", "--file", "my nets.toml", "--format", "csv").stdout
    assert found.splitlines() == [
        "name,expression,at,wrt,about,command,kind,what",
        """xor,2-2-1,,,mine,derivcli network xor --file 'my nets.toml',network,"tanh sigmoid, cross-entropy, m = 4\"""",
    ]
    command = shlex.split(found.splitlines()[1].split(",")[5])
    assert run(*command[1:]).status == 0


def test_a_program_and_a_network_of_one_name_are_both_told_of():
    Path("examples.toml").write_text(
        XOR + '[[program]]\nname = "xor"\nprogram = "J = w"\nat = 1\n', "utf-8"
    )
    assert run("examples", "xor").stdout == "derivcli graph 'J = w' --at 1\nderivcli network xor\n"
