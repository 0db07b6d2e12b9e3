"""Where the formula of a gradient divides by 0, the derivative is the program's own: SymPy's."""

import json

import pytest
import sympy
from console import run

POINTS = [
    ("prod(x)", {"x": [[0], [2], [3]]}),
    ("prod(x)", {"x": [[0], [0], [3]]}),
    ("prod(x)**2 + prod(x)", {"x": [[0], [-2], [3]]}),
    ("sum(prod(X, axis=0))", {"X": [[0, 2], [3, 4]]}),
    ("sum(prod(X, axis=1))", {"X": [[0, 0], [3, 0]]}),
    ("det(A)", {"A": [[1, 2], [2, 4]]}),
    ("det(A)", {"A": [[1, 2, 3], [2, 4, 6], [0, 1, 1]]}),
    ("det(A)", {"A": [[0, 0, 0], [0, 0, 0], [0, 0, 0]]}),
]


def entries(name, rows):
    return sympy.Matrix(len(rows), len(rows[0]), lambda r, c: sympy.Symbol(f"{name}{r}{c}"))


def value(source, matrix):
    """Return J of a matrix of symbols, written with SymPy's own means."""
    if source.startswith("det"):
        return matrix.det()
    if "axis=0" in source:
        return sum(sympy.prod(matrix.col(k)) for k in range(matrix.cols))
    if "axis=1" in source:
        return sum(sympy.prod(matrix.row(k)) for k in range(matrix.rows))
    product = sympy.prod(matrix)
    return product**2 + product if "**" in source else product


def expected(source, name, rows, order=1):
    symbols = entries(name, rows)
    J = value(source, symbols)
    at = dict(zip(symbols, sympy.Matrix(rows), strict=True))
    if order == 2:
        return [
            [int(each) for each in row] for row in sympy.hessian(J, list(symbols)).subs(at).tolist()
        ]
    return [
        [int(sympy.diff(J, each).subs(at)) for each in symbols.row(r)] for r in range(len(rows))
    ]


def answer(command, source, at, *options):
    ((name, rows),) = at.items()
    found = run(command, source, "--at", f"{name}={rows}", "--format", "json", *options)
    assert found.status == 0, found.stderr
    return json.loads(found.stdout)


@pytest.mark.parametrize("source, at", POINTS)
def test_the_derivative_at_a_point_without_a_formula_is_sympys(source, at):
    ((name, rows),) = at.items()
    (slope,) = answer("diff", source, at)["points"][0]["slopes"]
    assert slope["slope"] == expected(source, name, rows)
    assert slope["differentiable"]
    assert "0" in slope["otherwise"]


def test_the_error_of_an_estimate_is_that_from_the_derivative_not_from_its_formula():
    # J is x + x**3: by a step of 1/2 its estimate at 0 is 5/4.
    source = "sum(where(x**2 > 0, x, 0) + x**3)"
    (slope,) = answer("diff", source, {"x": [[0]]}, "--eps", "0.5")["points"][0]["slopes"]
    assert slope["slope"] == [[1]]
    assert [each["error"] for each in slope["estimates"]] == [0.25]


@pytest.mark.parametrize("arithmetic", ["exact", "float64"])
@pytest.mark.parametrize("source, at", POINTS)
def test_the_gradient_of_a_graph_is_it_too(source, at, arithmetic):
    ((name, rows),) = at.items()
    found = answer("graph", f"J = {source}", at, "--arithmetic", arithmetic)
    assert found["gradients"][name] == expected(source, name, rows)
    assert found["undefined"] is None
    assert f"d{name}" in found["otherwise"]
    assert all(each["difference"] < 1e-9 for each in found["agreement"])


def test_steps_between_have_theirs():
    found = answer("graph", "z = 2*x; p = prod(z); J = p**2 + p", {"x": [[0], [2], [3]]})
    assert found["gradients"]["x"] == [[48], [0], [0]]


@pytest.mark.parametrize("source, at", POINTS[:3])
def test_second_derivatives_are_sympys(source, at):
    ((name, rows),) = at.items()
    (slope,) = answer("diff", source, at, "--order", "2")["points"][0]["slopes"]
    assert slope["slope"] == expected(source, name, rows, 2)


def test_the_hessian_times_a_direction():
    found = run("diff", "det(A)", "--at", "A=[[1, 2], [2, 4]]", "V=[[1, 2], [3, 5]]", "--wrt", "A",
                "--order", "2", "--along", "V", "--format", "json")  # fmt: skip
    (slope,) = json.loads(found.stdout)["points"][0]["slopes"]
    assert slope["slope"] == [[5, -3], [-2, 1]]  # det is a*d - b*c


@pytest.mark.parametrize("command", ["diff", "graph"])
def test_a_kink_stays_one(command):
    found = run(command, "norm(x)", "--at", "x=[0, 0]")
    assert found.status == 4
    assert "the slope jumps from -1 to 1" in found.stdout


def test_where_there_is_no_value_there_is_no_derivative():
    assert run("diff", "logdet(A)", "--at", "A=[[1, 2], [2, 4]]").status == 4
    assert run("graph", "J = prod(x)/x[1,1]", "--at", "x=[0, 2]").status in (2, 4)
    assert run("diff", "prod(x)*norm(x)", "--at", "x=[0, 0]", "--order", "2").status == 4


def test_a_row_of_a_jacobian_speaks_of_no_name_that_nobody_typed():
    found = run("diff", "prod(X, axis=0)", "--at", "X=[[0, 2], [3, 4]]")
    assert "dJ[2]/dX" in found.stdout
    assert "chosen" not in found.stdout
