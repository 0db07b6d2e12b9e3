"""What a row of the corpus is: a program of matrices, and what a book has for its gradients."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field


def shapes(text):
    """Return the shapes of names from the text of `--shape`: "W=4xn b=4x1"."""
    pairs = (each.split("=") for each in text.split())
    return {
        name: tuple(int(s) if s.isdigit() else s for s in shape.split("x")) for name, shape in pairs
    }


@dataclass(frozen=True, slots=True)
class Model:
    """A program, the shapes of its matrices, and the lines of its backprop as a book writes them.

    A name without a shape is a positive number. `lines` holds a gradient a name, in the order in
    which they are computed: each may use the names of statements and of the lines before it, and
    has the shape of what it is the gradient of. `shortest` holds shorter forms, where there are
    any. `values` says how a name is drawn (see `drawing`) where it is not any real numbers, and
    `assumptions` what then holds and the lines rely on. In the course's convention, `per_example`,
    the gradient of a statement is that of each example's own loss: m times the gradient of J.
    `kink` says where there is no gradient.
    """

    name: str
    source: str
    shapes: Mapping[str, tuple[int | str, ...]]
    wrt: tuple[str, ...]
    lines: Mapping[str, str] = field(default_factory=dict)
    shortest: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    per_example: bool = False
    kink: str | None = None

    @property
    def statements(self):
        """The statements in order, as pairs of a name and a text."""
        return tuple(
            tuple(part.strip() for part in each.split(" = ", 1)) for each in self.source.split(";")
        )

    @property
    def scalars(self):
        """The names that have no shape: numbers."""
        assigned, free = set(self.shapes) | set(self.sizes) | {"pi"}, set()
        for name, text in self.statements:
            nodes = list(ast.walk(ast.parse(text, mode="eval")))
            functions = {node.func.id for node in nodes if isinstance(node, ast.Call)}
            names = {node.id for node in nodes if isinstance(node, ast.Name)}
            free |= names - functions - assigned
            assigned.add(name)
        return free

    @property
    def output(self):
        """The name of what is differentiated."""
        return self.statements[-1][0]

    @property
    def sizes(self):
        """The names of sizes, each a number in the program."""
        return sorted(
            {size for shape in self.shapes.values() for size in shape if isinstance(size, str)}
        )


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong answer that students give for one line of a model, and the mistake's name.

    It is written with the names that the model's own line may use.
    """

    model: str
    line: str
    text: str
    kind: str
