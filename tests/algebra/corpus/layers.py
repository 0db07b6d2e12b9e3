"""Layers beyond a stack: normalisation, convolution, attention, pooling."""

from algebra.corpus.model import Model, shapes

LAYERS = {}


def model(name, source, given, wrt, lines=None, short=None, assuming=(), values=None, **facts):
    """Add a model."""
    LAYERS[name] = Model(
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


NORM, OUT = "Z=hxm gam=hx1 bet=hx1 R=hxm", "Zt = gam*Zn + bet; J = sum(sin(Zt)*R)"
SCALES = {
    "dZt": "cos(Zt)*R", "dgam": "sum(dZt*Zn, axis=1, keepdims=True)", "dbet": "sum(dZt, axis=1, keepdims=True)",
    "dZn": "dZt*gam",
}  # fmt: skip


def _normalised(axis, deviation):
    """Return the line that papers have for the way back through a normalisation."""
    along = f"axis={axis}, keepdims=True"
    return {**SCALES, "dZ": f"(dZn - mean(dZn, {along}) - Zn*mean(dZn*Zn, {along}))/{deviation}"}


for _kind, _axis in (("batch norm", 1), ("layer norm", 0)):
    _mean = f"mean(Z, axis={_axis}, keepdims=True)"
    model(
        f"{_kind}, each step named",
        f"mu = {_mean}; C = Z - mu; V = mean(C**2, axis={_axis}, keepdims=True); S = sqrt(V + eps); Zn = C/S; {OUT}",
        NORM, "Z gam bet", _normalised(_axis, "S"),
    )  # fmt: skip
    model(
        f"{_kind}",
        f"mu = {_mean}; V = mean((Z - mu)**2, axis={_axis}, keepdims=True); Zn = (Z - mu)/sqrt(V + eps); {OUT}",
        NORM, "Z gam bet", _normalised(_axis, "sqrt(V + eps)"),
    )  # fmt: skip
    model(
        f"{_kind}, one line",
        f"Zt = gam*(Z - {_mean})/sqrt(mean((Z - {_mean})**2, axis={_axis}, keepdims=True) + eps) + bet; J = sum(sin(Zt)*R)",
        NORM, "Z gam bet", {"dZt": "cos(Zt)*R", "dbet": "sum(dZt, axis=1, keepdims=True)"},
    )  # fmt: skip
model(
    "batch norm of a layer (rows)",
    "Z = X @ W; mu = mean(Z, axis=0); V = mean((Z - mu)**2, axis=0); Zn = (Z - mu)/sqrt(V + eps); Zt = gam*Zn + bet; J = sum((Zt - Y)**2)/(2*m)",
    "X=mxn W=nxk gam=1xk bet=1xk Y=mxk", "W gam bet",
    {
        "dZt": "(Zt - Y)/m", "dgam": "sum(dZt*Zn, axis=0, keepdims=True)", "dbet": "sum(dZt, axis=0, keepdims=True)", "dZn": "dZt*gam",
        "dZ": "(dZn - mean(dZn, axis=0, keepdims=True) - Zn*mean(dZn*Zn, axis=0, keepdims=True))/sqrt(V + eps)", "dW": "X.T @ dZ",
    },
)  # fmt: skip
model(
    "batch norm of a hidden layer",
    "Z = W @ X; mu = mean(Z, axis=1, keepdims=True); V = mean((Z - mu)**2, axis=1, keepdims=True); N = (Z - mu)/sqrt(V + eps);"
    " H = relu(gam*N + bet); P = sigmoid(w @ H + c); J = -sum(Y*log(P) + (1 - Y)*log(1 - P))/m",
    "W=hxn X=nxm gam=hx1 bet=hx1 w=1xh c=1x1 Y=1xm", "W gam bet w c",
    {
        "dgam": "sum(w.T @ (P - Y)/m*(gam*N + bet > 0)*N, axis=1, keepdims=True)", "dbet": "sum(w.T @ (P - Y)/m*(gam*N + bet > 0), axis=1, keepdims=True)",
        "dZ": "gam*(m*(w.T @ (P - Y)/m*(gam*N + bet > 0)) - dbet - N*dgam)/(m*sqrt(V + eps))", "dW": "dZ @ X.T", "dw": "(P - Y)/m @ H.T",
    },
)  # fmt: skip
model(
    "rms norm", "S = sqrt(mean(Z**2, axis=0, keepdims=True) + eps); Zn = Z/S; Zt = gam*Zn; J = sum(sin(Zt)*R)", "Z=hxm gam=hx1 R=hxm", "Z gam",
    {
        "dZt": "cos(Zt)*R", "dgam": "sum(dZt*Zn, axis=1, keepdims=True)", "dZn": "dZt*gam",
        "dZ": "(dZn - Zn*mean(dZn*Zn, axis=0, keepdims=True))/S",
    },
)  # fmt: skip
model(
    "columns of length 1", "S = norm(Z, axis=0, keepdims=True); U = Z/S; J = sum(U*R)", "Z=hxm R=hxm", "Z",
    {"dU": "R", "dZ": "(R - U*sum(R*U, axis=0, keepdims=True))/S"},
)  # fmt: skip
model(
    "weight norm", "W = g*V/norm(V, axis=1, keepdims=True); Z = W @ X; J = sum((Z - Y)**2)/(2*m)", "V=hxn g=hx1 X=nxm Y=hxm", "V g",
    {
        "dZ": "(Z - Y)/m", "dW": "dZ @ X.T", "dg": "sum(dW*V, axis=1, keepdims=True)/norm(V, axis=1, keepdims=True)",
        "dV": "(g*dW - dg*W)/norm(V, axis=1, keepdims=True)",
    },
)  # fmt: skip
model(
    "convolution, patches in columns", "Z = K @ P + b; A = relu(Z); J = sum((A - Y)**2)/(2*m)", "K=kxn P=nxm b=kx1 Y=kxm", "K b P",
    {
        "dZ": "(A - Y)/m*(Z > 0)", "dK": "dZ @ P.T", "db": "sum(dZ, axis=1, keepdims=True)", "dP": "K.T @ dZ",
    },
)  # fmt: skip
model(
    "convolution as a matrix", "K = u*S0 + v*S1 + w*S2; Z = K @ X; J = sum((Z - Y)**2)/2", "S0=nxn S1=nxn S2=nxn X=nxm Y=nxm", "u v w X",
    {
        "dZ": "Z - Y", "dK": "dZ @ X.T", "du": "sum(dK*S0)", "dv": "sum(dK*S1)", "dw": "sum(dK*S2)", "dX": "K.T @ dZ",
    },
)  # fmt: skip
model(
    "mean pooling", "Q = P @ A; J = sum((Q - Y)**2)/2", "P=kxn A=nxm Y=kxm", "A", {"dQ": "Q - Y", "dA": "P.T @ (Q - Y)"},
)  # fmt: skip
model(
    "max pooling", "q = max(A, axis=0, keepdims=True); J = sum((q - y)**2)/2", "A=nxm y=1xm", "A",
    {"dq": "q - y", "dA": "(q - y)*(A == q)"}, kink="where a column has its largest entry twice",
)  # fmt: skip
ATTENTION = "Q = X @ Wq; K = X @ Wk; V = X @ Wv; S = Q @ K.T/sqrt(d); P = softmax(S, axis=1); O = P @ V; J = sum(O*R)"
model(
    "attention", ATTENTION, "X=txn Wq=nxd Wk=nxd Wv=nxd R=txd", "Wq Wk Wv X",
    {
        "dO": "R", "dV": "P.T @ R", "dP": "R @ V.T", "dS": "P*(dP - sum(dP*P, axis=1, keepdims=True))",
        "dQ": "dS @ K/sqrt(d)", "dK": "dS.T @ Q/sqrt(d)", "dWq": "X.T @ dQ", "dWk": "X.T @ dK", "dWv": "X.T @ dV",
        "dX": "dQ @ Wq.T + dK @ Wk.T + dV @ Wv.T",
    },
)  # fmt: skip
model(
    "attention to itself, tied", "S = X @ X.T; P = softmax(S, axis=1); O = P @ X; J = sum((O - Y)**2)/2", "X=txn Y=txn", "X",
    {"dO": "O - Y", "dP": "dO @ X.T", "dS": "P*(dP - sum(dP*P, axis=1, keepdims=True))", "dX": "P.T @ dO + (dS + dS.T) @ X"},
)  # fmt: skip
model(
    "attention with a mask", "S = Q @ K.T/sqrt(d) + M; P = softmax(S, axis=1); O = P @ V; J = sum((O - Y)**2)/2",
    "Q=txd K=nxd V=nxk M=txn Y=txk", "Q K V",
    {
        "dO": "O - Y", "dV": "P.T @ dO", "dP": "dO @ V.T", "dS": "P*(dP - sum(dP*P, axis=1, keepdims=True))",
        "dQ": "dS @ K/sqrt(d)", "dK": "dS.T @ Q/sqrt(d)",
    },
)  # fmt: skip
model(
    "transformer block",
    "Q = X @ Wq; K = X @ Wk; V = X @ Wv; P = softmax(Q @ K.T/sqrt(d), axis=1); H = X + P @ V @ Wo; F = H + relu(H @ W1 + b1) @ W2; J = sum((F - Y)**2)/t",
    "X=txd Wq=dxd Wk=dxd Wv=dxd Wo=dxd W1=dxk b1=1xk W2=kxd Y=txd", "Wq Wk Wv Wo W1 b1 W2",
    {
        "dF": "2*(F - Y)/t", "dW2": "relu(H @ W1 + b1).T @ dF", "dW1": "H.T @ (dF @ W2.T*(H @ W1 + b1 > 0))",
        "dH": "dF + (dF @ W2.T*(H @ W1 + b1 > 0)) @ W1.T", "dWo": "(P @ V).T @ dH", "dP": "dH @ Wo.T @ V.T", "dWv": "X.T @ P.T @ dH @ Wo.T",
        "dWq": "X.T @ (P*(dP - sum(P*dP, axis=1, keepdims=True))) @ K/sqrt(d)",
    },
)  # fmt: skip
model(
    "two heads",
    "A = softmax((X @ Q1) @ (X @ K1).T/sqrt(d), axis=1) @ (X @ V1); B = softmax((X @ Q2) @ (X @ K2).T/sqrt(d), axis=1) @ (X @ V2);"
    " O = A @ O1 + B @ O2; J = sum((O - Y)**2)/2",
    "X=txn Q1=nxd K1=nxd V1=nxd Q2=nxd K2=nxd V2=nxd O1=dxn O2=dxn Y=txn", "Q1 K1 V1 O1",
    {"dO": "O - Y", "dO1": "A.T @ (O - Y)", "dA": "(O - Y) @ O1.T"},
)  # fmt: skip
model(
    "long short-term memory",
    "i = sigmoid(Wi @ x + Ui @ h); f = sigmoid(Wf @ x + Uf @ h); o = sigmoid(Wo @ x + Uo @ h); g = tanh(Wg @ x + Ug @ h); c = f*s + i*g; H = o*tanh(c);"
    " J = sum((H - y)**2)/2",
    "Wi=kxn Ui=kxk Wf=kxn Uf=kxk Wo=kxn Uo=kxk Wg=kxn Ug=kxk x=nx1 h=kx1 s=kx1 y=kx1", "Wi Ui Wf Uf Wo Uo Wg Ug s",
    {
        "dH": "H - y", "dc": "(H - y)*o*(1 - tanh(c)**2)", "dWo": "((H - y)*tanh(c)*o*(1 - o)) @ x.T", "dWi": "(dc*g*i*(1 - i)) @ x.T",
        "dUg": "(dc*i*(1 - g**2)) @ h.T", "dUf": "(dc*s*f*(1 - f)) @ h.T", "ds": "dc*f",
    },
)  # fmt: skip
model(
    "linear attention", "O = (Q @ (K.T @ V))/n; J = sum(O*R)", "Q=txd K=nxd V=nxk R=txk", "Q K V",
    {"dQ": "R @ V.T @ K/n", "dK": "V @ R.T @ Q/n", "dV": "K @ Q.T @ R/n"},
)  # fmt: skip
model(
    "embedding", "H = E @ X; J = sum((W @ H - Y)**2)/2", "E=hxn X=nxm W=kxh Y=kxm", "E W",
    {"dE": "W.T @ (W @ H - Y) @ X.T", "dW": "(W @ H - Y) @ H.T"}, values={"X": "one-hot columns"},
)  # fmt: skip
model(
    "cumulative sum", "S = cumsum(X, axis=1); J = sum((S - Y)**2)/2", "X=nxm Y=nxm", "X",
    {"dS": "S - Y", "dX": "sum(dS, axis=1, keepdims=True) - cumsum(dS, axis=1) + dS"},
)  # fmt: skip
model(
    "product of entries", "p = prod(X, axis=0, keepdims=True); J = sum(p*y)", "X=nxm y=1xm", "X", {"dX": "y*p/X"}, values={"X": "positive"},
)  # fmt: skip
model(
    "style of a picture", "G = F @ F.T/m; J = sum((G - T)**2)/(4*n**2)", "F=nxm T=nxn", "F",
    {"dG": "(G - T)/(2*n**2)", "dF": "(dG + dG.T) @ F/m"},
)  # fmt: skip
model(
    "flat sums", "r = sum(X, axis=1); c = sum(X, axis=0); J = sum(sin(r)) + sum(c**2)/2", "X=nxm", "X",
    {"dX": "cos(sum(X, axis=1, keepdims=True)) + sum(X, axis=0, keepdims=True)"},
)  # fmt: skip
