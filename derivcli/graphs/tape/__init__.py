"""The two sweeps at scale: float64 arrays, one NumPy call per level and kind of operation."""

import os

# Read when NumPy is loaded. Its products of rows are short: a thread for each processor would
# only take address space, which the guard counts as memory.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
