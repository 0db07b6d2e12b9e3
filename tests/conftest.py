import gc
import importlib
import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

from console import PLAIN_ENVIRONMENT
from widths import Drawn

from derivcli.cli import inputs
from derivcli.cli.loads import LOADS
from derivcli.guard.nursery import processors
from derivcli.render import terminal

# They measure, some with what the tests do without.
collect_ignore = ["benchmarks"]

CHECK_TIMEOUT = inputs.check_timeout

# What computations need is loaded once, and not again in each process that a command forks.
for room in LOADS.values():
    importlib.import_module(room)

# Tests make many trees that die young: all else, SymPy, too, is seldom looked through for garbage.
gc.set_threshold(100_000, 50, 100)

# A run is the same every time; with --hypothesis-profile=elsewhere each run looks somewhere else.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("elsewhere", deadline=None)
settings.load_profile("same")


def pytest_xdist_auto_num_workers():
    """One more than there are processors: several tests wait for a clock."""
    return processors() + 1


@pytest.fixture(autouse=True)
def somewhere_plain(monkeypatch, tmp_path):
    """Every test runs in an empty folder, on a terminal without ambitions, however busy it is.

    Who gives no --timeout has four times the usual clock.
    """
    monkeypatch.setattr(
        inputs, "check_timeout", lambda seconds: CHECK_TIMEOUT(40.0 if seconds == 10 else seconds)
    )
    for key, value in PLAIN_ENVIRONMENT.items():
        monkeypatch.setenv(key, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def drawn(monkeypatch):
    """Keep the blocks that a command draws in a terminal."""
    kept, render = Drawn(), terminal.render

    def keep(blocks, screen):
        kept.blocks = list(blocks)
        return render(kept.blocks, screen)

    monkeypatch.setattr(terminal, "render", keep)
    return kept
