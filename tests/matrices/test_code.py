"""The program handed out stands alone: run in a fresh interpreter, it finds what the tool finds."""

import json
import subprocess
import sys

import numpy as np
import pytest
from algebra.corpus.cookbook import COOKBOOK
from algebra.corpus.drawing import SIZES, values
from algebra.corpus.layers import LAYERS
from algebra.corpus.losses import LOSSES
from algebra.corpus.networks import NETWORKS
from algebra.corpus.oracle import autograd, same
from console import run as tool
from tiers import thinned

from derivcli.algebra.reverse import reverse
from derivcli.arrays.entries import Float64Entries
from derivcli.arrays.runs import run
from derivcli.errors import RefusedError
from derivcli.language.parser import parse
from derivcli.language.sizes import sized
from derivcli.language.tree import Program
from derivcli.matrices.code import numpy_code
from derivcli.matrices.deriving import proved_form

MODELS = {**COOKBOOK, **LOSSES, **NETWORKS, **LAYERS}
DRIVER = """
import importlib, json, sys, warnings
import numpy as np
warnings.simplefilter("ignore")
sys.path.insert(0, sys.argv[1])
found = {}
for module, names in json.load(sys.stdin).items():
    function = importlib.import_module(module).forward_backward
    own = function.__code__.co_varnames[: function.__code__.co_argcount]
    values = (np.array(names[name]) for name in own)
    found[module] = [np.asarray(each).tolist() for each in function(*values)]
json.dump(found, sys.stdout)
"""


def derived(source, shapes, wrt):
    program = parse(source, arrays=tuple(shapes))
    return proved_form(reverse(program, wrt, shapes))


def code(source, shapes, wrt):
    return numpy_code(derived(source, shapes, wrt), wrt, sized(shapes, {}))


def run_alone(folder, modules):
    """Return what each module's function gives for its values, all in one fresh interpreter."""
    for name, (text, _) in modules.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    lists = {
        module: {name: np.asarray(value).tolist() for name, value in values.items()}
        for module, (_, values) in modules.items()
    }
    done = subprocess.run([sys.executable, "-I", "-c", DRIVER, str(folder)], input=json.dumps(lists),
                          capture_output=True, text=True, check=True, timeout=300)  # fmt: skip
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Every model of the corpus, written and run: its folder, and what came out, by name."""
    folder = tmp_path_factory.mktemp("code")
    names = {f"model{index}": name for index, name in enumerate(MODELS)}
    modules = {}
    for module, name in names.items():
        model = MODELS[name]
        modules[module] = code(model.source, model.shapes, model.wrt), values(model, SIZES[0])
    found = run_alone(folder, modules)
    return folder, {name: found[module] for module, name in names.items()}


@pytest.mark.parametrize("name", thinned(MODELS, 3))
def test_the_function_gives_the_gradients_of_autograd_and_of_the_tool(corpus, name):
    model, (J, *gradients) = MODELS[name], corpus[1][name]
    point = values(model, SIZES[0])
    own = derived(model.source, model.shapes, model.wrt)
    tool = run(Program(own.whole.statements), point, Float64Entries()).values
    assert np.ndim(J) == 0
    assert same(J, float(tool[own.program.output.name].reshape(-1)[0]))
    for by, gradient in zip(model.wrt, gradients, strict=True):
        assert np.shape(gradient) == np.shape(point[by])
        assert same(gradient, tool[f"d{by}"]), by
        assert same(gradient, autograd(model, point, by)), by


def test_it_is_written_as_formatters_write(corpus):
    ruff = [sys.executable, "-m", "ruff"]
    folder = str(corpus[0])
    isolated = ["--isolated", folder]
    checked = subprocess.run([*ruff, "check", "--select", "E,F,W,I", "--ignore", "E741", *isolated],
                             capture_output=True, text=True, check=False)  # fmt: skip
    assert checked.returncode == 0, checked.stdout
    formatted = subprocess.run([*ruff, "format", "--diff", *isolated],
                               capture_output=True, text=True, check=False)  # fmt: skip
    assert formatted.returncode == 0, formatted.stdout


def test_what_numpy_lacks_is_refused_in_a_line():
    with pytest.raises(RefusedError, match="NumPy has no loggamma"):
        code("sum(loggamma(X))", {"X": ("n", "m")}, ("X",))


@pytest.mark.parametrize(
    "source, shapes, excluded",
    [
        ("J = prod(x)", {"x": ("n", 1)}, "an entry of x is 0"),
        ("J = det(A.T @ A)", {"A": ("n", "n")}, "A.T @ A is singular"),
        ("Z = 2*X; J = sum(prod(Z, axis=0))", {"X": ("n", "m")}, "an entry of Z is 0"),
    ],
)
def test_it_says_where_a_formula_has_no_value_and_the_gradient_has_one(source, shapes, excluded):
    docstring = code(source, shapes, (next(iter(shapes)),)).split('"""')[1]
    assert f"\n    Where {excluded} the formulas have no value: they divide by 0.\n" in docstring


def test_of_what_is_not_moved_nothing_is_said():
    assert "Where" not in code("J = prod(c)*sum(x)", {"x": ("n", 1), "c": ("k", 1)}, ("x",))


@pytest.mark.parametrize(
    "source, J",
    [
        ("print = sum(x**2)", lambda x: np.sum(x**2)),
        ("softmax = 2*x; J = logsumexp(softmax)", lambda x: np.log(np.sum(np.exp(2 * x)))),
        ("math = 2*x; T = math + x; J = sum(erf(math)*0 + T**2)", lambda x: 9 * np.sum(x**2)),
    ],
)
def test_a_name_may_be_that_of_what_the_code_calls(source, J):
    told = tool("graph", source, "--shape", "x=nx1", "--format", "python").stdout
    found = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    ).stdout.split()
    x = np.array([[-0.12], [0.05]])
    assert f"x = np.array({x.tolist()})" in told
    assert float(found[2]) == pytest.approx(J(x))
    assert float(found[6].rstrip(",")) == pytest.approx(float(found[-1]), rel=1e-6)


def test_the_numbers_of_the_check_are_no_singular_ones():
    # X.T @ X has an inverse where X has more rows than columns
    told = tool("graph", "J = log(det(X.T @ X))/2", "--shape", "X=mxn", "--format", "python").stdout
    found = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    ).stdout.split()
    assert float(found[6].rstrip(",")) == pytest.approx(float(found[-1]), rel=1e-6)
