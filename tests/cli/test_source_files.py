"""Files of programs and of values: characters of four bytes, byte order marks, and too long ones."""

import codecs

import pytest
from console import run

SMILE = "\U0001f600"  # four bytes in UTF-8
LIMIT = 200_000  # characters of a file


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("more", [0, 1, 2, 3, LIMIT])
@pytest.mark.parametrize("lead", ["", "a", "\u00e9", "\u20ac"])
def test_a_file_too_long_is_no_file_of_other_bytes(tmp_path, mark, more, lead):
    path = tmp_path / "program.txt"
    source = f"w**2 # {lead}"
    path.write_bytes(mark + (source + SMILE * (LIMIT - len(source) + more)).encode())
    found = run("diff", f"@{path}", "--at", "3", "--format", "plain",
                "--max-operations", "1000")  # fmt: skip
    assert "UTF-8" not in found.stderr
    if more:
        assert found.status == 3
        assert "characters are too many" in found.stderr
    else:
        assert found.status == 0
        assert "2*w" in found.stdout


def test_what_is_not_utf8_is_still_told(tmp_path):
    path = tmp_path / "program.txt"
    path.write_bytes("w**2 # é".encode("latin-1"))
    found = run("diff", f"@{path}")
    assert found.status == 2
    assert "is not UTF-8: byte 8" in found.stderr
    path.write_bytes(b"w**2 # " + SMILE.encode()[:3])  # not cut by us
    assert "is not UTF-8: byte 8" in run("diff", f"@{path}").stderr


def test_values_beyond_what_is_read_are_not_lost(tmp_path):
    path = tmp_path / "values.txt"
    path.write_text("#" * 40_000_100 + "\nw=3")
    found = run("graph", "J = w**2", "--at", f"@{path}")
    assert found.status == 3
    assert "characters are too many" in found.stderr
