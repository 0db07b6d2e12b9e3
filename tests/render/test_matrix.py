"""A matrix in every format: whole in a pipe, in groups of columns on a narrow terminal."""

import random

import pytest

from derivcli.render import latex, markdown, plain, terminal
from derivcli.render.terminal import Screen
from derivcli.report.blocks import Matrix

SMALL = Matrix("dW1", "dW^{[1]}", (("1.5", "-2e-7"), ("10", "0")), rounded=True)
WIDE = Matrix("Z1", "Z^{[1]}", (tuple(f"{n}.25" for n in range(40)), ("-1",) * 40))


@pytest.mark.parametrize("render", [plain.render, lambda blocks: terminal.render(blocks, Screen())])
def test_columns_are_aligned_and_rounding_is_marked(render):
    assert render([SMALL]) == "dW1 ≈ [1.5  -2e-7]\n      [ 10      0]\n"


def test_latex_is_a_matrix():
    formula = r"dW^{[1]} \approx \left[\begin{array}{rr} 1.5 & -2 \cdot 10^{-7} \\ 10 & 0 \end{array}\right]"
    assert latex.render([SMALL]) == f"% needs: \\usepackage{{amsmath}}\n\\[ {formula} \\]\n"
    assert markdown.render([SMALL]) == f"$$\n{formula}\n$$\n"


def test_a_wide_matrix_is_whole_in_a_pipe():
    assert len(terminal.render([WIDE], Screen()).splitlines()) == 2


@pytest.mark.parametrize("width", [32, 40, 60, 80, 120, 200])
def test_a_wide_matrix_is_folded_on_a_terminal_and_no_entry_is_lost(width):
    lines = terminal.render([WIDE], Screen(width)).splitlines()
    assert max(map(len, lines)) <= width
    cells = [cell for line in lines for cell in line.partition("= [")[2].rstrip("]").split()]
    assert sorted(cells) == sorted(WIDE.rows[0])


def test_groups_of_columns_say_which_they_are():
    assert "Z1, columns 1 to 9 = [" in terminal.render([WIDE], Screen(80))


def test_uneven_columns_fit_as_well():
    draw = random.Random(1)
    for _ in range(300):
        columns = [draw.choice([1, 2, 5, 12]) for _ in range(draw.randint(1, 40))]
        rows = tuple(tuple("7" * draw.randint(1, width) for width in columns) for _ in range(3))
        room = draw.randint(45, 120)
        lines = terminal.render([Matrix("dW10", "", rows)], Screen(room)).splitlines()
        assert max(map(len, lines)) <= room


def test_a_terminal_without_signs_marks_rounding_in_ascii():
    assert terminal.render([SMALL], Screen(unicode=False)).isascii()
