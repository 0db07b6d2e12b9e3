"""Cells: where every condition of some formulas has one sign, and what the formulas are there."""
