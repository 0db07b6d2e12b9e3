"""Values of forms in index notation, in floats, by summing over all values of bound indices."""

import itertools
import math

import numpy as np
from index_notation.numpy_values import CALLED, snapped

from derivcli.index_notation.space import COLUMN, LISTED, ROW, ZERO_OR_ONE


class Values:
    """Values of the atoms of a space where names and sizes have values."""

    def __init__(self, space, names, sizes):
        self.space, self.names = space, names
        self.ranges = {code: sizes[name] for name, code in space.sizes.items()}
        self.known = {}

    def form(self, form, at):
        """Return the value of a form where its free indices have the values `at`."""
        # One exact sum: what a condition takes away again may be large.
        return math.fsum(
            float(c) * each for term, c in form.items() for each in self.products(term, at)
        )

    def products(self, term, at):
        factors, ranges = term
        for bound in itertools.product(*(range(self.range(size)) for size in ranges)):
            here = {**at, **dict(enumerate(bound))}
            product = 1.0
            for number, indices, power in factors:
                product *= self.factor(number, tuple(here[x] for x in indices), power)
                if product == 0 and self.space.atoms[number].kind in ZERO_OR_ONE:
                    break  # what a condition leaves out has no value there
            yield product

    def range(self, size):
        return size if size > 0 else self.ranges[size]

    def factor(self, number, at, power):
        key = number, at
        if key not in self.known:
            self.known[key] = self.atom(self.space.atoms[number], at)
        value = self.known[key]
        if power == 1:
            return value
        if value == 0 and power < 0:
            return math.nan
        if power.denominator % 2:
            root = abs(value) ** float(power)
            return -root if value < 0 and power.numerator % 2 else root
        return value ** float(power) if value >= 0 else math.nan

    def atom(self, atom, at):
        slots = {-1 - n: x for n, x in enumerate(at)}
        match atom.kind:
            case "delta":
                return float(at[0] == at[1])
            case "order":
                return float(at[0] <= at[1])
            case "entry":
                value = np.asarray(self.names[atom.name], dtype=float)
                return float(np.squeeze(value)[at] if value.size > 1 else value.ravel()[0])
            case "size":
                return float(self.ranges[int(atom.name)])
            case "constant":
                return getattr(math, atom.name)
            case "prime":
                return float(int(atom.name, 16))
            case "base":
                return self.form(atom.forms[0], slots)
            case "positive":
                return float(snapped(self.form(atom.forms[0], slots)) > 0)
            case "negative":
                return float(snapped(self.form(atom.forms[0], slots)) < 0)
            case "logarithm":
                return math.log(abs(self.form(atom.forms[0], slots)))
            case "exponential":
                return math.exp(self.form(atom.forms[0], slots))
            case "function":
                values = [self.form(form, slots) for form in atom.forms]
                return (
                    values[0] ** values[1]
                    if atom.name == "**"
                    else float(CALLED[atom.name](*values))
                )
            case "inverse" | "determinant":
                size = range(self.range(atom.range[0]))
                matrix = np.array(
                    [[self.form(atom.forms[0], {ROW: i, COLUMN: j}) for j in size] for i in size]
                )
                return (
                    np.linalg.det(matrix)
                    if atom.kind == "determinant"
                    else np.linalg.inv(matrix)[at]
                )
            case "reduction" | "reached":
                return self.listed(atom, at, slots)
        raise AssertionError(atom)

    def listed(self, atom, at, slots):
        count = len(atom.range)
        own = at[len(at) - count :] if atom.kind == "reached" else ()
        found = {
            listed: self.form(atom.forms[0], {**slots, **dict(zip(LISTED, listed, strict=False))})
            for listed in itertools.product(*(range(self.range(size)) for size in atom.range))
        }
        if any(math.isnan(value) for value in found.values()):
            return math.nan
        whole = {"max": max, "min": min, "prod": math.prod}[atom.name](found.values())
        return float(snapped(found[own] - whole) == 0) if own else whole
