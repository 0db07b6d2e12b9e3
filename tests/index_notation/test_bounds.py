"""A proof ends: what is deep, long or symmetric is proved at little work, or not at all."""

from fractions import Fraction

import pytest

from derivcli.index_notation.proof import proves_equal, proves_gradient
from derivcli.index_notation.space import Space, Unproved
from derivcli.index_notation.terms import constant, times
from derivcli.language.parser import parse
from derivcli.language.tree import Assignment, Binary, Call, Name, Number, Program, Unary

MANY = 10_000
ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))
SQUARE = {"X": ("n", "n")}


def chain(step):
    """Return a program of many statements, each made of the one before it."""
    before = (Name(f"s{n - 1}") if n else Name("x") for n in range(MANY))
    return Program(tuple(Assignment(f"s{n}", step(u)) for n, u in enumerate(before)))


def expression(source):
    return parse(source, arrays=("X",)).output.expression


def test_a_program_of_many_statements_is_proved_where_its_form_is_short():
    doubled = chain(lambda u: Binary("+", u, Name("x")))
    assert proves_gradient(doubled, "x", Number(Fraction(MANY + 1)), {})
    assert not proves_gradient(doubled, "x", Number(Fraction(MANY)), {})
    rectified = chain(lambda u: Call("relu", (u,)))
    assert proves_gradient(rectified, "x", parse("where(x > 0, 1, 0)").output.expression, {})


@pytest.mark.parametrize("function", ["sin", "exp", "tanh"])
def test_a_deep_chain_is_given_up(function):
    assert not proves_gradient(chain(lambda u: Call(function, (u,))), "x", ONE, {})
    assert not proves_equal(
        Name("s9"), Name("s8"), {}, definitions=chain(lambda u: Call(function, (u,)))
    )


def test_a_tree_may_be_as_deep_as_a_long_sum():
    total, signs = Name("x"), Name("x")
    for _ in range(MANY):
        total, signs = Binary("+", total, Name("x")), Unary("-", signs)
    assert proves_equal(total, Binary("*", Number(Fraction(MANY + 1)), Name("x")), {})
    assert proves_equal(signs, Name("x"), {})


def test_a_sum_of_too_many_terms_is_given_up():
    names = [Name(f"x{n}") for n in range(MANY)]
    total, product = names[0], names[0]
    for name in names[1:]:
        total, product = (
            Binary("+", total, name),
            Binary("*", product, Binary("+", name, Name("x"))),
        )
    assert not proves_equal(total, Binary("+", total, ZERO), {})
    assert not proves_equal(product, Binary("*", product, ONE), {})


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("trace(X)**8", "(trace(X)**4)**2"),
        ("sum(X)**6", "sum(X)**2*sum(X)**4"),
        ("trace(X @ X.T @ X @ X.T)", "trace(X.T @ X @ X.T @ X)"),
        ("trace(X @ X.T)**3", "sum(X**2)**3"),
        ("X @ X.T @ X @ X.T @ X @ X.T", "(X @ X.T @ X @ X.T @ X @ X.T).T"),
        ("(X @ X @ X).T", "X.T @ X.T @ X.T"),
    ],
)
def test_bound_indices_that_may_be_exchanged_are_numbered_at_little_work(left, right):
    assert proves_equal(expression(left), expression(right), SQUARE)


def test_all_permutations_of_bound_indices_are_not_gone_through():
    wheel = expression("sum(X)" + "*sum(X @ X.T)" * 5)  # nothing in it is told apart by its place
    assert proves_equal(wheel, Binary("*", wheel, ONE), SQUARE)


@pytest.mark.parametrize("base", ["3", "x", "x + y"])
def test_large_powers_take_no_time(base):
    large = Number(Fraction(10**400))
    tree = Binary("**", parse(base).output.expression, large)
    assert proves_equal(tree, Binary("*", tree, ONE), {}) == (base != "3")
    assert not proves_equal(tree, Binary("*", tree, Number(Fraction(2))), {})


def test_work_is_counted():
    space = Space(work=3)
    for _ in range(3):
        times(space, constant(2), constant(3))
    with pytest.raises(Unproved):
        times(space, constant(2), constant(3))
