"""The search for the mistake: what the whole answer is, then one change of the student's text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from derivcli.errors import Span
from derivcli.exercises.gradients.answer_sites import replaced, sites
from derivcli.exercises.gradients.edits import Edit
from derivcli.exercises.gradients.everywhere import everywhere
from derivcli.exercises.gradients.trials import Trials
from derivcli.language.tree import NOWHERE, Node

LONGEST = 60  # parts of an answer that are looked at


Change = tuple[Node, str, str, Span]


@dataclass(frozen=True, slots=True)
class NamedMistake:
    """A mistake by its name, where it was made, and the answer without it, if that is known."""

    name: str
    detail: str | None = None
    mended: Node | None = None
    span: Span | None = None


def mended(trials: Trials, edits: Sequence[Edit]) -> NamedMistake | None:
    """Return the most plausible single change by these edits that makes an answer right."""
    return _first(trials, _changes(trials, edits))


def mended_everywhere(trials: Trials) -> NamedMistake | None:
    """Return a change of one kind at several places that makes an answer right."""
    answer = trials.case.answer
    found = everywhere(trials.case, answer)
    return _first(trials, ((*change, answer.span) for change in found))


def _first(trials: Trials, changes: Iterable[Change]) -> NamedMistake | None:
    for tree, name, detail, span in changes:
        if trials.left < 0 or trials.confirmed < 0:
            return None
        if trials.is_gradient(tree):
            return NamedMistake(name, detail, tree, None if span == NOWHERE else span)
    return None


def _changes(trials: Trials, edits: Sequence[Edit]) -> Iterator[Change]:
    case = trials.case
    found = list(sites(case, case.answer))[:LONGEST]
    for edit in edits:
        for site in found:
            for part, name, detail in edit(site):
                tree = replaced(case.answer, site.path, part)
                if tree not in trials.seen:
                    trials.seen.add(tree)
                    yield tree, name, detail, site.part.span
