"""Knowledge stands once: which functions have a kink, THE table of functions says, and no list."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import derivcli
from derivcli.language.functions import FUNCTIONS, SPELLED

PACKAGE = Path(derivcli.__file__).parent
WORDS = {"minimum", "maximum"}  # also of a curve
KINKED = {name for name, row in FUNCTIONS.items() if row.kinks or not row.analytic}
NAMES = {spelling for spelling, name in SPELLED.items() if name in KINKED} - WORDS

# Files that name functions for what has nothing to do with kinks, and why.
ALLOWED = {
    "calculus/derivation/function_rules.py": "the rule of the extreme",
    "calculus/derivation/rule_book.py": "the rule of the extreme",
    "calculus/symbolic/trees.py": "SymPy's names",
    "exercises/misconceptions.py": "sin**-1 is not asin",
    "language/latex.py": "commands and notations of LaTeX",
    "language/pasted_latex.py": "commands of LaTeX",
    "language/text.py": "nested pairs are written as one list",
}


def collections(tree: ast.AST) -> Iterator[set[str]]:
    """Yield the texts in every collection of a module: also the keys of what is known by a name.

    A table of implementations, a function for each name, is none.
    """
    for node in ast.walk(tree):
        match node:
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                yield {each.value for each in parts if isinstance(each, ast.Constant)}
            case ast.MatchOr(patterns=parts):
                values = [each.value for each in parts if isinstance(each, ast.MatchValue)]
                yield {each.value for each in values if isinstance(each, ast.Constant)}
            case ast.Dict(keys=keys, values=values):
                if all(isinstance(each, ast.Constant | ast.Tuple | ast.List) for each in values):
                    yield {each.value for each in keys if isinstance(each, ast.Constant)}
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(words)), attr="split")):
                yield set(words.replace(",", " ").split())
            case ast.BoolOp(values=parts):  # name == "abs" or name == "sign"
                compared = [each.comparators[0] for each in parts if isinstance(each, ast.Compare)]
                yield {each.value for each in compared if isinstance(each, ast.Constant)}


def lists(source: str) -> list[set[str]]:
    """Return what names two functions with kinks or more."""
    found = [NAMES & {each for each in texts if isinstance(each, str)}
             for texts in collections(ast.parse(source))]  # fmt: skip
    return [each for each in found if len(each) > 1]


FILES = {
    name: path
    for path in PACKAGE.rglob("*.py")
    if (name := path.relative_to(PACKAGE).as_posix()) != "language/functions.py"
}


@pytest.mark.parametrize("file", sorted(FILES))
def test_no_room_keeps_a_list_of_functions_with_a_kink(file):
    found = lists(FILES[file].read_text("utf-8"))
    if file in ALLOWED:
        assert found, f"{file} needs no exception any more"
    else:
        assert found == []


@pytest.mark.parametrize("source", [
    'PIECEWISE = ("where", "min", "max", "floor")', 'x = ["abs", "exp", "sign"]', 'x = frozenset({"relu", "elu"})',
    'KINKS = {"relu": 0, "leaky_relu": 0}', 'UNARY = "abs sign relu".split()', 'x = name == "abs" or name == "sign"',
    'match x:\n  case "relu" | "elu":\n    pass', 'x = ("ReLU", "LeakyReLU")',
])  # fmt: skip
def test_such_a_list_is_found(source):
    assert lists(source)
