"""SymPy and mpmath compute with Python's own integers, whatever else is installed or asked for."""

import subprocess
import sys

import pytest
from console import shell

PROGRAM = """
import derivcli.calculus.symbolic, mpmath.libmp, sympy.external.gmpy
print(sympy.external.gmpy.GROUND_TYPES, mpmath.libmp.BACKEND)
"""


@pytest.mark.parametrize("asked", ["auto", "gmpy", "flint", "python"])
def test_numbers_are_pythons_own(asked, monkeypatch):
    monkeypatch.setenv("SYMPY_GROUND_TYPES", asked)
    monkeypatch.delenv("MPMATH_NOGMPY", raising=False)
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert (told.stdout, told.stderr) == ("python python\n", "")
    result = shell('derivcli diff "w**2/3" --at 3 --eps 0.001 --format csv')
    assert (result.status, result.stderr) == (0, "")
