"""SymPy, here and nowhere else: our tree to SymPy and back, derivatives, constants, equality.

No text reaches SymPy, only objects built from a tree. Import this room where mathematics begins:
loading SymPy takes longer than everything before it.
"""

from derivcli.calculus.symbolic.constants import exact_value, is_zero
from derivcli.calculus.symbolic.derivatives import derivative, is_complex, off_points
from derivcli.calculus.symbolic.equality import (
    are_contradictory,
    difference,
    factors,
    has_no_value,
    is_never_zero,
    isolates,
    normal_forms_agree,
    possible_signs,
    proves_equal,
    roots,
    simplifies_to_equal,
    zeros,
)
from derivcli.calculus.symbolic.expressions import symbol, to_sympy
from derivcli.calculus.symbolic.increments import by_powers, together
from derivcli.calculus.symbolic.limits import limit
from derivcli.calculus.symbolic.naming import in_names, named_forms, shortest, solved
from derivcli.calculus.symbolic.simplification import simplification
from derivcli.calculus.symbolic.tidy import tidy
from derivcli.calculus.symbolic.trees import to_tree

__all__ = [
    "are_contradictory",
    "by_powers",
    "derivative",
    "difference",
    "exact_value",
    "factors",
    "has_no_value",
    "in_names",
    "is_complex",
    "is_never_zero",
    "is_zero",
    "isolates",
    "limit",
    "named_forms",
    "normal_forms_agree",
    "off_points",
    "possible_signs",
    "proves_equal",
    "roots",
    "shortest",
    "simplification",
    "simplifies_to_equal",
    "solved",
    "symbol",
    "tidy",
    "to_sympy",
    "to_tree",
    "together",
    "zeros",
]
