"""Cells: the parts of space in which no condition of some formulas changes its sign."""
