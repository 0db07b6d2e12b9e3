"""Programs of matrices in numbers: NumPy's float64, and any arithmetic of the house."""
