"""The gradient of a program proved at small sizes by SymPy, entry by entry: a second witness.

J is written out with a symbol for every entry, differentiated, and compared with what each line of
the gradient comes to; nothing of reverse mode or of index notation has a part in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from derivcli.algebra.results import Gradient, Line
from derivcli.arrays.drawing import small_sizes
from derivcli.arrays.written_out import named_entries
from derivcli.calculus.symbolic.atoms import same
from derivcli.errors import DerivError, RefusedError
from derivcli.language.shapes import infer
from derivcli.language.sizes import Sized
from derivcli.matrices.proving import with_parts
from derivcli.networks.proof.written_out import WrittenOut

MOST_STATEMENTS = 400  # on numbers, of J
MOST_ENTRIES = 60  # of one gradient

Stage = Callable[[str], None]


def written_out_proofs(
    gradient: Gradient, given: Sized, stage: Stage
) -> Iterator[tuple[str, bool | None, int]]:
    """Yield the name of each line, whether it is proved, and how many entries were compared.

    None is said of a line of which nothing could be told: J is too large to be written out, or its
    entries have no formula. Sizes that have names are small numbers, whatever they are elsewhere.
    """
    sizes = sizes_written_out(gradient, given)
    try:
        stage("writing J out")
        written = _written_out(gradient, given, sizes)
    except DerivError:
        yield from ((line.name, None, 0) for line in gradient.lines)
        return
    for line in gradient.lines:
        stage(f"proving {line.name} entry by entry")
        try:
            yield line.name, *_proved(written, gradient.program.output.name, line)
        except (DerivError, ArithmeticError, RecursionError):
            yield line.name, None, 0


def sizes_written_out(gradient: Gradient, given: Sized) -> dict[str, int]:
    """Return the small numbers that sizes with names are taken to be, no two of them the same."""
    known = infer(gradient.program, given.shapes)
    return small_sizes(known.sizes, replace(given, sizes={}, values={}))


def _written_out(gradient: Gradient, given: Sized, sizes: Mapping[str, int]) -> WrittenOut:
    program = with_parts(gradient)
    shapes = {name: given.shapes.get(name, ()) for name in program.variables if name not in sizes}
    base = {
        name: named_entries(name, tuple(sizes[n] if isinstance(n, str) else n for n in shape))
        for name, shape in shapes.items()
    }
    found = WrittenOut(program.statements, {**sizes, **base})
    if len(found.words.statements) > MOST_STATEMENTS:
        raise RefusedError(f"J takes more than {MOST_STATEMENTS} operations on numbers")
    found.add(*(each.statement for each in gradient.helpers if each.name not in found.known))
    return found


def _proved(written: WrittenOut, output: str, line: Line) -> tuple[bool | None, int]:
    """Return whether a line is the derivative of J by each entry, and how many there are."""
    written.add(line.statement)
    entries = written.known[line.name].size
    if line.of not in written.known or entries > MOST_ENTRIES:
        return None, 0
    stated = written.formulas(line.name).flat
    proved = all(map(same, written.derivatives(output, line.of), stated))
    return (True, entries) if proved else (None, 0)
