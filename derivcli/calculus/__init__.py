"""One function, one point: values, derivatives, difference quotients and verdicts."""

import os

# Read when SymPy and mpmath are loaded. With gmpy2 or python-flint installed they would use those by
# themselves: what answers must not depend on is what else is installed, and they load slower.
os.environ["SYMPY_GROUND_TYPES"] = "python"
os.environ["MPMATH_NOGMPY"] = "yes"
