"""Programs of matrices: their gradients derived, run at a point, double-checked."""
