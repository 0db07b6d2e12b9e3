"""One file a command: parse, compute, report, render."""
