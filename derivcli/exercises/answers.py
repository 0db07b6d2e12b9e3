"""The `[[exercise]]` entries of a file: expressions, and the answers to be judged."""

from __future__ import annotations

from dataclasses import dataclass

from derivcli.exercises.documents import entries

KEYS = {"name", "expression", "answer", "wrt", "order", "assume", "tolerance", "shape", "about"}
HIGHEST_ORDER = 1_000


@dataclass(frozen=True, slots=True)
class Answered:
    """One entry: is `answer` the derivative of the expression, by `wrt` where it is given?

    `assume` and `tolerance` are texts, and so are the shapes of matrices: "A=mxn".
    """

    name: str
    expression: str
    answer: str
    wrt: tuple[str, ...] = ()
    order: int = 1
    assume: tuple[str, ...] = ()
    tolerance: str | None = None
    shape: tuple[str, ...] = ()


def load(path: str) -> tuple[Answered, ...]:
    """Return the exercises of a file.

    Raises UsageError where the file cannot be read or an entry is malformed.
    """
    found = []
    for entry in entries(path, "exercise", KEYS):
        expression = entry.text("expression")
        found.append(
            Answered(
                entry.name(expression),
                expression,
                entry.text("answer"),
                entry.names("wrt"),
                entry.whole("order", 1, HIGHEST_ORDER),
                entry.texts("assume"),
                entry.constant("tolerance"),
                tuple(word for each in entry.texts("shape") for word in each.split()),
            )
        )
    return tuple(found)
