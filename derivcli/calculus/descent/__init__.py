"""Gradient descent: the path, and what it has come to."""
