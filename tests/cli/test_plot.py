"""`derivcli plot`: files, formats and terminals."""

import csv
import io
import json
import os
import subprocess
import sys

import pytest
from console import run


def test_json_has_the_schema_and_no_nan():
    result = run("plot", "tan(w)", "--at", "0", "--eps", "1", "--format", "json")
    assert result.status == 0
    found = json.loads(result.stdout, parse_constant=pytest.fail)
    assert found["schema"] == "derivcli.plot/1"
    assert found["at"] == {"w": 0}
    assert (found["slope"], found["slope_exact"]) == (1, "1")
    assert found["tangents"][0]["side"] == "both"
    (chord,) = found["chords"]
    assert chord["eps"] == 1
    assert chord["slope"] == chord["change"] == chord["value"] == pytest.approx(1.5574077246549023)
    low, high = found["range"]
    for stretch in found["stretches"]:
        for x, y in stretch:
            assert low <= x <= high
            assert found["window"][0] <= y <= found["window"][1]


def test_an_undefined_point_is_null_in_json():
    result = run("plot", "log(w)", "--at", "0", "--format", "json")
    found = json.loads(result.stdout, parse_constant=pytest.fail)
    assert result.status == 4
    assert (found["value"], found["slope"], found["differentiable"]) == (None, None, False)
    assert found["stretches"]


def test_csv_keeps_the_gaps():
    result = run("plot", "1/w", "--at", "1", "--range", "-1", "1", "--eps", "-0.5", "--format", "csv")  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    curve = [row for row in rows if row["curve"] == "J"]
    assert {row["stretch"] for row in curve} == {"1", "2"}
    assert all((float(row["w"]) < 0) == (row["stretch"] == "1") for row in curve)
    assert [row["curve"] for row in rows if row["curve"] != "J"] == (
        ["tangent"] * 2 + ["chord to w - 0.5"] * 2
    )


@pytest.mark.parametrize("suffix, start", [("svg", b"<?xml"), ("png", b"\x89PNG"), ("SVG", b"<?xml")])  # fmt: skip
def test_output_draws_a_picture(suffix, start, tmp_path):
    target = tmp_path / f"picture.{suffix}"
    result = run("plot", "w**2", "--at", "3", "--output", target.name)
    assert (result.stdout, result.stderr, result.status) == ("", "", 0)
    assert target.read_bytes().startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_kink_is_drawn_to_the_file_with_status_4(tmp_path):
    result = run("plot", "|w|", "--at", "0", "--output", "kink.svg")
    assert (result.stdout, result.status) == ("", 4)
    assert (tmp_path / "kink.svg").exists()


def test_where_nothing_is_defined_no_file_is_written(tmp_path):
    result = run("plot", "sqrt(w)", "--at", "-5", "--range", "-2", "-1", "--output", "none.svg")
    assert (result.stdout, result.status) == ("", 4)
    assert "nothing to draw" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_chosen_format_wins_over_the_suffix(tmp_path):
    for command in ("plot", "diff"):
        run(command, "w", "--at", "1", "--format", "json", "--output", "answer.svg")
        assert json.loads((tmp_path / "answer.svg").read_text("utf-8"))["expression"] == "w"


def test_without_matplotlib_one_line_says_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setattr("derivcli.cli.output._has_matplotlib", lambda: False)
    monkeypatch.setattr("derivcli.cli.tasks.plot", pytest.fail)
    result = run("plot", "w**2", "--at", "3", "--output", "picture.svg")
    assert (result.stdout, result.status) == ("", 2)
    assert result.stderr == (
        "error: in --output: a picture needs matplotlib, which is not installed\n"
        'hint: pip install "derivcli[figures]"\n'
    )
    assert not list(tmp_path.iterdir())


def test_other_commands_have_no_picture(tmp_path):
    result = run("table", "--output", "picture.png")
    assert (result.stdout, result.status) == ("", 2)
    assert "derivcli plot draws one" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_file_is_left_as_it_was_when_the_plot_fails(tmp_path):
    target = tmp_path / "picture.svg"
    target.write_text("before", "utf-8")
    assert run("plot", "exp(w)", "--at", "1000", "--output", "picture.svg").status == 3
    assert target.read_text("utf-8") == "before"


def test_neither_help_nor_a_syntax_error_loads_what_draws():
    program = (
        "import sys; from derivcli.cli.main import main\n"
        "main(sys.argv[1:])\n"
        "heavy = {'sympy', 'mpmath', 'plotille', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    for arguments in (
        ["plot", "--help"],
        ["plot", "sni(w)", "--at", "3"],
        ["plot", "w", "--at", "3", "--range", "1"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False
        )
        assert "AssertionError" not in done.stderr, (arguments, done.stderr)


def test_a_text_plot_loads_no_matplotlib():
    program = (
        "import sys; from derivcli.cli.main import main\n"
        "status = main(sys.argv[1:])\n"
        "assert status == 0 and 'matplotlib' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "plot", "w", "--at", "3"], capture_output=True, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.stderr == b""


def test_range_takes_values_that_begin_with_a_minus_before_and_after_the_expression():
    first = run("plot", "sin(w)", "--at", "0", "--range", "-pi", "2*pi", "--format", "json")
    second = run("plot", "--range", "-pi", "2*pi", "--at=0", "--format=json", "sin(w)")
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)["range"] == pytest.approx([-3.141592653589793, 6.283185307179586])  # fmt: skip


def test_a_large_expression_stays_inside_the_clock():
    terms = " + ".join(f"sin({k}*w)/{k}" for k in range(1, 60))
    assert run("plot", terms, "--at", "1", "--range", "-3", "3").status == 0
