"""Console sessions to the letter, and on terminals of other widths.

After reading a difference: DERIVCLI_GOLDEN=write pytest tests/test_golden.py.
"""

import os
from pathlib import Path

import pytest
from console import sessions, written

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_session_reads_to_the_letter(path, tmp_path, drawn):
    (tmp_path / "examples.toml").unlink(missing_ok=True)
    for extra in (GOLDEN / path.stem).glob("*"):
        (tmp_path / extra.name).write_bytes(extra.read_bytes())
    found = list(sessions(path.read_text("utf-8")))
    assert found, f"{path} holds no session"
    results = {each.command: each.actual(tmp_path, drawn) for each in found}
    if os.environ.get("DERIVCLI_GOLDEN") == "write":
        path.write_text(written(found, results), "utf-8")
    for each in found:
        assert results[each.command] == each.expected, each.command
    assert not drawn.broken
