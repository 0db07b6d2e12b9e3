"""Models of one layer, and losses: regression, classification, likelihoods, distances."""

from algebra.corpus.model import Model, shapes

LOSSES = {}


def model(name, source, given, wrt, lines=None, short=None, assuming=(), values=None, **facts):
    """Add a model."""
    LOSSES[name] = Model(
        name,
        source,
        shapes(given),
        tuple(wrt.split()),
        lines or {},
        short or {},
        values or {},
        assuming,
        **facts,
    )


ROWS, COLUMNS = "X=mxn w=nx1 b=1x1 y=mx1", "w=nx1 X=nxm b=1x1 Y=1xm"

model(
    "linear regression (columns)", "Z = w.T @ X + b; J = sum((Z - Y)**2)/(2*m)", COLUMNS, "w b",
    {"dZ": "(Z - Y)/m", "dw": "X @ dZ.T", "db": "sum(dZ, axis=1, keepdims=True)"},
)  # fmt: skip
model(
    "linear regression (rows)", "z = X @ w + b; J = sum((z - y)**2)/(2*m)", ROWS, "w b",
    {"dz": "(z - y)/m", "dw": "X.T @ dz", "db": "sum(dz, axis=0, keepdims=True)"},
)  # fmt: skip
model(
    "linear regression, outputs in columns", "Z = W @ X + b; J = mean((Z - Y)**2)", "W=kxn X=nxm b=kx1 Y=kxm", "W b",
    {"dZ": "2*(Z - Y)/(k*m)", "dW": "dZ @ X.T", "db": "sum(dZ, axis=1, keepdims=True)"},
)  # fmt: skip
model(
    "least squares",
    "J = norm(A @ x - b)**2",
    "A=mxn x=nx1 b=mx1",
    "x",
    {"dx": "2*A.T @ (A @ x - b)"},
)
model(
    "least squares, normal equations", "r = A @ x - b; J = r.T @ r/2", "A=mxn x=nx1 b=mx1", "x",
    {"dr": "r", "dx": "A.T @ r"},
)  # fmt: skip
model(
    "weighted least squares", "r = y - X @ w; J = r.T @ diag(s) @ r", "X=mxn w=nx1 y=mx1 s=mx1", "w",
    {"dr": "2*s*r", "dw": "-2*X.T @ (s*r)"}, values={"s": "positive"},
)  # fmt: skip
model(
    "distance",
    "J = norm(A @ x - b)",
    "A=mxn x=nx1 b=mx1",
    "x A",
    {"dx": "A.T @ (A @ x - b)/J", "dA": "(A @ x - b) @ x.T/J"},
)
model(
    "ridge", "J = sum((X @ w - y)**2)/m + lam*sum(w**2)", "X=mxn w=nx1 y=mx1", "w",
    {"dw": "2*X.T @ (X @ w - y)/m + 2*lam*w"},
)  # fmt: skip
model(
    "lasso", "J = sum((X @ w - y)**2)/(2*m) + lam*sum(abs(w))", "X=mxn w=nx1 y=mx1", "w",
    {"dw": "X.T @ (X @ w - y)/m + lam*sign(w)"}, kink="where an entry of w is 0",
)  # fmt: skip
model(
    "elastic net", "J = sum((X @ w - y)**2)/(2*m) + lam*(t*sum(abs(w)) + (1 - t)/2*sum(w**2))", "X=mxn w=nx1 y=mx1", "w",
    {"dw": "X.T @ (X @ w - y)/m + lam*(t*sign(w) + (1 - t)*w)"}, kink="where an entry of w is 0",
)  # fmt: skip
model(
    "smooth weights", "J = sum((X @ w - y)**2)/2 + lam/2*(w.T @ L @ w)", "X=mxn w=nx1 y=mx1 L=nxn", "w",
    {"dw": "X.T @ (X @ w - y) + lam*L @ w"}, assuming=("L.T = L",), values={"L": "positive definite"},
)  # fmt: skip
model(
    "kernel ridge", "J = sum((K @ a - y)**2)/2 + lam/2*(a.T @ K @ a)", "K=mxm a=mx1 y=mx1", "a",
    {"da": "K @ (K @ a - y + lam*a)"}, assuming=("K.T = K",), values={"K": "positive definite"},
)  # fmt: skip

