"""Edits of sums and means: their axis, their keepdims, and where one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derivcli.exercises.gradients.answer_sites import AnswerSite, Offer, is_total, written
from derivcli.language.operations import OPERATIONS
from derivcli.language.tree import Reduction


def other_sums(site: AnswerSite) -> Iterator[Offer]:
    """sum(dZ, axis=0) -> sum(dZ, axis=1, keepdims=True), and sums that are none."""
    total = site.part
    if not isinstance(total, Reduction):
        return
    reduces = OPERATIONS[total.function].reduces
    if reduces and total.axis is not None and not total.keepdims:
        kept = replace(total, keepdims=True)
        yield kept, "keepdims missing", f"write {written(kept)}, not {site.text}"
    for axis in (0, 1):
        if total.axis is None or total.axis % 2 != axis or not reduces:
            changed = replace(total, axis=axis, keepdims=reduces)
            name = "sum over all entries" if total.axis is None else "sum over the wrong axis"
            if changed != total:
                yield changed, name, f"write {written(changed)}, not {site.text}"
    if total.axis is not None and reduces:
        every = replace(total, axis=None, keepdims=False)
        yield every, "sum over the wrong axis", f"write {written(every)}, not {site.text}"
    if is_total(total):
        other = "sum" if total.function == "mean" else "mean"
        changed = replace(total, function=other)
        name = f"{total.function} instead of {other}"
        yield changed, name, f"write {written(changed)}, not {site.text}"
        yield total.operand, f"{total.function} too much", f"write {written(total.operand)}"


def missing_sums(site: AnswerSite) -> Iterator[Offer]:
    """DZ -> sum(dZ, axis=1, keepdims=True), of the whole or of a part."""
    if not site.is_array or is_total(site.part) or is_total(site.parent):
        return
    for axis in (1, 0):
        total = Reduction("sum", site.part, axis, True)
        yield total, "sum missing", f"write {written(total)}, not {site.text}"
    every = Reduction("sum", site.part)
    yield every, "sum missing", f"write {written(every)}, not {site.text}"
    for axis in (1, 0):
        mean = Reduction("mean", site.part, axis, True)
        yield mean, "mean missing", f"write {written(mean)}, not {site.text}"
