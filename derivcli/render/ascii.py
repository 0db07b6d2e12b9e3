"""ASCII stand-ins, for a stream whose encoding has no mathematics."""

from __future__ import annotations

STAND_INS: dict[str, str | int | None] = {
    "≈": "~",
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯", "+"),
    "→": ">",
    "│": "|",
    "─": "-",
    "∂": "d",
    "Δ": "delta ",
    "ε": "eps",
    "↑": "up",
    "↓": "down",
    "…": "...",
    "≠": "!=",
    "\N{REPLACEMENT CHARACTER}": "?",
    **{character: f"^{digit}" for digit, character in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
}


def plain_ascii(text: str) -> str:
    """Return the text in ASCII: known signs by their stand-ins, any other as a question mark."""
    if text.isascii():
        return text
    text = text.translate(str.maketrans(STAND_INS))
    return text.encode("ascii", "replace").decode("ascii")
