"""The arrays of a tape, by what is in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int32]
Numbers = ArrayLike  # what NumPy makes an array of: a list of numbers, or an array
