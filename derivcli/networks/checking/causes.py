"""Why a gradient and its central differences are apart: the step, a kink, or the gradient itself.

Told apart by how the error goes with eps. Truncation shrinks like eps**2, so a smaller step mends
it; rounding grows like 1/eps, so a larger one does; beside a wrong gradient the estimates settle
elsewhere, and the error does not depend on eps at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivcli.defaults import EPS
from derivcli.networks.checking.perturbation import CrossedKink, Flags, Indices, Nudging
from derivcli.networks.numbers import Matrix

TOLERANCE = 1e-6
SAFETY = 6.0  # rounding errors are random: the largest of many is several times the typical one
RATIO = 4.0
RUNGS = EPS * RATIO ** np.arange(4, -11, -1)  # from 1.6e-3 down to 6e-12
SIDE = EPS / RATIO**2  # the step to either side of a kink
FIRST = 64  # entries that are looked into at first
CLEAR = 30.0  # times the noise: an error that is more than noise
ALIKE = 1e-4  # relative distance of slopes and ratios that are the same


@dataclass(frozen=True, slots=True)
class CheckTrial:
    """A gradient to be tested, entry by entry: each is nudged by eps * `scale`.

    `rounding` is the size of the rounding error of J's change.
    """

    nudges: Nudging
    entries: Any  # that `nudges` knows, as an array of them
    scale: Matrix
    gradient: Matrix
    rounding: Matrix

    def __getitem__(self, which: Indices | Flags) -> CheckTrial:
        return CheckTrial(
            self.nudges, self.entries[which], self.scale[which], self.gradient[which],
            self.rounding[which],
        )  # fmt: skip

    def noise(self, eps: float) -> Matrix:
        """Return what rounding alone may make of the difference to a right gradient."""
        return SAFETY * self.rounding / (eps * self.scale)

    def estimates(self, eps: float) -> Matrix:
        """Return the central difference of each entry."""
        return self.nudges.quotients(self.entries, eps * self.scale)


@dataclass(frozen=True, slots=True)
class ArrayVerdict:
    """What is the matter with an array, and with which of its entries."""

    cause: str
    entry: int
    estimate: float
    slope: float | None
    detail: str
    crossed: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """Where the estimates settle as eps changes, and how sure that is.

    `blocked` where a kink is within every step.
    """

    estimates: Matrix
    bars: Matrix
    eps: Matrix
    blocked: Flags


def relative(estimates: Matrix, gradient: Matrix, noise: Matrix) -> Matrix:
    """Return |n - g| / max(|n|, |g|, noise / tolerance): infinite where either has no value.

    So an entry passes if it is right to the tolerance, or as far as rounding lets anybody see. The
    noise is that of a good step, whatever step is taken: a bad one must not excuse itself.
    """
    apart = np.abs(estimates - gradient)
    size = np.maximum(np.maximum(np.abs(estimates), np.abs(gradient)), noise / TOLERANCE)
    found = np.where(apart == 0.0, 0.0, apart / size)
    return np.where(np.isfinite(found), found, np.inf)


def settle(trial: CheckTrial) -> Settled:
    """Return the best estimate of each entry on a ladder of steps.

    Where a kink is within every step, units are held on their sides: so a gradient that is wrong is
    told from a point where there is no derivative to compare with. Where they cannot be held, all
    is left open there.
    """
    found = _ladder(trial, held=False)
    if found.blocked.any() and trial.nudges.holds:
        held = _ladder(trial[found.blocked], held=True)
        found.estimates[found.blocked] = held.estimates
        found.bars[found.blocked] = held.bars
        found.eps[found.blocked] = held.eps
    return found


def _ladder(trial: CheckTrial, *, held: bool) -> Settled:
    """Return the best estimates by the bars that the steps themselves show.

    Between two steps, RATIO apart, the truncation error falls to a sixteenth: the smaller step's is
    a fifteenth of the distance, and all of it is on the safe side. Rounding comes on top. A step
    that takes a unit across its kink does not count, unless units are held.
    """
    found, crossed = [], []
    for eps in RUNGS.tolist():
        steps = eps * trial.scale
        nudged = trial.nudges.nudged(trial.entries, steps, held=held)
        found.append(nudged.changes.sum(axis=1) / (2.0 * steps * trial.nudges.examples))
        crossed.append(nudged.crossed & (not held))
    estimates = np.array(found)
    apart = np.abs(np.diff(estimates, axis=0))
    # The distance before counts, too: two estimates may be close by chance.
    spread = np.maximum(apart, np.vstack([apart[:1], apart[:-1] / RATIO**2]))
    noise = np.array([trial.noise(eps) for eps in RUNGS.tolist()])
    bars = spread + noise[1:]
    for rung in range(1, len(RUNGS) - 1):
        # A bend narrower than the step looks like a slope, until smaller steps see more of it than
        # their noise.
        apart = np.abs(estimates[rung + 1 :] - estimates[rung])
        apart[~(apart > noise[rung + 1 :])] = 0.0
        np.maximum(bars[rung - 1], apart.max(axis=0), out=bars[rung - 1])
    barred = np.array(crossed)[:-1] | np.array(crossed)[1:]
    bars[barred | ~np.isfinite(bars)] = np.inf
    best = bars.argmin(axis=0)
    place = best, np.arange(len(best))
    blocked = np.asarray(barred.all(axis=0))
    return Settled(estimates[1:][place], bars[place], RUNGS[1:][best], blocked)


def suspects(trial: CheckTrial, order: Indices, most: int) -> Iterator[tuple[Indices, Settled]]:
    """Yield entries, the worst first, with where their estimates settle: few, then more."""
    start, count = 0, FIRST
    while start < min(len(order), most):
        chosen = order[start : start + count]
        yield chosen, settle(trial[chosen])
        start, count = start + count, 4 * count


def confirmed(
    trial: CheckTrial, chosen: Indices, settled: Settled
) -> tuple[ArrayVerdict | None, Flags]:
    """Return what is wrong whatever the step, the gradient or else a kink, and which entries pass.

    None where nothing is wrong.
    """
    gradient = trial.gradient[chosen]
    passing = relative(settled.estimates, gradient, settled.bars) <= TOLERANCE
    if not passing.all():
        # The one that is furthest off, not the smallest by chance; a nan is further than any.
        apart = np.nan_to_num(np.abs(settled.estimates - gradient), nan=np.inf)
        worst = int(np.where(passing, -1.0, apart).argmax())
        return _wrong(trial, int(chosen[worst]), float(settled.estimates[worst])), passing
    first = None
    for place in np.flatnonzero(settled.blocked).tolist():
        part = trial[chosen[place : place + 1]]
        kinks = part.nudges.kinks(part.entries, RUNGS[-1] * part.scale)
        if part.nudges.holds and not any(each.away == 0 for each in kinks):
            continue
        sides = _sides(part)
        if not _agree(part, sides):
            passing[place] = False
            first = first or _at_kink(part, int(chosen[place]), kinks, sides)
    return first, passing


def _wrong(trial: CheckTrial, entry: int, estimate: float) -> ArrayVerdict:
    gradient = float(trial.gradient[entry]) + 0.0  # never -0
    if not np.isfinite(estimate):
        detail = "the cost has no value a step away, however small the step is"
        return ArrayVerdict("truncation", entry, estimate, None, detail)
    eps = np.asarray(EPS * 2.0 ** np.arange(-3.0, 4.0), dtype=np.float64)
    detail = (
        f"the estimates settle at {_six(estimate)}, and the gradient says {_six(gradient)}"
        f"{_proportion(trial, estimate)}"
    )
    return ArrayVerdict("wrong gradient", entry, estimate, _slope(trial, [entry], eps), detail)


def _six(number: float) -> str:
    """Return a number to six digits, "about" it where they are not all of it."""
    text = f"{number:.6g}"
    return text if float(text) == number else f"about {text}"


def _proportion(trial: CheckTrial, estimate: float) -> str:
    """Return in words how the gradient compares with the estimates, if it is the same all over."""
    estimates, gradient = trial.estimates(EPS), trial.gradient
    clear = np.abs(estimates) > trial.noise(EPS) / ALIKE
    if estimate == 0.0 or not clear.any():
        return ""
    ratios = gradient[clear] / estimates[clear]
    ratio = float(np.median(ratios))
    if not np.all(np.abs(ratios - ratio) <= ALIKE * abs(ratio)):
        return ""
    everywhere = " everywhere" if len(ratios) > 1 else ""
    words = times(ratio, trial.nudges.examples)
    return f": {words}{everywhere and ','}{everywhere}" if words else everywhere * (ratio == 0.0)


def times(ratio: float, examples: int) -> str:
    """Return a ratio in words; m is named where it is the ratio."""
    size, parts = abs(ratio), []
    if size and abs(size - 1.0) > ALIKE:
        factor = max(size, 1.0 / size)
        whole = abs(factor - round(factor)) < ALIKE * factor
        number = f"{round(factor)}" if whole else f"{factor:.4g}"
        times = f"m = {number}" if whole and round(factor) == examples else number
        parts.append(f"{times} times too {'large' if size > 1.0 else 'small'}")
    if ratio < 0.0:
        parts.append("of the wrong sign")
    return " and ".join(parts)


def _sides(part: CheckTrial) -> tuple[float, float]:
    """Return the slopes of J by the entry of a trial, to its left and to its right.

    2 s(h/2) - s(h) has no error that is proportional to h.
    """
    sides = []
    for near, far in ((0.0, -1.0), (1.0, 0.0)):
        whole, half = (
            part.nudges.nudged(part.entries, step, (near, far)).changes.sum() / float(step[0])
            for step in (SIDE * part.scale, SIDE / 2.0 * part.scale)
        )
        sides.append(float((2.0 * half - whole) / part.nudges.examples))
    return sides[0], sides[1]


def _agree(part: CheckTrial, sides: tuple[float, float]) -> bool:
    """Are both slopes the gradient, as far as rounding lets anybody see?

    A unit at its kink need not bend J: what one example adds another may take away.
    """
    gradient = float(part.gradient[0])
    # Four quotients, the finer ones doubled and twice as noisy.
    bar = max(TOLERANCE * abs(gradient), 10.0 * float(part.noise(SIDE)[0]))
    return all(abs(side - gradient) <= bar for side in sides)


def _at_kink(
    part: CheckTrial, entry: int, kinks: Sequence[CrossedKink], sides: tuple[float, float]
) -> ArrayVerdict:
    """Return the verdict on a trial of one entry, with units at their kink exactly."""
    detail = (
        f"{_who(kinks)}: the slope is {sides[0]:.6g} on the left and {sides[1]:.6g} on the right;"
        " no step mends it"
    )
    if all(each.held for each in kinks):
        detail += ", and the gradient is right for units that take the slope on their left"
    return ArrayVerdict("kink", entry, float(part.estimates(EPS)[0]), None, detail)


def _who(found: Sequence[CrossedKink]) -> str:
    """Return what is at its kink, or crosses it, when an entry is nudged."""
    first = min(found, key=lambda each: each.order)
    others = f" (and {len(found) - 1} more like it)" if len(found) > 1 else ""
    return f"{first.told()}{others}"


def of_step(trial: CheckTrial, failing: Indices, eps: float, best: Matrix) -> ArrayVerdict:
    """Return why estimates with this eps fail though the gradient is right: the step is at fault.

    `failing` is sorted, the worst first; `best` is an eps for each entry with which it passes.
    """
    part, entry = trial[failing[:1]], int(failing[0])
    estimate, would_do = float(part.estimates(eps)[0]), float(best[entry])
    advice = f"eps = {short(would_do)} would do"
    if not np.isfinite(estimate):
        detail = f"the cost has no value eps away; {advice}"
        return ArrayVerdict("truncation", entry, estimate, None, detail)
    kinks = part.nudges.kinks(part.entries, eps * part.scale)
    if eps > would_do and kinks:
        return ArrayVerdict("kink", entry, estimate, None, f"{_who(kinks)}; {advice}", crossed=True)
    if eps > would_do:
        steps = eps * 2.0 ** -np.arange(0.0, 1.0 + np.log2(eps / would_do))
        slope = _slope(trial, [entry], steps, clear=True)
        shrinks = "" if slope is None else f"the error shrinks like eps^{slope:.1f}: "
        return ArrayVerdict("truncation", entry, estimate, slope, f"{shrinks}truncation; {advice}")
    # Below 1e-14 or so nothing of the step is left after rounding, and the error stands still.
    start = max(eps, would_do * 1e-7)
    steps = np.geomspace(start, max(would_do / 4.0, 1.5 * start), 16)
    slope = _slope(trial, failing[:FIRST].tolist(), steps)
    grows = "" if slope is None else f"the error grows like eps^{slope:.1f}: "
    return ArrayVerdict("rounding", entry, estimate, slope, f"{grows}rounding; {advice}")


def short(eps: float) -> str:
    """Return a step to one digit: 6e-6."""
    mantissa, _, exponent = f"{eps:.0e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def _slope(
    trial: CheckTrial, chosen: list[int], steps: Matrix, *, clear: bool = False
) -> float | None:
    """Return the slope of log |n(eps) - g| against log eps, the median over the entries.

    With `clear` of the smallest steps whose error is clear of noise: only there does the leading
    term of a truncation error rule.
    """
    part = trial[np.array(chosen)]
    points = []
    for eps in steps.tolist():
        error = np.abs(part.estimates(eps) - part.gradient)
        size = np.maximum(np.abs(part.gradient), part.noise(EPS) / TOLERANCE)
        middle = float(np.median(error / np.where(size > 0.0, size, 1.0)))
        quiet = clear and bool(np.all(error < CLEAR * part.noise(eps)))
        if 0.0 < middle < np.inf and not quiet:
            points.append((np.log(eps), np.log(middle)))
    if clear:
        points = points[-6:]
    if len(points) < 2:
        return None
    x, y = np.array(points).T
    x -= x.mean()
    return round(float(x @ (y - y.mean()) / (x @ x)), 3) + 0.0
