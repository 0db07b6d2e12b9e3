"""Many operations: the computation graph, forward and backward."""
