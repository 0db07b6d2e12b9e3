"""A name stands for one thing: no two classes of the package share one."""

import ast
from collections import Counter
from pathlib import Path

import derivcli

PACKAGE = Path(derivcli.__file__).parent


def classes(source):
    return [each.name for each in ast.walk(ast.parse(source)) if isinstance(each, ast.ClassDef)]


def test_a_class_name_stands_once_in_the_package():
    found = Counter(
        name for path in PACKAGE.rglob("*.py") for name in classes(path.read_text(encoding="utf-8"))
    )
    assert {name for name, count in found.items() if count > 1} == set()


def test_a_class_inside_another_or_a_function_counts():
    assert sorted(classes("class A:\n class B: ...\ndef f():\n class A: ...")) == ["A", "A", "B"]
