"""What `examples` says: the list, or one example and the command that runs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivcli.exercises.listing import Listed, Listing
from derivcli.report.blocks import Block, Column, Table, Text
from derivcli.report.markup import code, typed

TABLES = (  # kind, the column of what it is, that of the rest, title
    ("expression", "expression", "at", ""),
    ("program", "program", "at", "programs: derivcli graph --example NAME runs one"),
    ("network", "layers or program", "what", "networks: derivcli network NAME runs one"),
)


def blocks(listing: Listing, *, one: bool) -> Iterator[Block]:
    """Yield the table of all examples, or the command and the text of one."""
    if one:
        for each in listing.examples:
            yield Text(code(each.command))
            if each.about:
                yield Text(each.about)
        return
    for kind, first, second, title in TABLES:
        rows = [each for each in listing.examples if each.kind == kind]
        if rows:
            yield _table(first, second, rows, title)


def _table(first: str, second: str, listed: Iterable[Listed], title: str) -> Table:
    columns = (
        Column("name", "name", "words"),
        Column("expression", first, "formula" if first in ("expression", "program") else "words"),
        Column(second, second, "words", spare=1),
        Column("about", "about", "words"),
    )
    rows = tuple(
        (each.name, typed(each.expression, each.latex), getattr(each, second), each.about)
        for each in listed
    )
    return Table(columns, rows, title)


def records(listing: Listing) -> Table:
    """Return the examples as one flat table for machines."""
    keys = ("name", "expression", "at", "wrt", "about", "command", "kind", "what")
    rows = tuple(
        tuple(" ".join(each.wrt) if key == "wrt" else getattr(each, key) for key in keys)
        for each in listing.examples
    )
    return Table(tuple(Column(key, key, "words") for key in keys), rows)
