"""What runs under guard; SymPy is loaded there and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from derivcli.calculus.results import Constant, Quantity, Request

if TYPE_CHECKING:
    from derivcli.calculus.results import Study

Stage = Callable[[str], None]


def study(request: Request, stage: Stage) -> Study:
    """Return the study of a request."""
    stage("loading SymPy")
    from derivcli.calculus.study import study

    return study(request, stage)


def table(item: Request | tuple[Constant, ...], stage: Stage) -> Study | tuple[Quantity, ...]:
    """Return the study of a row, or the steps, which come first of all, as quantities."""
    if isinstance(item, Request):
        return study(item, stage)
    stage("loading SymPy")
    from derivcli.calculus.study import steps

    return steps(item)
