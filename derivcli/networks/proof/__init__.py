"""The equations proved by SymPy, for given small sizes."""
