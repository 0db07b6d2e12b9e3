"""Notes on names that may be products, errors where a value names their factors, and answers read."""

import pytest
from console import run

NOTED = [
    ("(1/2)(wx+b-y)^2", "wx is one variable; a product is w*x"),
    ("xe^x", "xe is one variable; a product is x*e"),
    ("2xy", "xy is one variable; a product is x*y"),
    ("e^(-kt)", "kt is one variable; a product is k*t"),
    ("ax^2 + by", "ax and by are one variable each; products are a*x and b*y"),
    ("2pir", "pir is one variable; a product is pi*r"),
    ("c = wx; J = c^2", "wx is one variable; a product is w*x"),
    ("ln2*x", "ln2 is one variable; the function is ln(2)"),
    ("E**x", "E is a variable; Euler's number is e"),
    ("Pi*x", "Pi is a variable; the number is pi"),
]


@pytest.mark.parametrize("expression, note", NOTED)
def test_a_name_that_may_be_a_product_is_noted_in_one_line(expression, note):
    result = run("diff", expression)
    assert (result.status, result.stderr) == (0, f"note: {note}\n")
    assert run("diff", expression, "--format", "json").stdout.startswith("{")


@pytest.mark.parametrize("arguments", [
    ("diff", "eps*loss + cost*alpha - lr*x"), ("diff", "dW1*x + theta1*y_hat"),
    ("diff", "2πr + λx"), ("diff", "w*x + b"), ("diff", "wx^2", "--at", "wx=3", "--eps", "0.1"),
    ("diff", "wx^2", "--wrt", "wx"), ("diff", "xy = 3; xy*w"), ("check", "wx^2", "2wx", "--wrt", "wx"),
    ("diff", "$wx$"), ("diff", "w_1*x_1"), ("graph", "wx = w*x; J = wx^2", "--at", "w=2", "x=3"),
])  # fmt: skip
def test_a_name_that_is_explained_is_not_noted(arguments):
    result = run(*arguments)
    assert (result.status, result.stderr) == (0, "")


FACTORS_NAMED = [
    (("diff", "(1/2)(wx+b-y)^2", "--at", "w=2", "x=3", "b=1", "y=2"), "w*x"),
    (("diff", "xe^x", "--wrt", "x"), "x*e"),
    (("diff", "xe^x", "--at", "x=1"), "x*e"),
    (("steps", "2xy", "--wrt", "y"), "x*y"),
    (("graph", "c = wx; J = c^2", "--at", "w=2", "x=3"), "w*x"),
    (("diff", "f(x) = ax"), "a*x"),
    (("diff", "d/dt e^(-kt)"), "k*t"),
    (("descend", "wx^2", "--from", "w=1", "x=2"), "w*x"),
    (("check", "x^2*y", "2xy", "--wrt", "x"), "x*y"),
]


@pytest.mark.parametrize("arguments, product", FACTORS_NAMED)
def test_it_is_an_error_where_a_value_or_wrt_names_a_factor(arguments, product):
    result = run(*arguments)
    assert (result.status, result.stdout) == (2, "")
    assert result.stderr.endswith(f"hint: a product is {product}\n")


def test_greek_letters_are_factors_in_a_judgement():
    assert run("check", "sin(2πx)", "2cos(2πx)").status == 1
    assert run("check", "sin(2πx)", "2πcos(2πx)").status == 0


FITTING = [
    ("x^2", "dy/dx = 2x"), ("x^2", "y' = 2x"), ("x^2", "f'(x) = 2x"), ("w^3", "dJ/dw = 3w^2"),
    ("x^2", "= 2x"), ("x^2", "y′ = 2x"), ("f(x) = x^2", "f'(x) = 2x"), ("x^2", "d/dx (x^2) = 2x"),
    ("w^2", "dw = 2w"), ("w^2", "dJdw = 2w"), ("x^2", "f_x = 2x"), ("sin(θ)", "dJ/dθ = cos(θ)"),
    ("x^2", r"$\frac{dy}{dx} = 2x$"), ("x^2", r"\frac{\partial f}{\partial x} = 2x"),
    ("x^2", "d(x^2)/dx = 2x"), ("x^2", "df(x)/dx = 2x"), ("w1^2", "dJ/dw1 = 2w1"),
    ("w_1^2", "dJ/dw_1 = 2w_1"), ("x^2", "a = 2; a*x"), ("x^2", "slope = 2x"), ("x^2", "∂f/∂x = 2x"), ("x^2", "(dy)/(dx) = 2x"),
]  # fmt: skip


@pytest.mark.parametrize("expression, answer", FITTING)
def test_an_answer_may_be_an_equation(expression, answer):
    result = run("check", expression, answer)
    assert (result.status, result.stderr) == (0, "")


@pytest.mark.parametrize(
    "answer",
    [
        "y'' = 6x",
        "d²y/dx² = 6x",
        "d^2y/dx^2 = 6x",
        "f''(x) = 6x",
        "f_xx = 6x",
        "f^{(2)}(x) = 6x",
        "f⁽²⁾(x) = 6x",
    ],
)
def test_an_equation_has_an_order(answer):
    assert run("check", "x^3", answer, "--order", "2").status == 0
    assert run("check", "x^3", answer).status == 2


