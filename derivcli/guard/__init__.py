"""The clock and the memory limit around a computation, which runs in a process of its own."""
