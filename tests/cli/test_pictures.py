"""How pictures are asked for: sizes, titles, dark paper; and that nothing else takes them."""

import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from console import run
from tiers import paired

COMMANDS = {
    "plot": ("plot", "w**2", "--at", "3"),
    "sweep": ("sweep", "exp(w)", "--at", "1"),
    "descend": ("descend", "w**2", "--from", "3"),
    "graph": ("graph", "J = w**2", "--at", "3"),
}
OPTIONS = {"--title": "A title", "--size": "4x3", "--dpi": "50"}
SPACE = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_picture_has_a_title_and_says_what_it_shows(command, tmp_path):
    assert run(*COMMANDS[command], "--output", "a.svg").session == ""
    root = ET.parse(tmp_path / "a.svg").getroot()  # noqa: S314 - our own
    title, description = root[0], root[1]
    assert (title.tag, description.tag) == (f"{SPACE}title", f"{SPACE}desc")
    assert title.text
    assert description.text.endswith(".")
    assert description.text.count(" ") > 5


@pytest.mark.parametrize("command", COMMANDS)
def test_a_picture_is_as_asked_for(command, tmp_path):
    options = [word for pair in OPTIONS.items() for word in pair]
    assert run(*COMMANDS[command], *options, "--dark", "--output", "a.png").session == ""
    content = (tmp_path / "a.png").read_bytes()
    assert [int.from_bytes(content[at : at + 4], "big") for at in (16, 20)] == [200, 150]
    run(*COMMANDS[command], "--title", "A title", "--output", "a.svg")
    root = ET.parse(tmp_path / "a.svg").getroot()  # noqa: S314 - our own
    assert root[0].text == "A title"
    assert "A title" in ["".join(each.itertext()) for each in root.iter(f"{SPACE}text")]


@pytest.mark.parametrize(
    "command, suffix", paired([(each,) for each in COMMANDS], ["svg", "png", "pdf"])
)
def test_the_bytes_are_the_same_in_another_process(command, suffix, tmp_path):
    program = "import sys; from derivcli.cli.main import main; sys.exit(main(sys.argv[1:]))"
    for name in ("a", "b"):
        subprocess.run(
            [sys.executable, "-c", program, *COMMANDS[command], "--output", f"{name}.{suffix}"],
            check=True, cwd=tmp_path, env={"PYTHONHASHSEED": str(ord(name)), "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
    first, second = ((tmp_path / f"{name}.{suffix}").read_bytes() for name in "ab")
    assert first == second


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", [*OPTIONS, "--dark"])
@pytest.mark.parametrize("elsewhere", [(), ("--output", "a.json"), ("--output", "a.svg", "--format", "json")])  # fmt: skip
def test_without_a_picture_its_options_are_an_error(command, option, elsewhere, tmp_path):
    words = (option, OPTIONS[option]) if option in OPTIONS else (option,)
    result = run(*COMMANDS[command], *words, *elsewhere)
    assert (result.stdout, result.status) == ("", 2)
    assert result.stderr == (
        f"error: {option} is for a picture, and none is drawn\n"
        "hint: name a file for it: --output picture.svg, .png or .pdf\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size, expected", [
    ("8x5.5", (576, 396)), ("8X6in", (576, 432)), ("20.32x15.24cm", (576, 432)), ("3×2", (216, 144)),
])  # fmt: skip
def test_sizes_in_inches_and_centimetres(size, expected, tmp_path):
    run(*COMMANDS["plot"], "--size", size, "--output", "a.svg")
    root = ET.parse(tmp_path / "a.svg").getroot()  # noqa: S314 - our own
    assert (
        tuple(float(root.get(side).removesuffix("pt")) for side in ("width", "height")) == expected
    )


@pytest.mark.parametrize("size", ["8", "8x", "0x5", "-8x5", "8x5px", "1e3x5", "81x5", "0.5x0.5", "nanx5", "8x5x5", ""])  # fmt: skip
def test_what_is_no_size_is_refused_before_anything_is_computed(size, monkeypatch, tmp_path):
    monkeypatch.setattr("derivcli.cli.tasks.plot", pytest.fail)
    result = run(*COMMANDS["plot"], "--size", size, "--output", "a.svg")
    assert (result.stdout, result.status) == ("", 2)
    assert "in --size" in result.stderr
    assert "such as 8x5.5 for inches, or 20x14cm" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option, value", [
    ("--dpi", "0"), ("--dpi", "-5"), ("--dpi", "99999"), ("--dpi", "many"), ("--title", "a\x07b"),
    ("--title", "two\nlines"), ("--title", "x" * 201),
])  # fmt: skip
def test_other_values_that_cannot_be(option, value, tmp_path):
    result = run(*COMMANDS["plot"], option, value, "--output", "a.svg")
    assert (result.stdout, result.status) == ("", 2)
    assert option in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_picture_with_too_many_dots_is_refused_and_nothing_written(tmp_path):
    result = run(*COMMANDS["plot"], "--size", "40x40", "--dpi", "2400", "--output", "a.png")
    assert (result.stdout, result.status) == ("", 3)
    assert "choose a smaller --size or --dpi" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_empty_title_is_none(tmp_path):
    run(*COMMANDS["plot"], "--title", "", "--output", "a.svg")
    texts = ["".join(each.itertext()) for each in ET.parse(tmp_path / "a.svg").iter(f"{SPACE}text")]  # noqa: S314
    assert texts
    assert not any("w**2" in each for each in texts)
