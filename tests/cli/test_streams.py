"""Pipes, terminals, files, Ctrl-C: where the answer goes and how the program ends."""

import contextlib
import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from console import run, shell

pty = pytest.importorskip("pty", reason="pseudo-terminals are a thing of POSIX")

COMMAND = [sys.executable, "-m", "derivcli"]


def on_a_terminal(*arguments, columns=80, **environment):
    """Run on a pseudo-terminal; return what it shows, line ends as in a file."""
    import fcntl
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    settings = {
        k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")
    }
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=slave, stderr=slave, stdin=slave,
        env={**settings, "TERM": "xterm", **environment},
    ) as process:  # fmt: skip
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
    os.close(master)
    return shown.decode().replace("\r\n", "\n"), process.returncode


def test_a_pipe_and_a_terminal_show_the_same_table():
    piped = shell('derivcli diff "w**2" --at 3').stdout
    shown, status = on_a_terminal("diff", "w**2", "--at", "3", columns=100, NO_COLOR="1")
    assert (shown, status) == (piped, 0)


@pytest.mark.parametrize("columns", [45, 70, 100, 150])
def test_help_is_as_wide_as_the_terminal_up_to_a_hundred_columns(columns):
    shown, status = on_a_terminal("diff", "--help", columns=columns)
    widest = max(map(len, shown.splitlines()))
    assert (status, min(columns, 100) - 12 <= widest <= min(columns, 100)) == (0, True)


def test_colour_is_for_terminals_only():
    assert "\x1b[" in on_a_terminal("diff", "w**2")[0]
    assert "\x1b[" not in on_a_terminal("diff", "w**2", NO_COLOR="1")[0]
    assert "\x1b[" not in on_a_terminal("diff", "w**2", TERM="dumb")[0]
    assert "\x1b[" not in shell('derivcli diff "w**2"').stdout
    assert "\x1b[" in shell('derivcli diff "w**2"', FORCE_COLOR="1").stdout


@pytest.mark.parametrize(
    ("columns", "numbers"),
    [
        (79, ["0.001", "2.001", "0.499750", "-0.000249875", "-0.249875", "0.000124938"]),
        (60, ["0.001", "-0.0002498751", "-0.2498751", "0.0001249375"]),
        (40, ["0.001", "-0.000249875", "-0.249875"]),
    ],
)
def test_a_table_stays_a_table_on_a_narrow_terminal(columns, numbers):
    shown, _ = on_a_terminal(
        "diff", "1/w", "--at", "2", "--eps", "0.001", columns=columns, NO_COLOR="1"
    )
    assert max(map(len, shown.splitlines())) <= columns
    row = next(line for line in shown.splitlines() if "0.001 │" in line)
    assert [cell.strip("≈ ") for cell in row.split("│")[1:-1]] == numbers
    assert "…" not in shown


def test_where_no_table_fits_each_row_is_a_list():
    shown, _ = on_a_terminal("diff", "1/w", "--at", "2", "--eps", "0.001", columns=20, NO_COLOR="1")
    for number in (
        "0.001",
        "2.001",
        "0.4997501249",
        "-0.0002498750625",
        "-0.2498750625",
        "0.0001249375312",
    ):
        assert re.search(rf" {re.escape(number)}$", shown, re.MULTILINE), number
    assert "│" not in shown


@pytest.mark.parametrize("columns", [40, 100, 200])
def test_a_chart_is_as_wide_as_the_terminal_but_no_wider_than_120(columns):
    shown, status = on_a_terminal("plot", "w**2", "--at", "3", columns=columns, NO_COLOR="1")
    chart = shown.partition("chords:")[0]
    assert status == 0
    curve = chart.partition("   J\n")[2]
    assert max(map(len, curve.splitlines())) == min(columns, 120)


def test_a_chart_in_a_pipe_has_80_columns_whatever_COLUMNS_says():
    wide = shell('derivcli plot "w**2" --at 3', COLUMNS="200").stdout
    assert wide == shell('derivcli plot "w**2" --at 3').stdout
    assert max(map(len, wide.partition("chords:")[0].splitlines())) == 80


