"""Expressions of arrays in index notation: what is equal for all sizes is decided here."""
