"""Console sessions: `$ command` lines, what each prints, and its exit status."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from derivcli.cli.main import main

if TYPE_CHECKING:
    from widths import Drawn

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
STATUS = re.compile(r"\[exit status (\d+)\]\Z")
PLAIN_ENVIRONMENT = {
    "COLUMNS": "80",
    "NO_COLOR": "",
    "FORCE_COLOR": "",
    "GITHUB_ACTIONS": "",
    "TERM": "dumb",
    "PYTHONIOENCODING": "utf-8",
}


@dataclass(frozen=True)
class Result:
    """What a command printed, and how it ended."""

    stdout: str
    stderr: str
    status: int

    @property
    def session(self) -> str:
        """The lines that stand under the command in a session."""
        ending = f"[exit status {self.status}]\n" if self.status else ""
        return self.stdout + self.stderr + ending


class Stream(io.TextIOWrapper):
    """A captured stream with an encoding, as a pipe has."""

    def __init__(self, content: bytes = b"", encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(content), encoding=encoding, newline="")

    def text(self) -> str:
        self.flush()
        content: bytes = self.buffer.getvalue()
        return content.decode(self.encoding)


def run(*arguments: str, stdin: str = "", encoding: str = "utf-8") -> Result:
    """Run derivcli in this process."""
    out, err, before = Stream(encoding=encoding), Stream(), sys.stdin
    sys.stdin = Stream(stdin.encode())
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(arguments)
    finally:
        sys.stdin = before
    return Result(out.text(), err.text(), int(status))


def shell(command: str, cwd: Path | None = None, **environment: str) -> Result:
    """Run a command line in bash, with this interpreter's derivcli first on the path."""
    done = subprocess.run(
        ["bash", "-c", command], cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, **PLAIN_ENVIRONMENT, **environment,
             "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
    )  # fmt: skip
    return Result(done.stdout, done.stderr, done.returncode)


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")


ROUNDS, NOMINAL = (
    500_000,
    0.02,
)  # a loop, and its seconds on the machine that limits are written for


def _slowness() -> float:
    """Return how many times as long as there a loop takes here, by the processor's time."""
    start = time.process_time()
    for _ in range(ROUNDS):
        pass
    return (time.process_time() - start) / NOMINAL


@contextlib.contextmanager
def processor_seconds(most: float) -> Iterator[None]:
    """Fail where more processor time is taken, here and in processes that end meanwhile.

    How busy the machine is makes no difference, nor how slow it is: a loop before and after tells.
    Neither does what other tests have left in memory, which a collection of garbage would go
    through.
    """
    gc.freeze()
    before, start = _slowness(), os.times()
    try:
        yield
    finally:
        gc.unfreeze()
    used = sum(os.times()[:4]) - sum(start[:4])
    assert used < most * max(1.0, before, _slowness())


@dataclass(frozen=True)
class Session:
    """One command of a session and the text expected under it."""

    command: str
    expected: str

    def actual(self, cwd: Path, drawn: Drawn) -> str:
        """Return what the command prints now, after a look at other widths of a terminal."""
        words = shlex.split(self.command)
        if words[0] == "derivcli" and not {"|", ">", ";", "&&"} & set(words):
            drawn.blocks = []
            result = run(*words[1:])
            drawn.look(self.command)
            return result.session
        return shell(self.command, cwd).session


def sessions(text: str) -> Iterator[Session]:
    """Yield the sessions of a text that consists of nothing else."""
    for part in re.split(r"(?m)^(?=\$ )", text):
        if part.startswith("$ "):
            command, _, expected = part[2:].partition("\n")
            yield Session(command, expected.rstrip("\n") + "\n" if expected.strip() else "")


def written(found: Sequence[Session], results: Mapping[str, str]) -> str:
    """Return the text of sessions, with the results as they are now."""
    return "\n".join(f"$ {each.command}\n{results[each.command]}" for each in found)
