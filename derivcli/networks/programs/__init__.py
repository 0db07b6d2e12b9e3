"""Networks that are programs of one's own, in float64: nudged, checked and trained."""
