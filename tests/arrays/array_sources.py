"""Programs of matrices that use every operation, and values for their names."""

import numpy as np

RANDOM = np.random.RandomState(7)
VALUES = {
    "A": RANDOM.randn(3, 3), "B": RANDOM.randn(3, 5), "P": RANDOM.rand(3, 5) + 0.5,
    "S": np.array([[4.0, 1, 0], [1, 3, 1], [0, 1, 2]]), "x": RANDOM.randn(3, 1), "r": RANDOM.randn(1, 5),
    "c": 0.75, "m": 5, "n": 3,
}  # fmt: skip
SOURCES = [
    "A", "-A", "+A", "A + x", "A - c", "B*r", "B/P", "P**2", "P**0.5", "P**c", "2**B", "A @ B", "x.T @ A @ x",
    "A @ sum(B, axis=1)", "sum(A, axis=0) @ B", "sum(B, axis=0) @ r.T", "sum(A, axis=0) @ sum(A, axis=1)",
    "B.T", "sum(B, axis=0).T", "sum(B)", "sum(B, axis=0)", "sum(B, axis=1, keepdims=True)", "sum(B, axis=-2)",
    "sum(B, keepdims=True)", "sum(c)", "mean(B)", "mean(B, axis=0)", "mean(B, axis=1, keepdims=True)",
    "prod(P, axis=1)", "max(B)", "max(B, axis=0)", "min(B, axis=1, keepdims=True)", "norm(B)", "norm(c)",
    "norm(B, axis=0)", "norm(0*B)", "logsumexp(B)", "logsumexp(B, axis=1)", "logsumexp(sum(B, axis=0))",
    "softmax(B)", "softmax(B, axis=1)", "cumsum(B, axis=0)", "cumsum(B, axis=1)", "cumsum(sum(B, axis=0))",
    "trace(A)", "det(A)", "logdet(S)", "inv(A)", "inv(A) @ B", "diag(A)", "diag(x)", "diag(sum(B, axis=1))",
    "eye(3) + A", "eye(n)*c", "ones(3, m) * B", "zeros(2, 1)", "sum(B)/m", "B > 0", "(B >= r) * B",
    "(B == B) + (B != r) + 2*(A @ B <= 0)", "where(B > 0, B, 0)", "where(B > r, B, where(c > 1, x, r))",
    "where(P > 1, log(P - 1), x)", "exp(B)", "tanh(A @ B + x)", "relu(B)", "sigmoid(B)",
    "Z = A @ B + x; Y = sigmoid(Z); -sum(Y*log(Y))/m", "m*eye(n) + A*sin(c)",
]  # fmt: skip

CANDIDATES = [0.5, -1.25, 2.75, 0.25, -0.75, 1.5, 3.0, 12.5]
