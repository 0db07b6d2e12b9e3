"""The clock and the memory limit, on this platform and as on those without fork or RLIMIT_AS."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from console import needs_fork, processor_seconds

from derivcli.errors import BugError, RefusedError, Span, UsageError
from derivcli.guard.answers import GIBIBYTE, Guard, answer, answers

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
    with (
        processor_seconds(5),
        pytest.raises(RefusedError, match=r"out of time after 0.5 s while working") as error,
    ):
        answer(work, "hang", Guard(seconds=0.5, **platform))
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


def test_the_clock_starts_when_the_work_does(monkeypatch):
    """What is loaded first, or a parent that is busy elsewhere, takes nothing off it."""
    slow = "import time; time.sleep(1.5)"
    Path("slow_to_load.py").write_text(slow, "utf-8")
    monkeypatch.syspath_prepend(".")
    assert answer(work, 1, Guard(seconds=1, loads="slow_to_load")) == 2
    found = answers(work, range(100), Guard(seconds=1, processes=2))
    first = next(found)
    time.sleep(1.5)
    assert [first, *found] == [2 * n for n in range(100)]


def test_the_clock_of_an_item_is_kept_while_nobody_looks():
    found = answers(work, [1, "hang", 3], Guard(seconds=1))
    assert next(found) == 2
    time.sleep(2)
    refused, last = found
    assert "out of time after 1 s while working" in refused.message
    assert last == 6


def test_a_better_answer_has_a_share_of_the_clock_and_the_first_is_kept():
    assert answer(improving, 1, Guard(seconds=1)) == 1
    assert answer(improving, 0, Guard(seconds=60)) == "better"
    assert list(answers(improving, [1, 0, 2], Guard(seconds=1))) == [1, "better", 2]


def improving(item, stage):
    stage("improving")
    yield item
    if item:
        7 ** (8**10)
    yield "better"


def test_what_replaces_a_killed_process_has_loaded_already():
    guard = Guard(seconds=1, loads="derivcli.calculus.study")
    assert list(answers(loaded, ["die", "look", "die", "look"], guard))[1::2] == [True, True]


def loaded(item, stage):
    return work(item, stage) if item == "die" else "sympy" in sys.modules


ORPHANED = """
import os, sys
sys.path.insert(0, sys.argv[1])
import test_guard
from derivcli.guard.answers import Guard, answers
kinds = {"one": ["hang"], "many": ["pid", "hang"]}
guard = Guard(seconds=0.3)
def tell(stage):
    print("working", flush=True)
    os.kill(os.getpid(), 9)
list(answers(test_guard.work, kinds[sys.argv[2]], guard, tell=tell))
"""


@pytest.mark.parametrize("kind", ["one", "many"])
def test_no_process_is_left_when_the_parent_is_gone(kind):
    mark = {"DERIVCLI_TEST_ORPHAN": f"{kind}-{os.getpid()}"}
    done = subprocess.run(
        [sys.executable, "-c", ORPHANED, str(Path(__file__).parent), kind],
        capture_output=True, text=True, check=False, env={**os.environ, **mark},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "working\n")
    for _ in range(100):
        if not carrying(mark):
            return
        time.sleep(0.1)
    pytest.fail("an orphan runs on")


def carrying(mark):
    """Return the processes that have inherited an environment variable."""
    (pair,) = (f"{key}={value}".encode() for key, value in mark.items())
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if pair in path.read_bytes().split(b"\0"):
                found.append(path)
    return found


def test_the_guard_is_cheap():
    """Not a benchmark: only that nobody makes it load SymPy or sleep."""
    with processor_seconds(1):
        answer(work, 1, Guard())


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="Windows has no such clock")
def test_the_clock_is_kept_whatever_the_caller_does_with_its_signal():
    before = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    try:
        assert answer(alarm, None, Guard()) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGALRM, before)


def alarm(_item, _stage):
    return signal.getsignal(signal.SIGALRM)


@needs_fork
def test_where_the_system_gives_no_process_that_is_said(monkeypatch):
    def refused():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    with pytest.raises(RefusedError, match="cannot start a process to compute in: Resource"):
        answer(work, 1, Guard())


def unable():
    raise RuntimeError("can't start new thread")


@pytest.mark.parametrize("items", [[1], [1, 2]])
def test_a_process_that_cannot_begin_says_why(monkeypatch, items):
    monkeypatch.setattr("derivcli.guard.work._follow_parent", unable)
    for found in answers(work, items, Guard(start="fork")):
        assert isinstance(found, RefusedError)
        assert found.message == "cannot compute here: can't start new thread"
