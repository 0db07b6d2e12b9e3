"""The clock and the memory limit, on this platform and as on those without fork or RLIMIT_AS."""

import os
import time
from pathlib import Path

import pytest

from derivcli.errors import BugError, RefusedError, Span, UsageError
from derivcli.guard import GIBIBYTE, Guard, answer, answers

PLATFORMS = [
    pytest.param({}, id="here"),
    pytest.param({"start": "spawn"}, id="no fork, as on Windows"),
    pytest.param({"limited": False}, id="no kernel limit, as on macOS"),
    pytest.param({"start": "spawn", "limited": False}, id="neither"),
]


def work(item, stage):
    stage("working")
    match item:
        case "hang":
            return 7 ** (8**10)  # in C code, where no signal handler gets a word in
        case "swell":
            return [bytes(10**6) + b"1" for _ in range(10**5)]
        case "die":
            os._exit(3)
        case "bug":
            raise ZeroDivisionError("by us")
        case "usage":
            raise UsageError("no", source="w", span=Span(0, 1), hint="yes")
        case "deep":
            return work(item, stage)
    return item * 2


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_answer_comes_back(platform):
    assert answer(work, 21, Guard(**platform)) == 42


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_hang_in_c_code_is_ended_and_says_where(platform):
    start = time.monotonic()
    with pytest.raises(RefusedError, match=r"out of time after 0.5 s while working") as error:
        answer(work, "hang", Guard(seconds=0.5, **platform))
    assert time.monotonic() - start < 5
    assert "--timeout" in error.value.hint


@pytest.mark.parametrize("platform", PLATFORMS)
def test_memory_is_limited(platform):
    with pytest.raises(RefusedError, match="out of memory"):
        answer(work, "swell", Guard(seconds=60, memory=GIBIBYTE // 4, **platform))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_after_a_killed_item_the_others_go_on_in_order(platform):
    guard = Guard(seconds=1.0, **platform)
    found = list(answers(work, [1, "hang", 2, "die", 3], guard))
    assert [each if isinstance(each, int) else type(each) for each in found] == [
        2, RefusedError, 4, RefusedError, 6,
    ]  # fmt: skip


def test_many_items_are_dealt_out_and_come_back_in_order():
    assert list(answers(work, range(300), Guard(processes=3))) == [2 * n for n in range(300)]


def test_a_process_that_dies_is_a_refusal_not_a_traceback():
    with pytest.raises(RefusedError, match="ended by the system"):
        answer(work, "die", Guard())


def test_an_error_keeps_its_source_span_and_hint():
    with pytest.raises(UsageError) as error:
        answer(work, "usage", Guard())
    assert (error.value.source, error.value.span, error.value.hint) == ("w", Span(0, 1), "yes")


def test_a_bug_brings_its_traceback():
    with pytest.raises(BugError, match="ZeroDivisionError: by us") as error:
        answer(work, "bug", Guard())
    assert error.value.traceback.startswith("Traceback")
    assert [type(each) for each in answers(work, ["bug", 1], Guard())] == [BugError, int]


def test_endless_recursion_is_a_refusal():
    with pytest.raises(RefusedError, match="nested too deep"):
        answer(work, "deep", Guard())


def test_the_child_ends_itself_if_its_parent_is_gone():
    import signal
    import subprocess
    import sys

    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import test_guard, multiprocessing, os\n"
        "from derivcli.guard import Guard, _start\n"
        "process, _ = _start(test_guard.work, ['hang'], Guard(seconds=0.3))\n"
        "print(process.pid, flush=True); os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    pid = int(done.stdout)
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the orphan runs on")


def test_the_guard_is_cheap():
    """Not a benchmark: only that nobody makes it load SymPy or sleep."""
    start = time.monotonic()
    answer(work, 1, Guard())
    assert time.monotonic() - start < 1
