"""`derivcli network` from the shell: its contract, its statuses, what it refuses."""

import json

import numpy as np
import pytest
from console import run, shell


def answer(*arguments):
    result = run("network", *arguments, "--format", "json")
    assert result.stderr == ""
    return json.loads(result.stdout)


def arrays(found):
    known = {}
    for each in found["arrays"]:
        known[each["name"]] = np.array(each["value"])
        if each["gradient"] is not None:
            known[each["gradient"]["name"]] = np.array(each["gradient"]["value"])
    return known


def test_json_has_the_keys_of_the_contract():
    found = answer("3-4-1")
    assert list(found)[:13] == [
        "schema", "layers", "activations", "loss", "examples", "cost", "equations", "arrays",
        "check", "proof", "judge", "training", "name",
    ]  # fmt: skip
    assert found["schema"] == "derivcli.network/1"
    assert found["layers"] == [3, 4, 1]
    assert [each["name"] for each in found["equations"]] == [
        "dZ2", "dW2", "db2", "dZ1", "dW1", "db1",
    ]  # fmt: skip
    assert [each["name"] for each in found["arrays"]] == [
        "X", "W1", "b1", "Z1", "A1", "W2", "b2", "Z2", "A2", "Y",
    ]  # fmt: skip
    for each in found["arrays"]:
        assert each["gradient"] is None or each["gradient"]["shape"] == each["shape"]


def test_numbers_are_those_of_the_six_equations_by_hand():
    found = answer("3-4-1", "--examples", "7")
    known, m = arrays(found), 7
    Z1 = known["W1"] @ known["X"] + known["b1"]
    A1 = np.tanh(Z1)
    Z2 = known["W2"] @ A1 + known["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    Y = known["Y"]
    slope2 = A2 - Y
    slope1 = known["W2"].T @ slope2 * (1 - A1**2)
    by_hand = {
        "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "dZ2": slope2, "dZ1": slope1,
        "dW2": slope2 @ A1.T / m, "db2": slope2.sum(axis=1, keepdims=True) / m,
        "dW1": slope1 @ known["X"].T / m, "db1": slope1.sum(axis=1, keepdims=True) / m,
        "dA2": -Y / A2 + (1 - Y) / (1 - A2), "dA1": known["W2"].T @ slope2,
    }  # fmt: skip
    for name, value in by_hand.items():
        np.testing.assert_allclose(known[name], value, rtol=1e-9, atol=1e-11, err_msg=name)
    cost = -(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)).sum() / m
    assert found["cost"] == pytest.approx(cost, rel=1e-11)


def test_the_relu_network_of_the_course():
    found = answer("two ReLU layers")
    known = arrays(found)
    assert found["cost"] == 2
    assert [float(known[name][0, 0]) for name in ("dW1", "db1", "dW2", "db2")] == [6, 6, 4, 2]


def test_large_arrays_are_left_out_unless_asked_for():
    found = {each["name"]: each for each in answer("30-20-1")["arrays"]}
    assert found["W1"]["value"] is found["W1"]["gradient"]["value"] is None
    assert len(found["b1"]["value"]) == 20
    whole = {each["name"]: each for each in answer("30-20-1", "--values")["arrays"]}
    assert np.shape(whole["W1"]["value"]) == (20, 30)
    assert "--values shows them all" in run("network", "30-20-1").stdout


