"""A verdict without what it gives away: for `check --hide`, and for hints."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from derivcli.exercises.verdict import Verdict

if TYPE_CHECKING:
    from derivcli.exercises.gradients.verdict import GradientVerdict


# The name of a gradient's mistake may hold a factor of it: factor 2 missing, 1/m too much.
FACTOR = re.compile(r"(?:factor |1/).+ (missing|too much)")


def hidden(verdict: Verdict | GradientVerdict) -> Verdict | GradientVerdict:
    """Return the verdict without the derivative, and without all that it could be told from.

    The name of a mistake stays, without the factor that it may hold. Its detail goes, which may
    hold a term of the derivative, and so does the note on an answer that is not right, which may
    hold a condition of it; of a counterexample the point and the answer's own value stay.
    """
    note = verdict.note if verdict.verdict == "correct" else None
    if isinstance(verdict, Verdict):
        point = verdict.counterexample
        return replace(
            verdict, derivative=None, latex=None, detail=None, note=note,
            counterexample=point and replace(point, expected=None, difference=None),
        )  # fmt: skip
    place = verdict.counterexample
    return replace(
        verdict, derivative=None, latex=None, detail=None, note=note, lines=(), repair=None,
        diagnosis=verdict.diagnosis and _name(verdict.diagnosis),
        counterexample=place and replace(place, expected=None, difference=None),
    )  # fmt: skip


def _name(diagnosis: str) -> str:
    found = FACTOR.fullmatch(diagnosis)
    return found.expand(r"factor \1") if found else diagnosis
