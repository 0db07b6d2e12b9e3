import json
import shlex
from pathlib import Path

import pytest
from console import run

from derivcli.errors import UsageError
from derivcli.exercises.examples import choose, load

OWN = '[[example]]\nname = "mine"\nexpression = "x**3"\nat = 0.1\n'


def test_the_shipped_examples_are_those_of_the_checkout():
    shipped = load()
    assert [each.name for each in shipped][:6] == [
        "square at 3", "square at -3", "square at 2", "cube at 2", "identity at 2", "reciprocal at 2",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [each.name for each in load()])
def test_every_example_runs_by_the_command_that_is_printed(name):
    command = json.loads(run("examples", name, "--format", "json").stdout)["examples"][0]["command"]
    words = shlex.split(command)
    assert words[0] == "derivcli"
    assert run(*words[1:]).status == 0


def test_the_folders_own_file_comes_first_and_file_before_it(tmp_path):
    Path("examples.toml").write_text(OWN, "utf-8")
    assert [each.name for each in load()] == ["mine"]
    Path("other.toml").write_text(OWN.replace("mine", "other"), "utf-8")
    assert [each.name for each in load("other.toml")] == ["other"]


def test_numbers_of_toml_keep_every_digit():
    Path("examples.toml").write_text(OWN.replace("0.1", "0.1000000000000000000000001"), "utf-8")
    row = json.loads(run("table", "--format", "json").stdout)["rows"][0]
    assert row["at_exact"] == {"x": "0.1000000000000000000000001"}


def test_points_may_be_tables_expressions_and_negative():
    Path("examples.toml").write_text(
        '[[example]]\nexpression = "w*b"\nat = { w = "pi/4", b = -2 }\nwrt = "w"\n', "utf-8"
    )
    row = json.loads(run("table", "--format", "json").stdout)["rows"][0]
    assert (row["at_exact"], row["slope"]) == ({"w": "pi/4", "b": "-2"}, -2)


def test_a_row_holds_closed_forms_in_json_and_the_same_decimals_everywhere():
    ask = ("table", "sin(w)", "--at", "pi/4", "--eps", "0.1", "--format")
    row = json.loads(run(*ask, "json").stdout)["rows"][0]
    assert (row["value_exact"], row["slope_exact"]) == ("sqrt(2)/2", "sqrt(2)/2")
    assert (row["value"], row["slope"]) == (0.7071067811865476, 0.7071067811865476)
    assert "0.7071067811865476,0.7071067811865476" in run(*ask, "csv").stdout
    assert "≈ 0.7071067812" in run(*ask, "rich").stdout


def test_choosing_keeps_the_order_asked_for():
    assert [each.name for each in choose(load(), ["cube at 2", "square at 3"])] == [
        "cube at 2",
        "square at 3",
    ]
    with pytest.raises(UsageError, match="no example 'cub'"):
        choose(load(), ["cub"])


def test_an_unreadable_file_and_a_folder_are_usage_errors(tmp_path):
    (tmp_path / "latin.toml").write_bytes(b"[[example]]\nname = '\xe9'\n")
    with pytest.raises(UsageError, match="is not UTF-8: byte 21"):
        load("latin.toml")
    with pytest.raises(UsageError, match="cannot read"):
        load(str(tmp_path))