def test_a_check_a_proof_and_a_judgement_in_one():
    found = answer("2-2-1", "--check", "--prove", "--judge", "dZ2 = A2 - Y", "--examples", "2")
    assert found["check"]["passed"] is True
    assert [each["name"] for each in found["check"]["arrays"]] == ["W1", "b1", "W2", "b2"]
    assert all(each["proved"] for each in found["proof"])
    assert found["judge"]["verdict"] == "correct"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("3-4-1",), 0),
        (("3-4-1", "--check"), 0),
        (("3-4-1", "--check", "--inject", "sign"), 1),
        (("3-4-1", "--judge", "dZ2 = A2 - Y"), 0),
        (("3-4-1", "--judge", "dZ2 = Y - A2"), 1),
        (("3-4-1", "--judge", "dZ2 = A2 -"), 2),
        (("2-2-1", "--prove"), 0),
        (("784-128-10", "--prove"), 0),
        (("3-4-1", "--activation", "tanh", "linear", "--loss", "cross-entropy"), 4),
        (("3-4-1", "--init", "zero"), 2),
        (("3-4-1", "--seed", "-1"), 2),
        (("3-4-1", "--eps", "1e-5"), 2),
        (("3-4-1", "--check", "--eps", "0"), 2),
        (("3-4-1", "--check", "--eps", "nan"), 2),
        (("3-4-1", "--check", "--eps", "10^-6"), 0),
        (("3-4-1", "--check", "--eps", "1e-6,1e-7"), 2),
        # without a mean, one example is no mistake
        (("3-4-1", "--check", "--inject", "missing-mean", "--examples", "1"), 2),
        (("3-4-1", "--train", "--rate", "0"), 2),
        (("3-4-1", "--train", "--rate", "inf"), 2),
        (("3-4-1", "--train", "--held-out", "5"), 2),
        (("3-4-1", "--iterations", "5"), 2),
        (("xor", "--examples", "3"), 2),
    ],
)
def test_statuses(arguments, status):
    result = run("network", *arguments)
    assert result.status == status, result.stderr
    assert (result.stdout == "") is (status > 1)


def test_equations_are_proved_and_judged_where_the_numbers_have_no_value():
    linear = ("3-4-1", "--activation", "tanh", "linear", "--loss", "cross-entropy")
    found = answer(*linear, "--judge", "dZ2 = -Y / A2 + (1 - Y) / (1 - A2)")
    assert found["judge"]["verdict"] == "correct"
    assert found["cost"] is None
    assert all(each["value"] is None for each in found["arrays"])


def test_a_judgement_draws_no_numbers_however_large_the_network():
    found = answer("784-300-10", "--examples", "60000", "--judge", "dW2 = dZ2 @ A1.T / m")
    assert (found["judge"]["verdict"], found["examples"]) == ("correct", 60_000)


def test_options_go_before_what_an_entry_says(tmp_path):
    file = tmp_path / "net.toml"
    file.write_text('[[network]]\nname = "one"\nlayers = "2-3-1"\nseed = 7\nexamples = 9\n')
    own = answer("--file", str(file))
    assert (own["name"], own["seed"], own["examples"]) == ("one", 7, 9)
    told = answer("one", "--file", str(file), "--seed", "2", "--examples", "3", "--loss", "squared")
    assert (told["seed"], told["examples"], told["loss"]) == (2, 3, "squared")


def test_another_loss_keeps_the_activations_of_an_entry_that_it_can(tmp_path):
    file = tmp_path / "net.toml"
    file.write_text('[[network]]\nname = "n"\nlayers = "2-3-2"\nactivation = ["relu", "sigmoid"]\n')
    found = [
        answer("--file", str(file), "--loss", loss)["activations"]
        for loss in ("squared", "cross-entropy", "softmax-cross-entropy")
    ]
    assert found == [["relu", "sigmoid"], ["relu", "sigmoid"], ["relu", "softmax"]]
    assert "unknown loss 'mse'" in run("network", "--file", str(file), "--loss", "mse").stderr


def test_data_come_from_a_file(tmp_path):
    (tmp_path / "d.csv").write_text("x2,x1,y\n1,2,0\n3,4,1\n")
    found = arrays(answer("2-1", "--data", str(tmp_path / "d.csv")))
    assert found["X"].tolist() == [[2, 4], [1, 3]]
    assert found["Y"].tolist() == [[0, 1]]
    refused = run("network", "2-1", "--data", str(tmp_path / "d.csv"), "--examples", "4")
    assert refused.status == 2
    assert "--data brings its own examples" in refused.stderr


