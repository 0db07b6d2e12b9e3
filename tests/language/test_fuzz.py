"""The parser fails only with its own errors, and what it writes it reads again."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from derivcli.errors import DerivError
from derivcli.language.functions import ROWS
from derivcli.language.latex import latex
from derivcli.language.parser import parse
from derivcli.language.text import text
from derivcli.language.tree import (
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Number,
    Piecewise,
    Unary,
    decimal_places,
)

PIECES = st.sampled_from(
    [
        "w",
        "x",
        "y1",
        "pi",
        "e",
        "2",
        "3.5",
        ".1",
        "1e-3",
        "007",
        "+",
        "-",
        "*",
        "/",
        "**",
        "^",
        "(",
        ")",
        "|",
        ",",
        ";",
        "=",
        "==",
        "<",
        "<=",
        ">",
        "!=",
        "sin(",
        "max(",
        "where(",
        "piecewise(",
        "log(",
        "gamma",
        "√",
        "²",
        "⁻¹",
        "π",
        "θ",
        "−",
        "×",
        "·",
        "÷",
        "≤",
        "#",
        "\n",
        "\t",
        "\x00",
        "'",
        '"',
        "[",
        "]",
        "{",
        "}",
        ".",
        "_",
        "!",
        "?",
        "@",
        "lambda",
        "if",
        "ѕ",
        "é",
        "\u202e",
        "😀",
    ]
)
LINES = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=25).map("".join),
    st.lists(PIECES, max_size=25).map(" ".join),
)


@settings(max_examples=1500, deadline=None)
@given(LINES)
def test_any_text_is_read_or_refused_with_an_error_of_ours(source):
    try:
        program = parse(source)
    except DerivError as error:
        assert error.message
        if error.span is not None:
            assert 0 <= error.span.start <= error.span.end <= len(source) + 1
        return
    written = text(program)
    assert text(parse(written)) == written


def _decimals():
    return st.integers(0, 10**6).flatmap(
        lambda n: st.integers(0, 6).map(lambda places: Number(Fraction(n, 10**places)))
    )


def _nodes(children):
    unary_rows = [row.name for row in ROWS if len(row.parameters) == 1]
    binary_rows = ["log_base", "atan2", "min", "max"]
    comparison = st.builds(
        Comparison, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), children, children
    )
    return st.one_of(
        st.builds(Unary, st.sampled_from("+-"), children),
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/"]), children, children),
        st.builds(
            Binary,
            st.just("**"),
            st.one_of(_decimals(), st.builds(Name, st.just("w"))),
            st.builds(Name, st.sampled_from(["x", "y"])),
        ),
        st.builds(lambda name, part: Call(name, (part,)), st.sampled_from(unary_rows), children),
        st.builds(
            lambda name, a, b: Call(name, (a, b)), st.sampled_from(binary_rows), children, children
        ),
        st.builds(
            lambda value, condition, other: Piecewise((value,), (condition,), other),
            children,
            comparison,
            children,
        ),
    )


TREES = st.recursive(
    st.one_of(
        _decimals(),
        st.builds(Name, st.sampled_from(["w", "x", "theta1", "lambda", "E"])),
        st.builds(Constant, st.sampled_from(["pi", "e"])),
    ),
    _nodes,
    max_leaves=12,
)


@settings(max_examples=600, deadline=None)
@given(TREES)
def test_a_tree_survives_being_written_and_read(tree):
    written = text(tree)
    try:
        again = parse(written).output.expression
    except DerivError as error:
        assert error.status == 3, written  # only the bounds may refuse what a tree says
        return
    assert again == tree, written


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_latex_braces_and_brackets_match(tree):
    written = latex(tree)
    assert written.count("{") == written.count("}")
    assert written.count(r"\left") == written.count(r"\right")


@given(st.fractions())
def test_decimal_places_are_exact(value):
    places = decimal_places(value)
    if places is None:
        assert (value * 10**30).denominator != 1
    else:
        assert (value * 10**places).denominator == 1
        assert places == 0 or (value * 10 ** (places - 1)).denominator != 1
