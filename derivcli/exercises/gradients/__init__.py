"""Answers that are gradients of programs of matrices: compared, proved, mistakes named."""
