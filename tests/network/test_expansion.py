import itertools
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from console import run
from tiers import thinned

from derivcli.cli import programs
from derivcli.errors import RefusedError, UsageError
from derivcli.graphs.study import graph_result
from derivcli.language.limits import _sizes, file_limits
from derivcli.language.parser import parse
from derivcli.networks.activations import LISTED
from derivcli.networks.backprop import Sweeps
from derivcli.networks.expansion import MOST_OPERATIONS, expand, few_examples, operations
from derivcli.networks.layers import architecture, go_together
from derivcli.networks.losses import LOSSES
from derivcli.networks.numbers import network
from derivcli.networks.results import NetworkSpec

HIDDEN = [name for name in LISTED if name != "softmax"]


def fits(last, loss):
    """Is this a pair whose loss has a value whatever the last Z is?"""
    if loss == "cross-entropy":
        return last == "sigmoid"
    return go_together(last, loss)


OUTPUTS = [pair for pair in itertools.product(LISTED, LOSSES) if fits(*pair)]
CASES = [
    *(((2, 1, 2), (hidden, last), loss, 1) for hidden, (last, loss) in zip(itertools.cycle(HIDDEN), OUTPUTS, strict=False)),
    *(((1, 1), (last,), loss, 1) for last, loss in OUTPUTS),
    *(((1, 2, 1), (hidden, "sigmoid"), "cross-entropy", 2) for hidden in HIDDEN),
    ((3, 1), ("sigmoid",), "cross-entropy", 4),
    ((2, 2, 2), ("gelu", "softmax"), "squared", 2),
    ((2, 3), ("softmax",), "softmax-cross-entropy", 3),
    ((1, 2, 2, 2, 1), ("tanh", "relu", "elu", "sigmoid"), "cross-entropy", 1),
    ((3, 4, 1), ("tanh", "sigmoid"), "cross-entropy", 2),
]  # fmt: skip


def spec(sizes, activations, loss, m, seed=1):
    return NetworkSpec(architecture(sizes, activations, loss), examples=m, seed=seed)


def by_the_graph(found, arithmetic):
    at = [f"{name}={value}" for name, value in found.values.items()]
    asked = programs.Asked(found.program, tuple(at), found.wrt, False, found.operations)
    request = programs.request(asked, ("0.001",), None, None, None, 10_000)
    result = graph_result(replace(request, arithmetic=arithmetic, checked=False, digits=17))
    return float(result.value.number), {
        name: float(each.number) for name, each in result.gradients.items()
    }


def by_sweeps(numbers):
    sweeps = Sweeps(numbers)
    sweeps.forward()
    sweeps.backward()
    found = {}
    for layer, arrays in enumerate(sweeps.layers, 1):
        for (i, j), value in np.ndenumerate(arrays.gradient):
            last = j == arrays.gradient.shape[1] - 1
            found[f"b{layer}_{i + 1}" if last else f"W{layer}_{i + 1}_{j + 1}"] = float(value)
    return sweeps.cost(), found


@pytest.mark.parametrize("sizes, activations, loss, m", thinned(CASES, 3))
def test_the_graphs_gradient_is_that_of_the_sweeps(sizes, activations, loss, m):
    for seed in (1, 2):
        numbers = network(spec(sizes, activations, loss, m, seed))
        found = expand(numbers)
        value, gradients = by_the_graph(
            found, "exact" if len(sizes) < 4 and seed == 1 else "float64"
        )
        cost, expected = by_sweeps(numbers)
        assert value == pytest.approx(cost, rel=1e-12, abs=1e-12)
        assert gradients.keys() == expected.keys()
        assert gradients == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("sizes, activations, loss, m", CASES)
def test_operations_are_counted_as_the_language_counts_them(sizes, activations, loss, m):
    asked = spec(sizes, activations, loss, m)
    found = expand(network(asked))
    program = parse(found.program, found.values, file_limits(10_000))
    counted = sum(size.operations for size in _sizes(program, inlined=False).values())
    assert counted == operations(asked.architecture, m) == found.operations
    assert set(program.variables) == set(found.values)


