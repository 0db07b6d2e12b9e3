"""Blocks to text: how to write it; knows no mathematics."""
