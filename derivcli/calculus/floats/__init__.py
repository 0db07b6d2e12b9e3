"""Trees as closures on floats, for values that are wanted by the thousand."""
