"""Knowledge stands once: what is known of a function, its row of THE table says, and no list."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import derivcli
from derivcli.language.functions import CALLED, FUNCTIONS, ROWS

PACKAGE = Path(derivcli.__file__).parent
# A text of one library's names is told by what it is split into; these are words of English, too.
WORDS = {"minimum", "maximum", "absolute", "power", "square", "logistic", "round"}
NAMES = {*FUNCTIONS, *CALLED, *(row.sympy for row in ROWS if row.sympy)} - WORDS
TABLE = ("language/functions.py", "language/function_row.py", "language/operations.py")

# Files that name functions for what is no knowledge of theirs, and why.
ALLOWED = {
    "language/pasted_latex.py": "commands of LaTeX, and what they are called here",
    "language/tokens.py": "letters of the Greek alphabet",
}


def collections(tree: ast.AST) -> Iterator[set[str]]:
    """Yield the texts in every collection of a module: also the keys of what is known by a name."""
    for node in ast.walk(tree):
        match node:
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                yield _texts(parts)
            case ast.Dict(keys=keys):
                yield _texts(keys)
            case ast.Match(cases=cases):
                patterns = [each for case in cases for each in ast.walk(case.pattern)]
                yield _texts([each.value for each in patterns if isinstance(each, ast.MatchValue)])
            case ast.Constant(value=str(words)) if "\n" not in words:
                yield set(words.replace(",", " ").split())
            case ast.BoolOp(values=parts):  # name == "abs" or name == "sign"
                yield _texts([e.comparators[0] for e in parts if isinstance(e, ast.Compare)])


def _texts(parts: list[ast.expr | None]) -> set[str]:
    return {each.value for each in parts
            if isinstance(each, ast.Constant) and isinstance(each.value, str)}  # fmt: skip


def sentences(tree: ast.AST) -> set[str]:
    """Return the docstrings."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return {ast.get_docstring(node, clean=False) for node in ast.walk(tree)
            if isinstance(node, kinds)}  # fmt: skip


def lists(source: str) -> list[set[str]]:
    """Return what names two functions or more."""
    tree = ast.parse(source)
    told = [set(each.replace(",", " ").split()) for each in sentences(tree) if each]
    found = [NAMES & each for each in collections(tree) if each not in told]
    return [each for each in found if len(each) > 1]


FILES = {
    name: path
    for path in PACKAGE.rglob("*.py")
    if (name := path.relative_to(PACKAGE).as_posix()) not in TABLE
}


@pytest.mark.parametrize("file", sorted(FILES))
def test_no_room_keeps_a_list_of_functions(file):
    found = lists(FILES[file].read_text("utf-8"))
    if file in ALLOWED:
        assert found, f"{file} needs no exception any more"
    else:
        assert found == []


@pytest.mark.parametrize("source", [
    'PIECEWISE = ("where", "min", "max", "floor")', 'x = ["abs", "exp", "sign"]', 'x = frozenset({"relu", "elu"})',
    'KINKS = {"relu": 0, "leaky_relu": 0}', 'UNARY = "abs sign relu".split()', 'x = name == "abs" or name == "sign"',
    'match x:\n  case "relu" | "elu":\n    pass', 'x = ("ReLU", "LeakyReLU")', 'x = ("Abs", "LambertW")',
    'match x:\n  case "sin":\n    y\n  case "cos":\n    z', 'KERNELS = {"sigmoid": f, "tanh": g}', 'x in ("log2", "log10")',
    'x = {"hardtanh", "mish", "softsign"}', 'match x:\n  case Call("sin" | "cos"):\n    y',
])  # fmt: skip
def test_such_a_list_is_found(source):
    assert lists(source)


@pytest.mark.parametrize("source", [
    '"""sin and cos"""', 'def f():\n    """Return exp and log."""', 'x = ("w", "b")', 'x = y == "sin"',
])  # fmt: skip
def test_a_sentence_or_a_single_name_is_none(source):
    assert not lists(source)
