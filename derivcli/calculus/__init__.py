"""One function, one point: values, derivatives, difference quotients and verdicts."""

import os

# Read when SymPy and mpmath are loaded, which use gmpy2 or python-flint where they find them: an
# answer does not depend on what else is installed.
os.environ["SYMPY_GROUND_TYPES"] = "python"
os.environ["MPMATH_NOGMPY"] = "yes"
