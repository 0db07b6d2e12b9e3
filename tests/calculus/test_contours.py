"""Contours: J is on them what they say, they close, they part at saddles, and jump over no gap."""

import math

import pytest

from derivcli.calculus.descent.contours import _lines, contours, levels

ENDS = [-2 + step / 10 for step in range(41)]


def rows(function, xs=ENDS, ys=ENDS):
    return [[function(x, y) for x in xs] for y in ys]


def test_the_contours_of_a_bowl_are_closed_circles():
    for contour in contours(ENDS, ENDS, rows(lambda x, y: x * x + y * y)):
        level = float(contour.level.number)
        for line in contour.lines:
            assert all(math.hypot(x, y) == pytest.approx(math.sqrt(level), abs=0.01) for x, y in line)  # fmt: skip
            assert (level > 4) != (line[0] == line[-1])  # a circle of radius 2 leaves the square
        assert len(contour.lines) == (4 if level > 4 else 1)


@pytest.mark.parametrize("level, side", [(0.5, 1), (-0.5, -1)])
def test_lines_part_at_a_saddle(level, side):
    """x*y in one cell: the lines of 1/2 are around the corners where both signs are the same."""
    found = list(_lines((-1, 1), (-1, 1), [[1, -1], [-1, 1]], level))
    assert len(found) == 2
    for line in found:
        assert len(line) == 2
        for x, y in line:
            assert x * y * side == pytest.approx(0.5)
        assert math.dist(*line) == pytest.approx(math.sqrt(0.5))


def test_there_is_a_gap_where_there_is_no_value():
    hole = rows(lambda x, y: None if abs(y) < 0.45 else x)
    lines = [line for contour in contours(ENDS, ENDS, hole) for line in contour.lines]
    assert len(lines) == 2 * len(contours(ENDS, ENDS, hole))
    assert all(abs(y) >= 0.45 for line in lines for _, y in line)
    assert contours((0, 1), (0, 1), [[None, None], [None, None]]) == ()


def test_the_levels_are_round_and_rise():
    found = levels(sorted(value for row in rows(lambda x, y: math.exp(3 * x) + y) for value in row))
    assert len(found) >= 6
    assert found == sorted(set(found))
    assert all(len(f"{float(level):.3g}") <= 5 for level in found)
    assert levels([3.0] * 50) == []