@pytest.mark.parametrize("expression, answer, message", [
    ("x^2", "dy/dt = 2x", "a derivative by t, and one by x is asked"),
    ("x^2", "y'' = 2", "of order 2, and order 1 is asked"),
    ("y = x^2", "f' = 2x", "the derivative of f, and that of y is asked"),
    ("x^2", "f'(t) = 2t", "a function of t, not of x"),
    ("x^2", "D_x y = 2x", "the left side of the answer is no derivative"),
    ("x^2", "2x = dy/dx", "the left side of the answer is no derivative"),
    ("x^2", "d(x^3)/dx = 3x^2", "is not the expression that is asked for"),
    ("x^2", "dw = 2x", "a derivative by w, and one by x is asked"),
    ("x^2", "y = 2x", "'y' is no derivative"),
    ("x^2", "f(x) = 2x", "'f(x)' is no derivative"),
    ("x^2", "x^2 = 2x", "the left side of the answer is no derivative"),
    ("x^2", "d/dx (x^3) = 3x^2", "is not the expression that is asked for"),
    ("x^2", "d^2y/dx = 2", "the orders 2 and 1 differ"),
])  # fmt: skip
def test_a_left_side_that_does_not_fit_is_refused(expression, answer, message):
    result = run("check", expression, answer)
    assert (result.status, result.stdout) == (2, "")
    assert message in result.stderr
    assert result.stderr.startswith("error: in ANSWER: ")


@pytest.mark.parametrize("expression, answer, hint", [
    ("x^2", "2x dx", "leave it out"), ("x^2", "nan", "an answer is a formula"),
    ("x^2", "inf", "an answer is a formula"), ("x^2", "oo", "an answer is a formula"),
    ("x^2", "2*x*dx", "leave out the dx"), ("x^2", "m/s", "leave out units"),
    ("sin(x)^2", "2sinxcosx", "write sin(x)*cos(x)"), ("sin(t)", "cost", "write cos(t)"),
    ("a*b/(b - a)", "(2ab^2-a)/(b-ab)", "a product is a*b"), ("x^2", "2X", "did you mean 'x'?"),
    ("2^x", "2^x ln2", "write ln(2)"), ("x^2", "2x + a", "it has x"), ("exp(x)", "y", "write out what y is"), ("x^2", "xx", "a product is x*x"),
])  # fmt: skip
def test_a_name_that_the_expression_does_not_have_is_an_error(expression, answer, hint):
    result = run("check", expression, answer, *(["--wrt", "a"] if "a*b" in expression else []))
    assert (result.status, result.stdout) == (2, "")
    assert hint in result.stderr


def test_a_constant_of_integration_is_judged_and_is_wrong():
    assert run("check", "x^2", "2x + C").status == 1


@pytest.mark.parametrize("arguments, status, said", [
    (("diff", "x*y", "--at", "x=3,y=2"), 2, "write --at x=3 y=2"),
    (("diff", "x*y", "--at", "(3,2)"), 2, "write --at x=3 y=2"),
    (("diff", "x*y", "--at", "x=3; y=2"), 2, "write --at x=3 y=2"),
    (("diff", "x*y", "--at", "x=3 y=2"), 2, "write --at x=3 y=2"),
    (("diff", "w^2", "--at", "3", "--eps", "1e-3,1e-4"), 2, "write --eps 1e-3 1e-4"),
    (("diff", "w^2", "--at", "3,5"), 2, "write --at 3 5, or a decimal with a point: 3.5"),
    (("diff", "x*y", "--wrt", "x,y"), 2, "write --wrt x y"),
    (("diff", "d/dx x^2", "--wrt", "y"), 2, "differentiated by x, and --wrt says y"),
])  # fmt: skip
def test_values_in_another_form_are_told_how_to_be_written(arguments, status, said):
    result = run(*arguments)
    assert (result.status, result.stdout) == (status, "")
    assert said in result.stderr


@pytest.mark.parametrize("at", [["w", "=", "3"], ["w=", "3"], ["w", "=3"], ["w = 3"]])
def test_a_value_may_have_spaces_around_its_sign(at):
    assert "At w = 3: J = 9" in run("diff", "w^2", "--at", *at, "--eps", "0.1").stdout
    assert "At w = 3, b = 2" in run("diff", "w^2*b", "--at", *at, "b", "=", "2").stdout


def test_degrees_are_read_in_values():
    assert "At x = pi/6 ≈ 0.5235987756: J = 0.5" in run("diff", "sin(x)", "--at", "30°").stdout


@pytest.mark.parametrize("expression", ["d/dx (a*x^2)", "f(x) = a*x^2", r"\frac{d}{dx} (a x^2)"])
def test_the_variable_is_taken_from_the_expression(expression):
    result = run("diff", expression)
    assert result.status == 0
    assert result.stdout.splitlines()[-1].endswith("/∂x = 2*a*x")
    assert run("check", expression, "2*a*x").status == 0


def test_what_is_printed_can_be_pasted_back():
    printed = run("diff", "c = w*x; J = (c + b)^2").stdout.splitlines()
    pasted = run("diff", "\n".join(printed[:2])).stdout.splitlines()
    assert printed == pasted