def test_a_wide_table_is_whole_in_a_pipe_whatever_COLUMNS_says():
    table = shell('derivcli diff "1/w" --at 2', COLUMNS="20").stdout
    assert len(max(table.splitlines(), key=len)) > 80


def test_head_breaks_the_pipe_without_a_traceback():
    result = shell('set -o pipefail; derivcli diff "w**2" --at $(seq 1 300) | head -1')
    assert result.stdout == "J(w) = w**2\n"
    assert result.status in (0, 141)
    assert result.stderr == ""


@pytest.mark.parametrize(
    "arguments", ['diff "w**2" --at 3', "--help", "examples", "diff w --format json"]
)
def test_a_reader_that_went_away_is_status_141(arguments):
    result = shell(f"derivcli {arguments} | true; exit ${{PIPESTATUS[0]}}")
    assert (result.status, result.stderr) == (141, "")


def test_a_closed_standard_output_is_said():
    result = shell('derivcli diff "w**2" --at 3 >&-')
    assert (result.status, result.stderr) == (
        2,
        "error: cannot write the answer: standard output is closed\n",
    )


def test_a_killed_program_leaves_no_process_behind():
    process = subprocess.Popen(
        [*COMMAND, "diff", "exp(sin(w**2))**9", "--order", "60", "--timeout", "60"]
    )
    pids = wait_for(lambda: children(process.pid))
    process.terminate()
    assert process.wait() == -signal.SIGTERM
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


@pytest.mark.parametrize("ignored", ["SIGCHLD", "SIGALRM", "SIGPIPE", "SIGTERM"])
def test_signals_that_the_caller_ignores_change_nothing(ignored):
    def ask(*arguments):
        return subprocess.run(
            [*COMMAND, "diff", *arguments], capture_output=True, text=True, check=False,
            preexec_fn=lambda: signal.signal(getattr(signal, ignored), signal.SIG_IGN),
        )  # fmt: skip

    answered = ask("1/w", "--at", "2", "--format", "plain")
    assert (answered.returncode, answered.stderr) == (0, "")
    assert "-0.25" in answered.stdout
    late = ask("exp(sin(w**2))**9", "--order", "60", "--timeout", "0.1")
    assert late.returncode == 3
    assert late.stderr.startswith("error: out of time after 0.1 s while differentiating\n")


def wait_for(what, seconds=60):
    """Return what a function finds as soon as it finds anything, on however busy a machine."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if found := what():
            return found
        time.sleep(0.05)
    pytest.fail("waited in vain")


def children(pid):
    told = subprocess.run(
        ["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, check=False
    )
    return [int(pid) for pid in told.stdout.split()]


def test_one_point_that_is_refused_leaves_the_others():
    result = run("diff", "10**w", "--at", "1", "400", "--eps", "1")
    assert result.status == 3
    assert "J = 10" in result.stdout
    assert "beyond 1.8e308" in result.stdout
    table = run("table", "10**w", "--at", "1", "400", "--eps", "1", "--format", "plain")
    assert table.status == 3
    assert len(table.stdout.splitlines()) == 3


def test_a_full_disk_is_said():
    result = shell('derivcli diff "w**2" --at 3 > /dev/full')
    assert result.status not in (0, 70)
    assert "Traceback" not in result.stderr
    assert "No space left" in result.stderr


@pytest.mark.parametrize("times", [1, 30])
def test_ctrl_c_ends_with_130_and_one_line(times):
    process = subprocess.Popen(
        [*COMMAND, "diff", "tan(w)", "--order", "100000000", "--timeout", "60"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    wait_for(lambda: children(process.pid))
    for _ in range(times):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out, err) == (130, b"", b"interrupted\n")


@pytest.mark.parametrize(
    ("number", "status", "told"),
    [(signal.SIGTERM, -signal.SIGTERM, ""), (signal.SIGINT, 130, "interrupted\n")],
)
@pytest.mark.parametrize("module", ["derivcli.cli.main", "typer"])
def test_a_signal_that_comes_while_a_class_is_made_is_no_bug(
    number, status, told, module, tmp_path
):
    """Python 3.11 makes a RuntimeError of what `__set_name__` raises; an import may be cut there."""
    (tmp_path / "sitecustomize.py").write_text(f"""
