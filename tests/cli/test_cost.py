"""`derivcli cost`: counts that never change, times that hang together, formats, bounds."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from console import run

COURSE = json.loads((Path(__file__).parents[1] / "course.json").read_text("utf-8"))["cost"]


def test_the_default_counts_as_the_course_does():
    result = run("cost", "--format", "json")
    found = json.loads(result.stdout)
    assert (result.status, result.stderr) == (0, "")
    assert {key: found[key] for key in COURSE} == COURSE


def test_the_sample_agrees_with_the_backward_sweep():
    found = json.loads(
        run("cost", "--nodes", "2000", "--parameters", "9999", "--format", "json").stdout
    )
    assert 0 < found["check"]["worst_relative_difference"] < 1e-6
    assert found["one_at_a_time"]["sample"] == 25


def test_the_total_is_extrapolated_from_the_sample():
    found = json.loads(
        run("cost", "--nodes", "50", "--parameters", "400", "--format", "json").stdout
    )
    one = found["one_at_a_time"]
    assert one["total_seconds_extrapolated"] == pytest.approx(400 * one["seconds_each"])
    assert min(found["forward_seconds"], found["backward_seconds"], found["build_seconds"]) > 0


def test_all_derivatives_by_backprop_cost_a_few_forward_sweeps():
    found = json.loads(run("cost", "--format", "json").stdout)
    assert found["backward_seconds"] < 10 * found["forward_seconds"]  # 2 on a quiet machine
    assert found["one_at_a_time"]["total_seconds_extrapolated"] > 1_000 * found["backward_seconds"]


def test_growth_goes_up_to_the_size_asked_for_in_every_format():
    asked = ("cost", "--nodes", "2000", "--parameters", "20000", "--growth")
    sizes = [(100, 1000), (300, 3000), (1000, 10000), (2000, 20000)]
    found = json.loads(run(*asked, "--format", "json").stdout)["growth"]
    assert [(each["nodes"], each["parameters"]) for each in found] == sizes
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert [(int(row["nodes"]), int(row["parameters"])) for row in rows] == sizes
    assert all(float(row["forward_seconds"]) > 0 for row in rows)
    for form in ("rich", "plain", "markdown", "latex"):
        text = run(*asked, "--format", form).stdout
        assert "extrapolated" in text
        assert "22,000" in text.replace("{,}", ",")


def test_growth_can_be_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    assert (
        run("cost", "--nodes", "300", "--parameters", "900", "--growth", "--output", "c.svg").status
        == 0
    )
    assert "seconds" in (tmp_path / "c.svg").read_text("utf-8")


@pytest.mark.parametrize("nodes, parameters", [(1, 1), (1, 50), (3, 7)])
def test_the_smallest_graphs(nodes, parameters):
    result = run("cost", "--nodes", str(nodes), "--parameters", str(parameters), "--digits", "2")
    assert (result.status, result.stderr) == (0, "")
    assert "1 nodes" not in result.stdout
    assert "all 1 " not in result.stdout


def test_a_network_of_a_million_parameters_fits_into_the_memory_limit():
    result = run(
        "cost",
        "--nodes",
        "100000",
        "--parameters",
        "1000000",
        "--timeout",
        "60",
        "--format",
        "json",
    )
    assert (result.status, result.stderr) == (0, "")


@pytest.mark.parametrize("arguments, status, message", [
    (("--nodes", "5", "--parameters", "4"), 2, "4 parameters are too few for 5 nodes"),
    (("--nodes", "2500000", "--parameters", "2500001"), 3, "N + P at most 5,000,000"),
    (("--output", "cost.png"), 2, "without --growth there is no chart"),
    (("--seed", "-1"), 2, "--seed"),
    (("--digits", "0"), 2, "--digits"),
])  # fmt: skip
def test_what_cannot_be_measured_is_refused(arguments, status, message):
    result = run("cost", *arguments)
    assert (result.status, result.stdout) == (status, "")
    assert message in result.stderr


def test_numpy_is_not_loaded_by_help_or_a_refusal():
    script = (
        "import sys\nfrom derivcli.cli.main import main\n"
        "main(['cost', '--help'])\nmain(['cost', '--nodes', '5', '--parameters', '4'])\n"
        "main(['diff', 'w**2', '--at', '3'])\n"
        "sys.exit('numpy' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode
        == 0
    )
