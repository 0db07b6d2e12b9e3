"""What is chosen by its name, with a word about it: for completion, and for help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer  # noqa: TC002 - Typer reads annotations at run time

if TYPE_CHECKING:
    from derivcli.exercises.listing import Entry

Named = list[tuple[str, str]]  # names, each with a word about it


def commands() -> Named:
    """Return the commands, each with the first line of its help."""
    from derivcli.cli.app import summaries

    return summaries()


def all_examples(context: typer.Context) -> Named:
    """Return all that `examples` lists, of --file where that is given."""
    from derivcli.exercises.listing import collection

    return _told(collection(context.params.get("file")))


def examples(context: typer.Context) -> Named:
    """Return the expressions of the examples, for --only of `table`."""
    from derivcli.exercises.examples import load

    return _told(load(context.params.get("file"), required=False))


def programs() -> Named:
    """Return the programs of the examples, for --example of `graph`."""
    from derivcli.exercises.programs import load

    return _told(load(required=False))


def networks(context: typer.Context) -> Named:
    """Return the networks of the examples, of --file where that is given."""
    from derivcli.exercises.networks import load

    return _told(load(context.params.get("file"), required=False))


def rules() -> Named:
    """Return the rules of differentiation, as --rule takes them."""
    from derivcli.calculus.derivation.rule_book import rule_book

    return [(each.rule.removesuffix(" rule"), each.formula) for each in rule_book().rules]


def activations() -> Named:
    """Return the activations of a layer, with their slopes."""
    from derivcli.networks.activations import LISTED

    return _untold(LISTED)


def losses() -> Named:
    """Return the losses of a network."""
    from derivcli.networks.losses import LOSSES

    return _untold(LOSSES)


def inits() -> Named:
    """Return the ways to draw the first weights of a network."""
    from derivcli.defaults import INITS

    return _untold(INITS)


def mistakes() -> Named:
    """Return the classic mistakes of backpropagation, and what each of them does."""
    from derivcli.networks.judging.mistake_words import WORDS

    return list(WORDS.items())


def _told(listed: Iterable[Entry]) -> Named:
    return [(each.name, each.about) for each in listed]


def _untold(names: Iterable[str]) -> Named:
    return [(name, "") for name in names]
