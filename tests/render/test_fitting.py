"""Tables on narrow terminals: what is given up first, and that what stays is right."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest

from derivcli.render.fitting import fitted
from derivcli.render.folding import folded
from derivcli.render.terminal import Screen, render
from derivcli.report.blocks import Column, Figure, Table, Text, shown
from derivcli.report.markup import plain
from derivcli.report.numbers import shortened

THIRD = Figure("0.3333333333", rounded=True, number=Fraction(1, 3))
EXACT = Figure("0.123456789012", number=Fraction(123456789012, 10**12))
TABLE = Table(
    (
        Column("name", "name", "words"),
        Column("method", "method", "words"),
        Column("change", "J(w + eps) - J(w)", short="ΔJ"),
        Column("point", "w + eps", spare=1),
        Column("estimate", "estimate"),
    ),
    (
        ("a remark of several words", "forward", THIRD, EXACT, Figure("6", number=Fraction(6))),
        ("short", "forward", EXACT, THIRD, THIRD),
    ),
    "title: (J(w + eps) - J(w)) / eps",
)  # fmt: skip


def width(found):
    count = len(found.widths)
    return sum(found.widths) + (3 * count + 1 if found.framed else 2 * (count - 1))


def test_a_table_that_fits_is_left_alone():
    for room in (None, 200):
        found = fitted(TABLE, room)
        assert (found.table, found.left_out, found.framed) == (TABLE, (), True)


def test_what_costs_least_is_given_up_first():
    seen = []
    for room in range(120, 20, -1):
        found = fitted(TABLE, room)
        if found is None:
            seen.append("rows")
            continue
        assert width(found) <= room
        keys = [column.key for column in found.table.columns]
        texts = [shown(cell) for row in found.table.rows for cell in row]
        seen.append(
            "frame" if not found.framed
            else "column" if found.left_out
            else "digits" if "≈ 0.3333333333" not in texts
            else "lifted" if "method" not in keys
            else "words" if found.widths[0] < len("a remark of several words")
            else "heading" if found.table.columns[2].heading == "ΔJ"
            else "whole"
        )  # fmt: skip
    steps = list(dict.fromkeys(seen))
    assert steps == ["whole", "heading", "words", "lifted", "digits", "column", "frame", "rows"]
    assert seen == sorted(seen, key=steps.index)  # and never back


def test_a_short_heading_is_explained_in_the_title_and_a_lifted_column_is_told_there():
    found = fitted(TABLE, 70)
    assert plain(found.table.title) == "title: ΔJ / eps; ΔJ = J(w + eps) - J(w); method: forward"


@pytest.mark.parametrize(
    ("text", "number", "digits", "expected"),
    [
        ("0.3333333333", Fraction(1, 3), 5, "≈ 0.33333"),
        # Rounded again from its own digits, 1.234350000, this would become 1.2344.
        ("1.234350000", Fraction(123434999996, 10**11), 5, "≈ 1.2343"),
        ("0.123456789012", Fraction(123456789012, 10**12), 5, "≈ 0.12346"),
        ("9.006001", Fraction(9006001, 10**6), 5, "9.006001"),  # ≈ 9.0060 would be no shorter
        ("110000", Fraction(110000), 5, "110000"),
        ("0.1", 0.1, 5, "0.1"),
        ("6.000000496442226", 6.000000496442226, 5, "≈ 6.0000"),
        ("-1.234567e-300", Decimal("-1.234567e-300"), 5, "-1.234567e-300"),
    ],
)
def test_a_number_with_fewer_digits_is_rounded_from_the_number_and_marked(
    text, number, digits, expected
):
    rounded = text == "0.3333333333"
    assert shown(shortened(Figure(text, rounded, number=number), digits)) == expected


def test_never_fewer_than_five_digits():
    for room in range(10, 120):
        found = fitted(TABLE, room)
        for cell in [] if found is None else (cell for row in found.table.rows for cell in row):
            if isinstance(cell, Figure) and cell.rounded:
                assert len(cell.text.lstrip("-0.").replace(".", "")) >= 5


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("J goes up by 0.006, roughly 6 x 0.001.", 20, ["J goes up by 0.006,", "roughly 6 x 0.001."]),
        ("a = b + c", 5, ["a = b", "+ c"]),
        ("the point w = 3 is", 14, ["the point", "w = 3 is"]),
        ("J(w + eps) - J(w)", 12, ["J(w + eps)", "- J(w)"]),
        ("exp(-x**2)*sin(1e-10*x)", 11, ["exp(-x**2)*", "sin(1e-10*", "x)"]),
        ("1234567890123", 5, ["1234567890123"]),
        ("  2*w", 80, ["  2*w"]),
        ("", 5, [""]),
    ],
)  # fmt: skip
def test_lines_end_at_spaces_or_behind_operators(text, room, lines):
    assert [text[slice(*each)] for each in folded(text, room, indent=0)] == lines


def test_sentences_are_folded_on_a_terminal_and_whole_in_a_pipe():
    sentence = "If w goes up by 0.001, J goes up by 0.006001, roughly 6 x 0.001."
    assert render([Text(sentence)], Screen()) == sentence + "\n"
    folded = render([Text(sentence)], Screen(40)).splitlines()
    assert max(map(len, folded)) <= 40
    assert " ".join(folded) == sentence


def test_rows_stand_apart_and_end_with_no_empty_line():
    shown = render([TABLE, Text("after")], Screen(20))
    assert "\n\n\n" not in shown
    assert shown.endswith("\n\nafter\n")


def test_colour_leaves_every_character_in_its_place():
    for room in (None, 30, 50, 90):
        coloured = render([TABLE], Screen(room, colour=True))
        assert "\x1b[2m≈ \x1b[0m" in coloured
        assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render([TABLE], Screen(room))
