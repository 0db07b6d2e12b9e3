"""A program that crosses to another process is the same there, however deep it is."""

import pickle
from typing import get_args

import pytest

from derivcli.language.parser import parse
from derivcli.language.rows import KINDS
from derivcli.language.tree import Assignment, Binary, Name, Node, Number, Program, nodes

SOURCES = [
    "w", "0.1", "pi + e", "-w", "w - -2w", "w**2/3 - 4*w", "max(w, x)*sin(log(w, 2))",
    "piecewise(w**2, w < 0, x, w <= 2.5, -w)", "where(w == 1, 2, 3)", "|w| + 3²",
    "c = w*x; a = c + b; J = a^2/2", "a = 1/3\nb = -a\na*w + b",
]  # fmt: skip


@pytest.mark.parametrize("source", SOURCES)
def test_a_program_comes_back_as_it_went(source):
    program = parse(source)
    again = pickle.loads(pickle.dumps(program))  # noqa: S301 - our own
    assert again == program
    assert again.source == source
    for one, other in zip(again.statements, program.statements, strict=True):
        assert (one.span, one.typed) == (other.span, other.typed)
        assert [node.span for node in nodes(one.expression)] == [
            node.span for node in nodes(other.expression)
        ]


def test_every_kind_of_node_crosses():
    assert {kind for kind, *_ in KINDS} == set(get_args(Node))


def test_a_tree_of_any_depth_crosses():
    deep = Name("w")
    for n in range(100_000):
        deep = Binary("+-*/"[n % 4], deep, Number(n))
    program = Program((Assignment("J", deep),))
    (again,) = pickle.loads(pickle.dumps(program)).statements  # noqa: S301 - our own
    assert sum(1 for _ in nodes(again.expression)) == 200_001
    for one, other in zip(nodes(again.expression), nodes(deep), strict=True):
        assert type(one) is type(other)
        assert getattr(one, "operator", None) == getattr(other, "operator", None)
        assert getattr(one, "value", None) == getattr(other, "value", None)