def test_the_course_network_reads_as_in_the_course():
    given = {"X": ((1.0,),), "Y": ((5.0,),), "W1": ((2.0,),), "b1": ((0.0,),),
             "W2": ((3.0,),), "b2": ((1.0,),)}  # fmt: skip
    asked = NetworkSpec(architecture((1, 1, 1), ("relu", "relu"), "squared"), 1, given=given)
    found = expand(network(asked))
    assert found.program == (
        "Z1_1 = W1_1_1*X_1 + b1_1; A1_1 = relu(Z1_1); Z2_1 = W2_1_1*A1_1 + b2_1; "
        "A2_1 = relu(Z2_1); J = (A2_1 - Y_1)**2/2"
    )
    assert found.values == {
        "W1_1_1": "2", "b1_1": "0", "W2_1_1": "3", "b2_1": "1", "X_1": "1", "Y_1": "5",
    }  # fmt: skip
    assert found.wrt == ("W1_1_1", "b1_1", "W2_1_1", "b2_1")


def test_names_count_examples_where_there_are_several():
    found = expand(network(spec((1, 2), ("softmax",), "softmax-cross-entropy", 2)))
    assert found.program.split("; ")[:8] == [
        "Z1_1_1 = W1_1_1*X_1_1 + b1_1",
        "Z1_2_1 = W1_2_1*X_1_1 + b1_2",
        "E1_1_1 = exp(Z1_1_1)",
        "E1_2_1 = exp(Z1_2_1)",
        "S1_1 = E1_1_1 + E1_2_1",
        "A1_1_1 = E1_1_1/S1_1",
        "A1_2_1 = E1_2_1/S1_1",
        "L_1 = -Y_1_1*log(A1_1_1) - Y_2_1*log(A1_2_1)",
    ]
    assert found.program.endswith("J = (L_1 + L_2)/2")


def test_values_are_the_shortest_decimals_of_their_float64():
    given = {"X": ((1e-7,), (-0.0,)), "Y": ((1.0,),), "W1": ((1 / 3, 1e300),), "b1": ((-2.5,),)}
    found = expand(network(NetworkSpec(architecture((2, 1)), 1, given=given)))
    assert found.values == {
        "W1_1_1": "0.3333333333333333", "W1_1_2": "1e+300", "b1_1": "-2.5",
        "X_1": "1e-07", "X_2": "0", "Y_1": "1",
    }  # fmt: skip
    assert {name: float(text) for name, text in found.values.items()}["W1_1_1"] == 1 / 3


def test_a_graph_that_nobody_could_read_is_refused():
    with pytest.raises(RefusedError) as caught:
        expand(network(spec((30, 40), ("sigmoid",), "cross-entropy", 1)))
    assert caught.value.message == (
        "the graph of a 30-40 network with 1 example has 2,760 operations, too many to be read"
        f" (at most {MOST_OPERATIONS:,})"
    )
    assert caught.value.hint == "derivcli network checks and trains large ones"


def answered(*arguments):
    found = run("graph", *arguments, "--format", "json")
    assert (found.stderr, found.status) == ("", 0)
    return json.loads(found.stdout)


def test_a_network_of_the_examples_as_a_graph():
    found = answered("--from-network", "two ReLU layers")
    assert found["value"] == 2
    assert found["gradients"] == {"W1_1_1": 6, "b1_1": 6, "W2_1_1": 4, "b2_1": 2}
    assert found["arithmetic"] == "exact"


def test_the_logistic_unit_is_the_program_of_the_same_numbers():
    network = answered("--from-network", "logistic unit")
    program = answered("--example", "logistic regression")
    assert network["value"] == program["value"]
    assert [*network["gradients"].values()] == [*program["gradients"].values()]


def test_sizes_are_a_network_of_one_example():
    found = answered("--from-network", "2-2-1")
    assert [each["name"] for each in found["nodes"]] == [
        "Z1_1", "Z1_2", "A1_1", "A1_2", "Z2_1", "A2_1", "J",
    ]  # fmt: skip


def test_single_values_are_replaced_and_wrt_is_chosen():
    found = answered(
        "--from-network", "two ReLU layers", "--at", "Y_1=6", "b2_1=1/2", "--wrt", "W2_1_1"
    )
    assert found["at"]["Y_1"] == 6
    assert found["at"]["X_1"] == 1
    assert found["gradients"] == {"W2_1_1": 1}
    assert found["value"] == 0.125