CROSS_ENTROPY = "J = -sum(Y*log(A) + (1 - Y)*log(1 - A))/m"
model(
    "logistic (columns)", f"Z = w.T @ X + b; A = sigmoid(Z); {CROSS_ENTROPY}", COLUMNS, "w b",
    {"dZ": "(A - Y)/m", "dw": "X @ dZ.T", "db": "sum(dZ, axis=1, keepdims=True)"}, values={"Y": "zero or one"},
)  # fmt: skip
model(
    "logistic (columns), course", f"Z = w.T @ X + b; A = sigmoid(Z); {CROSS_ENTROPY}", COLUMNS, "w b",
    {"dZ": "A - Y", "dw": "X @ dZ.T/m", "db": "sum(dZ, axis=1, keepdims=True)/m"},
    values={"Y": "zero or one"}, per_example=True,
)  # fmt: skip
model(
    "logistic, one example", "z = w.T @ x + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))", "w=nx1 x=nx1 b=1x1 y=1x1", "w b",
    {"da": "-y/a + (1 - y)/(1 - a)", "dz": "a - y", "dw": "x*dz", "db": "dz"}, values={"y": "probability"},
)  # fmt: skip
model(
    "logistic (rows)", "z = X @ w + b; a = sigmoid(z); J = -sum(y*log(a) + (1 - y)*log(1 - a))/m", ROWS, "w b",
    {"dz": "(a - y)/m", "dw": "X.T @ dz", "db": "sum(dz, axis=0, keepdims=True)"}, values={"y": "zero or one"},
)  # fmt: skip
model(
    "logistic, mean, one line", "J = mean(-y*log(sigmoid(X @ w)) - (1 - y)*log(1 - sigmoid(X @ w)))", "X=mxn w=nx1 y=mx1", "w",
    {"dw": "X.T @ (sigmoid(X @ w) - y)/m"}, values={"y": "probability"},
)  # fmt: skip
model(
    "logistic, dot products", "J = (-dot(y.T, log(sigmoid(X @ w))) - dot((1 - y).T, log(1 - sigmoid(X @ w))))/m",
    "X=mxn w=nx1 y=mx1", "w", {"dw": "X.T @ (sigmoid(X @ w) - y)/m"}, values={"y": "zero or one"},
)  # fmt: skip
model(
    "logistic with L2", "a = sigmoid(X @ w); J = -mean(y*log(a) + (1 - y)*log(1 - a)) + lam/(2*m)*sum(w**2)", "X=mxn w=nx1 y=mx1", "w",
    {"dw": "X.T @ (a - y)/m + lam*w/m"}, {"dw": "(X.T @ (a - y) + lam*w)/m"}, values={"y": "zero or one"},
)  # fmt: skip
model(
    "cross-entropy from logits", "z = X @ w + b; J = sum(softplus(z) - y*z)/m", ROWS, "w b",
    {"dz": "(sigmoid(z) - y)/m", "dw": "X.T @ dz", "db": "sum(dz, axis=0, keepdims=True)"}, values={"y": "probability"},
)  # fmt: skip
model(
    "cross-entropy from logits, the stable way", "J = mean(max(z, 0) - z*y + log(1 + exp(-abs(z))))", "z=mx1 y=mx1", "z",
    {"dz": "(sigmoid(z) - y)/m"}, values={"y": "probability"},
)  # fmt: skip
model(
    "logistic, labels of both signs", "J = mean(log(1 + exp(-y*(X @ w))))", "X=mxn w=nx1 y=mx1", "w",
    {"dw": "-X.T @ (y*sigmoid(-y*(X @ w)))/m"}, values={"y": "sign"},
)  # fmt: skip
model(
    "Poisson regression", "z = X @ w; J = sum(exp(z) - y*z)/m", "X=mxn w=nx1 y=mx1", "w",
    {"dz": "(exp(z) - y)/m", "dw": "X.T @ dz"}, values={"y": "positive"},
)  # fmt: skip
model(
    "log-cosh", "r = X @ w - y; J = sum(log(cosh(r)))/m", "X=mxn w=nx1 y=mx1", "w",
    {"dr": "tanh(r)/m", "dw": "X.T @ tanh(r)/m"},
)  # fmt: skip
model(
    "huber", "r = X @ w - y; J = sum(where(abs(r) <= 1, r**2/2, abs(r) - 1/2))/m", "X=mxn w=nx1 y=mx1", "w",
    {"dr": "where(abs(r) <= 1, r, sign(r))/m", "dw": "X.T @ dr"}, {"dr": "clip(r, -1, 1)/m"},
)  # fmt: skip
model(
    "hinge", "s = X @ w; J = sum(relu(1 - y*s))/m", "X=mxn w=nx1 y=mx1", "w",
    {"ds": "-y*(1 - y*s > 0)/m", "dw": "X.T @ ds"}, {"ds": "-y*(y*s < 1)/m"},
    values={"y": "sign"}, kink="where y*s is 1",
)  # fmt: skip
model(
    "support vector machine", "J = lam*sum(w**2)/2 + sum(max(0, 1 - y*(X @ w + b)))/m", ROWS, "w b",
    {
        "dw": "lam*w - X.T @ (y*(1 - y*(X @ w + b) > 0))/m",
        "db": "-sum(y*(1 - y*(X @ w + b) > 0), axis=0, keepdims=True)/m",
    },
    values={"y": "sign"}, kink="where y*(X @ w + b) is 1",
)  # fmt: skip
model(
    "squared hinge", "s = X @ w; J = sum(relu(1 - y*s)**2)/m", "X=mxn w=nx1 y=mx1", "w",
    {"ds": "-2*y*relu(1 - y*s)/m", "dw": "X.T @ ds"}, values={"y": "sign"},
)  # fmt: skip
model(
    "absolute error", "r = X @ w - y; J = mean(abs(r))", "X=mxn w=nx1 y=mx1", "w",
    {"dr": "sign(r)/m", "dw": "X.T @ sign(r)/m"}, kink="where an entry of r is 0",
)  # fmt: skip
model(
    "pinball", "r = y - X @ w; J = sum(max(t*r, (t - 1)*r))/m", "X=mxn w=nx1 y=mx1", "w",
    {"dw": "-X.T @ (t - (r < 0))/m"}, kink="where an entry of r is 0",
)  # fmt: skip

