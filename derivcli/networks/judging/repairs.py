"""THE table of repairs: what to change at one place of an equation, and the words for it.

A repair looks at one element of the student's own tree and offers what could stand there instead,
with the words that name the mistake. Whether it mends the equation is tried, not argued.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product
from typing import TypeGuard

from derivcli.language.tree import (
    Activation,
    Binary,
    Call,
    Comparison,
    Constant,
    Name,
    Node,
    Number,
    Transpose,
    Unary,
    children,
    nodes,
    rebuild,
)
from derivcli.networks.equation import RATE, parted
from derivcli.networks.equations import before
from derivcli.networks.judging.case import Case
from derivcli.networks.judging.factors import slopes
from derivcli.networks.judging.omissions import (
    bracketed,
    edge,
    piece_too_much,
    terms_too_much,
    too_much,
)
from derivcli.networks.judging.repair_sites import M, Offer, Site
from derivcli.networks.judging.sums import (
    TWICE,
    mean_too_often,
    missing_mean,
    missing_sum,
    sum_axis,
    sum_mended,
)

ONE, TWO = Number(Fraction(1)), Number(Fraction(2))

Repair = Callable[[Site], Iterator[Offer]]  # a row: what it offers at a site


def _transpose(site: Site) -> Iterator[Offer]:
    """W2 @ dZ2 -> W2.T @ dZ2, and back."""
    match site.element:
        case Transpose(operand=operand):
            yield (
                operand,
                f"{site.written} is transposed once too often: write {site.case.text(operand)}",
            )
        case Name(name=name) if name != "m" and not isinstance(site.parent, Transpose):
            yield (
                Transpose(site.element),
                f"{site.written} lacks its transpose: write {site.written}.T",
            )
        case Binary(left=left) if not isinstance(site.parent, Transpose):
            if isinstance(left, Transpose) and isinstance(left.operand, Binary):
                return
            turned = Transpose(site.element)
            yield turned, f"a transpose is missing: write {site.case.text(turned)}"


def _order(site: Site) -> Iterator[Offer]:
    """A1.T @ dZ2 -> dZ2 @ A1.T."""
    match site.element:
        case Binary(operator="@", left=left, right=right):
            swapped = replace(site.element, left=right, right=left)
            yield swapped, (
                f"the factors of @ stand in the wrong order: write {site.case.text(swapped)}"
            )  # fmt: skip


def _sign(site: Site) -> Iterator[Offer]:
    """Y - A2 -> A2 - Y; A1 + Y -> A1 - Y; -Z1 -> Z1."""
    write = site.case.text
    match site.element:
        case Binary(operator="-", left=left, right=right):
            swapped = replace(site.element, left=right, right=left)
            yield swapped, f"the sign is wrong: write {write(swapped)}, not {site.written}"
            other = replace(site.element, operator="+")
            yield other, f"the sign is wrong: write {write(other)}, not {site.written}"
        case Binary(operator="+"):
            other = replace(site.element, operator="-")
            yield other, f"the sign is wrong: write {write(other)}, not {site.written}"
        case Unary("-", operand=operand):
            yield operand, "there is a minus too much"


def _missing_minus(site: Site) -> Iterator[Offer]:
    """W2.T @ dZ2 -> -(W2.T @ dZ2); exp(Z2) -> exp(-Z2)."""
    if site.whole:
        yield Unary("-", site.element), "a minus is missing"
    if isinstance(site.parent, Call) and len(site.parent.arguments) == 1:
        inner = Unary("-", site.element)
        shown = site.case.text(replace(site.parent, arguments=(inner,)))
        yield inner, f"a minus is missing: write {shown}"


def _other_function(site: Site) -> Iterator[Offer]:
    """log10(A2) -> log(A2), wherever it stands: a function that the right equation has."""
    if not site.whole:
        return
    typed, right = (
        {each.function for each in nodes(tree) if _is_of_one(each)}
        for tree in (site.element, site.case.reference.expression)
    )
    for own, other in product(sorted(typed - right), sorted(right)):
        changed = _renamed(site.element, {own: other})
        yield changed, f"{own} stands where {other} is needed"


def _is_of_one(element: Node) -> TypeGuard[Call]:
    return isinstance(element, Call) and len(element.arguments) == 1


def _exchanged(site: Site) -> Iterator[Offer]:
    """Y * log(A2) + ... -> A2 * log(Y) + ...: two arrays stand in each other's place."""
    if not site.whole:
        return
    found = {each.name for each in nodes(site.element) if isinstance(each, Name)} - {"m"}
    for one, other in combinations(sorted(found), 2):
        both = f"{site.case.text(Name(one))} and {site.case.text(Name(other))}"
        yield _renamed(site.element, {one: other, other: one}), f"{both} are exchanged"


