"""Symbolic derivatives beside their numeric estimates, in the shell."""

__version__ = "0.1.0"
__date__ = "2026-11-29"  # of this version, for the man page
