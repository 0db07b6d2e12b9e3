"""Models and formulas of the Matrix Cookbook: text, shapes, parameters, what a textbook writes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    name: str
    source: str
    shapes: str
    wrt: str
    expected: str = ""
    given: str = ""
    positive: str = ""
    course: bool = False  # dZ of each example's own loss, 1/m in dW and db
    definite: str = ""  # symmetric positive definite


MODELS = (
    Model(
        "linear regression (columns)",
        "Yh = w.T @ X + b; J = sum((Yh - Y) ** 2) / (2 * m)",
        "w=nx1 X=nxm b=1x1 Y=1xm", "w b",
        "dYh = (Yh - Y) / m; dw = X @ dYh.T; db = sum(dYh, axis=1, keepdims=True)",
    ),
    Model(
        "linear regression (rows)",
        "yh = X @ w + b; J = sum((yh - y) ** 2) / (2 * m)",
        "w=nx1 X=mxn b=1x1 y=mx1", "w b",
        "dyh = (yh - y) / m; dw = X.T @ dyh; db = sum(dyh, axis=0, keepdims=True)",
    ),
    Model(
        "least squares norm",
        "J = norm(A @ x - b) ** 2",
        "A=mxn x=nx1 b=mx1", "x",
        "dx = 2 * A.T @ (A @ x - b)",
    ),
    Model(
        "norm itself",
        "J = norm(A @ x - b)",
        "A=mxn x=nx1 b=mx1", "x A",
    ),
    Model(
        "ridge",
        "J = sum((X @ w - y) ** 2) / m + lam * sum(w ** 2)",
        "X=mxn w=nx1 y=mx1", "w",
        "dw = 2 * X.T @ (X @ w - y) / m + 2 * lam * w",
    ),
    Model(
        "logistic (columns)",
        "Z = w.T @ X + b; A = sigmoid(Z); J = -sum(Y * log(A) + (1 - Y) * log(1 - A)) / m",
        "w=nx1 X=nxm b=1x1 Y=1xm", "w b",
        "dZ = (A - Y) / m; dw = X @ dZ.T; db = sum(dZ, axis=1, keepdims=True)",
    ),
    Model(
        "logistic (rows)",
        "Z = X @ w + b; A = sigmoid(Z); J = -sum(Y * log(A) + (1 - Y) * log(1 - A)) / m",
        "w=nx1 X=mxn b=1x1 Y=mx1", "w b",
        "dZ = (A - Y) / m; dw = X.T @ dZ; db = sum(dZ, axis=0, keepdims=True)",
    ),
    Model(
        "logistic, mean, one line",
        "J = mean(-Y * log(sigmoid(X @ w)) - (1 - Y) * log(1 - sigmoid(X @ w)))",
        "w=nx1 X=mxn Y=mx1", "w",
        "dw = X.T @ (sigmoid(X @ w) - Y) / m",
    ),
    Model(
        "logistic by softplus",
        "J = sum(softplus(Z) - Y * Z) / m",
        "Z=mx1 Y=mx1", "Z",
        "dZ = (sigmoid(Z) - Y) / m",
    ),
    Model(
        "softmax: log(softmax)",
        "Z = W @ X + b; P = softmax(Z, axis=0); J = -sum(Y * log(P)) / m",
        "W=kxn X=nxm b=kx1 Y=kxm", "W b",
        "dZ = (P - Y) / m; dW = dZ @ X.T; db = sum(dZ, axis=1, keepdims=True)",
        given="sum(Y, axis=0) = 1",
    ),
    Model(
        "softmax: without the assumption",
        "Z = W @ X + b; P = softmax(Z, axis=0); J = -sum(Y * log(P)) / m",
        "W=kxn X=nxm b=kx1 Y=kxm", "W b",
    ),
    Model(
        "softmax: log_softmax",
        "Z = W @ X + b; P = softmax(Z, axis=0); L = Z - logsumexp(Z, axis=0, keepdims=True); J = -sum(Y * L) / m",
        "W=kxn X=nxm b=kx1 Y=kxm", "W b",
        "dZ = (P - Y) / m; dW = dZ @ X.T; db = sum(dZ, axis=1, keepdims=True)",
        given="sum(Y, axis=0) = 1",
    ),
    Model(
        "softmax: logsumexp",
        "Z = W @ X + b; J = sum(logsumexp(Z, axis=0, keepdims=True) - sum(Y * Z, axis=0, keepdims=True)) / m",
        "W=kxn X=nxm b=kx1 Y=kxm", "W b",
        "dZ = (softmax(Z) - Y) / m",
    ),
    Model(
        "softmax: written out",
        "Z = W @ X + b; E = exp(Z); P = E / sum(E, axis=0, keepdims=True); J = -sum(Y * log(P)) / m",
        "W=kxn X=nxm b=kx1 Y=kxm", "W b",
        "dZ = (P - Y) / m; dW = dZ @ X.T; db = sum(dZ, axis=1, keepdims=True)",
        given="sum(Y, axis=0) = 1",
    ),
    Model(
        "softmax: written out in one",
        "Z = W @ X + b; P = exp(Z) / sum(exp(Z), axis=0, keepdims=True); J = -sum(Y * log(P)) / m",
        "W=kxn X=nxm b=kx1 Y=kxm", "W b",
        "dZ = (P - Y) / m; dW = dZ @ X.T; db = sum(dZ, axis=1, keepdims=True)",
        given="sum(Y, axis=0) = 1",
    ),
    Model(
        "softmax rows",
        "Z = X @ W + b; P = softmax(Z, axis=1); J = -sum(Y * log(P)) / m",
        "W=nxk X=mxn b=1xk Y=mxk", "W b",
        "dZ = (P - Y) / m; dW = X.T @ dZ; db = sum(dZ, axis=0, keepdims=True)",
        given="sum(Y, axis=1) = 1",
    ),
    Model(
        "two layers",
        "Z1 = W1 @ X + b1; A1 = tanh(Z1); Z2 = W2 @ A1 + b2; A2 = sigmoid(Z2); J = -sum(Y * log(A2) + (1 - Y) * log(1 - A2)) / m",
        "W1=hxn X=nxm b1=hx1 W2=kxh b2=kx1 Y=kxm", "W1 b1 W2 b2",
        "dZ2 = (A2 - Y) / m; dW2 = dZ2 @ A1.T; db2 = sum(dZ2, axis=1, keepdims=True); dZ1 = W2.T @ dZ2 * (1 - A1**2); dW1 = dZ1 @ X.T; db1 = sum(dZ1, axis=1, keepdims=True)",
    ),
    Model(
        "two layers, course's convention",
        "Z1 = W1 @ X + b1; A1 = tanh(Z1); Z2 = W2 @ A1 + b2; A2 = sigmoid(Z2); J = -sum(Y * log(A2) + (1 - Y) * log(1 - A2)) / m",
        "W1=hxn X=nxm b1=hx1 W2=kxh b2=kx1 Y=kxm", "W1 b1 W2 b2",
        "dZ2 = A2 - Y; dW2 = dZ2 @ A1.T / m; db2 = sum(dZ2, axis=1, keepdims=True) / m; dZ1 = W2.T @ dZ2 * (1 - A1**2); dW1 = dZ1 @ X.T / m; db1 = sum(dZ1, axis=1, keepdims=True) / m",
        course=True,
    ),
    Model(
        "two layers, L2",
        "Z1 = W1 @ X + b1; A1 = tanh(Z1); Z2 = W2 @ A1 + b2; A2 = sigmoid(Z2); J = -sum(Y * log(A2) + (1 - Y) * log(1 - A2)) / m + lam / (2 * m) * (sum(W1 ** 2) + sum(W2 ** 2))",
        "W1=hxn X=nxm b1=hx1 W2=kxh b2=kx1 Y=kxm", "W1 b1 W2 b2",
        "dZ2 = (A2 - Y) / m; dW2 = dZ2 @ A1.T + lam * W2 / m; db2 = sum(dZ2, axis=1, keepdims=True); dZ1 = W2.T @ dZ2 * (1 - A1**2); dW1 = dZ1 @ X.T + lam * W1 / m; db1 = sum(dZ1, axis=1, keepdims=True)",
    ),
    Model(
        "two layers, L2, course's",
        "Z1 = W1 @ X + b1; A1 = tanh(Z1); Z2 = W2 @ A1 + b2; A2 = sigmoid(Z2); J = -sum(Y * log(A2) + (1 - Y) * log(1 - A2)) / m + lam / (2 * m) * (sum(W1 ** 2) + sum(W2 ** 2))",
        "W1=hxn X=nxm b1=hx1 W2=kxh b2=kx1 Y=kxm", "W1 b1 W2 b2",
        "dZ2 = A2 - Y; dW2 = (dZ2 @ A1.T + lam * W2) / m",
        course=True,
    ),
    Model(
        "relu, squared",
        "Z1 = W1 @ X + b1; A1 = relu(Z1); Z2 = W2 @ A1 + b2; J = sum((Z2 - Y) ** 2) / (2 * m)",
        "W1=hxn X=nxm b1=hx1 W2=kxh b2=kx1 Y=kxm", "W1 b1 W2 b2",
        "dZ2 = (Z2 - Y) / m; dZ1 = W2.T @ dZ2 * (Z1 > 0)",
    ),
    Model(
        "squared, sigmoid output",
        "Z1 = W1 @ X + b1; A1 = tanh(Z1); Z2 = W2 @ A1 + b2; A2 = sigmoid(Z2); J = sum((A2 - Y) ** 2) / (2 * m)",
        "W1=hxn X=nxm b1=hx1 W2=kxh b2=kx1 Y=kxm", "W1 W2",
        "dZ2 = (A2 - Y) * A2 * (1 - A2) / m",
    ),
    Model(
        "residual block",
        "Z1 = W1 @ X + b1; A1 = relu(Z1); Z2 = W2 @ A1 + b2; A2 = relu(Z2 + X); J = sum((A2 - Y) ** 2) / (2 * m)",
        "W1=hxn X=nxm b1=hx1 W2=nxh b2=nx1 Y=nxm", "W1 b1 W2 b2 X",
    ),
    Model(
        "tied weights",
        "Z1 = W @ X; A1 = tanh(Z1); Z2 = W @ A1; A2 = tanh(Z2); J = sum((A2 - Y) ** 2) / 2",
        "W=nxn X=nxm Y=nxm", "W",
        "dZ2 = (A2 - Y) * (1 - A2**2); dZ1 = W.T @ dZ2 * (1 - A1**2); dW = dZ2 @ A1.T + dZ1 @ X.T",
    ),
    Model(
        "autoencoder, tied",
        "H = sigmoid(W @ X + b); R = W.T @ H + c; J = sum((R - X) ** 2) / m",
        "W=hxn X=nxm b=hx1 c=nx1", "W b c",
    ),
    Model(
        "batch norm (names)",
        "mu = mean(Z, axis=1, keepdims=True); C = Z - mu; V = mean(C ** 2, axis=1, keepdims=True); S = sqrt(V + eps); Zn = C / S; Zt = gam * Zn + bet; J = sum(sin(Zt) * R)",
        "Z=hxm gam=hx1 bet=hx1 R=hxm", "Zt Z gam bet",
        "dgam = sum(dZt * Zn, axis=1, keepdims=True); dbet = sum(dZt, axis=1, keepdims=True)",
        positive="eps",
    ),
    Model(
        "batch norm (usual)",
        "mu = mean(Z, axis=1, keepdims=True); V = mean((Z - mu) ** 2, axis=1, keepdims=True); Zn = (Z - mu) / sqrt(V + eps); Zt = gam * Zn + bet; J = sum(sin(Zt) * R)",
        "Z=hxm gam=hx1 bet=hx1 R=hxm", "Zt Z gam bet",
        positive="eps",
    ),
    Model(
        "batch norm (one line)",
        "Zt = gam * (Z - mean(Z, axis=1, keepdims=True)) / sqrt(mean((Z - mean(Z, axis=1, keepdims=True)) ** 2, axis=1, keepdims=True) + eps) + bet; J = sum(sin(Zt) * R)",
        "Z=hxm gam=hx1 bet=hx1 R=hxm", "Zt Z gam bet",
        "dgam = sum(dZt * T1, axis=1, keepdims=True) / T2; dbet = sum(dZt, axis=1, keepdims=True); "
        "dZ = gam * (m * dZt - T1 * dgam / T2 - dbet) / (m * T2)",
        positive="eps",
    ),
    Model(
        "layer norm (columns)",
        "mu = mean(Z, axis=0, keepdims=True); V = mean((Z - mu) ** 2, axis=0, keepdims=True); Zn = (Z - mu) / sqrt(V + eps); Zt = gam * Zn + bet; J = sum(sin(Zt) * R)",
        "Z=hxm gam=hx1 bet=hx1 R=hxm", "Zt Z gam bet",
        positive="eps",
    ),
    Model(
        "rms norm",
        "S = sqrt(mean(Z ** 2, axis=0, keepdims=True) + eps); Zt = gam * Z / S; J = sum(sin(Zt) * R)",
        "Z=hxm gam=hx1 bet=hx1 R=hxm", "Zt Z gam",
        positive="eps",
    ),
    Model(
        "dropout",
        "Z1 = W1 @ X + b1; A1 = relu(Z1) * D / keep; Z2 = W2 @ A1 + b2; A2 = sigmoid(Z2); J = -sum(Y * log(A2) + (1 - Y) * log(1 - A2)) / m",
        "W1=hxn X=nxm b1=hx1 W2=kxh b2=kx1 Y=kxm D=hxm", "W1 b1 W2 b2",
        "dZ2 = (A2 - Y) / m",
        positive="keep",
    ),
    Model(
        "two-step RNN",
        "H1 = tanh(W @ X1 + U @ H0 + b); H2 = tanh(W @ X2 + U @ H1 + b); P = V @ H2 + c; J = sum((P - Y) ** 2) / (2 * m)",
        "W=hxn U=hxh V=kxh b=hx1 c=kx1 X1=nxm X2=nxm H0=hxm Y=kxm", "W U V b c",
    ),
    Model(
        "two-step RNN, Z named",
        "Z1 = W @ X1 + U @ H0 + b; H1 = tanh(Z1); Z2 = W @ X2 + U @ H1 + b; H2 = tanh(Z2); P = V @ H2 + c; J = sum((P - Y) ** 2) / (2 * m)",
        "W=hxn U=hxh V=kxh b=hx1 c=kx1 X1=nxm X2=nxm H0=hxm Y=kxm", "W U V b c",
        "dZ2 = V.T @ dP * (1 - H2**2); dZ1 = U.T @ dZ2 * (1 - H1**2); dU = dZ2 @ H1.T + dZ1 @ H0.T",
    ),
    Model(
        "attention",
        "Q = X @ Wq; K = X @ Wk; V = X @ Wv; S = Q @ K.T / sqrt(d); P = softmax(S, axis=1); O = P @ V; J = sum(O * R)",
        "X=txn Wq=nxd Wk=nxd Wv=nxd R=txd", "Wq Wk Wv",
        "dP = R @ V.T; dS = P * (dP - sum(P * dP, axis=1, keepdims=True))",
    ),
    Model(
        "self-attention tied",
        "S = X @ X.T; P = softmax(S, axis=1); O = P @ X; J = sum((O - Y) ** 2) / 2",
        "X=txn Y=txn", "X",
    ),
    Model(
        "quadratic form",
        "J = x.T @ A @ x",
        "x=nx1 A=nxn", "x A",
        "dx = (A + A.T) @ x; dA = x @ x.T",
    ),
    Model(
        "trace(A@X)",
        "J = trace(A @ X)",
        "A=mxn X=nxm", "A X",
        "dX = A.T; dA = X.T",
    ),
    Model(
        "logdet",
        "J = logdet(A)",
        "A=nxn", "A",
        "dA = inv(A).T",
        definite="A",
    ),
    Model(
        "gaussian",
        "J = m * logdet(S) / 2 + trace(inv(S) @ X @ X.T) / 2",
        "S=nxn X=nxm", "S",
        definite="S",
    ),
    Model(
        "matrix factorisation, masked",
        "J = sum(M * (U @ V.T - R) ** 2) / 2 + lam * (sum(U ** 2) + sum(V ** 2)) / 2",
        "U=nxk V=mxk R=nxm M=nxm", "U V",
    ),
    Model(
        "pairwise contrast",
        "S = X @ X.T; J = sum(logsumexp(S, axis=1, keepdims=True)) - trace(S)",
        "X=txn", "X",
    ),
    Model(
        "swish gate (GLU)",
        "G = W @ X; H = V @ X; A = G * sigmoid(G) * H; J = sum((A - Y) ** 2) / 2",
        "W=hxn V=hxn X=nxm Y=hxm", "W V",
    ),
    Model(
        "cookbook 49",
        "J = det(X)",
        "X=nxn", "X",
        "dX = J * inv(X).T",
    ),
    Model(
        "cookbook 51",
        "J = det(A @ X @ B)",
        "A=nxn X=nxn B=nxn", "X",
        "dX = J * inv(X).T",
    ),
    Model(
        "cookbook 57",
        "J = logdet(X)",
        "X=nxn", "X",
        "dX = inv(X).T",
        definite="X",
    ),
    Model(
        "cookbook 61",
        "J = a.T @ inv(X) @ b",
        "a=nx1 b=nx1 X=nxn", "X",
        "dX = -inv(X).T @ a @ b.T @ inv(X).T",
    ),
    Model(
        "cookbook 63",
        "J = trace(A @ inv(X) @ B)",
        "A=nxn B=nxn X=nxn", "X",
        "dX = -(inv(X) @ B @ A @ inv(X)).T",
    ),
    Model(
        "cookbook 69",
        "J = x.T @ a",
        "x=nx1 a=nx1", "x",
        "dx = a",
    ),
    Model(
        "cookbook 70",
        "J = a.T @ X @ b",
        "a=nx1 b=mx1 X=nxm", "X",
        "dX = a @ b.T",
    ),
    Model(
        "cookbook 71",
        "J = a.T @ X.T @ b",
        "a=mx1 b=nx1 X=nxm", "X",
        "dX = b @ a.T",
    ),
    Model(
        "cookbook 72",
        "J = a.T @ X @ a",
        "a=nx1 X=nxn", "X",
        "dX = a @ a.T",
    ),
    Model(
        "cookbook 76",
        "J = sum(X.T @ X)",
        "X=nxm", "X",
    ),
    Model(
        "cookbook 77",
        "J = b.T @ X.T @ X @ c",
        "b=mx1 c=mx1 X=nxm", "X",
        "dX = X @ (b @ c.T + c @ b.T)",
    ),
    Model(
        "cookbook 78",
        "J = (B @ x + b).T @ C @ (D @ x + d)",
        "B=pxn x=nx1 b=px1 C=pxq D=qxn d=qx1", "x",
        "dx = D.T @ C.T @ (B @ x + b) + B.T @ C @ (D @ x + d)",
    ),
    Model(
        "cookbook 81",
        "J = x.T @ B @ x",
        "x=nx1 B=nxn", "x",
        "dx = (B + B.T) @ x",
    ),
    Model(
        "cookbook 82",
        "J = b.T @ X.T @ D @ X @ c",
        "b=mx1 c=mx1 X=nxm D=nxn", "X",
        "dX = D.T @ X @ b @ c.T + D @ X @ c @ b.T",
    ),
    Model(
        "cookbook 83",
        "J = (X @ b + c).T @ D @ (X @ b + c)",
        "X=nxm b=mx1 c=nx1 D=nxn", "X",
        "dX = (D + D.T) @ (X @ b + c) @ b.T",
    ),
    Model(
        "cookbook 84",
        "J = (x - s).T @ W @ (x - s)",
        "x=nx1 s=nx1 W=nxn", "x",
        "dx = (W + W.T) @ (x - s)",
    ),
    Model(
        "cookbook 85",
        "J = (x - A @ s).T @ W @ (x - A @ s)",
        "x=nx1 s=mx1 A=nxm W=nxn", "s A x",
    ),
    Model(
        "cookbook 99",
        "J = trace(X)",
        "X=nxn", "X",
        "dX = eye(n)",
    ),
    Model(
        "cookbook 100",
        "J = trace(X @ A)",
        "X=nxm A=mxn", "X",
        "dX = A.T",
    ),
    Model(
        "cookbook 101",
        "J = trace(A @ X @ B)",
        "A=pxn X=nxm B=mxp", "X",
        "dX = A.T @ B.T",
    ),
    Model(
        "cookbook 102",
        "J = trace(A @ X.T @ B)",
        "A=pxm X=nxm B=nxp", "X",
        "dX = B @ A",
    ),
    Model(
        "cookbook 106",
        "J = trace(X @ X)",
        "X=nxn", "X",
        "dX = 2 * X.T",
    ),
    Model(
        "cookbook 107",
        "J = trace(X @ X @ B)",
        "X=nxn B=nxn", "X",
        "dX = (X @ B + B @ X).T",
    ),
    Model(
        "cookbook 108",
        "J = trace(X.T @ B @ X)",
        "X=nxm B=nxn", "X",
        "dX = (B + B.T) @ X",
    ),
    Model(
        "cookbook 111",
        "J = trace(X @ B @ X.T)",
        "X=nxm B=mxm", "X",
        "dX = X @ (B + B.T)",
    ),
    Model(
        "cookbook 115",
        "J = trace(X.T @ X)",
        "X=nxm", "X",
        "dX = 2 * X",
    ),
    Model(
        "cookbook 116",
        "J = trace(B.T @ X.T @ C @ X @ B)",
        "B=mxp X=nxm C=nxn", "X",
        "dX = (C + C.T) @ X @ B @ B.T",
    ),
    Model(
        "cookbook 118",
        "J = trace(A @ X @ B @ X.T @ C)",
        "A=pxn X=nxm B=mxm C=nxp", "X",
        "dX = A.T @ C.T @ X @ B.T + C @ A @ X @ B",
    ),
    Model(
        "cookbook 119",
        "J = trace((A @ X @ B + C) @ (A @ X @ B + C).T)",
        "A=pxn X=nxm B=mxq C=pxq", "X",
        "dX = 2 * A.T @ (A @ X @ B + C) @ B.T",
    ),
    Model(
        "cookbook 124",
        "J = trace(A @ inv(X) @ B)",
        "A=nxn B=nxn X=nxn", "X",
        "dX = -(inv(X) @ B @ A @ inv(X)).T",
    ),
    Model(
        "cookbook 125",
        "J = trace(inv(X.T @ C @ X) @ A)",
        "X=nx2 C=nxn A=2x2", "X",
        definite="C",
    ),
    Model(
        "cookbook 129",
        "J = norm(x - a)",
        "x=nx1 a=nx1", "x",
        "dx = (x - a) / J",
    ),
    Model(
        "cookbook 131",
        "J = norm(x) ** 2",
        "x=nx1", "x",
        "dx = 2 * x",
    ),
    Model(
        "cookbook 132",
        "J = norm(X) ** 2",
        "X=nxm", "X",
        "dX = 2 * X",
    ),
)  # fmt: skip