import os, sys
class Named:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), {number})
class Finder:
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            type("Made", (), {{"named": Named()}})
sys.meta_path.insert(0, Finder())
""")
    result = shell('exec derivcli diff "w**2" --at 3', PYTHONPATH=f"{tmp_path}")
    assert (result.status, result.stdout, result.stderr) == (status, "", told)


@pytest.mark.parametrize(
    ("number", "status", "told"),
    [(signal.SIGTERM, -signal.SIGTERM, ""), (signal.SIGINT, 130, "interrupted\n")],
)
@pytest.mark.parametrize("module", ["derivcli.cli.main", "typer", "derivcli.guard"])
def test_a_signal_that_comes_in_a_callback_is_not_lost(number, status, told, module, tmp_path):
    """What a callback of a weak reference raises is dropped; every import has one."""
    (tmp_path / "sitecustomize.py").write_text(f"""
import os, sys, weakref
class Finder:
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            thing = Finder()
            self.reference = weakref.ref(thing, lambda _: os.kill(os.getpid(), {number}))
sys.meta_path.insert(0, Finder())
""")
    result = shell('exec derivcli diff "tan(w)" --order 100000000', PYTHONPATH=f"{tmp_path}")
    assert (result.status, result.stdout, result.stderr) == (status, "", told)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_what_is_not_written_whole_is_no_answer(unbuffered, tmp_path):
    """A file may have 8 KiB here, and the answer needs more."""
    result = shell(
        f'ulimit -f 8; derivcli diff "w**2" --at $(seq 1 40) > {tmp_path}/answer',
        PYTHONUNBUFFERED=unbuffered,
    )
    assert (result.status, result.stderr) == (2, "error: cannot write the answer: File too large\n")
    result = shell(
        'derivcli diff "w**2" --at $(seq 1 200) | head -1; exit ${PIPESTATUS[0]}',
        PYTHONUNBUFFERED=unbuffered,
    )
    assert (result.status, result.stdout) == (141, "J(w) = w**2\n")


def test_with_standard_error_closed_standard_output_stays_empty():
    result = shell('derivcli diff "w^" 2>&-')
    assert (result.status, result.stdout) == (2, "")


def test_json_goes_through_a_strict_reader():
    result = shell('derivcli diff "log(w)" --at 0 2 --format json | python -m json.tool')
    assert result.status == 0
    json.loads(result.stdout, parse_constant=pytest.fail)


def test_an_ascii_stream_gets_ascii():
    result = shell('derivcli diff "w1*w2/3" --at w1=1 w2=1 --eps 0.1', PYTHONIOENCODING="ascii")
    assert result.status == 0
    assert result.stdout.isascii()
    assert "dJ/dw1 = w2/3" in result.stdout
    assert "~ 0.3333333333" in result.stdout
    windows = run("diff", "1/w", "--at", "3", encoding="cp1252")
    assert windows.status == 0
    assert "~ 0.3333333333" in windows.stdout


@pytest.mark.parametrize("suffix, start", [
    (".json", '{\n  "schema"'), (".csv", "variable,"), (".md", "$$\nJ(w) ="), (".tex", "% needs: "), (".txt", "J(w) = "),
])  # fmt: skip
def test_output_takes_its_format_from_the_suffix(suffix, start, tmp_path):
    result = run("diff", "w**2", "--at", "3", "--output", f"answer{suffix}")
    assert (result.stdout, result.status) == ("", 0)
    content = (tmp_path / f"answer{suffix}").read_text("utf-8")
    assert content.startswith(start)
    assert "\x1b" not in content


def test_a_failure_leaves_the_file_as_it_was(tmp_path):
    target = tmp_path / "answer.json"
    target.write_text("before", "utf-8")
    assert run("diff", "exp(w)", "--at", "1000", "--output", "answer.json").status == 3
    assert target.read_text("utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["answer.json"]


def test_a_file_keeps_its_permissions_and_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "answer.json", tmp_path / "link.json"
    target.write_text("before", "utf-8")
    target.chmod(0o640)
    link.symlink_to(target)
    assert run("diff", "w", "--output", "link.json").status == 0
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert json.loads(target.read_text("utf-8"))["expression"] == "w"


def test_a_device_is_written_to_and_not_replaced():
    result = shell('derivcli diff "w**2" --format plain --output /dev/stdout')
    assert result.stdout == "J(w) = w**2\ndJ/dw = 2*w\n"


def test_a_folder_that_cannot_be_written_is_a_usage_error():
    result = run("diff", "w", "--output", "/proc/answer.json")
    assert (result.status, result.stdout) == (2, "")
    assert "cannot write /proc/answer.json" in result.stderr
    result = run("diff", "w", "--output", "/", "--format", "json")
    assert "it is a folder" in result.stderr


def test_an_unexpected_failure_is_one_line_with_status_70(monkeypatch):
    def broken(*_):
        raise ValueError("surprise\nand more")

    monkeypatch.setattr("derivcli.cli.inputs.constants", broken)
    result = run("diff", "w")
    assert (result.status, result.stdout) == (70, "")
    assert "bug in derivcli (and more)" in result.stderr
    monkeypatch.setenv("DERIVCLI_DEBUG", "1")
    result = run("diff", "w")
    assert (result.status, result.stdout) == (70, "")
    assert result.stderr.startswith("Traceback")
    assert "ValueError: surprise" in result.stderr


@pytest.mark.parametrize(
    "arguments", [("diff", "-"), ("steps", "-"), ("graph", "-"), ("check", "-", "2")]
)
def test_a_closed_standard_input_is_an_error_of_usage(arguments):
    done = shell(f"derivcli {' '.join(arguments)} <&-")
    assert (done.status, done.stdout) == (2, "")
    assert done.stderr.startswith("error: standard input is closed\n")


@pytest.mark.parametrize("locale", [{}, {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_arguments_are_utf8_whatever_the_locale(locale, tmp_path):
    c = {"LC_ALL": "C", **locale}
    assert shell("derivcli diff 'θ²'", **c).stdout.splitlines()[-1] == "dJ/dtheta = 2*theta"
    done = shell("derivcli diff 'θ²' --output θ.json && cat θ.json", tmp_path, **c)
    assert '"theta**2"' in done.stdout
    done = shell("derivcli diff $'\\xff'", **c)
    assert (done.status, done.stdout) == (2, "")
    assert "a byte that is not UTF-8" in done.stderr


def test_nothing_heavy_is_loaded_for_help_completion_or_a_syntax_error():
    program = (
        "import sys; from derivcli.cli.main import main\n"
        "status = main(sys.argv[1:])\n"
        "heavy = {'sympy', 'numpy', 'rich.table', 'mpmath', 'multiprocessing'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    for arguments in (
        ["--help"],
        ["--version"],
        ["diff", "--help"],
        ["diff", "sni(w)", "--at", "3"],
        ["diff", "w", "--epz"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False
        )
        assert "AssertionError" not in done.stderr, (arguments, done.stderr)


@pytest.mark.parametrize("words, expected", [
    ("derivcli di", "diff"),
    ("derivcli diff --me", "--method"),
    ("derivcli diff w --method ", "central"),
    ("derivcli diff w --format ", "markdown"),
    ("derivcli diff w --arithmetic f", "float64"),
    ("derivcli examples cu", "cube at 2"),
])  # fmt: skip
def test_shell_completion(words, expected):
    program = (
        "import sys; from derivcli.cli.main import main\n"
        "try: main(['completion', 'fish', '--', *sys.argv[1:]])\n"
        "finally: assert 'sympy' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words.split(" ")[1:]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = [line.partition("\t")[0] for line in done.stdout.splitlines()]
    assert expected in names, (done.stdout, done.stderr)
    assert "Assertion" not in done.stderr


def test_a_program_from_a_file_shows_on_a_terminal_how_far_it_is(tmp_path):
    (tmp_path / "program.txt").write_text("c = w*x\nJ = c**2/2\n", "utf-8")
    asked = ("graph", "@program.txt", "--at", "w=2", "x=3", "--wrt", "w", "--format", "json")
    shown, status = on_a_terminal(*asked)
    assert status == 0
    assert "━" in shown
    assert '"schema": "derivcli.graph/1"' in shown
    piped = run(*asked)
    assert (piped.status, piped.stderr) == (0, "")
    assert json.loads(piped.stdout)["gradients"] == {"w": 18}