SOFTMAX, ONE_HOT = "W=kxn X=nxm b=kx1 Y=kxm", ("sum(Y, axis=0, keepdims=True) = 1",)
SOFTMAX_LINES = {"dZ": "(P - Y)/m", "dW": "dZ @ X.T", "db": "sum(dZ, axis=1, keepdims=True)"}
for _name, _forward in {
    "log of softmax": "P = softmax(Z); J = -sum(Y*log(P))/m",
    "the axis said": "P = softmax(Z, axis=0); J = -sum(Y*log(P))/m",
    "written out": "E = exp(Z); P = E/sum(E, axis=0); J = -sum(Y*log(P))/m",
    "written out in one": "P = exp(Z)/sum(exp(Z), axis=0, keepdims=True); J = -sum(Y*log(P))/m",
    "mean over the examples": "P = softmax(Z); J = mean(-sum(Y*log(P), axis=0))",
    "shifted by the largest": "E = exp(Z - max(Z, axis=0, keepdims=True)); P = E/sum(E, axis=0, keepdims=True); J = -sum(Y*log(P))/m",
}.items():
    model(
        f"softmax regression, {_name}", f"Z = W @ X + b; {_forward}", SOFTMAX, "W b", SOFTMAX_LINES,
        values={"Y": "one-hot columns"}, assuming=ONE_HOT,
    )  # fmt: skip
