"""The house keeps its walls: a room imports only from its own folder and from those above it."""

import ast
from pathlib import Path

import derivcli

PACKAGE = Path(derivcli.__file__).parent
ORDER = [
    "defaults",
    "errors",
    "input_files",
    "guard",
    "language",
    "index_notation",
    "algebra",
    "calculus",
    "arrays",
    "graphs",
    "matrices",
    "networks",
    "exercises",
    "report",
    "render",
    "cli",
    "__main__",
]
LIBRARIES = {
    "sympy": {"calculus/symbolic"},
    "rich": {"render/terminal.py", "render/progress.py"},
    "typer": {"cli"},
    "psutil": {"guard"},
    "plotille": {"render/chart.py"},
    "prompt_toolkit": {"cli/prompt.py"},
    "latex2mathml": {"render/mathml.py"},
    "matplotlib": {
        "render/figure.py", "render/figure_charts.py", "render/figure_graph.py",
        "render/figure_words.py",
    },
    "mpmath": {"calculus"},
    "flint": {"calculus/enclosures.py", "calculus/exact.py"},
    "numpy": {"arrays", "graphs/tape", "networks"},
    "tomllib": {"exercises/documents.py", "networks/checking/gradient_files.py"},
}  # fmt: skip


def imports(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def rooms():
    return [path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"]


def storey(parts):
    return ORDER.index(parts[0].removesuffix(".py"))


def test_no_room_imports_from_below():
    for path in rooms():
        own = storey(path.relative_to(PACKAGE).parts)
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "derivcli" and len(parts) > 1 and parts[1] in ORDER:
                assert ORDER.index(parts[1]) <= own, f"{path} imports {name}"


def test_no_two_files_import_each_other():
    found = {}
    for path in rooms():
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        found[module] = {*imports(path)}
    both = {frozenset((one, other)) for one in found for other in found[one] & {*found}
            if one in found[other] and one != other}  # fmt: skip
    # A tree goes through pickle as rows, a number of mpmath may stand beside one of Arb.
    known = [("language.tree", "language.rows"), ("calculus.arithmetic", "calculus.exact")]
    assert both == {frozenset(f"derivcli.{name}" for name in pair) for pair in known}


def test_reports_and_renderers_read_no_text_in_our_language_again():
    still = {"report/network.py", "report/network_findings.py"}  # equations are texts as yet
    for path in rooms():
        where = path.relative_to(PACKAGE).as_posix()
        if where.startswith(("report/", "render/")) and where not in still:
            readers = [name for name in imports(path) if name.split(".")[-1] in ("parse", "parser")]
            assert not readers, f"{where} imports {readers}"


def test_each_library_is_reached_through_its_own_room():
    for path in rooms():
        where = path.relative_to(PACKAGE).as_posix()
        for name in imports(path):
            allowed = LIBRARIES.get(name.split(".")[0])
            if allowed is not None:
                assert where in allowed or any(where.startswith(f"{room}/") for room in allowed), (
                    f"{where} imports {name}"
                )


def test_no_user_text_can_become_code():
    forbidden = {"eval", "exec", "compile", "sympify", "parse_expr", "lambdify", "S", "__import__"}
    for path in rooms():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                function = node.func
                if isinstance(function, ast.Attribute):
                    owner = getattr(function.value, "id", "")
                    assert (owner, function.attr) not in {("sympy", name) for name in forbidden}, (
                        path
                    )
                elif isinstance(function, ast.Name):
                    assert function.id not in forbidden, f"{path}:{node.lineno}"


def test_no_file_is_too_long_to_be_read_in_one_go():
    lengths = {path: path.read_text("utf-8").count("\n") for path in PACKAGE.rglob("*.py")}
    assert [path.name for path, length in lengths.items() if length > 400] == []
