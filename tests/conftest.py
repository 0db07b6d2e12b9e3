import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

from console import PLAIN_ENVIRONMENT

from derivcli.cli import inputs
from derivcli.guard.nursery import processors

# They measure, some with what the tests do without.
collect_ignore = ["benchmarks"]

CHECK_TIMEOUT = inputs.check_timeout

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
