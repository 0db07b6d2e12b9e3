"""Right answers that are written otherwise than the books' lines: a judge accepts them."""

TABLE = {
    "linear regression (columns)": {"dZ": ["-(Y - Z)/m", "1/m*(Z - Y)", "2*(Z - Y)/(2*m)"], "dw": ["(dZ @ X.T).T", "sum(X*dZ, axis=1, keepdims=True)", "X @ (Z - Y).T/m"], "db": ["sum(dZ) + zeros(1, 1)", "dZ @ ones(m, 1)"]},
    "least squares": {"dx": ["2*(A.T @ A @ x - A.T @ b)", "-2*A.T @ (b - A @ x)", "(2*(A @ x - b).T @ A).T", "A.T @ (2*A @ x - 2*b)"]},
    "ridge": {"dw": ["2*(X.T @ X @ w - X.T @ y)/m + 2*lam*w", "2/m*X.T @ (X @ w - y) + lam*w + lam*w", "2*(X.T @ X/m + lam*eye(n)) @ w - 2*X.T @ y/m"]},
    "logistic (columns)": {"dZ": ["(-Y/A + (1 - Y)/(1 - A))*A*(1 - A)/m", "(A*(1 - Y) - Y*(1 - A))/m", "-(Y - A)/m"], "db": ["m*mean(dZ, axis=1, keepdims=True)"]},
    "logistic, one example": {"da": ["(a - y)/(a*(1 - a))", "-(y - a)/a/(1 - a)"], "dz": ["da*a*(1 - a)", "da*(a - a**2)"], "dw": ["dz*x", "x @ dz", "x @ dz.T"], "db": ["sum(dz, axis=1, keepdims=True)"]},
    "softmax regression, log of softmax": {"dZ": ["-(Y - P)/m", "P/m - Y/m", "(P*sum(Y, axis=0, keepdims=True) - Y)/m"], "db": ["sum(P - Y, axis=1, keepdims=True)/m"]},
    "softmax, squared": {"dZ": ["P*(dP - sum(dP*P, axis=0))", "P*dP - P*sum(P*dP, axis=0, keepdims=True)", "P*(P - Y - sum((P - Y)*P, axis=0, keepdims=True))"]},
    "two layers": {
        "dZ2": ["-(Y - A2)/m", "(A2 - Y)*A2*(1 - A2)/(A2*(1 - A2)*m)"], "dW2": ["(A1 @ dZ2.T).T", "dot(dZ2, A1.T)", "1/m*(A2 - Y) @ A1.T", "(A2 - Y) @ A1.T/m"],
        "db2": ["mean(A2 - Y, axis=1, keepdims=True)", "dZ2 @ ones(m, 1)"], "dZ1": ["(1 - A1**2)*(W2.T @ dZ2)", "(dZ2.T @ W2).T*(1 - A1*A1)", "W2.T @ dZ2*(1 - A1)*(1 + A1)", "W2.T @ dZ2/cosh(Z1)**2", "W2.T @ dZ2 - W2.T @ dZ2*A1**2"],
    },
    "two layers, course": {"dW2": ["1/m*dZ2 @ A1.T", "(A2 - Y) @ A1.T/m", "dZ2/m @ A1.T"], "db2": ["mean(dZ2, axis=1, keepdims=True)", "1/m*sum(dZ2, axis=1, keepdims=True)"]},
    "two layers, relu and squared error": {"dZ1": ["W2.T @ dZ2*(A1 > 0)", "where(Z1 > 0, W2.T @ dZ2, 0)", "(Z1 > 0)*(W2.T @ dZ2)"]},
    "residual block": {"dX": ["dZ2 + W1.T @ (W2.T @ dZ2*(Z1 > 0))"]},
    "batch norm": {"dZ": ["(m*dZn - sum(dZn, axis=1, keepdims=True) - Zn*sum(dZn*Zn, axis=1, keepdims=True))/(m*sqrt(V + eps))"], "dgam": ["sum(Zn*cos(Zt)*R, axis=1, keepdims=True)"]},
    "attention": {"dS": ["dP*P - P*sum(dP*P, axis=1, keepdims=True)", "P*(R @ V.T) - P*sum(P*(R @ V.T), axis=1, keepdims=True)"], "dK": ["(Q.T @ dS).T/sqrt(d)"], "dWv": ["X.T @ P.T @ R", "(P @ X).T @ R"]},
    "two-step RNN": {"db": ["sum(dZ1, axis=1, keepdims=True) + sum(dZ2, axis=1, keepdims=True)"]},
    "hinge": {"ds": ["-y*(y*s < 1)/m", "where(y*s < 1, -y, 0)/m"]},
    "huber": {"dr": ["clip(r, -1, 1)/m", "max(-1, min(1, r))/m", "where(r > 1, 1, where(r < -1, -1, r))/m"]},
    "matrix factorisation": {"dU": ["(M*(U @ V.T - R)) @ V + lam*U"], "dV": ["(V @ U.T*M.T - (M*R).T) @ U + lam*V"]},
    "Gaussian log-likelihood": {"dX": ["inv(S) @ X/2 + inv(S).T @ X/2"]},
    "cookbook 77": {"dX": ["X @ b @ c.T + X @ c @ b.T", "X @ (b @ c.T + (b @ c.T).T)"]},
    "cookbook 81": {"dx": ["B @ x + B.T @ x", "(x.T @ (B + B.T)).T", "B @ x + (x.T @ B).T"]},
    "cookbook 119": {"dX": ["2*A.T @ A @ X @ B @ B.T + 2*A.T @ C @ B.T", "2*(B @ (A @ X @ B + C).T @ A).T"]},
    "cookbook 129": {"dx": ["(x - a)/sqrt(sum((x - a)**2))", "(x - a)/sqrt((x - a).T @ (x - a))"]},
}  # fmt: skip

REWRITTEN = [
    (model, line, text)
    for model, lines in TABLE.items()
    for line, texts in lines.items()
    for text in texts
]
