import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from console import PLAIN_ENVIRONMENT


@pytest.fixture(autouse=True)
def somewhere_plain(monkeypatch, tmp_path):
    """Every test runs in an empty folder, on a terminal without ambitions."""
    for key, value in PLAIN_ENVIRONMENT.items():
        monkeypatch.setenv(key, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path
