"""What stands on a page of `explore` is what the shell says, at any point of its grid."""

import json
import re

import pytest
from console import run

FUNCTIONS = [
    ("w**2", "3"), ("w**3 - 2*w", "-1"), ("(w + 1)/(w**2 + 2)", "1/3"), ("exp(w)*sin(w)", "1"),
    ("tan(w)", "pi/4"), ("|w - 1|", "1"), ("1/w", "2"), ("where(w < 0, 1, 2) + w", "1"),
    ("log(w)", "1"), ("sqrt(w)", "4"), ("w*b**2 + x", "w=2 b=3 x=-1"), ("c = w*3; a = c + 1; J = a**2/2", "1"),
]  # fmt: skip
KEYS = ("point", "value", "change", "estimate", "error")


def page(tmp_path, expression, at, *more):
    path = tmp_path / "page.html"
    wrt = ["--wrt", "w"] if "=" in at else []
    result = run("explore", expression, "--at", *at.split(), *wrt, *more, "--output", str(path))
    assert result.stdout == ""
    text = path.read_text("utf-8")
    return result.status, text, json.loads(re.search(r'id="data">(.*?)</script>', text)[1])


def filled(data, point, step):
    """Return the sentence of a row, as the script of the page fills it in."""
    row = point["rows"][step]
    if row[7] < 0:
        return ""
    told = dict(zip("abcdef", (data["eps"][step], row[0], row[2], row[3], point["slopes"][0], point["w"]), strict=True))  # fmt: skip

    def number(match):
        text = told[match[1].lower()].replace("≈ ", "")
        return text if match[1].islower() else text.removeprefix("-")

    return re.sub(r"\{(\w)\}", number, data["sentences"][row[7]])


def shell(expression, at, sizes, *more):
    """Return the rows of numbers and the sentences of `diff`."""
    lines = run(
        "diff", expression, "--at", *at, "--eps", *sizes, "--explain", *more
    ).stdout.splitlines()
    rows = [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in lines
        if line.startswith("│")
    ]
    return rows[1:], [line for line in lines if line.startswith("If ")], lines


@pytest.mark.parametrize("expression, at", FUNCTIONS)
def test_every_number_is_that_of_the_shell(expression, at, tmp_path):
    status, text, data = page(tmp_path, expression, at)
    assert status in (0, 4)
    assert len(text.encode()) < 300_000
    assert len(data["points"]) >= 60
    assert len(data["eps"]) == 18
    others = [each for each in at.split() if "=" in each and not each.startswith("w=")]
    wrt = ["--wrt", "w"] if "=" in at else []
    compared = 0
    for index in sorted({0, 17, data["start"], 44, len(data["points"]) - 1}):
        point = data["points"][index]
        if point["w"].startswith("≈"):
            continue  # no number to type
        rows, sentences, lines = shell(expression, [f"w={point['w']}", *others], data["eps"], *wrt)
        assert [each for each in point["told"] if each in lines] == point["told"]
        own = [
            [eps, *row[:5]]
            for eps, row in zip(data["eps"], point["rows"], strict=False)
            if row[3] or row[1]
        ]
        assert [[cell for cell in row if cell] for row in own] == [
            [cell for cell in row if cell] for row in rows if len(row) > 1
        ]
        assert [
            each for step in range(len(point["rows"])) if (each := filled(data, point, step))
        ] == sentences[: len(own)]
        floats, _, _ = shell(
            expression, [f"w={point['w']}", *others], data["eps"], *wrt, "--arithmetic", "float64"
        )
        assert [row[5:7] for row in point["rows"] if row[5]] == [
            [*row[4:6], ""][:2] for row in floats if len(row) >= 5 and row[4]
        ]
        compared += 1
    assert compared >= 3


@pytest.mark.parametrize("expression, at, more", [
    ("gamma(w)", "3", ("--range", "-5", "200")), ("w**w**w", "2", ("--range", "1", "20")),
    ("1/w", "0", ()), ("log(w)", "-1", ()), ("exp(w)", "700", ()), ("5", "1", ()), ("sqrt(w)", "1e-300", ()),
])  # fmt: skip
def test_where_there_are_no_numbers_there_are_none(expression, at, more, tmp_path):
    """Some points are refused, or have no value: the page says so there, and shows the others."""
    _, _, data = page(tmp_path, expression, at, *more)
    assert not re.search(r"\b(?:nan|inf|zoo)\b", json.dumps(data), re.IGNORECASE)
    for point in data["points"]:
        assert point["told"]
        assert len(point["slopes"]) == 3
        assert {len(row) for row in point["rows"]} <= {8}


def test_the_point_and_the_steps_asked_for_are_there(tmp_path):
    _, _, data = page(tmp_path, "w**2", "1/3", "--eps", "0.25", "-2", "--range", "0", "1")
    assert data["points"][data["start"]]["w"] == "≈ 0.3333333333"
    assert data["eps"][data["step"]] == "0.25"
    assert "-2" in data["eps"]
    numbers = [float(each.replace("≈ ", "")) for each in data["eps"]]
    assert numbers == sorted(n for n in numbers if n < 0) + sorted(n for n in numbers if n > 0)
    assert (data["points"][0]["w"], data["points"][-1]["w"]) == ("0", "1")


@pytest.mark.parametrize("arguments, told", [
    (("w**2",), "--at is missing"), (("w**2", "--at", "3", "2"), "a page begins at one point"),
    (("w**2", "--at", "3", "--output", "page.svg"), ""), (("w**2", "--at", "3", "--range", "2", "1"), "LOW is not below HIGH"),
    (("w**2", "--at", "3", "--eps", "0"), "eps is 0"), (("sni(w)", "--at", "3"), "did you mean 'sin'"),
])  # fmt: skip
def test_what_cannot_be_is_told_in_a_line(arguments, told, tmp_path):
    output = () if "--output" in arguments else ("--output", str(tmp_path / "page.html"))
    result = run("explore", *arguments, *output)
    assert result.status == 2
    assert told in result.stderr
    assert result.stdout == ""
    assert not [*tmp_path.glob("*.html")]


def test_without_a_file_its_path_is_printed(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = run("explore", "w**2", "--at", "3")
    (written,) = tmp_path.glob("*/explore.html")
    assert result.stdout == f"{written}\n"


def test_a_page_is_the_same_every_time(tmp_path):
    assert page(tmp_path, "sin(w)", "1")[1] == page(tmp_path, "sin(w)", "1")[1]


def test_the_derivation_folds_out_by_rules_and_from_first_principles(tmp_path):
    _, text, _ = page(tmp_path, "w**2", "3")
    folded = re.findall(r"<summary>(The derivative, [^<]*)</summary>", text)
    assert folded == ["The derivative, rule by rule", "The derivative, from first principles"]
    assert 'alttext="2*w as eps → 0"' in text
    _, text, _ = page(tmp_path, "asin(w)", "1/2")
    assert "first principles" not in text