def _renamed(element: Node, names: Mapping[str, str]) -> Node:
    """Return an element with other arrays or functions, wherever these stand."""
    if isinstance(element, Name):
        return replace(element, name=names.get(element.name, element.name))
    if isinstance(element, Call):
        element = replace(element, function=names.get(element.function, element.function))
    return rebuild(element, tuple(_renamed(each, names) for each in children(element)))


def _complement(site: Site) -> Iterator[Offer]:
    """log(A2) -> log(1 - A2)."""
    if not isinstance(site.element, Number):
        shown = bracketed(site.case, site.element)
        yield Binary("-", ONE, site.element), f"'1 -' is missing: write 1 - {shown}"


def _product(site: Site) -> Iterator[Offer]:
    """W2.T * dZ2 -> W2.T @ dZ2, and back; with the brackets that this needs."""
    match site.element:
        case Binary(operator="*" | "@" as operator):
            other = "@" if operator == "*" else "*"
            changed = replace(site.element, operator=other)
            yield (
                changed,
                f"{operator} stands where {other} is needed: write {site.case.text(changed)}",
            )
        case Binary(operator="/", right=right) if right != M:
            changed = replace(site.element, operator="*")
            yield changed, f"/ stands where * is needed: write {site.case.text(changed)}"


def _brackets(site: Site) -> Iterator[Offer]:
    """(g * W2.T) @ dZ2 -> g * (W2.T @ dZ2), and back."""
    words = "brackets are missing, for @, * and / are read from left to right: write {}"
    match site.element:
        case Binary(left=Binary(left=a, right=b) as inner, right=c) as outer:
            turned = replace(inner, left=a, right=replace(outer, left=b, right=c))
            yield turned, words.format(site.case.text(turned))
    match site.element:
        case Binary(left=a, right=Binary(left=b, right=c) as inner) as outer:
            turned = replace(inner, left=replace(outer, left=a, right=b), right=c)
            yield turned, f"the brackets are wrong: write {site.case.text(turned)}"


def _activation(site: Site) -> Iterator[Offer]:
    """g1(Z1) -> g1'(Z1); g2'(Z2) -> g1'(Z1); g1'(A1) -> g1'(Z1)."""
    if not isinstance(site.element, Activation):
        return
    case, each = site.case, site.element
    network = case.architecture
    for layer in sorted(case.layers, key=lambda layer: (layer != each.layer, layer)):
        for prime in (each.prime, not each.prime):
            if prime and network.activations[layer - 1] == "softmax":
                continue
            for operand in (each.operand, Name(f"Z{layer}")):
                wanted = Activation(layer, prime, operand)
                if wanted == each:
                    continue
                shown = case.text(wanted)
                words = f"{site.written} stands where {shown} is needed"
                if (layer, operand) == (each.layer, each.operand):
                    words = (
                        f"the slope is needed, not the activation: write {shown}"
                        if prime else f"the activation is needed, not its slope: write {shown}"
                    )  # fmt: skip
                elif (layer, prime) == (each.layer, each.prime):
                    words = f"g{layer}{chr(39) * prime} is taken at the wrong place: write {shown}"
                yield wanted, words


def _same_letter(site: Site) -> Iterator[Offer]:
    """W1 -> W2, A2 -> A1, X -> A1: another layer's array."""
    if not isinstance(site.element, Name) or site.element.name in ("m", "Y"):
        return
    name = site.element.name
    letter = "A" if name == "X" else parted(name)[0]
    others = [f"{letter}{layer}" for layer in sorted(site.case.layers)]
    if letter == "A" and 1 in site.case.layers:
        others.append("X")
    for other in others:
        if other != name:
            shown = site.case.text(Name(other))
            words = f"{site.written} is of another layer: write {shown}"
            if (before(site.case.layer), site.case.letter) == (other, "dW"):
                words = f"layer {site.case.layer} reads {shown}, not {site.written}"
            yield replace(site.element, name=other), words


def _missing_label(site: Site) -> Iterator[Offer]:
    """A2 -> A2 - Y."""
    if site.element == Name(f"A{site.case.architecture.layers}"):
        error = Binary("-", site.element, Name("Y"))
        yield error, f"{site.case.text(Name('Y'))} is missing: write {site.case.text(error)}"


def _other_letter(site: Site) -> Iterator[Offer]:
    """dA2 -> dZ2, Z1 -> A1, W2 -> dZ2: another array altogether."""
    if not isinstance(site.element, Name) or site.element.name == "m":
        return
    name = site.element.name
    layer = parted(name)[1]
    others = _names(site.case)
    for other in sorted(others, key=lambda other: layer is None or parted(other)[1] != layer):
        if other != name:
            shown = site.case.text(Name(other))
            yield (
                replace(site.element, name=other),
                f"{site.written} stands where {shown} is needed",
            )


def _names(case: Case) -> list[str]:
    return [
        each
        for each in case.own.values
        if each not in (case.name, "m", "J", RATE)
        and parted(each)[0] not in ("dW", "db")
        # What is computed forward knows no gradient.
        and not (case.letter in ("Z", "A") and each.startswith("d"))
    ]