model(
    "softmax regression, logsumexp", "Z = W @ X + b; J = sum(logsumexp(Z, axis=0) - sum(Y*Z, axis=0))/m", SOFTMAX, "W b",
    {**SOFTMAX_LINES, "dZ": "(softmax(Z) - Y)/m"}, values={"Y": "one-hot columns"},
)  # fmt: skip
model(
    "softmax regression, smoothed labels", "Z = W @ X + b; P = softmax(Z); J = -sum(Y*log(P))/m", SOFTMAX, "W b", SOFTMAX_LINES,
    values={"Y": "columns add up to 1"}, assuming=ONE_HOT,
)  # fmt: skip
model(
    "softmax regression, any Y", "Z = W @ X + b; P = softmax(Z); J = -sum(Y*log(P))/m", SOFTMAX, "W b",
    {**SOFTMAX_LINES, "dZ": "(P*sum(Y, axis=0, keepdims=True) - Y)/m"},
)  # fmt: skip
model(
    "softmax regression (rows)", "Z = X @ W + b; P = softmax(Z, axis=1); J = -sum(Y*log(P))/m", "W=nxk X=mxn b=1xk Y=mxk", "W b",
    {"dZ": "(P - Y)/m", "dW": "X.T @ dZ", "db": "sum(dZ, axis=0, keepdims=True)"},
    values={"Y": "one-hot rows"}, assuming=("sum(Y, axis=1, keepdims=True) = 1",),
)  # fmt: skip
model(
    "softmax regression, one example", "z = W @ x + b; p = softmax(z); L = -sum(y*log(p))", "W=kxn x=nx1 b=kx1 y=kx1", "W b",
    {"dz": "p - y", "dW": "dz @ x.T", "db": "dz"}, values={"y": "one-hot columns"}, assuming=("sum(y, axis=0, keepdims=True) = 1",),
)  # fmt: skip
model(
    "softmax with a temperature", "P = softmax(Z/t); J = -sum(Y*log(P))", "Z=kxm Y=kxm", "Z",
    {"dZ": "(P - Y)/t"}, values={"Y": "one-hot columns"}, assuming=ONE_HOT,
)  # fmt: skip
model(
    "softmax, squared", "P = softmax(Z); J = sum((P - Y)**2)/2", "Z=kxm Y=kxm", "Z",
    {"dP": "P - Y", "dZ": "P*(dP - sum(dP*P, axis=0, keepdims=True))"},
)  # fmt: skip
model(
    "Gaussian log-likelihood", "J = m*logdet(S)/2 + trace(inv(S) @ X @ X.T)/2", "S=nxn X=nxm", "S X",
    {
        "dS": "m*inv(S).T/2 - inv(S).T @ X @ X.T @ inv(S).T/2",
        "dX": "(inv(S) + inv(S).T) @ X/2",
    },
    {"dS": "inv(S).T @ (m*eye(n) - X @ X.T @ inv(S).T)/2"}, values={"S": "positive definite"},
)  # fmt: skip
model(
    "Gaussian log-likelihood, mean and precision", "C = X - mu; J = trace(C.T @ L @ C)/2 - m*logdet(L)/2", "X=nxm mu=nx1 L=nxn", "mu L",
    {"dmu": "-L @ sum(C, axis=1, keepdims=True)", "dL": "(C @ C.T - m*inv(L))/2"},
    values={"L": "positive definite"}, assuming=("L.T = L",),
)  # fmt: skip
model(
    "Gaussian log-likelihood of numbers", "J = m*log(s) + sum((x - mu)**2)/(2*s**2)", "x=mx1 mu=1x1", "mu s",
    {"dmu": "-sum(x - mu, axis=0, keepdims=True)/s**2", "ds": "m/s - sum((x - mu)**2)/s**3"},
)  # fmt: skip
model(
    "Kullback-Leibler divergence of Gaussians", "J = sum(exp(v) + mu**2 - 1 - v)/2", "mu=kxm v=kxm", "mu v",
    {"dmu": "mu", "dv": "(exp(v) - 1)/2"},
)  # fmt: skip
model(
    "Kullback-Leibler divergence of shares", "J = sum(P*log(P/Q))", "P=kxm Q=kxm", "P Q",
    {"dP": "log(P/Q) + 1", "dQ": "-P/Q"}, values={"P": "positive", "Q": "positive"},
)  # fmt: skip
model(
    "matrix factorisation", "E = U @ V.T - R; J = sum(M*E**2)/2 + lam*(sum(U**2) + sum(V**2))/2", "U=nxk V=mxk R=nxm M=nxm", "U V",
    {"dE": "M*E", "dU": "dE @ V + lam*U", "dV": "dE.T @ U + lam*V"}, values={"M": "zero or one"},
)  # fmt: skip
model(
    "matrix factorisation, one line", "J = norm(U @ V.T - R)**2/2", "U=nxk V=mxk R=nxm", "U V",
    {"dU": "(U @ V.T - R) @ V", "dV": "(U @ V.T - R).T @ U"},
)  # fmt: skip
model(
    "contrastive", "S = U @ V.T/t; J = (sum(logsumexp(S, axis=1)) - trace(S))/n", "U=nxk V=nxk", "U V",
    {"dS": "(softmax(S, axis=1) - eye(n))/n", "dU": "dS @ V/t", "dV": "dS.T @ U/t"},
)  # fmt: skip
model(
    "contrastive, with itself", "S = X @ X.T; J = sum(logsumexp(S, axis=1)) - trace(S)", "X=nxk", "X",
    {"dS": "softmax(S, axis=1) - eye(n)", "dX": "(dS + dS.T) @ X"},
)  # fmt: skip
model(
    "cosine", "J = u.T @ v/(norm(u)*norm(v))", "u=nx1 v=nx1", "u v",
    {"du": "v/(norm(u)*norm(v)) - J*u/norm(u)**2", "dv": "u/(norm(u)*norm(v)) - J*v/norm(v)**2"},
)  # fmt: skip
model(
    "Rayleigh quotient", "J = x.T @ A @ x/(x.T @ x)", "A=nxn x=nx1", "x",
    {"dx": "2*(A @ x - J*x)/(x.T @ x)"}, values={"A": "symmetric"}, assuming=("A.T = A",),
)  # fmt: skip
model(
    "Rayleigh quotient, A not symmetric", "J = x.T @ A @ x/(x.T @ x)", "A=nxn x=nx1", "x A",
    {"dx": "((A + A.T) @ x - 2*J*x)/(x.T @ x)", "dA": "x @ x.T/(x.T @ x)"},
)  # fmt: skip
model(
    "principal components", "R = X - W @ W.T @ X; J = norm(R)**2", "X=nxm W=nxk", "W",
    {"dR": "2*R", "dW": "-2*(R @ X.T + X @ R.T) @ W"},
)  # fmt: skip
model(
    "entropy of a Gaussian", "J = -logdet(X.T @ X + eps*eye(n))/2", "X=mxn", "X",
    {"dX": "-X @ inv(X.T @ X + eps*eye(n))"},
)  # fmt: skip
model(
    "solution of a linear system", "x = inv(A) @ b; J = sum((x - y)**2)/2", "A=nxn b=nx1 y=nx1", "A b",
    {"dx": "x - y", "db": "inv(A).T @ dx", "dA": "-db @ x.T"}, values={"A": "dominant"},
)  # fmt: skip
