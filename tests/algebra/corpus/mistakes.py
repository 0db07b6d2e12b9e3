"""Wrong answers that students give for lines of the corpus, each with the mistake's name."""

from algebra.corpus.model import Mistake

# Model: line: mistake: texts.
TABLE = {
    "linear regression (columns)": {
        "dZ": {"1/m missing": ["Z - Y"], "2 extra": ["2*(Z - Y)/m"], "sign": ["(Y - Z)/m"]},
        "dw": {
            "transpose": ["X @ dZ", "X.T @ dZ.T"], "order": ["dZ @ X.T", "dZ.T @ X"], "1/m twice": ["X @ dZ.T/m"],
            "* for @": ["X*dZ", "sum(X*dZ)"], "sum missing": ["mean(X*dZ, axis=1, keepdims=True)"], "sign": ["-X @ dZ.T"],
        },
        "db": {"sum missing": ["dZ"], "mean for sum": ["mean(dZ, axis=1, keepdims=True)"], "1/m twice": ["sum(dZ, axis=1, keepdims=True)/m"],
               "axis": ["sum(dZ, axis=0, keepdims=True)"]},
    },
    "linear regression (rows)": {
        "dw": {"transpose": ["X @ dz"], "order": ["dz @ X.T", "dz.T @ X"], "1/m twice": ["X.T @ dz/m"], "* for @": ["X*dz"]},
        "db": {"axis": ["sum(dz, axis=1, keepdims=True)"], "keepdims": ["sum(dz, axis=0)"], "sum missing": ["dz"]},
    },
    "least squares": {
        "dx": {
            "2 missing": ["A.T @ (A @ x - b)"], "transpose": ["2*A @ (A @ x - b)"], "order": ["2*(A @ x - b) @ A.T"],
            "sign": ["2*A.T @ (b - A @ x)", "2*A.T @ (A @ x + b)"], "term missing": ["2*A.T @ A @ x", "2*A.T @ A @ x - b"],
            "inner derivative": ["2*(A @ x - b)"],
        },
    },
    "ridge": {
        "dw": {
            "2 missing": ["X.T @ (X @ w - y)/m + 2*lam*w", "2*X.T @ (X @ w - y)/m + lam*w"], "1/m missing": ["2*X.T @ (X @ w - y) + 2*lam*w"],
            "1/m extra": ["(2*X.T @ (X @ w - y) + 2*lam*w)/m"], "transpose": ["2*X @ (X @ w - y)/m + 2*lam*w"],
            "sign": ["2*X.T @ (X @ w - y)/m - 2*lam*w", "2*X.T @ (y - X @ w)/m + 2*lam*w"], "term missing": ["2*X.T @ (X @ w - y)/m"],
            "derivative of a square": ["2*X.T @ (X @ w - y)/m + 2*lam*w**2"], "sum extra": ["2*X.T @ (X @ w - y)/m + 2*lam*sum(w)"],
        },
    },
    "lasso": {
        "dw": {
            "derivative of a size": ["X.T @ (X @ w - y)/m + lam*abs(w)", "X.T @ (X @ w - y)/m + lam*w", "X.T @ (X @ w - y)/m + lam"],
            "2 extra": ["2*X.T @ (X @ w - y)/m + lam*sign(w)"], "1/m missing": ["X.T @ (X @ w - y) + lam*sign(w)"],
        },
    },
    "logistic (columns)": {
        "dZ": {"1/m missing": ["A - Y"], "slope extra": ["(A - Y)*A*(1 - A)/m"], "sign": ["(Y - A)/m"], "inner derivative": ["(-Y/A + (1 - Y)/(1 - A))/m"]},
        "dw": {"transpose": ["X @ dZ"], "order": ["dZ @ X.T"], "1/m twice": ["X @ dZ.T/m"], "* for @": ["X*dZ"], "sign": ["-X @ dZ.T"]},
        "db": {"sum missing": ["dZ"], "mean for sum": ["mean(dZ, axis=1, keepdims=True)"], "axis": ["sum(dZ, axis=0, keepdims=True)"], "keepdims": ["sum(dZ, axis=1)"]},
    },
    "logistic (columns), course": {
        "dZ": {"1/m extra": ["(A - Y)/m"], "slope extra": ["(A - Y)*A*(1 - A)"]},
        "dw": {"1/m missing": ["X @ dZ.T"], "transpose": ["X @ dZ/m"], "order": ["dZ @ X.T/m"]},
        "db": {"1/m missing": ["sum(dZ, axis=1, keepdims=True)"], "sum missing": ["dZ/m"], "1/m twice": ["mean(dZ, axis=1, keepdims=True)/m"]},
    },
    "logistic, one example": {
        "da": {"sign": ["y/a + (1 - y)/(1 - a)", "-y/a - (1 - y)/(1 - a)", "y/a - (1 - y)/(1 - a)"], "reciprocal missing": ["-y*a + (1 - y)*(1 - a)"]},
        "dz": {"sign": ["y - a"], "slope missing": ["da"], "slope at the wrong place": ["da*z*(1 - z)"], "slope of another function": ["da*(1 - a**2)"]},
        "dw": {"transpose": ["x.T*dz"], "inner derivative": ["dz", "x"], "wrong name": ["w*dz", "x*da"]},
    },
    "softmax regression, log of softmax": {
        "dZ": {"1/m missing": ["P - Y"], "sign": ["(Y - P)/m"], "slope extra": ["(P - Y)*P*(1 - P)/m"], "slope of another function": ["-Y*(1 - P)/m"]},
        "dW": {"transpose": ["dZ @ X"], "order": ["X @ dZ.T", "X.T @ dZ"], "1/m twice": ["dZ @ X.T/m"]},
        "db": {"axis": ["sum(dZ, axis=0, keepdims=True)"], "keepdims": ["sum(dZ, axis=1)"], "sum missing": ["dZ"], "mean for sum": ["mean(dZ, axis=1, keepdims=True)"]},
    },
    "softmax, squared": {
        "dZ": {
            "Jacobian's diagonal alone": ["dP*P*(1 - P)"], "slope missing": ["P - Y", "dP*P"], "axis": ["P*(dP - sum(dP*P, axis=1, keepdims=True))"],
            "sum of all": ["P*(dP - sum(dP*P))"], "factor missing": ["dP - sum(dP*P, axis=0, keepdims=True)", "P*(dP - sum(dP, axis=0, keepdims=True))"],
            "sign": ["P*(dP + sum(dP*P, axis=0, keepdims=True))"],
        },
    },
    "two layers": {
        "dZ2": {"1/m missing": ["A2 - Y"], "sign": ["(Y - A2)/m"], "slope extra": ["(A2 - Y)*A2*(1 - A2)/m"]},
        "dW2": {"transpose": ["dZ2 @ A1"], "order": ["A1 @ dZ2.T", "A1.T @ dZ2"], "1/m twice": ["dZ2 @ A1.T/m"], "wrong name": ["dZ2 @ Z1.T", "dZ2 @ X.T"]},
        "db2": {"axis": ["sum(dZ2, axis=0, keepdims=True)"], "keepdims": ["sum(dZ2, axis=1)"], "sum missing": ["dZ2"], "mean for sum": ["mean(dZ2, axis=1, keepdims=True)"]},
        "dZ1": {
            "transpose": ["W2 @ dZ2*(1 - A1**2)"], "order": ["dZ2 @ W2.T*(1 - A1**2)", "dZ2.T @ W2*(1 - A1**2)"], "* for @": ["W2.T*dZ2*(1 - A1**2)"],
            "@ for *": ["W2.T @ dZ2 @ (1 - A1**2)"], "slope missing": ["W2.T @ dZ2"], "slope at the wrong place": ["W2.T @ dZ2*(1 - Z1**2)", "W2.T @ (dZ2*(1 - A2**2))"],
            "slope of another function": ["W2.T @ dZ2*A1*(1 - A1)"], "square missing": ["W2.T @ dZ2*(1 - A1)"], "sign": ["W2.T @ dZ2*(A1**2 - 1)", "W2.T @ dZ2*(1 + A1**2)"],
            "wrong name": ["W1.T @ dZ2*(1 - A1**2)"],
        },
        "dW1": {"transpose": ["dZ1 @ X"], "order": ["X @ dZ1.T"], "1/m twice": ["dZ1 @ X.T/m"], "wrong name": ["dZ2 @ X.T", "dZ1 @ A1.T"], "mean for sum": ["mean(dZ1 @ X.T)"]},
        "db1": {"axis": ["sum(dZ1, axis=0, keepdims=True)"], "wrong name": ["sum(dZ2, axis=1, keepdims=True)"], "sum of all": ["sum(dZ1)"]},
    },
    "two layers, course": {
        "dZ2": {"1/m extra": ["(A2 - Y)/m"], "2 extra": ["2*(A2 - Y)"], "sign": ["Y - A2"]},
        "dW2": {"1/m missing": ["dZ2 @ A1.T"], "1/m twice": ["dZ2 @ A1.T/m/m"], "transpose": ["dZ2 @ A1/m"], "order": ["A1 @ dZ2.T/m"]},
        "db2": {"1/m missing": ["sum(dZ2, axis=1, keepdims=True)"], "axis": ["sum(dZ2, axis=0, keepdims=True)/m"], "sum missing": ["dZ2/m"], "1/m twice": ["mean(dZ2, axis=1, keepdims=True)/m"]},
        "dZ1": {"1/m extra": ["W2.T @ dZ2*(1 - A1**2)/m"], "transpose": ["W2 @ dZ2*(1 - A1**2)"], "slope at the wrong place": ["W2.T @ dZ2*(1 - Z1**2)"], "slope missing": ["W2.T @ dZ2"]},
        "dW1": {"1/m missing": ["dZ1 @ X.T"], "transpose": ["dZ1.T @ X/m"], "order": ["X @ dZ1.T/m"]},
        "db1": {"1/m missing": ["sum(dZ1, axis=1, keepdims=True)"], "sum of all": ["sum(dZ1)/m"]},
    },
    "two layers, L2": {
        "dW2": {"term missing": ["dZ2 @ A1.T"], "1/m missing": ["dZ2 @ A1.T + lam*W2"], "2 extra": ["dZ2 @ A1.T + 2*lam*W2/m"], "2 missing": ["dZ2 @ A1.T + lam*W2/(2*m)"],
                "wrong name": ["dZ2 @ A1.T + lam*W1/m"], "derivative of a square": ["dZ2 @ A1.T + lam*W2**2/m"], "1/m twice": ["(dZ2 @ A1.T + lam*W2)/m"]},
    },
    "two layers (rows)": {
        "dW2": {"order": ["dZ2 @ A1.T", "dZ2.T @ A1"], "transpose": ["A1 @ dZ2"]},
        "db2": {"axis": ["sum(dZ2, axis=1, keepdims=True)"], "keepdims": ["sum(dZ2, axis=0)"]},
        "dZ1": {"order": ["W2.T @ dZ2*(1 - A1**2)", "W2 @ dZ2.T*(1 - A1**2)"], "transpose": ["dZ2 @ W2*(1 - A1**2)"], "slope missing": ["dZ2 @ W2.T"]},
    },
    "two layers, relu and squared error": {
        "dZ2": {"1/m missing": ["Z2 - Y"], "2 extra": ["2*(Z2 - Y)/m"]},
        "dZ1": {"slope missing": ["W2.T @ dZ2"], "slope at the wrong place": ["W2.T @ dZ2*(Z2 > 0)", "W2.T @ (dZ2*(Z2 > 0))"], "derivative of relu": ["W2.T @ dZ2*A1", "relu(W2.T @ dZ2)"], "sign": ["W2.T @ dZ2*(Z1 < 0)"]},
    },
    "two layers, sigmoid and squared error": {
        "dZ2": {"slope missing": ["(A2 - Y)/m"], "slope of another function": ["(A2 - Y)*(1 - A2**2)/m"], "slope at the wrong place": ["(A2 - Y)*Z2*(1 - Z2)/m"], "factor missing": ["(A2 - Y)*(1 - A2)/m", "(A2 - Y)*A2/m"]},
    },
    "residual block": {
        "dX": {"term missing": ["W1.T @ dZ1", "dZ2"], "* for +": ["W1.T @ dZ1*dZ2"], "transpose": ["W1 @ dZ1 + dZ2"]},
        "dZ1": {"term extra": ["(W2.T @ dZ2 + A1)*(Z1 > 0)"], "slope missing": ["W2.T @ dZ2"], "transpose": ["W2 @ dZ2*(Z1 > 0)"]},
        "dZ2": {"slope missing": ["(A2 - Y)/m"], "1/m missing": ["(A2 - Y)*(Z2 > 0)"]},
    },
    "tied weights": {
        "dW": {"term missing": ["dZ2 @ A1.T", "dZ1 @ X.T"], "transpose": ["dZ2 @ A1 + dZ1 @ X", "dZ2 @ A1.T + X @ dZ1.T"], "wrong name": ["dZ2 @ X.T + dZ1 @ X.T"]},
        "dZ1": {"transpose": ["W @ dZ2*(1 - A1**2)"], "slope at the wrong place": ["W.T @ dZ2*(1 - A2**2)"]},
    },
    "autoencoder, tied": {
        "dW": {"term missing": ["dZ @ X.T", "H @ dR.T"], "transpose": ["dR @ H.T + dZ @ X.T"]},
        "dZ": {"transpose": ["W.T @ dR*H*(1 - H)"], "slope missing": ["W @ dR"]},
    },
    "dropout": {
        "dZ1": {"factor missing": ["W2.T @ dZ2*(Z1 > 0)", "W2.T @ dZ2*D*(Z1 > 0)", "W2.T @ dZ2/keep*(Z1 > 0)"], "* for /": ["W2.T @ dZ2*D*keep*(Z1 > 0)"]},
    },
    "batch norm": {
        "dgam": {"sum missing": ["dZt*Zn"], "axis": ["sum(dZt*Zn, axis=0, keepdims=True)"], "wrong name": ["sum(dZt*Z, axis=1, keepdims=True)"], "keepdims": ["sum(dZt*Zn, axis=1)"]},
        "dZ": {
            "term missing": ["dZn/sqrt(V + eps)", "(dZn - mean(dZn, axis=1, keepdims=True))/sqrt(V + eps)", "(dZn - Zn*mean(dZn*Zn, axis=1, keepdims=True))/sqrt(V + eps)"],
            "axis": ["(dZn - mean(dZn, axis=0, keepdims=True) - Zn*mean(dZn*Zn, axis=0, keepdims=True))/sqrt(V + eps)"],
            "sign": ["(dZn - mean(dZn, axis=1, keepdims=True) + Zn*mean(dZn*Zn, axis=1, keepdims=True))/sqrt(V + eps)"],
            "sum for mean": ["(dZn - sum(dZn, axis=1, keepdims=True) - Zn*sum(dZn*Zn, axis=1, keepdims=True))/sqrt(V + eps)"],
            "root missing": ["(dZn - mean(dZn, axis=1, keepdims=True) - Zn*mean(dZn*Zn, axis=1, keepdims=True))/(V + eps)"],
            "wrong name": ["(dZt - mean(dZt, axis=1, keepdims=True) - Zn*mean(dZt*Zn, axis=1, keepdims=True))/sqrt(V + eps)"],
        },
    },
    "attention": {
        "dP": {"transpose": ["R @ V"], "order": ["V @ R.T"], "* for @": ["R*V"]},
        "dV": {"transpose": ["P @ R"], "order": ["R.T @ P"]},
        "dS": {"axis": ["P*(dP - sum(dP*P, axis=0, keepdims=True))"], "Jacobian's diagonal alone": ["dP*P*(1 - P)"], "term missing": ["P*dP"], "factor missing": ["P*(dP - sum(dP, axis=1, keepdims=True))"], "keepdims": ["P*(dP - sum(dP*P, axis=1))"]},
        "dQ": {"factor missing": ["dS @ K"], "transpose": ["dS.T @ K/sqrt(d)"], "wrong name": ["dS @ Q/sqrt(d)"], "root missing": ["dS @ K/d"]},
        "dK": {"transpose": ["dS @ Q/sqrt(d)"], "wrong name": ["dS.T @ K/sqrt(d)"], "factor missing": ["dS.T @ Q"]},
        "dWq": {"transpose": ["X @ dQ"], "order": ["dQ.T @ X"]},
    },
    "two-step RNN": {
        "dU": {"term missing": ["dZ2 @ H1.T", "dZ1 @ H0.T"], "wrong name": ["dZ2 @ H2.T + dZ1 @ H1.T"]},
        "dW": {"term missing": ["dZ2 @ X2.T"], "wrong name": ["dZ2 @ X1.T + dZ1 @ X2.T"]},
        "dZ1": {"transpose": ["U @ dZ2*(1 - H1**2)"], "wrong name": ["W.T @ dZ2*(1 - H1**2)"], "slope at the wrong place": ["U.T @ dZ2*(1 - H2**2)"]},
        "db": {"term missing": ["sum(dZ2, axis=1, keepdims=True)"], "axis": ["sum(dZ1 + dZ2, axis=0, keepdims=True)"]},
    },
    "hinge": {"ds": {"sign": ["y*(1 - y*s > 0)/m", "-y*(1 - y*s < 0)/m"], "factor missing": ["-(1 - y*s > 0)/m", "-y/m"], "derivative of relu": ["-y*relu(1 - y*s)/m"]}},
    "huber": {"dr": {"pieces swapped": ["where(abs(r) <= 1, sign(r), r)/m"], "2 extra": ["where(abs(r) <= 1, 2*r, sign(r))/m"], "derivative of a size": ["where(abs(r) <= 1, r, 1)/m", "where(abs(r) <= 1, r, abs(r))/m"], "1/m missing": ["where(abs(r) <= 1, r, sign(r))"]}},
    "log-cosh": {"dr": {"derivative of log": ["1/cosh(r)/m", "sinh(r)/m"], "slope of another function": ["(1 - tanh(r)**2)/m"], "1/m missing": ["tanh(r)"], "sign": ["-tanh(r)/m"]}},
    "cross-entropy from logits": {"dz": {"wrong name": ["(z - y)/m"], "slope extra": ["(sigmoid(z) - y)*sigmoid(z)*(1 - sigmoid(z))/m"], "1/m missing": ["sigmoid(z) - y"], "term missing": ["sigmoid(z)/m"]}},
    "Poisson regression": {"dz": {"derivative of exp": ["(z*exp(z) - y)/m"], "sign": ["(y - exp(z))/m"], "inner derivative": ["(z - y)/m"]}},
    "matrix factorisation": {"dU": {"term missing": ["dE @ V"], "transpose": ["dE.T @ V + lam*U", "dE @ V.T + lam*U"], "wrong name": ["dE @ V + lam*V", "E @ V + lam*U"], "2 extra": ["2*dE @ V + lam*U"]},
                             "dV": {"transpose": ["dE @ U + lam*V"], "order": ["U.T @ dE + lam*V"]}},
    "contrastive": {"dS": {"axis": ["(softmax(S, axis=0) - eye(n))/n"], "term missing": ["softmax(S, axis=1)/n"], "1/m missing": ["softmax(S, axis=1) - eye(n)"], "sign": ["(eye(n) - softmax(S, axis=1))/n"]},
                    "dU": {"factor missing": ["dS @ V"], "transpose": ["dS.T @ V/t"], "wrong name": ["dS @ U/t"]}},
    "Gaussian log-likelihood": {"dX": {"2 missing": ["(inv(S) + inv(S).T) @ X"], "inverse missing": ["(S + S.T) @ X/2"], "transpose": ["X @ (inv(S) + inv(S).T)/2"]},
                                "dS": {"sign": ["m*inv(S).T/2 + inv(S).T @ X @ X.T @ inv(S).T/2"], "term missing": ["m*inv(S).T/2", "inv(S).T @ X @ X.T @ inv(S).T/2"], "factor missing": ["m*inv(S).T/2 - X @ X.T/2", "inv(S).T/2 - inv(S).T @ X @ X.T @ inv(S).T/2"]}},
    "Rayleigh quotient, A not symmetric": {"dx": {"symmetry": ["2*(A @ x - J*x)/(x.T @ x)"], "derivative of a quotient": ["(A + A.T) @ x/(2*x)", "(A + A.T) @ x/(x.T @ x)"]}},
    "swish gate (GLU)": {"dG": {"slope of another function": ["dA*H*S*(1 - S)"], "factor missing": ["dA*(S + G*S*(1 - S))"]}, "dW": {"transpose": ["dG.T @ X"], "order": ["X @ dG.T"]}},
    "convolution as a matrix": {"du": {"sum missing": ["dK*S0"], "wrong name": ["sum(dK*S1)"], "@ for *": ["sum(dK @ S0)"], "transpose": ["sum(dK*S0.T)"]}, "dX": {"transpose": ["K @ dZ"], "order": ["dZ.T @ K"]}},
    "cookbook 55": {"dX": {"2 missing": ["X @ inv(X.T @ X)"], "order": ["2*inv(X.T @ X) @ X.T"]}},
    "cookbook 61": {"dX": {"sign": ["inv(X).T @ a @ b.T @ inv(X).T"], "transpose": ["-inv(X) @ a @ b.T @ inv(X)"], "order": ["-inv(X).T @ b @ a.T @ inv(X).T"]}},
    "cookbook 77": {"dX": {"symmetry": ["2*X @ b @ c.T", "2*X @ c @ b.T"], "term missing": ["X @ b @ c.T"]}},
    "cookbook 81": {"dx": {"symmetry": ["2*B @ x", "2*B.T @ x"], "2 missing": ["(B + B.T) @ x/2"], "order": ["x.T @ (B + B.T)"], "term missing": ["B @ x"]}},
    "cookbook 82": {"dX": {"symmetry": ["2*D @ X @ b @ c.T"], "transpose": ["D @ X @ b @ c.T + D.T @ X @ c @ b.T"]}},
    "cookbook 92, n = 2": {"dX": {"transpose": ["X @ a @ b.T @ X.T @ X.T + a @ b.T @ X.T @ X.T @ X + X @ X @ a @ b.T @ X.T + X.T @ X @ X @ a @ b.T"]}},
    "cookbook 100": {"dX": {"transpose": ["A"]}},
    "cookbook 101": {"dX": {"order": ["B.T @ A.T"], "transpose": ["A @ B", "B @ A"]}},
    "cookbook 106": {"dX": {"transpose": ["2*X"], "2 missing": ["X.T"]}},
    "cookbook 108": {"dX": {"symmetry": ["2*B @ X"], "transpose": ["(B + B.T) @ X.T"]}},
    "cookbook 119": {"dX": {"2 missing": ["A.T @ (A @ X @ B + C) @ B.T"], "transpose": ["2*A @ (A @ X @ B + C) @ B"], "order": ["2*B.T @ (A @ X @ B + C) @ A.T"], "inner derivative": ["2*(A @ X @ B + C)"]}},
    "cookbook 124": {"dX": {"sign": ["(inv(X) @ B @ A @ inv(X)).T"], "transpose": ["-inv(X) @ B @ A @ inv(X)"], "order": ["-(inv(X) @ A @ B @ inv(X)).T"]}},
    "cookbook 129": {"dx": {"factor missing": ["x - a"], "2 extra": ["2*(x - a)/norm(x - a)"], "root missing": ["(x - a)/norm(x - a)**2"]}},
    "cookbook 132": {"dX": {"2 missing": ["X"], "root missing": ["X/norm(X)"]}},
}  # fmt: skip

MISTAKES = [
    Mistake(model, line, text, kind)
    for model, lines in TABLE.items()
    for line, kinds in lines.items()
    for kind, texts in kinds.items()
    for text in texts
]
