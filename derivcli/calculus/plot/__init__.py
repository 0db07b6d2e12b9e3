"""The picture of J around a point."""
