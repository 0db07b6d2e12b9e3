"""Symbolic derivatives beside their numeric estimates, in the shell."""

__version__ = "0.1.0"