def test_training_reports_its_costs_and_what_is_held_out():
    found = answer("2-3-1", "--examples", "9", "--train", "--iterations", "40", "--held-out", "3")
    training = found["training"]
    assert training["at"] == list(range(41))
    assert len(training["costs"]) == len(training["held_out_costs"]) == 41
    assert training["costs"][-1] < training["costs"][0]
    assert (training["rate"], training["held_out"]) == (0.5, 3)


def test_xor_is_learned():
    found = answer("xor", "--train", "--iterations", "2000")["training"]
    assert found["costs"][-1] < 0.01
    assert found["correct"] == 4


@pytest.mark.parametrize("suffix", ["txt", "json", "csv", "md", "tex", "svg"])
def test_a_training_is_written_to_a_file(tmp_path, suffix):
    file = tmp_path / f"training.{suffix}"
    arguments = ("2-2-1", "--train", "--iterations", "5", "--output", str(file))
    assert run("network", *arguments).session == ""
    assert file.stat().st_size > 50


def test_nothing_is_left_of_a_refused_file(tmp_path):
    file = tmp_path / "out.json"
    assert run("network", "3-0-1", "--output", str(file)).status == 2
    assert not file.exists()


def test_a_picture_is_only_of_a_training(tmp_path):
    result = run("network", "3-4-1", "--output", str(tmp_path / "a.svg"))
    assert result.status == 2
    assert "without --train there is no chart to draw" in result.stderr


def test_a_closed_pipe_and_a_plain_encoding():
    assert shell("derivcli network 3-4-1 | head -1").status == 0
    result = shell("derivcli network 3-4-1", PYTHONIOENCODING="ascii")
    assert result.status == 0
    assert result.stdout.isascii()


def test_given_numbers_are_told_to_the_last_digit(tmp_path):
    file = tmp_path / "net.toml"
    file.write_text(
        '[[network]]\nname = "n"\nlayers = "2-2"\nactivation = "linear"\nloss = "squared"\n'
        "X = [[1e6, -1e6], [1e-9, 2e-9]]\nY = [[0, 0], [0, 0]]\n"
        "W1 = [[1e-12, 1], [0.1234567890123456, 2]]\nb1 = [0, 0]\n"
    )
    known = arrays(answer("--file", str(file)))
    assert known["X"].tolist() == [[1e6, -1e6], [1e-9, 2e-9]]
    assert known["W1"].tolist() == [[1e-12, 1], [0.1234567890123456, 2]]
    lines = run("network", "--file", str(file)).stdout.splitlines()
    assert "X = [ 1e6  -1e6]" in lines
    assert "    [1e-9  2e-9]" in lines


def test_an_entry_beyond_float64_is_told_and_leaves_the_others(tmp_path):
    file = tmp_path / "net.toml"
    file.write_text(
        '[[network]]\nname = "n"\nlayers = "1-1"\nX = [[1, 0]]\nY = [[1, 1]]\nW1 = [[-800]]\nb1 = [0]\n'
    )
    (_, _, _, _, output, _) = answer("--file", str(file))["arrays"]
    assert output["gradient"]["value"] == [[None, -2.0]]
    shown = run("network", "--file", str(file)).stdout
    assert "dA1 ≈ [-  -2]" in shown
    assert "An entry - has no value in float64: in dA1." in shown
    assert run("network", "--file", str(file), "--format", "csv").stdout.count("A1,1,1,0.0,\n") == 1


def test_csv_holds_one_answer_at_a_time():
    result = run("network", "2-2-1", "--check", "--judge", "dZ2 = A2", "--format", "csv")
    assert (result.status, result.stdout) == (2, "")
    assert "CSV holds one answer at a time" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("XORR",), "did you mean 'xor'?"),
        (("3-4-1", "--activation", "tanh,sigmoid"), "write them apart: --activation tanh sigmoid"),
    ],
)
def test_what_was_meant_is_told(arguments, hint):
    assert f"hint: {hint}\n" in run("network", *arguments).stderr


def test_dashes_as_pasted_from_a_text_are_hyphens():
    assert answer("3\u20134\u20131")["layers"] == [3, 4, 1]


