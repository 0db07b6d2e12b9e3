"""Gradients beside central differences, and why they differ where they do."""
