"""Handouts as a reader gets them: compiled by TeX, turned into PDF by pandoc, drawn as SVG."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET

import pytest
from console import run
from tiers import thinned

COMMANDS = [
    ["diff", "1/w", "--at", "2", "--eps", "0.001", "0.002"],
    ["network", "3-4-1"],
    ["graph", "c = w*x; a = c + b; d = a - y; J = d**2/2", "--at", "w=2", "b=8", "x=-2", "y=2", "--wrt", "w", "b"],
    ["diff", "exp(w)/w", "--at", "2", "--method", "forward", "central", "complex", "richardson"],
    ["diff", "where(x > 0, x^2, -x)", "--at", "0", "--arithmetic", "float64", "--digits", "30"],
    ["diff", "w_j**2*theta + x_max", "--at", "w_j=1", "theta=1e-7", "x_max=2", "--order", "2"],
    ["table", "--eps", "0.1", "0.01", "0.001", "0.0001", "0.00001"],
    ["steps", "exp(-x^2)*sin(3*x)/(1 + x^2)*log(x)"],
    ["steps", "--rules"],
    ["steps", "w*sin(w**2)", "--definition"],
    ["steps", "abs(w)", "--definition"],
    ["check", "sin(w**2)", "cos(w**2)"],
    ["check", "x**3/9", "0.333*x**2", "--tolerance", "1e-3"],
    ["plot", "w**2", "--at", "3", "2", "-3"],
    ["plot", "1/w", "--at", "2", "--eps", "1", "0.5"],
    ["sweep", "exp(w)", "--at", "1", "--method", "forward", "central", "--arithmetic", "float64", "float32"],
    ["descend", "w**2", "--from", "3", "--rate", "1", "--iterations", "6"],
    ["descend", "w**2 + 3*b**2", "--from", "w=1", "b=2"],
    ["graph", "a = w**2; b = sin(a); c = a*b; J = c + a", "--at", "w=2"],
    ["graph", "z = w*x + b; a = sigmoid(z); L = -y*log(a) - (1 - y)*log(1 - a)", "--collapse", "z"],
    ["cost", "--nodes", "100", "--parameters", "300"],
    ["network", "2-2-2", "--loss", "softmax-cross-entropy", "--examples", "3", "--prove"],
    ["network", "3-4-1", "--judge", "dZ1 = W2 @ dZ2 * g1'(Z1)"],
    ["network", "3-4-1", "--check", "--inject", "missing-mean"],
    ["network", "4-5-3", "--activation", "relu", "softmax", "--loss", "softmax-cross-entropy", "--examples", "12"],
    ["network", "3-4-1", "--train", "--init", "zeros", "--iterations", "4"],
    ["examples"],
    ["examples", "linear unit"],
]  # fmt: skip
DRAWN = [
    each
    for each in COMMANDS
    if each[0] in ("plot", "sweep", "descend", "graph") and "--collapse" not in each
]
ROWS = thinned(COMMANDS, 9)
MOST = 2.0  # points by which a line may be longer than its page
needs_tex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="TeX is not installed")
needs_pandoc = pytest.mark.skipif(
    not (shutil.which("pandoc") and shutil.which("pdflatex")), reason="pandoc is not installed"
)


def name(command):
    return " ".join(command) if isinstance(command, list) else str(command)


@needs_tex
@pytest.mark.parametrize("command", ROWS, ids=name)
def test_standalone_latex_compiles_and_stays_on_the_page(command, tmp_path):
    assert run(*command, "--output", "handout.tex", "--standalone").stdout == ""
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "handout.tex"],
        capture_output=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    log = (tmp_path / "handout.log").read_text("latin-1")
    assert done.returncode == 0, re.findall(r"(?m)^! .*(?:\n.*){3}", log)
    assert [
        each for each in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log) if float(each) > MOST
    ] == []
    assert "Missing character" not in log


@needs_tex
def test_a_fragment_says_what_it_needs_and_needs_no_more(tmp_path):
    fragment = run(*COMMANDS[2], "--format", "latex").stdout
    needs = fragment.partition("\n")[0].removeprefix("% needs: ")
    (tmp_path / "part.tex").write_text(fragment)
    (tmp_path / "whole.tex").write_text(
        rf"\documentclass{{article}}{needs}\begin{{document}}\input{{part}}\end{{document}}"
    )
    command = ["pdflatex", "-interaction=nonstopmode", "whole.tex"]
    assert subprocess.run(command, capture_output=True, cwd=tmp_path, check=False).returncode == 0


@needs_pandoc
@pytest.mark.parametrize("command", ROWS, ids=name)
def test_markdown_becomes_a_pdf(command, tmp_path):
    (tmp_path / "handout.md").write_text(run(*command, "--format", "markdown").stdout)
    done = subprocess.run(
        ["pandoc", "handout.md", "-o", "handout.pdf"],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ROWS, ids=name)
def test_markdown_and_latex_hold_no_sign_that_tex_lacks(command):
    for form in ("markdown", "latex"):
        assert run(*command, "--format", form).stdout.isascii()


@pytest.mark.parametrize("command", thinned(DRAWN, 4), ids=name)
def test_markdown_in_a_file_links_to_its_pictures(command, tmp_path):
    pytest.importorskip("matplotlib", reason="pictures need matplotlib")
    assert run(*command, "--output", "handout.md").stdout == ""
    links = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (tmp_path / "handout.md").read_text())
    assert links == ["handout-1.svg"]
    root = ET.parse(tmp_path / links[0]).getroot()  # noqa: S314 - our own
    assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]


def test_without_a_painter_a_chart_in_a_file_is_text(monkeypatch, tmp_path):
    monkeypatch.setattr("derivcli.cli.output._has_matplotlib", lambda: False)
    run("plot", "w**2", "--at", "3", "--output", "handout.md")
    assert "```text" in (tmp_path / "handout.md").read_text()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["handout.md"]


def test_standalone_is_for_latex_alone():
    result = run("diff", "w**2", "--standalone")
    assert (result.status, result.stdout) == (2, "")
    assert "--standalone makes a document of LaTeX, and this answer is rich" in result.stderr
    assert "--format latex" in result.stderr


def test_what_was_pasted_is_set_as_it_was_read(tmp_path):
    entry = "[[example]]\nname = '{}'\nexpression = '{}'\nat = {{b = 3}}\n"
    pasted = [("no b", r"\frac{4w}{2}"), ("unread", r"\frac{4w}{"), ("slash", "4*w/2")]
    (tmp_path / "mine.toml").write_text("".join(entry.format(*each) for each in pasted))
    listed = run("examples", "--file", "mine.toml", "--format", "latex").stdout
    failed = run("table", "--file", "mine.toml", "--format", "latex").stdout
    for latex in (listed, failed):
        assert r"$\frac{4 w}{2}$ &" in latex
        assert r"$4\, w/2$ &" in latex  # plain text stays as it was typed


def test_what_people_write_in_an_answer_file_compiles(tmp_path):
    (tmp_path / "answers.toml").write_text(
        "".join(
            f"[[exercise]]\nname = '{name}'\nexpression = 'w**2'\nanswer = '{answer}'\n"
            for name, answer in (
                ("first", "2*w"), ("[2] a square", "{2w}_^"), ("* starred", "2*w + `ls` & %"),
                ("1. costs $5 & 10% of_it #1", "\\frac{4w}{2}"), ("–“é”", "ich weiß es nicht!"),
            )
        )
    )  # fmt: skip
    latex = run("check", "--file", "answers.toml", "--format", "latex").stdout
    assert "{}[2] a square &" in latex
    assert "{}* starred &" in latex
    assert r"$\frac{4 w}{2}$" in latex  # read as it was pasted
    assert r"\texttt{\{2w\}\_\textasciicircum{}}" in latex  # not read: no formula
    markdown = run("check", "--file", "answers.toml", "--format", "markdown").stdout
    assert "| ``2*w + `ls` & %`` |" in markdown
    if shutil.which("pdflatex"):
        run("check", "--file", "answers.toml", "--output", "a.tex", "--standalone")
        command = ["pdflatex", "-interaction=nonstopmode", "a.tex"]
        assert (
            subprocess.run(command, capture_output=True, cwd=tmp_path, check=False).returncode == 0
        )


@pytest.mark.parametrize(
    ("text", "latex", "markdown"),
    [
        ("1. a name", "1. a name", r"1\. a name"),
        ("- a name", "- a name", r"\- a name"),
        ("--seed", "-{}-seed", "--seed"),
        ("–“é” →", "–“é” $\\to$", "–“é” $\\to$"),
        ("变", "[CJK UNIFIED IDEOGRAPH-53D8]", "变"),
    ],
)
def test_words_are_set_as_they_stand(text, latex, markdown):
    from derivcli.render import markdown as md
    from derivcli.render import tex

    assert tex.words(text) == latex
    assert md.words(text) == markdown


def test_a_long_program_goes_over_pages():
    statements = "; ".join(f"v{i} = {f'v{i - 1}' if i else 'w'}*w" for i in range(20))
    latex = run("diff", f"{statements}; J = v19", "--format", "latex").stdout
    assert latex.count(r"\begin{align*}") == 2