@pytest.fixture
def own(tmp_path):
    """The gradient of a network as derivcli writes it."""
    (tmp_path / "own.json").write_text(run("network", "3-4-1", "--format", "json").stdout)
    return arrays(json.loads((tmp_path / "own.json").read_text()))


def saved(tmp_path, own, **other):
    file = tmp_path / "my.npz"
    np.savez(file, **{name: own[name] for name in ("dW1", "db1", "dW2", "db2")} | other)
    return str(file)


def test_a_gradient_of_ones_own_is_right(tmp_path, own):
    for file in (str(tmp_path / "own.json"), saved(tmp_path, own)):
        found = answer("3-4-1", "--gradient", file)["gradient"]
        assert (found["file"], found["passed"], found["not_compared"]) == (file, True, [])
        assert found["number"] < 1e-7
        assert [each["name"] for each in found["arrays"]] == ["dW1", "db1", "dW2", "db2"]
        assert run("network", "3-4-1", "--gradient", file).status == 0


def test_a_gradient_of_ones_own_is_wrong(tmp_path, own):
    file = saved(tmp_path, own, dW2=-own["dW2"])
    assert run("network", "3-4-1", "--gradient", file).status == 1
    found = answer("3-4-1", "--gradient", file)["gradient"]
    assert list(found) == [
        "file", "passed", "number", "arrays", "number_of_backprop", "distance_to_backprop",
        "nudged", "parameters", "not_compared",
    ]  # fmt: skip
    (wrong,) = [each for each in found["arrays"] if not each["passed"]]
    row, column = 1, int(np.abs(own["dW2"]).argmax()) + 1
    assert wrong["worst"] == {
        "entry": [row, column],
        "yours": -own["dW2"][0, column - 1],
        "expected": own["dW2"][0, column - 1],
    }
    assert (wrong["name"], wrong["wrong"]) == ("dW2", 4)
    assert wrong["cause"] == "every entry is of the wrong sign"


def test_a_gradient_of_another_network_is_wrong(tmp_path, own):
    assert run("network", "3-4-1", "--seed", "2", "--gradient", saved(tmp_path, own)).status == 1


@pytest.mark.parametrize("form", ["rich", "plain", "json", "csv", "markdown", "latex"])
def test_a_gradient_of_ones_own_in_every_format(tmp_path, own, form):
    file = saved(tmp_path, own, dW1=2 * own["dW1"])
    result = run("network", "3-4-1", "--gradient", file, "--format", form)
    assert (result.status, result.stderr) == (1, "")
    assert "dW1" in result.stdout or "dW^{[1]}" in result.stdout


def test_a_gradient_and_a_check_in_one(tmp_path, own):
    found = answer("3-4-1", "--gradient", saved(tmp_path, own), "--check", "--prove")
    assert found["check"]["passed"] is found["gradient"]["passed"] is True


def test_two_numbers_that_look_alike_are_shown_with_the_digits_that_differ(tmp_path, own):
    dW1 = own["dW1"] * (1 + 1e-6)
    shown = run("network", "3-4-1", "--gradient", saved(tmp_path, own, dW1=dW1)).stdout
    rows = [line.split("│")[4:6] for line in shown.splitlines() if line.count("│") == 6]
    assert rows
    assert all(yours.strip() != right.strip() for yours, right in rows[1:])


def test_a_wrong_entry_too_small_for_the_number_is_wrong_and_not_great(tmp_path, own):
    dW1 = own["dW1"].copy()
    dW1[0, 1] *= 1 + 3e-6
    result = run("network", "3-4-1", "--gradient", saved(tmp_path, own, dW1=dW1))
    assert result.status == 1
    assert "1e-7 or less, for one number does not show small entries." in result.stdout
    assert "great" not in result.stdout


def test_a_file_that_is_no_gradient_is_refused_in_a_line(tmp_path):
    (tmp_path / "my.toml").write_text("dW1 = [[1, 2], [3, 4]]\n")
    for file in ("my.toml", "other.toml", "my.txt"):
        result = run("network", "3-4-1", "--gradient", str(tmp_path / file))
        assert (result.status, result.stdout) == (2, "")
        assert result.stderr.count("error: ") == 1
