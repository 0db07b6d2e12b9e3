"""Run derivcli a thousand times, interrupted in every way, and see that nothing is left behind.

    python tests/benchmarks/endurance.py [--runs 1000]

Each run is left alone, or gets Ctrl-C, SIGTERM, a reader that goes away or a clock too short, at a
moment drawn by a seed. Prints a row for each way: how often, which exit statuses, what was left.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

COMMAND = [sys.executable, "-m", "derivcli", "diff"]
LONG = ["exp(sin(w**2))**9", "--order", "60", "--timeout", "60"]
SHORT = ["1/w", "--at", "2", "--eps", "0.001", "0.002"]
MARK = "DERIVCLI_ENDURANCE"
FORMAT = "| {:22} | {:5} | {:32} | {:4} |"


def left_behind() -> int:
    """Return how many processes carry our mark, zombies of theirs included."""
    own = f"{MARK}={os.getpid()}".encode()
    count = 0
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            count += own in path.read_bytes().split(b"\0")
        except OSError:
            continue
    return count


def zombies() -> int:
    """Return how many processes have ended and nobody has asked how."""
    count = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            count += path.read_text("utf-8").rpartition(")")[2].split()[0] == "Z"
        except OSError:
            continue
    return count


def start(arguments: list[str], **options: object) -> subprocess.Popen[bytes]:
    """Start derivcli in a session of its own, under our mark."""
    return subprocess.Popen(
        [*COMMAND, *arguments], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**os.environ, MARK: str(os.getpid())}, start_new_session=True,
        **{"stdout": subprocess.PIPE, **options},
    )  # fmt: skip


def alone(_: float) -> int:
    """Leave it alone."""
    with start(SHORT) as process:
        process.communicate()
        return process.returncode


def interrupted(moment: float) -> int:
    """Press Ctrl-C: the whole group gets it."""
    with start(LONG) as process:
        time.sleep(moment)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate()
        return process.returncode


def terminated(moment: float) -> int:
    """Send SIGTERM to the program alone."""
    with start(LONG) as process:
        time.sleep(moment)
        process.terminate()
        process.communicate()
        return process.returncode


def headed(_: float) -> int:
    """Read a line, then go away: `| head -1`."""
    points = [str(number) for number in range(1, 301)]
    with start(["w**2", "--at", *points]) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        process.wait()
        return process.returncode


def unread(_: float) -> int:
    """Close the pipe before anything is written."""
    reader, writer = os.pipe()
    with start(SHORT, stdout=writer) as process:
        os.close(writer)
        os.close(reader)
        process.communicate()
        return process.returncode


def short_clock(_: float) -> int:
    """Give it 0.1 s for what takes minutes."""
    with start([*LONG[:-1], "0.1"]) as process:
        process.communicate()
        return process.returncode


EXPECTED = {  # -N: by signal N. An early Ctrl-C or SIGTERM ends Python itself, before derivcli
    alone: {0},
    interrupted: {130, -signal.SIGINT},
    terminated: {-signal.SIGTERM},
    headed: {0, 141},
    unread: {141},
    short_clock: {3},
}


def main() -> None:
    """Run, and print what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=1000)
    arguments = parser.parse_args()
    # A shell's background jobs ignore Ctrl-C, and so would what they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    chance = random.Random(0)
    ways = list(EXPECTED)
    statuses: dict[object, Counter[int]] = {way: Counter() for way in ways}
    before = zombies()
    left: Counter[object] = Counter()
    for number in range(arguments.runs):
        way = ways[number % len(ways)]
        statuses[way][way(chance.uniform(0.02, 1.0))] += 1
        limit = time.monotonic() + 2
        while (remain := left_behind()) and time.monotonic() < limit:
            time.sleep(0.01)
        left[way] += remain
    print(FORMAT.format("way", "runs", "exit statuses", "left"))
    for way in ways:
        odd = set(statuses[way]) - EXPECTED[way]
        told = ", ".join(f"{status}: {count}" for status, count in sorted(statuses[way].items()))
        print(
            FORMAT.format(way.__name__, statuses[way].total(), told, left[way]), "odd" * bool(odd)
        )
    print(f"zombies: {zombies() - before}")


if __name__ == "__main__":
    main()