def test_a_large_one_is_run_in_float64_and_says_so():
    found = run("graph", "--from-network", "two layers", "--only", "forward")
    assert found.status == 0
    assert (
        "\nSo large a graph is run in float64; --arithmetic exact takes longer.\n" in found.stdout
    )
    assert answered("--from-network", "two layers")["arithmetic"] == "float64"
    exact = answered("--from-network", "two layers", "--arithmetic", "exact", "--only", "forward")
    assert exact["arithmetic"] == "exact"
    assert exact["note"] is None


def test_a_kink_is_a_kink_of_the_graph():
    found = run(
        "graph", "--from-network", "two ReLU layers", "--at", "W1_1_1=0", "--only", "backward"
    )
    assert found.status == 4
    assert "A1_1 = relu(Z1_1) has no derivative by Z1_1 at Z1_1 = 0" in found.stdout


def test_data_of_a_file_beside_the_toml(tmp_path):
    (tmp_path / "examples.toml").write_text(
        '[[network]]\nname = "mine"\nlayers = "2-1"\ndata = "mine.csv"\n', "utf-8"
    )
    (tmp_path / "mine.csv").write_text("x1,x2,y\n1,2,0\n3,4,1\n", "utf-8")
    found = answered("--from-network", "mine", "--only", "forward")
    assert {name: each for name, each in found["at"].items() if name[0] in "XY"} == {
        "X_1_1": 1, "X_2_1": 2, "Y_1_1": 0, "X_1_2": 3, "X_2_2": 4, "Y_1_2": 1,
    }  # fmt: skip


def test_a_long_file_is_refused_before_it_is_read_to_its_end(tmp_path):
    (tmp_path / "examples.toml").write_text(
        '[[network]]\nname = "mine"\nlayers = "2-1"\ndata = "mine.csv"\n', "utf-8"
    )
    most = MOST_OPERATIONS // (operations(architecture((2, 1)), 1) + 1)
    line, hint = "1,2,0\n", "\nhint: derivcli network checks and trains large ones\n"
    for lines, told in (
        (most + 1, f"mine.csv holds more than {most} examples"),
        (300_000, "mine.csv is larger than 1 MB"),
    ):
        (tmp_path / "mine.csv").write_text("x1,x2,y\n" + lines * line, "utf-8")
        found = run("graph", "--from-network", "mine")
        assert (found.stdout, found.status) == ("", RefusedError.status)
        assert found.stderr.endswith(f"{told}, and its graph is too large to be read{hint}")
    (tmp_path / "mine.csv").write_text("x1,x2,y\n" + most * line, "utf-8")
    assert few_examples("mine.csv", architecture((2, 1)))["X"].shape == (2, most)


ERRORS = [
    (["J = 2", "--from-network", "xor"], "--from-network brings its own program, and PROGRAM is given"),
    (["--example", "x", "--from-network", "xor"], "--example and --from-network each bring a program; choose one"),
    (["--from-network", "xr"], "there is no example 'xr'\nhint: did you mean 'xor'?"),
    (["--from-network", "2-0"], "in --from-network: a layer has one unit at least\n  2-0\n    ^"),
    (["--from-network", "2"], "in --from-network: '2' is not a list of sizes\nhint: write them with hyphens, features first: 3-4-1"),
    (["--from-network", "2-1", "--at", "X_2_2=1"], "in --at: 'X_2_2' is not a variable of the expression\n  X_2_2=1\n  ^^^^^\nhint: did you mean"),
    (["--from-network", "2-1", "--wrt", "W"], "in --wrt: 'W' is not a variable of the expression\n  W\n  ^"),
    (["--from-network", "2-1", "--at", "Z1_1=1"], "in --at: 'Z1_1' is computed, not a variable\n  Z1_1=1\n  ^^^^\nhint: did you mean 'b1_1'?"),
]  # fmt: skip


@pytest.mark.parametrize("arguments, message", ERRORS)
def test_what_does_not_go_together_is_told(arguments, message):
    found = run("graph", *arguments)
    assert (found.stdout, found.status) == ("", UsageError.status)
    assert found.stderr.startswith(f"error: {message}")


def test_a_large_network_is_refused_with_its_size():
    found = run("graph", "--from-network", "784-100-10")
    assert found.status == RefusedError.status
    assert re.match(
        r"error: the graph of a 784-100-10 network with 1 example has 158,990 ", found.stderr
    )
