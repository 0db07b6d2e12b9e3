"""Expressions of matrices, their shortest forms, and the gradient of a program as a program."""
