"""Gradient descent, step by step, and how it ended."""
