"""What `steps` says of a derivation: its lines, and what was checked."""

from dataclasses import replace

import pytest

from derivcli.calculus.derivation.steps import derivation
from derivcli.language.parser import parse
from derivcli.report.blocks import Formula, Text, Tree
from derivcli.report.steps import blocks, records


@pytest.fixture(scope="module")
def found():
    *_, last = derivation(parse("(w**2 + 1)/(w - 1)"), "w")
    return last


def said(found):
    return [block.text for block in blocks(found) if isinstance(block, Text)]


def test_what_was_checked_is_said_and_no_more(found):
    same = "Checked: a second program (SymPy) finds the same derivative"
    assert said(found) == [f"{same}; proved equal."]
    sampled = replace(found, evidence="sampled", samples=17)
    assert said(sampled) == [f"{same}: equal at 17 points to 25 digits or more, but not proved."]


def test_the_simplification_is_told_line_by_line_and_ends_in_the_derivative(found):
    tree = next(block for block in blocks(found) if isinstance(block, Tree))
    assert [branch.label for branch in tree.branches] == ["quotient rule", "expand", "collect"]
    last = [block for block in blocks(found) if isinstance(block, Formula)][-1]
    assert tree.branches[-1].formula == last
    assert last.text == f"dJ/dw = {found.derivative}"


def test_each_rule_that_is_named_is_told(found):
    assert [each.rule for each in found.rules][-2:] == ["expand", "collect"]


def test_machines_have_the_step_as_a_whole_and_its_lines(found):
    rows = [row[:2] + row[3:5] for row in records(found).rows][-3:]
    before, middle, after = found.steps[-1].before, found.simplification[0].text, found.derivative
    assert rows == [
        ("0", "simplification", before, after),
        ("1", "expand", before, middle),
        ("1", "collect", middle, after),
    ]
