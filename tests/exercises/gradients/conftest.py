import sys
from pathlib import Path

# The corpus of programs of matrices stands beside the tests of the algebra.
sys.path.insert(0, str(Path(__file__).parents[2]))
