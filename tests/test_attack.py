"""Hostile input: refused or answered in time, in one line, without running anything."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from console import processor_seconds, run
from tiers import thinned

CODE = [
    "__import__('os').system('touch pwned')",
    "open('pwned', 'w')",
    "w.__class__",
    "(lambda: 1)()",
    "[0]*10**10",
    'f"{w}"',
    "exec(1)",
    "eval(w)",
    "w if w else 1",
    "Symbol('w')",
    "S('w')",
    "w;import os",
    "os.system(w)",
    "().__class__.__bases__",
    "print(1)",
    "lambda: w",
    "w := 3",
    "`id`",
    "$(id)",
    "{w}",
    "@property",
    "w\0",
    "w\n+1",
]
HEAVY = [
    "9**9**9", "9**9**9**9", "2**2**2**2**2**2", "7**(-9**8)", "1e1000000", "sin(1e1000000)",
    "cos(1e100000000)", "1e-1000000000*w", "gamma(10**9)", "exp(exp(exp(exp(10))))",
    "w**w**w**w**w**w**w**w", "(" * 10_000, "-" * 5_000 + "w", "w" + "+w" * 5_000, "w" + "*w" * 900,
    "1" * 5_000, "w" * 10**6,
]  # fmt: skip
FINE = [
    "loggamma(1e300)",
    "w" + "+w" * 290,
    "-" * 60 + "w",
    "(" * 60 + "w" + ")" * 60,
    "w" + "*(w+1)" * 140,
]


def one_line(result):
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("source", CODE)
def test_no_text_runs_as_code(source, tmp_path):
    for arguments in (
        ("diff", source), ("diff", "w", "--at", source), ("diff", "w", "--at", f"w={source}"),
        ("diff", "w", "--at", "1", "--eps", source), ("diff", "w", "--wrt", source),
        ("diff", "w", "--at", f"{source}=1"),
    ):  # fmt: skip
        result = run(*arguments)
        assert result.status in (2, 3), arguments
        one_line(result)
    toml = 'name = "a"\nexpression = {0}\nat = {0}\nwrt = {0}\n'.format(
        repr(source.replace("\0", ""))
    )
    (tmp_path / "examples.toml").write_text(
        "[[example]]\n" + toml.replace('"', "'") if "'" not in source else toml, "utf-8"
    )
    assert run("table").status in (2, 3)
    assert not (tmp_path / "pwned").exists()


def test_sympy_never_sees_a_string(monkeypatch):
    """Every way into SymPy that evaluates text is made to explode, and everything still works."""
    import sympy

    true = importlib.import_module("sympy.core.sympify").sympify

    def guarded(value, *arguments, **options):
        assert not isinstance(value, str), value
        return true(value, *arguments, **options)

    for module in list(sys.modules.values()):
        if (
            module
            and module.__name__.startswith("sympy")
            and getattr(module, "sympify", None) is true
        ):
            monkeypatch.setattr(module, "sympify", guarded)
    monkeypatch.setattr(sympy.parsing.sympy_parser, "eval_expr", None)
    monkeypatch.setattr(
        "derivcli.guard.answers.answer", lambda task, item, *_: task(item, lambda _: None)
    )
    for source in (
        "w**2*sin(w)",
        "max(0, w)",
        "where(w > 0, w, E*w)",
        "sigmoid(w)",
        "abs(w)**3",
        "w/(w + lambda)",
    ):
        result = run(
            "diff",
            source,
            "--at",
            "w=1",
            *(["E=2"] if "E" in source else []),
            *(["lambda=2"] if "lambda" in source else []),
        )
        assert result.status == 0, result.stderr


@pytest.mark.parametrize("source", HEAVY, ids=lambda source: source[:24])
def test_heavy_text_is_refused_at_once(source):
    with processor_seconds(1):
        result = run("diff", source, "--at", "9")
    assert result.status == 3
    one_line(result)
    if len(source) < 1000:
        assert run("diff", "w", "--at", source).status in (2, 3)
        assert run("diff", "w", "--at", "1", "--eps", source).status in (2, 3)


@pytest.mark.parametrize("source", FINE, ids=lambda source: source[:24])
def test_large_but_lawful_text_is_answered(source):
    assert run("diff", source, "--at", "0.1").status == 0


@pytest.mark.parametrize("source, at", thinned([
    ("((w**1000 + 1)**1000 + 1)**1000", "0.5"), ("sin(w)**sin(w)**w", "1"), ("tan(tan(tan(tan(w))))", "1"),
    ("gamma(w)", "-1e9-0.5"), ("digamma(w)", "1e300"), ("lambertw(w)", "1e300"), ("erfc(w)", "1e150"),
    ("(w**1000 + 1)**1000*(w + 2)**900", "0.1"), ("polygamma(100, w)", "0.001"), ("atan(w)", "1e300"),
    ("w**0.123456789012345678901234567890123456789", "2"), ("sin(w)", "1e300"), ("floor(w)", "1e300"),
    ("exp(w)", "exp(9)"), ("w", "exp(700)"),
], 2))  # fmt: skip
def test_heavy_numbers_end_in_time(source, at):
    with processor_seconds(5):
        result = run("diff", source, "--at", at, "--timeout", "3")
    assert result.status in (0, 3, 4)
    assert "Traceback" not in result.stderr


def test_memory_stays_under_a_gibibyte(tmp_path):
    program = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-m', 'derivcli', 'diff', sys.argv[1], '--at', '1.5', '--timeout', '5'], capture_output=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    source = "*".join(f"(w + {n}/7 + sin({n}*w))" for n in range(1, 40))
    done = subprocess.run(
        [sys.executable, "-c", program, source], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 2**20  # KiB


def test_hostile_rows_of_a_file_leave_the_others_alone(tmp_path):
    rows = [
        ("fine", "w**2", "3"),
        *((f"bad {n}", source, "9") for n, source in enumerate(HEAVY[:11])),
        ("last", "w**3", "2"),
    ]
    (tmp_path / "rows.toml").write_text(
        "\n".join(
            f'[[example]]\nname = "{name}"\nexpression = "{source}"\nat = {at}\n'
            for name, source, at in rows
        ),
        "utf-8",
    )
    result = run("table", "--file", "rows.toml", "--format", "plain")
    assert result.status == 3
    lines = result.stdout.splitlines()
    assert len(lines) == 1 + len(rows)
    assert "6.001" in lines[1]
    assert "12.006001" in lines[-1]


@pytest.mark.parametrize("content", [
    "", "example = 3", "[example]\nname='a'", "[[example]]", "[[example]]\nexpression = 3\nat = 3",
    "[[example]]\nexpression='w'\nat = nan", "[[example]]\nexpression='w'\nat = true",
    "[[example]]\nexpression='w'\nat = {}", "[[example]]\nexpression='w'\nat = [3]",
    "[[example]]\nexpression='w'\nat = 3\nwrt = 3", "[[example]]\nexpression='w'\nat = 1e400000",
    "[[example]]\nname = \"\\u001b[2J\"\nexpression='w'\nat = 3", "[[exmaple]]\nname='a'",
    "[[example]]\nexpression='w'\nat=3\n[[example]]\nexpression='w'\nat=3", "\0", "a" * 6_000_000, "[" * 100_000,
    "[[example]]\nexpression='w'\nat = " + "9" * 5000,
])  # fmt: skip
def test_malformed_files_are_one_line(content, tmp_path):
    Path("examples.toml").write_text(content, "utf-8")
    result = run("table")
    assert result.status in (2, 3)
    assert "Traceback" not in result.stderr
    assert "\x1b" not in result.stdout + result.stderr


def test_a_row_that_finds_a_bug_leaves_the_others_alone(tmp_path, monkeypatch):
    from derivcli.cli import tasks

    true = tasks.diff
    monkeypatch.setattr(
        tasks,
        "diff",
        lambda item, stage: 1 / 0 if "cos" in item.program.source else true(item, stage),
    )
    result = run("table", "cos(w)", "w**2", "--at", "3", "--format", "plain")
    assert result.status == 70
    assert "bug in derivcli (ZeroDivisionError" in result.stdout
    assert "6.001" in result.stdout


def test_a_folder_of_someone_else_is_harmless(tmp_path):
    """Running derivcli where files are named like modules imports none of them."""
    for name in ("sympy.py", "rich.py", "typer.py", "json.py", "derivcli.py"):
        (tmp_path / name).write_text("open('pwned', 'w')\nraise SystemExit(9)\n", "utf-8")
    script = Path(sys.executable).parent / "derivcli"
    done = subprocess.run(
        [script, "diff", "w**2"], capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "pwned").exists()
