"""What J as a whole tells where backprop, node by node, cannot: by hand, beside what `diff` says."""

import json

import pytest
from console import run
from tiers import paired

WHOLE = [  # at 0 where nothing is said: the slope by hand
    ("u = cbrt(x); J = u^3", "x=0", 1),  # J = x
    ("h = sign(x); J = h*x^2", "x=0", 0),  # x|x|
    ("h = heaviside(x); J = h*x^2", "x=0", 0),
    ("f = floor(v); J = 0*f + v", "v=1", 1),
    ("f = v - floor(v); J = sin(2*pi*f)", "v=1", 6.283185307179586),  # sin(2 pi v)
    ("d = v - floor(v); J = d^0", "v=1", 0),  # 1
    ("a = |x|; b = |x|; J = a - b + 5*x", "x=0", 5),
    ("a = relu(x); b = relu(-x); J = a - b", "x=0", 1),  # x
    ("a = max(x, 0); b = min(x, 0); J = a + b", "x=0", 1),  # x
    ("a = floor(v); J = a - floor(v)", "v=3", 0), ("a = atan2(y, -1); J = tan(a)", "y=0", -1),
    ("w = 2*x; u = cbrt(w); J = u^3", "x=0", 2),
    ("a = w^2; J = |a|", "w=0", 0),
    ("s = sign(x); J = s*s*x", "x=0", 1),  # x
    ("u = cbrt(x); v = u^2; J = u*v", "x=0", 1),
    ("h = floor(v); g = ceil(v); J = v*(g - h)^0", "v=2", 1),
]  # fmt: skip


def told(program, at, *more):
    result = run("graph", program, "--at", *at.split(), *more, "--format", "json")
    assert result.status in (0, 4), result.stderr
    return json.loads(result.stdout), result.status


@pytest.mark.parametrize("program, at, slope, arithmetic", paired(WHOLE, ["exact", "float64"]))
def test_graph_gives_the_slope_of_the_whole_and_says_that_backprop_cannot(
    program, at, slope, arithmetic
):
    name = at.partition("=")[0]
    found, _ = told(program, at, "--arithmetic", arithmetic)
    of_diff = json.loads(run("diff", program, "--at", at, "--format", "json").stdout)
    assert found["gradients"][name] == pytest.approx(slope, rel=1e-14)
    assert of_diff["points"][0]["slopes"][0]["slope"] == pytest.approx(slope, rel=1e-14)
    shown = run("graph", program, "--at", at, "--arithmetic", arithmetic)
    assert "Backprop, node by node, cannot tell." in shown.stdout
    assert f"∂J/∂{name} does not exist" not in shown.stdout
    assert (found["as_a_whole"][0]["name"], shown.status) == (name, 0)


@pytest.mark.parametrize("program, at", [
    ("x = w; y = w; J = cbrt(x*y)", "w=0"), ("x = w; y = 2*w; r = sqrt(|x*y|); J = r", "w=0"),
    ("a = w; b = -w; J = cbrt(a*b*b)*cbrt(1)^2 + cbrt(a*b)", "w=0"),
])  # fmt: skip
def test_what_is_flat_along_every_input_need_not_be_flat(program, at):
    """The slopes by x and by y are 0; along x = y = w there is none."""
    found, status = told(program, at)
    assert (found["gradients"]["w"], status) == (None, 4)
    assert found["as_a_whole"][0]["differentiable"] is False


@pytest.mark.parametrize("program, at, wrong", [
    ("r = sqrt(x^2+y^2); J = r^2", "x=0 y=0", "/sqrt(x**2 + y**2) ="),
    ("a = |x|; J = a^2", "x=0", "sign(x) ="), ("a = relu(x); J = a^2", "x=0", "heaviside(x) ="),
    ("a = sqrt(x^4); J = a + x", "x=0", "x**4) = 0, from"), ("a = x^2 + sqrt(x^4); J = 2*a", "x=0", "x**4)) ="),
])  # fmt: skip
@pytest.mark.parametrize("form", ["rich", "latex", "markdown"])
def test_a_formula_that_has_no_value_equals_none(program, at, wrong, form):
    result = run("graph", program, "--at", *at.split(), "--format", form)
    assert result.status == 0
    back = result.stdout.partition("Backprop, right to left")[2]
    assert wrong not in back
    assert "by convention" in back or "from both sides" in back


@pytest.mark.parametrize("program, name, at", [
    ("r = sqrt(x^2+y^2); J = sin(r)*r", "x", "x=0 y=0"),
    ("r = sqrt(x^2+y^2); J = sin(r)*r", "y", "x=0 y=0"),
])  # fmt: skip
def test_a_collapsed_formula_is_no_value_where_it_has_none(program, name, at):
    shown = run("graph", program, "--collapse", name, "--at", *at.split())
    assert shown.status == 0
    assert "/r = 0" not in shown.stdout
    assert f"∂J/∂{name} = 0, where the expression does not tell" in shown.stdout


@pytest.mark.parametrize("program", ["u = cbrt(x); J = u^3", "h = sign(x); J = h*x^2"])
def test_a_collapsed_formula_that_holds_has_the_slope_of_the_whole(program):
    shown = run("graph", program, "--collapse", "x", "--at", "x=0").stdout
    assert "where the expression" not in shown
    assert "cannot tell" in shown


def test_many_names_behind_a_kink_are_told_in_time():
    steps = "; ".join(f"a{i} = relu(a{i - 1}) + w{i}*a{i - 1}" for i in range(1, 40))
    at = ["a0=0", *(f"w{i}=1" for i in range(1, 40))]
    found, status = told(f"{steps}; J = a39", " ".join(at))
    assert status == 4
    assert found["gradients"]["w1"] == 0
