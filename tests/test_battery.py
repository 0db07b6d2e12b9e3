"""Every command in every format, with and without values, at kinks and borders: never a bug."""

import json
from zlib import crc32

import pytest
from console import run
from tiers import paired

FORMATS = ["rich", "plain", "json", "csv", "markdown", "latex"]

PLACES = [  # an expression of x, and where: without a value, at a kink, at a border, far, near
    ("log(x)", "-1"), ("log(x)", "0"), ("1/x", "0"), ("sqrt(x)", "0"), ("sqrt(x)", "-2"), ("sqrt(-x**2)", "0"),
    ("abs(x)", "0"), ("relu(x - 1)", "1"), ("floor(x)", "2"), ("cbrt(x)", "0"), ("sign(x)*x**2", "0"), ("x**x", "0"),
    ("x**2*sin(1/x)", "0"), ("where(x == 0, 1, x)", "0"), ("acos(x)", "1"), ("atan2(x, -1)", "0"), ("gamma(x)", "-2"),
    ("exp(x)", "700"), ("exp(x)", "710"), ("exp(x)", "-745"), ("exp(x)", "-1000"), ("exp(-x**2)", "300"),
    ("tanh(x)", "1000"), ("x**1000", "2"), ("x**2", "1e200"), ("x**4", "1e-120"), ("x - sqrt(x**2 - 1)", "1e200"),
    ("log(1 - sigmoid(x))", "40"), ("exp(exp(x))", "7"), ("sin(1e30*x)", "1/3"), ("x", "1e308"), ("x*1e-320", "1"),
    ("0*x", "5"), ("7", "1"), ("log(x)", "sqrt(2)"), ("max(x, 2*x)", "0"), ("lambertw(x)", "-1/e"), ("erf(x)", "50"),
    ("polygamma(3, x)", "-1"), ("x/x", "0"), ("sinc(x)", "0"), ("heaviside(x)", "0"),
]  # fmt: skip

ONE = [  # commands of one expression, at a place
    ["diff"], ["diff", "--order", "2"], ["diff", "--arithmetic", "float64", "--method", "forward", "central"],
    ["diff", "--arithmetic", "float32", "--eps", "1e-30", "0.1"], ["plot"], ["sweep"],
    ["sweep", "--arithmetic", "float32", "--method", "central"], ["graph"], ["graph", "--arithmetic", "float64"],
    ["graph", "--eps", "1e-300", "-1", "1e30"], ["graph", "--only", "check"], ["table"],
]  # fmt: skip

PROGRAMS = [  # several steps, and where
    ("u = cbrt(x); J = u^3", "x=0"), ("r = sqrt(x^2 + y^2); J = r^2", "x=0 y=0"), ("x = w; y = w; J = cbrt(x*y)", "w=0"),
    ("a = log(x); J = a*x", "x=0"), ("a = x - 1; b = 1/a; J = b^2", "x=1"), ("a = exp(x); b = exp(a); J = exp(b)", "x=3"),
    ("a = exp(-x); b = exp(-exp(x)); J = a*b", "x=7"), ("a = relu(x); b = relu(-x); J = a - b", "x=0"),
    ("h = sign(x); J = h*x^2", "x=0"), ("f = v - floor(v); J = sin(2*pi*f)", "v=1"), ("a = tanh(x); J = a^2 - 1", "x=500"),
    ("a = x^2; b = sqrt(a); c = |b|; J = c + d", "x=0 d=1"), ("a = where(x > 0, 1/x, 0); J = a", "x=0"),
    ("a = sqrt(2)*x; b = a^2; J = b - 2*x^2", "x=1"), ("a = asin(x); J = a^2", "x=1"), ("a = 5; J = a", "x=1"),
    ("a = max(x, y); b = min(x, y); J = a*b", "x=1 y=1"), ("a = acosh(x); J = cosh(a)", "x=1"), ("J = x", "x=0"),
    ("a = erf(x); b = 1 - a; J = log(b)", "x=40"), ("a = x^y; J = a^0", "x=0 y=0"), ("a = 10^x; J = log(a)", "x=300"),
]  # fmt: skip
WAYS = [
    [], ["--arithmetic", "float64"], ["--detail", "operations"], ["--only", "forward"], ["--only", "backward"],
    ["--only", "check", "--eps", "1e-9", "-0.5"], ["--draw", "dot"], ["--draw", "mermaid"],
]  # fmt: skip

NETWORKS = [
    ["3-4-1"], ["1-1"], ["2-3-2", "--activation", "relu", "softmax"], ["2-2-1", "--init", "zeros", "--activation", "relu", "sigmoid"],
    ["2-2-2", "--activation", "leaky_relu", "linear", "--init", "zeros"], ["3-2", "--activation", "relu", "--loss", "cross-entropy"],
    ["2-3-1", "--activation", "gelu", "tanh", "--loss", "squared", "--examples", "1"], ["1-2-1", "--activation", "silu", "sigmoid"],
]  # fmt: skip
DEEDS = [
    [], ["--values"], ["--check"], ["--check", "--eps", "1e-20"], ["--check", "--eps", "10"], ["--check", "--inject", "missing-mean"],
    ["--prove"], ["--train", "--iterations", "3"], ["--train", "--iterations", "50", "--rate", "1e6"],
    ["--judge", "dW1 = dZ1 @ X.T / m"], ["--judge", "A1 = 1/(Z1 - Z1)"], ["--judge", "A1 = log(Z1 - 1e9)"],
    ["--judge", "J = mean(A1)**-1e9"], ["--judge", "dZ1 = relu(Z1)*1e300*1e300"], ["--digits", "1"],
]  # fmt: skip


def no_bug(*arguments, form=None):
    """Run a command in a format, which its own words choose, and look for what must not happen."""
    form = form or FORMATS[crc32(" ".join(arguments).encode()) % len(FORMATS)]
    result = run(*arguments, "--format", form, "--timeout", "20")
    assert result.status in (0, 1, 2, 3, 4), result.stderr
    if not result.stdout:
        assert result.status
        assert result.stderr.startswith("error: ")
    elif form == "json":
        json.loads(result.stdout, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


@pytest.mark.parametrize("place, at, command", paired(PLACES, ONE))
def test_one_expression(place, at, command):
    name, *options = command
    no_bug(name, place, "--at", at, *options)


@pytest.mark.parametrize("program, at, way", paired(PROGRAMS, WAYS))
def test_a_graph(program, at, way):
    no_bug("graph", program, "--at", *at.split(), *way)


@pytest.mark.parametrize("program, at, form", paired(PROGRAMS, FORMATS))
def test_a_graph_collapsed_or_without_a_point(program, at, form):
    name = at.partition("=")[0]
    no_bug("graph", program, form=form)
    no_bug("graph", program, "--collapse", name, form=form)
    no_bug("graph", program, "--collapse", name, "--at", *at.split(), form=form)


@pytest.mark.parametrize("deed, network", paired([(each,) for each in DEEDS], NETWORKS))
def test_a_network(deed, network):
    no_bug("network", *network, *deed)
