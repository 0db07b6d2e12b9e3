"""What each command's computation loads, which takes longer than all that comes before it."""

from __future__ import annotations

from collections.abc import Sequence

LOADS = {
    "diff": "derivcli.calculus.study",
    "array_diff": "derivcli.matrices.study",
    "table": "derivcli.calculus.study",
    "steps": "derivcli.calculus.derivation.steps",
    "definition": "derivcli.calculus.definition.definition",
    "array_steps": "derivcli.matrices.derivation",
    "check": "derivcli.exercises.grading",
    "gradient check": "derivcli.exercises.gradients.judging",
    "plot": "derivcli.calculus.plot.plotting",
    "explore": "derivcli.calculus.explore.exploration",
    "sweep": "derivcli.calculus.sweep.sweep",
    "descend": "derivcli.calculus.descent.descend",
    "graph": "derivcli.graphs.study",
    "array_graph": "derivcli.matrices.graph_study",
    "cost": "derivcli.graphs.tape.costing",
    "network": "derivcli.networks.study",
    "program_network": "derivcli.exercises.own_networks.study",
    "proof": "derivcli.calculus.symbolic",  # of a network's equations
}


def early(arguments: Sequence[str]) -> str | None:
    """Return what can be loaded before the arguments are read: None where an error is likely.

    What was typed is parsed for that, on its own, by what the computation needs, too; where it
    calls no function there is little to get wrong, and no time is lost with it.
    """
    command = arguments[0] if arguments else ""
    loads = LOADS.get(command)
    if loads is None or "--help" in arguments:
        return None
    if "--shape" in arguments:
        return LOADS.get(f"array_{command}")
    typed = next((token for token in arguments[1:] if not token.startswith("--")), "-")
    if typed == "-" or typed.startswith("@") or "(" not in typed:
        return loads
    from derivcli.language.parser import parse

    try:
        parse(typed)
    except Exception:  # noqa: BLE001 - it is told where the arguments are read
        return None
    return loads
