"""Derivatives from first principles: the difference quotient, line by line, and its limit."""