def _number(site: Site) -> Iterator[Offer]:
    """1 - A1 -> 1 - A1**2; A1**3 -> A1**2; / 5 -> / m."""
    if isinstance(site.element, Number):
        yield M, f"write m, not {site.written}"
        factor = isinstance(site.parent, Binary) and site.parent.operator in "*/"
        if factor and site.element == ONE:  # of 1 / m: whatever is missing is put in elsewhere
            return
        for number in (1, 2, 3, Fraction(1, 2), Fraction(1, 100)):
            other = Number(Fraction(number))
            if other != site.element and not (number == 1 and factor):
                yield other, f"{site.written} stands where {site.case.text(other)} is needed"
    elif not isinstance(site.element, Constant | Unary):
        parent = site.parent
        if not isinstance(parent, Binary | Comparison) or parent.operator == "**":
            return
        squared = Binary("**", site.element, TWO)
        yield squared, f"a square is missing: write {site.case.text(squared)}"


def _factor(site: Site) -> Iterator[Offer]:
    """1 / m * dZ2 @ A1.T * 2 -> 1 / m * dZ2 @ A1.T; 4 / m -> 1 / m; 1 / (2 * m) -> 1 / m.

    First of all: a number that is multiplied in, and only has to go, is the mistake.
    """
    match site.element:
        case Binary(operator="*" | "/", left=left, right=number) if _is_number(number):
            shown = f"{site.element.operator} {bracketed(site.case, number)}"
            yield left, f"'{shown}' is too much"
        case Binary(operator="*", left=number, right=right) if _is_number(number):
            yield right, f"'{site.case.text(number)} *' is too much"
        case Binary(operator="*", left=left, right=right) if left == right == M:
            yield M, TWICE
        case Binary(operator="/", left=Binary(operator="/") as left, right=right) if (
            left.right == right == M
        ):
            yield left, TWICE
        case Binary(operator="**", left=base, right=exponent) if base == M:
            yield base, f"'** {bracketed(site.case, exponent)}' is too much"
        case Call(function=name, arguments=(inner,)) if inner == M:
            yield inner, f"{name} is too much: write m"
        case Binary(operator="/", left=number, right=right) if _is_number(number):
            if number != ONE:
                words = f"{site.case.text(number)} stands where 1 is needed"
                yield Binary("/", ONE, right), words


def _is_number(element: Node) -> bool:
    """Is it made of numbers alone: 2, -2, 1 / 3?"""
    return not any(isinstance(each, Name | Activation) for each in nodes(element))


def _turned(site: Site) -> Iterator[Offer]:
    """dZ1.T @ X -> dZ1 @ X.T: the other factor is the one to be transposed."""
    match site.element:
        case Binary(operator="@", left=Transpose(operand=left), right=right) if not isinstance(
            right, Transpose
        ):
            turned = replace(site.element, left=left, right=Transpose(right))
        case Binary(operator="@", left=left, right=Transpose(operand=right)) if not isinstance(
            left, Transpose
        ):
            turned = replace(site.element, left=Transpose(left), right=right)
        case _:
            return
    yield (
        turned,
        f"the wrong factor of @ is transposed: write {site.case.text(turned)}, not {site.written}",
    )


def _too_little(site: Site) -> Iterator[Offer]:
    """A2 -> A2 - Y; W1 @ X -> W1 @ X + b1; A1 -> 1 - A1: a part is added."""
    case = site.case
    if isinstance(site.element, Number):
        return
    for name in _names(case):
        named = Name(name)
        shown = case.text(named)
        for operator in "*@" if named == site.element else "-+*@":
            longer = Binary(operator, site.element, named)
            yield longer, f"{shown} is missing: write {case.text(longer)}"
        turned = Transpose(named)
        longer = Binary("@", site.element, turned)
        yield longer, f"{shown}.T is missing: write {case.text(longer)}"
        longer = Binary("@", turned, site.element)
        yield longer, f"{shown}.T is missing: write {case.text(longer)}"
    if site.whole:
        for operator, words in (("/", "a factor 1/2 is missing"), ("*", "a factor 2 is missing")):
            yield Binary(operator, site.element, TWO), words


# The order is that of plausibility: of two repairs that mend an equation, the first is named.
PAIRED: tuple[Repair, ...] = (  # those of which two are looked for in one equation
    _factor,
    missing_mean,
    piece_too_much,
    edge,
    sum_axis,
    _turned,
    _transpose,
    _sign,
    _missing_minus,
    _order,
    sum_mended,
    missing_sum,
    mean_too_often,
    _activation,
    _product,
    _brackets,
    _exchanged,
    _same_letter,
    slopes,
    _other_function,
    _missing_label,
    _other_letter,
    _number,
    too_much,
)
REPAIRS = (terms_too_much, *PAIRED, _complement, _too_little)
