"""What `sweep` says of curves of its own making."""

import pytest

from derivcli.calculus.sweep.error_curve import SweepRequest, SweepSummary
from derivcli.calculus.sweep.sweep import sweep
from derivcli.language.parser import parse
from derivcli.report.blocks import Chart, Table
from derivcli.report.markup import plain
from derivcli.report.sweep import blocks, chart, records, sentence


def go(source="w**2", at="3", methods=("forward", "central"), arithmetics=("float64",)):
    program = parse(source)
    name = program.variables[0]
    return sweep(SweepRequest(program, {name: parse(at)}, name, methods, arithmetics))


def tables(found):
    return [block for block in blocks(found) if isinstance(block, Table)]


def test_two_curves_stand_beside_each_other_with_their_estimates():
    errors, summary = tables(go())
    assert [plain(column.heading) for column in errors.columns] == [
        "eps",
        "forward",
        "forward error",
        "central",
        "central error",
    ]
    assert len(errors.rows) == 16
    assert errors.rows[0][2].text == "1.00e-1"
    assert len(summary.rows) == 2


def test_many_curves_have_a_table_for_each_arithmetic():
    found = go("exp(w)", "1", ("forward", "central", "complex"), ("float64", "float32"))
    double, single, summary = tables(found)
    assert "in float64" in double.title
    assert "in float32" in single.title
    assert [plain(column.heading) for column in double.columns] == [
        "eps",
        "forward",
        "central",
        "complex",
    ]
    assert len(summary.rows) == 6


def test_the_chart_is_logarithmic_and_leaves_zeros_out():
    drawn = chart(go())
    assert isinstance(drawn, Chart)
    assert drawn.logarithmic
    lines = [curve for curve in drawn.curves if curve.role == "series"]
    assert [curve.name for curve in lines] == ["forward", "central"]
    assert all(y > 0 for curve in drawn.curves for stretch in curve.stretches for _, y in stretch)
    assert chart(go("3*w", "2", ("forward",), ("exact",))).curves == ()


def test_the_bottoms_of_the_v_are_marked_on_the_curves_as_the_summary_tells_them():
    found = go("exp(w)", "1")
    drawn = chart(found)
    for role in ("best", "predicted"):
        (marks,) = (curve for curve in drawn.curves if curve.role == role)
        (dots,) = marks.stretches
        expected = [getattr(each, f"{role}_eps") for each in found.summary]
        assert [eps for eps, _ in dots] == expected
        assert plain(marks.name).endswith(
            ", ".join(f"{eps:.1e}".replace("e-0", "e-") for eps in expected)
        )


def test_both_sides_of_the_v_are_labelled_each_order_once():
    drawn = chart(go("exp(w)", "1", ("forward", "backward", "central")))
    forward = drawn.curves[0].stretches[0]
    labels = {plain(" ".join(label.parts)): label.at for label in drawn.labels}
    assert list(labels) == ["truncation like eps", "rounding like 1/eps", "truncation like eps²"]
    assert labels["rounding like 1/eps"][0] < 2.6e-8 < labels["truncation like eps"][0]
    eps, error = labels["truncation like eps"]
    assert error == pytest.approx(eps * 2.718 / 2, rel=0.02)  # eps J''/2
    assert min(x for x, _ in forward) < eps < max(x for x, _ in forward)


def test_records_are_the_rows():
    table = records(go())
    assert len(table.rows) == 32
    assert table.rows[0][:3] == ("forward", "float64", "0.1")


MEET = (
    "forward in float64: truncation shrinks like eps (observed order 1.00) and rounding grows like"
    " 1/eps; they meet near eps = 2.6e-8, and the smallest error was found near 1.3e-8."
)
EXACT = "central in exact numbers: truncation shrinks like eps² (observed order 2.00); no rounding error."


@pytest.mark.parametrize(
    "curve, expected",
    [
        (SweepSummary("forward", "float64", 1.0, 1, 1.3e-8, 2.6e-8), MEET),
        (SweepSummary("central", "exact", 2.0, 2, None, None, "no rounding error"), EXACT),
        (
            SweepSummary("central", "float64", None, None, None, None, "why"),
            "central in float64: why.",
        ),
    ],
)
def test_a_sentence_gives_the_reason(curve, expected):
    assert plain(sentence(curve)) == expected
