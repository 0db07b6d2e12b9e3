"""Every notice about a descent on its own path, and on no other."""

from functools import cache

import pytest

from derivcli.calculus.descent.descend import descend
from derivcli.calculus.descent.trajectory import DescentRequest
from derivcli.language.parser import parse
from derivcli.report.blocks import Table, Text
from derivcli.report.descend import blocks, records, selection
from derivcli.report.markup import plain
from derivcli.report.notices import NOTICES, notices


@cache
def go(source, start, rate="0.1", iterations=20, arithmetic=None):
    values = dict(each.split("=") for each in start.split())
    program = parse(source, set(values))
    point = {name: parse(value) for name, value in values.items()}
    return descend(
        DescentRequest(program, point, tuple(values), parse(rate), iterations, arithmetic)
    )


# Descended at the rate 0.1, w becomes r*w*(1 - w).
LOGISTIC = "10*((1 - {r})*w**2/2 + {r}*w**3/3)"
CASES = {
    "nothing": (go, ("w**2", "w=3", "0.1", 1), None),
    "goes on": (go, ("w**2", "w=3"), "After 20 steps J still goes down, by about 0.0006729 in the last one."),
    "goes on after two": (go, ("w**2", "w=3", "0.25", 2), "After 2 steps J still goes down, by about 1.688 in the last one."),
    "hardly changes": (go, ("sqrt(w**2 + 1)", "w=-2.38", "0.7", 20, "float64"), "After 20 steps J hardly changes any more: dJ/dw is about -1.120e-9."),
    "creeps": (go, ("w**4", "w=1", "0.1", 100), "still goes down, but slowly: by about 0.000002748 in the last step, and about as much"),
    "converged": (go, ("w**2", "w=3", "0.1", 1000), "J has a minimum near w = 0."),
    "converged on a saddle": (go, ("w**2 - b**2", "w=1 b=0", "0.1", 1000), "beyond this saddle"),
    "converged at the start": (go, ("cos(w)", "w=0"), "no step is taken: J has a maximum"),
    "stopped on flat land": (go, ("relu(w)", "w=-3"), "no step is taken: J is flat near w = -3"),
    "unknown": (go, ("+".join(f"v{n}**2" for n in range(9)), " ".join(f"v{n}=1" for n in range(9)), "0.1", 200), "may have a minimum"),
    "valley": (go, ("(w - b)**2", "w=3 b=1", "0.1", 1000), "as in a valley"),
    "stalled": (go, ("w", "w=1e20", "0.1", 5, "float64"), "too small to change w = 1e20 in float64"),
    "slows_down": (go, ("w**3", "w=1"), "towards w = 0, where dJ/dw is 0, but that is no minimum"),
    "diverged": (go, ("w**2", "w=3", "1.1"), "it converges for rates below 2/J'' = 1."),
    "diverged in space": (go, ("w**2 + 3*b**2", "w=3 b=1", "0.5"), "for rates below 2/6 = about 0.3333."),
    "diverged where J'' varies": (go, ("w**4", "w=3", "0.4"), "Where w = 3, J'' is 108: try a rate below"),
    "falls without bound": (go, ("-w**2", "w=1"), "J goes down from -1 to"),
    "two points for ever": (go, ("w**2", "w=3", "1"), "w jumps back and forth between -3 and 3, and gets"),
    "two points in three steps": (go, ("w**2", "w=3", "1", 3), "w jumps back and forth between -3 and 3, and gets"),
    "two points nearly": (go, ("cos(w)", "w=1", "3"), "w jumps back and forth between about 1.64 and about 4.64, and gets"),
    "two points in space": (go, ("w**2 + b**2/10", "w=3 b=1", "1"), "The point jumps back and forth between (w ≈ -3, b ≈ 0) and (w ≈ 3, b ≈ 0)"),
    "four points": (go, ("cos(w)", "w=1", "3.5", 200), "w comes back after every 4 steps, by way of about 5.086, 1.828, 5.213, 2.142, and"),
    "eight points": (go, (LOGISTIC.format(r="3.55"), "w=0.3", "0.1", 2000), "w comes back after every 8 steps, and gets no nearer"),
    "rises": (go, ("w**2", "w=3", "1.1", 2), "J goes up with every step, from 9 to about 18.66: the rate 1.1 is too large. As J''"),
    "rises once": (go, ("w**2", "w=3", "1.1", 1), "J goes up, from 9 to 12.96: the rate 1.1 is too large."),
    "wanders": (go, ("cos(w)", "w=1", "5"), "has not settled: in its second half J goes up and down between about -0.5053 and about 0.9913."),
    "overshoots": (go, ("w**2", "w=3", "0.9"), "changes its sign with every step"),
    "overshoots twice": (go, ("w**2", "w=3", "0.9", 2), "changes its sign with every step"),
    "overshoots in space": (go, ("w**2 + 3*b**2", "w=1 b=1", "0.33"), "∂J/∂b changes its sign with every step"),
    "stuck on a maximum": (go, ("w**4 - w**2", "w=1", "0.5"), "Stuck after 1 step, where dJ/dw is 0: J has a maximum near w = 0."),
    "stuck at an inflection": (go, ("w**3", "w=1", "1/3"), "J has no minimum near w = 0; beyond this inflection point it goes further down."),
    "jumps_across_a_kink": (go, ("|w|", "w=3", "0.4"), "and the path jumps back and forth between -0.2 and 0.2."),
    "meets_a_kink": (go, ("|w|", "w=3", "0.5"), "Step 6 leads to w = 0, where J has no derivative"),
    "leaves_the_domain": (go, ("log(w)", "w=1", "0.5"), "Step 2 leads to w = -0.5, where log(w)"),
    "hardly_moves": (go, ("sigmoid(w)", "w=-30"), "has hardly moved"),
    "hardly_moves at a small rate": (go, ("w**2", "w=3", "1e-9"), "The rate is small"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_path_has_its_notice_and_no_other(name):
    make, arguments, expected = CASES[name]
    found = [plain(each) for each in notices(make(*arguments))]
    assert len(found) == (expected is not None)
    assert expected is None or expected in found[0]


def test_every_notice_has_a_case():
    said = {
        notice.__name__
        for make, arguments, _ in CASES.values()
        for notice in NOTICES
        if notice(make(*arguments))
    }
    assert said == {notice.__name__ for notice in NOTICES} - {"inexact"}


def test_a_constant_bound_is_a_promise_that_holds():
    """2/J'' = 1 for w**2: a hair below converges, a hair above does not."""
    assert go("w**2", "w=3", "0.999", 100_000).outcome == "converged"
    assert go("w**2", "w=3", "1.001", 100_000).outcome == "diverged"


@pytest.mark.parametrize("arguments, reading", [
    (("w**2", "w=3"), ("At iteration 0, dJ/dw is large, 6, so the step is large, -0.6."
     " At iteration 19, it is small, about 0.08647, so the step is small, about -0.008647.")),
    (("w**2", "w=3", "0.1", 2), ("At iteration 0, dJ/dw is 6, so the step is -0.6."
     " At iteration 1, it is smaller, 4.8, so the step is smaller, -0.48.")),
    (("w**2", "w=3", "0.25", 2), ("At iteration 0, dJ/dw is large, 6, so the step is large, -1.5."
     " At iteration 1, it is small, 3, so the step is small, -0.75.")),
    (("-exp(w)", "w=0", "0.1", 2), ("At iteration 0, dJ/dw is -1, so the step is 0.1."
     " At iteration 1, it is larger, about -1.105, so the step is larger, about 0.1105.")),
    (("w**2", "w=3", "0.1", 1), None),  # one step has nothing beside it
    (("|w|", "w=3", "0.4", 5), None),  # all are the same
    (("w**2", "w=3", "0.9", 2), None),  # 6, then -4.8: on the other side
    (("cos(w)", "w=1", "5"), None),  # it wanders: the last step is any
    (("w**2", "w=3", "1.1"), None),
])  # fmt: skip
def test_the_reading_is_that_of_the_course(arguments, reading):
    text = [plain(block.text) for block in blocks(go(*arguments)) if isinstance(block, Text)]
    assert [each for each in text if each.startswith("At iteration")] == [reading] * bool(reading)


@pytest.mark.parametrize("count", [1, 20, 26, 27, 50, 101, 1001, 10_001])
def test_the_selection_begins_and_ends_as_the_path_does(count):
    rows = selection(count)
    assert rows == sorted(set(rows))
    assert rows[0] == 0
    assert rows[-1] == count - 1
    assert len(rows) <= 30
    assert count > 26 or rows == list(range(count))


def test_every_step_is_a_record():
    path = go("w**2", "w=3", "1e-3", 2000)
    table = records(path)
    assert len(table.rows) == 2001
    assert [column.key for column in table.columns] == ["iteration", "w", "J", "dJ_dw", "step_w"]
    shown = next(block for block in blocks(path) if isinstance(block, Table))
    assert len(shown.rows) == len(selection(2001))
