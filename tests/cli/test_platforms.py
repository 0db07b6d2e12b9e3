"""The command line as it is on other systems: no fork, no limit on memory by the kernel, no signals."""

import os
import subprocess
import sys

import pytest
from console import shell
from tiers import thinned

# Windows has no fork and no limit on memory, macOS no limit that the kernel keeps: derivcli decides
# when its guard is first imported, so that is when another system is put before it.
ELSEWHERE = """
import multiprocessing, multiprocessing.popen_spawn_posix, sys
here, sys.platform = sys.platform, {platform!r}
import derivcli.guard.answers
sys.platform = here
from derivcli.cli.main import main
if __name__ == "__main__":
    assert derivcli.guard.answers.Guard().limited is False
    sys.exit(main(sys.argv[1:]))
"""
WINDOWS, MACOS = ELSEWHERE.format(platform="win32"), ELSEWHERE.format(platform="darwin")


SYSTEMS = {"Windows": WINDOWS, "macOS": MACOS}


QUESTIONS = (
    ("diff", "1/w", "--at", "2"),
    ("diff", "sin(w)", "--at", "pi/4", "--method", "central", "--format", "json"),
    ("diff", "abs(w)", "--at", "0"),
    ("table", "--eps", "0.001", "0.002"),
    ("table", "w**2", "log(w)", "--at", "0"),
    ("diff", "w", "--at", "1/0"),
    ("diff", "exp(w)", "--at", "1000"),
    ("diff", "tan(w)", "--order", "100000000", "--timeout", "2"),
)


@pytest.mark.parametrize(
    "arguments, system",
    thinned([(question, system) for question in QUESTIONS for system in SYSTEMS], 5),
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_the_answer_is_the_same_to_the_letter(arguments, system, tmp_path):
    (tmp_path / "there.py").write_text(SYSTEMS[system], "utf-8")
    there = subprocess.run(
        [sys.executable, "there.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    here = subprocess.run(
        [sys.executable, "-m", "derivcli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert (there.returncode, there.stdout, there.stderr) == (
        here.returncode,
        here.stdout,
        here.stderr,
    )


def test_no_room_needs_what_only_one_system_has():
    """Modules of POSIX alone are imported where they are used, behind a question."""
    hidden = ["resource", "fcntl", "termios", "pwd", "grp", "pty"]
    program = (
        "import sys\n"
        f"for name in {hidden}: sys.modules[name] = None\n"
        "import pkgutil, importlib, derivcli\n"
        "for module in pkgutil.walk_packages(derivcli.__path__, 'derivcli.'):\n"
        "    if not module.name.endswith('__main__'): importlib.import_module(module.name)\n"
        "print('all imported')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout == "all imported\n", done.stderr


def test_a_star_is_a_product_and_no_pattern(tmp_path):
    (tmp_path / "w*2.txt").write_text("", "utf-8")
    assert shell('derivcli diff "w*2" --format plain', tmp_path).stdout.startswith("J(w) = w*2\n")
