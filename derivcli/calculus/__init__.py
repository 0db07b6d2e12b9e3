"""One function, one point: values, derivatives, difference quotients and verdicts."""

import os
import sys

# Read when SymPy and mpmath are loaded, which use gmpy2 or python-flint where they find them:
# an answer does not depend on what else is installed, and SymPy needs no python-flint.
os.environ["SYMPY_GROUND_TYPES"] = "python"
os.environ["MPMATH_NOGMPY"] = "yes"
# Numbers are bounded by their bits, and may have to be written out whole in a message.
sys.set_int_max_str_digits(0)
