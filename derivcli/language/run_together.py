"""Names of several letters that may have been meant as a product: `wx` for `w*x`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from derivcli.language.functions import FUNCTIONS, SPELLED, is_function
from derivcli.language.tokens import CAPITAL, SMALL
from derivcli.language.tree import CONSTANTS

PART = r"[A-Za-z](?:_?[0-9]+)?"
SEVERAL = rf"(?:{PART}){{2,8}}"
DIFFERENTIAL = r"d[A-Za-z]{1,2}[0-9]*(?:_?d[A-Za-z]+[0-9]*)?"
NOT_TYPED = "iota kappa nu rho upsilon chi"  # as letters, but as names
GREEK = frozenset([*SMALL.split(), *CAPITAL.split(), *NOT_TYPED.split()])
LONG_GREEK = sorted((*(each for each in GREEK if len(each) > 2), "pi"), key=len, reverse=True)
LONGEST = 24  # letters of a name that is taken apart

# Short names that people give to one variable: words, and what courses and programs abbreviate.
_WORDS = """
lr fp tp tn kl mu nu xi pi nn ll lo hi no go do so to of on or is it in if id ok
avg std var err eps tmp num idx len cnt ctr src dst ptr str img pts msg obj lhs rhs rms mse mae
bce mlp cnn rnn sgd pdf cdf pmf lam sig thr wgt vel grd prv nxt cur scl bnd
key max min mix fix box tax hex lux aux axe axis ray day pay way say may lay bay raw row low law
yaw new few why who how now bow cow saw jaw paw war was wet wax win wit was yes yet you
year any sky try dry sly fly cry spy they type sync rhythm axes next exit text
fc bn wt kv qk gdp rpm fps rgb ppm mph pct qty amt pwr spd hgt lbl trg prd wd tr te th ep
pie pin pit pip pig pid pile pine pink pint pipe meta chin chip chic chit taut
"""
WORDS = frozenset(_WORDS.split()) | frozenset(f"{letter}s" for letter in GREEK)

# Words that stand for variables too, though they can be pronounced.
_VOCABULARY = """
loss cost bias rate grad error weight input output target label logit step size mean margin
momentum decay score pred true mass speed time length width height area
"""
VOCABULARY = frozenset(_VOCABULARY.split())

# Words of a sentence around a formula. Side by side with a name they are no factor.
_SENTENCE = """
an and are as at by cubed derivative differentiate differential divided equals find for from
function given half if is of over plus minus power respect root slope squared square than the
then times to twice value what when with wrt
"""
SENTENCE = frozenset(_SENTENCE.split())


def factors(name: str, elsewhere: Collection[str] = ()) -> tuple[str, ...]:
    """Return the factors of the product that `name` may have been meant for, or none.

    `elsewhere` are the other names of the input. Without them, single letters are factors where
    nothing else explains the name: neither a word nor an abbreviation, nothing to pronounce.

    >>> factors("wx"), factors("alphax", {"x"}), factors("eps"), factors("loss")
    (('w', 'x'), ('alpha', 'x'), (), ())
    """
    if len(name) < 2 or not name[1:].rstrip("0123456789_") or len(name) > LONGEST:
        return ()
    stem = name.rstrip("0123456789_")
    if {name, stem, name.lower(), stem.lower()} & (WORDS | GREEK):
        return ()
    if as_call_of_number(name):
        return ()
    if found := _known(name, frozenset(elsewhere) - {name}):
        return found
    if re.fullmatch(DIFFERENTIAL, name):
        return ()
    return _greek_and_letter(name) or (_letters(name) if _is_no_word(name, stem) else ())


def is_usual(name: str) -> bool:
    """Is this a name that variables have: Greek, an abbreviation, or one with a `d` before it?"""
    stem = name.rstrip("0123456789_").lower()
    return bool({name, stem} & (WORDS | GREEK | VOCABULARY) or re.fullmatch(DIFFERENTIAL, name))


def _known(name: str, elsewhere: frozenset[str]) -> tuple[str, ...]:
    """Return names from elsewhere that make up the whole; e, pi and Greek ones may help."""
    helping = {*elsewhere, *CONSTANTS, *LONG_GREEK}
    lengths = sorted({len(each) for each in helping}, reverse=True)
    ways: dict[int, tuple[str, ...]] = {0: ()}  # how the letters up to there are made up
    for end in range(1, len(name) + 1):
        for length in lengths:
            part = name[end - length : end] if length <= end else ""
            if part in helping and end - length in ways:
                ways.setdefault(end, (*ways[end - length], part))
    found = ways.get(len(name), ())
    helped = any(part in elsewhere for part in found)
    return found if helped or (len(found) > 1 and "e" not in found) else ()


def _greek_and_letter(name: str) -> tuple[str, ...]:
    for letter in LONG_GREEK:
        head, tail = name.removesuffix(letter), name.removeprefix(letter)
        if tail != name and re.fullmatch(PART, tail):
            return letter, tail
        if head != name and re.fullmatch(PART, head):
            return head, letter
    return ()


def _letters(name: str) -> tuple[str, ...]:
    return tuple(re.findall(PART, name)) if re.fullmatch(SEVERAL, name) else ()


def _is_no_word(name: str, stem: str) -> bool:
    """Is there nothing in the name to pronounce, and is it none of the usual shapes of a name?"""
    letters = re.sub(r"[0-9_]", "", name)
    if "o" in letters.lower() or (letters != stem and len(_letters(name)) > 4):
        return False
    spoken = bool(set(letters) & set("aeiouAEIOU"))
    if len(letters) == 2:
        first, second = letters[0], letters[1]
        index = second in "ij"  # x_i, without its underscore
        subscript = first.isupper() and second.islower() and second not in "uvwxyzt"
        return not (index or subscript)
    if len(letters) == 3:
        if letters.isupper():
            return False
        in_order = ord(letters[0]) + 2 == ord(letters[1]) + 1 == ord(letters[2])
        indexed = letters.endswith(("ij", "jk"))
        return not indexed and (not spoken or in_order or bool(set(letters) & set("xyzw")))
    return len(letters) < 6 and not spoken and not letters.isupper()


LETTERS = frozenset("uvwxyz")
ARGUMENT = r"([0-9]*)(theta|[A-Za-z])"


def as_calls(name: str, variables: Collection[str] = ()) -> list[str]:
    """Return what a name without brackets may have been meant for: calls of functions.

    `variables` are letters that surely are some, beside u to z.

    >>> as_calls("xsin2x"), as_calls("log2x"), as_calls("cost")
    (['x*sin(2*x)'], ['log2(x)', 'log(2*x)'], [])
    """
    if len(name) < 3 or "_" in name or name[-1].isdigit() or name in SPELLED:
        return []
    functions = [each for each in _callable() if each in name]
    ways: list[list[list[str]]] = [[[]], *([] for _ in name)]
    for start in range(len(name)):
        for end, piece in _pieces(name, start, functions, variables) if ways[start] else ():
            ways[end] += [[*way, piece] for way in ways[start]]
    found = ["*".join(way) for way in ways[-1] if any("(" in piece for piece in way)]
    return sorted(found, key=len)


def as_call_of_number(name: str) -> str:
    """Return the call that `ln2` may have been meant for; "" where there is none.

    Only functions that have an inverse are meant so: relu1 is the output of a layer.

    >>> as_call_of_number("ln2"), as_call_of_number("relu1")
    ('ln(2)', '')
    """
    function = name.rstrip("0123456789")
    row = FUNCTIONS.get(SPELLED.get(function, ""))
    if function == name or name in SPELLED or row is None or row.inverse is None:
        return ""
    return f"{function}({name.removeprefix(function)})"


def _pieces(
    name: str, start: int, functions: Collection[str], variables: Collection[str]
) -> Iterable[tuple[int, str]]:
    """Yield what may stand in a name from `start`, and where that ends."""
    letter = name[start]
    if letter in LETTERS or letter == "e" or letter in variables:
        yield start + 1, letter
    for function in functions:
        found = re.match(ARGUMENT, name[start + len(function) :])
        if found is None or not name.startswith(function, start):
            continue
        factor, variable = found.groups()
        if factor or variable in LETTERS or variable == "theta" or variable in variables:
            yield (
                start + len(function) + found.end(),
                f"{function}({factor}{'*' if factor else ''}{variable})",
            )


@cache
def _callable() -> tuple[str, ...]:
    return tuple(
        each for each, name in SPELLED.items()
        if is_function(each) and len(FUNCTIONS[name].parameters) == 1 and each.islower()
    )  # fmt: skip


def described(products: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    """Return what to say of names and their factors, in one line.

    >>> described([("wx", ("w", "x"))])
    'wx is one variable; a product is w*x'
    """
    found = [(name, "*".join(parts)) for name, parts in products]
    if len(found) == 1:
        return f"{found[0][0]} is one variable; a product is {found[0][1]}"
    named = " and ".join(", ".join(name for name, _ in found).rsplit(", ", 1))
    written = " and ".join(", ".join(product for _, product in found).rsplit(", ", 1))
    return f"{named} are one variable each; products are {written}"
