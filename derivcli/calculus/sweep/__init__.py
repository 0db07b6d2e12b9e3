"""The error of estimates against eps."""
