"""Every format from the same blocks: nothing lost, nothing that the format's own signs would break."""

import csv
import io
import re

import pytest

from derivcli.render import csv as comma
from derivcli.render import latex, markdown, plain, terminal
from derivcli.render.ascii import plain_ascii
from derivcli.report.blocks import Column, Figure, Formula, Heading, Table, Text
from derivcli.report.markup import formula

TABLE = Table(
    (
        Column("eps", formula("eps")),
        Column("J", formula("J(w)"), "formula"),
        Column("problem", "problem", "words"),
    ),
    (
        (Figure("0.001"), "w**2 - 1", ""),
        (
            Figure("3.333e-10", rounded=True, full="3.3333333333333335e-10"),
            "x_1",
            "50% [b]|b| & co",
        ),
    ),
    "a title: J(w)",
)
BLOCKS = (
    Heading("At w = 3"),
    Text("J[b] goes up by 6_7"),
    Formula("J(w) = w**2", "J = w^{2}"),
    TABLE,
)


def test_terminal_marks_what_is_rounded_and_eats_no_brackets():
    shown = terminal.render(BLOCKS, terminal.Screen())
    assert re.search(r"│ +0\.001 │", shown)
    assert "│ ≈ 3.333e-10 │" in shown
    assert "50% [b]|b| & co" in shown
    assert "J[b] goes up" in shown
    assert "\x1b" not in shown


def test_terminal_widths_line_up():
    lines = [
        line
        for line in terminal.render((TABLE,), terminal.Screen()).splitlines()
        if line[0] in "╭│├╰"
    ]
    assert len({len(line) for line in lines}) == 1


def test_rows_stay_rows_whatever_cells_are_empty():
    columns = (Column("a", formula("a"), "words"), Column("b", formula("b"), "words"))
    for rows in ([], [("", "")], [("x", ""), ("", "y")], [("", "y"), ("x", ""), ("", "")]):
        lines = terminal.render((Table(columns, tuple(rows)),), terminal.Screen()).splitlines()
        cells = [[part.strip() for part in line.split("│")[1:-1]] for line in lines[3:-1]]
        assert cells == [list(row) for row in rows]


def test_a_table_fits_or_folds():
    for width in range(10, 80):
        shown = terminal.render((TABLE,), terminal.Screen(width=width))
        assert "3.333e-10" in shown
        if "│" in shown:
            assert max(map(len, shown.splitlines())) <= width


def test_without_unicode_everything_is_ascii():
    shown = terminal.render(BLOCKS, terminal.Screen(unicode=False))
    assert shown.isascii()
    assert "~ 3.333e-10" in shown
    assert plain_ascii("∂²J/∂w² ≈ 3 ⇒ 4") == "d^2J/dw^2 ~ 3 ? 4"


def test_plain_has_columns_for_awk():
    lines = plain.render((TABLE,)).splitlines()
    assert lines[0] == "a title: J(w)"
    assert lines[1].split() == ["eps", "J", "problem"]
    assert lines[2].split() == ["0.001", "w**2-1", "-"]
    assert lines[3].split()[:2] == ["3.333e-10", "x_1"]


def test_csv_is_read_back_by_a_csv_reader():
    table = Table(
        (Column("a", ""), Column("b", "")),
        (('say "x", y', Figure("0.3", full="0.333")), ("line\nbreak", "")),
    )
    rows = list(csv.reader(io.StringIO(comma.render(table))))
    assert rows == [["a", "b"], ['say "x", y', "0.333"], ["line\nbreak", ""]]


def test_markdown_cells_keep_their_bars():
    row = markdown.render((TABLE,)).splitlines()[-1]
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
    assert cells == [r"$\approx 3.333 \cdot 10^{-10}$", "$x_{1}$", r"50% \[b\]\|b\| & co"]


def test_latex_escapes_what_tex_would_obey():
    written = latex.render(BLOCKS)
    assert r"50\% [b]\textbar{}b\textbar{} \& co" in written
    assert r"$\approx 3.333 \cdot 10^{-10}$" in written
    assert r"6\_7" in written
    assert written.count("{") - written.count(r"\{") == written.count("}") - written.count(r"\}")


@pytest.mark.parametrize("renderer", [plain.render, markdown.render, latex.render])
def test_every_format_says_everything(renderer):
    written = renderer(BLOCKS)
    for part in ("At w = 3", "goes up by", "0.001", "3.333"):
        assert part in written
