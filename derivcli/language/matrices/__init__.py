"""The small language of matrix equations: those of backpropagation, as NumPy would spell them."""
