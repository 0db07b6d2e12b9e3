"""Layers of units: the equations of backpropagation, run, proved, checked, judged and trained."""

import os

# Read when NumPy is loaded. A second thread changes the last digits, takes address space, which the
# guard counts as memory, and makes small products wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
