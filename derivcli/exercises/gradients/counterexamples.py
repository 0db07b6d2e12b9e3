"""Small matrices at which an answer is not the gradient, told by one of its entries."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import partial
from itertools import chain, product
from typing import Any

from derivcli.arrays.lifted import Lifted
from derivcli.arrays.values import arrays
from derivcli.calculus import symbolic
from derivcli.calculus.arithmetic import Uncertain
from derivcli.calculus.exact import Exact, Real, differ, exact
from derivcli.calculus.quantity import settle, with_digits
from derivcli.calculus.results import Quantity
from derivcli.calculus.sampling import DIGITS
from derivcli.exercises.gradients.case import GradientCase
from derivcli.exercises.gradients.comparing import Difference, Place, entries, values
from derivcli.exercises.gradients.samples import (
    FAILURES,
    GradientSample,
    Samples,
    Values,
    in_numbers,
    matrix,
)
from derivcli.exercises.gradients.verdict import GradientCounterexample

# What the entries are drawn from: small whole numbers, then tenths.
CHOICES: tuple[tuple[Fraction, ...], ...] = (
    tuple(Fraction(n) for n in (1, 2, 3, -1, -2)),
    tuple(Fraction(n) for n in range(1, 10)),
    tuple(Fraction(n, 10) for n in range(1, 10)),
    tuple(Fraction(100 * n) for n in (1, 2, 3, 5, 7, 9, -1, -2, -4, -8)),
)
TRIES = 3  # of each
FEW_SIZES = 2
SHORT = (1, 2, 3, 5, 8)  # digits of a counterexample that are tried


def counterexample(
    case: GradientCase, samples: Samples, found: Difference
) -> GradientCounterexample | None:
    """Return the first of the simplest points where an entry differs."""
    if found.on_border:
        return _on_border(samples, found)
    for sample in chain(_simple(case, samples), _rounded(samples, found.sample), [found.sample]):
        different = found if sample is found.sample else _first(case, sample)
        if different is None:
            continue
        try:
            return _told(case, samples, different)
        except FAILURES:
            continue
    return None


def _simple(case: GradientCase, samples: Samples) -> Iterator[GradientSample]:
    """Yield samples that are easily copied: at the values given, or where J has a value at all."""
    if samples.given.values:
        yield from filter(None, [samples.at_given()])
        return
    source = random.Random(case.program.source)  # noqa: S311
    for sizes, choices in product(_small_sizes(samples), CHOICES):
        number = partial(source.choice, choices)
        for _ in range(TRIES):
            drawn = {
                name: matrix(in_numbers(case.known.names.get(name, ()), sizes), number)
                for name in samples.free
            }
            sample = samples.sample(sizes, samples.assumed(drawn))
            if sample is not None:
                yield sample


def _small_sizes(samples: Samples) -> list[dict[str, int]]:
    """Return numbers for sizes: with many of them all 2, so that little has to be written."""
    different = samples.numbers(0)
    if len(different) <= FEW_SIZES:
        return [different]
    same = {name: samples.given.sizes.get(name, 2) for name in different}
    return [same, different]


def _rounded(samples: Samples, sample: GradientSample) -> Iterator[GradientSample]:
    """Yield a sample as people would write it, with ever more digits."""
    if not sample.values:
        return
    for digits in SHORT:
        values = {name: _shorter(value, digits) for name, value in sample.values.items()}
        shorter = samples.sample(sample.sizes, samples.assumed(values))
        if shorter is not None:
            yield shorter


def _shorter(value: Any, digits: int) -> Any:
    if isinstance(value, tuple):
        return tuple(_shorter(each, digits) for each in value)
    return Fraction(f"{float(value):.{digits}g}")


def _first(case: GradientCase, sample: GradientSample) -> Difference | None:
    with exact(DIGITS) as arithmetic:
        value = values(case, case.answer, sample, arithmetic)
        if value is None:
            return None
        for entry, one, other in entries(value, sample.expected):
            if differ(one, other):
                return Difference(sample, entry, one, other)
    return None


def _told(case: GradientCase, samples: Samples, found: Difference) -> GradientCounterexample:
    """Return a difference with as many digits as it takes. Raises RefusedError beyond float64."""
    sample, entry = found.sample, found.entry

    def compute(arithmetic: Exact) -> GradientCounterexample:
        fresh = samples.again(sample, arithmetic)
        expected = _at(fresh, entry)

        def told(number: Real) -> Quantity:
            return settle(number, 17, arithmetic, symbolic.exact_value)

        at = _matrices(fresh.values or _given(samples, arithmetic), told)
        place = tuple(index + 1 for index in entry)
        value = values(case, case.answer, fresh, arithmetic)
        if value is None:
            return GradientCounterexample(at, place, None, told(expected), None)
        given = next(one for where, one, _ in entries(value, fresh.expected) if where == entry)
        if not differ(given, expected):
            raise Uncertain(case.answer)  # more digits tell
        gap = told(given - expected)
        return GradientCounterexample(at, place, told(given), told(expected), gap)

    return with_digits(17, symbolic.is_zero, compute)


def _on_border(samples: Samples, found: Difference) -> GradientCounterexample | None:
    """Return a difference whose slope was found by the judge of numbers, as it stands."""

    def compute(arithmetic: Exact) -> GradientCounterexample:
        def told(number: Real) -> Quantity:
            return settle(number, 17, arithmetic, symbolic.exact_value)

        given = None if found.given is None else told(found.given)
        gap = None if found.given is None else told(found.given - found.expected)
        at = _matrices(found.sample.values or _given(samples, arithmetic), told)
        place = tuple(index + 1 for index in found.entry)
        return GradientCounterexample(at, place, given, told(found.expected), gap)

    try:
        return with_digits(17, symbolic.is_zero, compute)
    except FAILURES:
        return None


def _at(sample: GradientSample, entry: Place) -> Real:
    found: Real = sample.expected[entry] if entry else sample.expected.reshape(-1)[0]
    return found


def _given(samples: Samples, arithmetic: Exact) -> Values:
    """Return the values that were given, as rows of numbers."""
    found = arrays(samples.given, Lifted(arithmetic))
    return {name: found[name].tolist() for name in samples.given.values}


def _matrices(given: Mapping[str, Any], told: Any) -> dict[str, Any]:
    """Return numbers and matrices as they are told."""
    return {
        name: tuple(tuple(map(told, row)) for row in value)
        if isinstance(value, tuple | list)
        else told(value)
        for name, value in given.items()
    }
