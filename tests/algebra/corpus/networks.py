"""Networks of several layers: their forward prop, and the backprop that textbooks write for them."""

from algebra.corpus.model import Model, shapes

NETWORKS = {}


def model(name, source, given, wrt, lines=None, short=None, assuming=(), values=None, **facts):
    """Add a model."""
    NETWORKS[name] = Model(
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


TWO, ALL = "W1=hxn X=nxm b1=hx1 W2=kxh b2=kx1 Y=kxm", "W1 b1 W2 b2"
LABELS = {"Y": "zero or one"}
HIDDEN = "Z1 = W1 @ X + b1; A1 = tanh(Z1); Z2 = W2 @ A1 + b2"
CROSS_ENTROPY = "-sum(Y*log(A2) + (1 - Y)*log(1 - A2))/m"
L2 = "lam/(2*m)*(sum(W1**2) + sum(W2**2))"
SIX = {
    "dZ2": "(A2 - Y)/m", "dW2": "dZ2 @ A1.T", "db2": "sum(dZ2, axis=1, keepdims=True)",
    "dZ1": "W2.T @ dZ2*(1 - A1**2)", "dW1": "dZ1 @ X.T", "db1": "sum(dZ1, axis=1, keepdims=True)",
}  # fmt: skip
COURSE = {
    "dZ2": "A2 - Y", "dW2": "dZ2 @ A1.T/m", "db2": "sum(dZ2, axis=1, keepdims=True)/m",
    "dZ1": "W2.T @ dZ2*(1 - A1**2)", "dW1": "dZ1 @ X.T/m", "db1": "sum(dZ1, axis=1, keepdims=True)/m",
}  # fmt: skip
NETWORK = f"{HIDDEN}; A2 = sigmoid(Z2); J = {CROSS_ENTROPY}"

model("two layers", NETWORK, TWO, ALL, SIX, values=LABELS)
model("two layers, course", NETWORK, TWO, ALL, COURSE, values=LABELS, per_example=True)
model(
    "two layers, L2", f"{NETWORK} + {L2}", TWO, ALL,
    {**SIX, "dW2": "dZ2 @ A1.T + lam*W2/m", "dW1": "dZ1 @ X.T + lam*W1/m"}, values=LABELS,
)  # fmt: skip
model(
    "two layers, L2, course", f"{NETWORK} + {L2}", TWO, ALL,
    {**COURSE, "dW2": "dZ2 @ A1.T/m + lam/m*W2", "dW1": "dZ1 @ X.T/m + lam/m*W1"},
    {"dW2": "(dZ2 @ A1.T + lam*W2)/m", "dW1": "(dZ1 @ X.T + lam*W1)/m"}, values=LABELS, per_example=True,
)  # fmt: skip
model(
    "two layers (rows)", "Z1 = X @ W1 + b1; A1 = tanh(Z1); Z2 = A1 @ W2 + b2; A2 = sigmoid(Z2); J = -sum(Y*log(A2) + (1 - Y)*log(1 - A2))/m",
    "W1=nxh X=mxn b1=1xh W2=hxk b2=1xk Y=mxk", ALL,
    {
        "dZ2": "(A2 - Y)/m", "dW2": "A1.T @ dZ2", "db2": "sum(dZ2, axis=0, keepdims=True)",
        "dZ1": "dZ2 @ W2.T*(1 - A1**2)", "dW1": "X.T @ dZ1", "db1": "sum(dZ1, axis=0, keepdims=True)",
    },
    values=LABELS,
)  # fmt: skip
model(
    "two layers, one example", "z1 = W1 @ x + b1; a1 = tanh(z1); z2 = W2 @ a1 + b2; a2 = sigmoid(z2); L = -sum(y*log(a2) + (1 - y)*log(1 - a2))",
    "W1=hxn x=nx1 b1=hx1 W2=kxh b2=kx1 y=kx1", ALL,
    {
        "dz2": "a2 - y", "dW2": "dz2 @ a1.T", "db2": "dz2",
        "dz1": "W2.T @ dz2*(1 - a1**2)", "dW1": "dz1 @ x.T", "db1": "dz1",
    },
    values={"y": "zero or one"},
)  # fmt: skip
model(
    "two layers, relu and squared error", "Z1 = W1 @ X + b1; A1 = relu(Z1); Z2 = W2 @ A1 + b2; J = sum((Z2 - Y)**2)/(2*m)", TWO, ALL,
    {**SIX, "dZ2": "(Z2 - Y)/m", "dZ1": "W2.T @ dZ2*(Z1 > 0)"}, kink="where an entry of Z1 is 0",
)  # fmt: skip
model(
    "two layers, sigmoid and squared error", f"{HIDDEN}; A2 = sigmoid(Z2); J = sum((A2 - Y)**2)/(2*m)", TWO, ALL,
    {**SIX, "dZ2": "(A2 - Y)*A2*(1 - A2)/m"}, values=LABELS,
)  # fmt: skip
model(
    "two layers, softmax", f"{HIDDEN}; A2 = softmax(Z2); J = -sum(Y*log(A2))/m", TWO, ALL, SIX,
    values={"Y": "one-hot columns"}, assuming=("sum(Y, axis=0, keepdims=True) = 1",),
)  # fmt: skip
for _name, _slope in {
    "leaky_relu": "where(Z1 > 0, 1, 0.01)",
    "elu": "where(Z1 > 0, 1, A1 + 1)",
    "softplus": "sigmoid(Z1)",
    "silu": "(sigmoid(Z1) + A1*(1 - sigmoid(Z1)))",
    "softsign": "(1 - abs(A1))**2",
    "gelu": "((1 + erf(Z1/sqrt(2)))/2 + Z1*exp(-Z1**2/2)/sqrt(2*pi))",
}.items():
    model(
        f"two layers, {_name}", f"Z1 = W1 @ X + b1; A1 = {_name}(Z1); Z2 = W2 @ A1 + b2; J = sum((Z2 - Y)**2)/(2*m)", TWO, ALL,
        {**SIX, "dZ2": "(Z2 - Y)/m", "dZ1": f"W2.T @ dZ2*{_slope}"},
    )  # fmt: skip
model(
    "three layers", "Z1 = W1 @ X + b1; A1 = relu(Z1); Z2 = W2 @ A1 + b2; A2 = tanh(Z2); Z3 = W3 @ A2 + b3; A3 = sigmoid(Z3);"
    " J = -sum(Y*log(A3) + (1 - Y)*log(1 - A3))/m",
    "W1=hxn X=nxm b1=hx1 W2=kxh b2=kx1 W3=dxk b3=dx1 Y=dxm", "W1 b1 W2 b2 W3 b3",
    {
        "dZ3": "(A3 - Y)/m", "dW3": "dZ3 @ A2.T", "db3": "sum(dZ3, axis=1, keepdims=True)",
        "dZ2": "W3.T @ dZ3*(1 - A2**2)", "dW2": "dZ2 @ A1.T", "db2": "sum(dZ2, axis=1, keepdims=True)",
        "dZ1": "W2.T @ dZ2*(Z1 > 0)", "dW1": "dZ1 @ X.T", "db1": "sum(dZ1, axis=1, keepdims=True)",
    },
    values=LABELS,
)  # fmt: skip
model(
    "deep linear network", "P = W3 @ W2 @ W1 @ X; J = sum((P - Y)**2)/(2*m)", "W1=hxn W2=kxh W3=dxk X=nxm Y=dxm", "W1 W2 W3",
    {
        "dP": "(P - Y)/m", "dW3": "dP @ X.T @ W1.T @ W2.T", "dW2": "W3.T @ dP @ X.T @ W1.T",
        "dW1": "W2.T @ W3.T @ dP @ X.T",
    },
)  # fmt: skip
model(
    "residual block", "Z1 = W1 @ X + b1; A1 = relu(Z1); Z2 = W2 @ A1 + b2 + X; A2 = relu(Z2); J = sum((A2 - Y)**2)/(2*m)",
    "W1=hxn X=nxm b1=hx1 W2=nxh b2=nx1 Y=nxm", "W1 b1 W2 b2 X",
    {
        **SIX, "dZ2": "(A2 - Y)/m*(Z2 > 0)", "dZ1": "W2.T @ dZ2*(Z1 > 0)", "dX": "W1.T @ dZ1 + dZ2",
    },
)  # fmt: skip
model(
    "tied weights", "Z1 = W @ X; A1 = tanh(Z1); Z2 = W @ A1; A2 = tanh(Z2); J = sum((A2 - Y)**2)/2", "W=nxn X=nxm Y=nxm", "W",
    {"dZ2": "(A2 - Y)*(1 - A2**2)", "dZ1": "W.T @ dZ2*(1 - A1**2)", "dW": "dZ2 @ A1.T + dZ1 @ X.T"},
)  # fmt: skip
model(
    "autoencoder", "H = sigmoid(W1 @ X + b1); R = W2 @ H + b2; J = sum((R - X)**2)/m", "W1=hxn X=nxm b1=hx1 W2=nxh b2=nx1", ALL,
    {
        "dR": "2*(R - X)/m", "dW2": "dR @ H.T", "db2": "sum(dR, axis=1, keepdims=True)",
        "dW1": "(W2.T @ dR*H*(1 - H)) @ X.T", "db1": "sum(W2.T @ dR*H*(1 - H), axis=1, keepdims=True)",
    },
)  # fmt: skip
model(
    "autoencoder, tied", "Z = W @ X + b; H = sigmoid(Z); R = W.T @ H + c; J = sum((R - X)**2)/m", "W=hxn X=nxm b=hx1 c=nx1", "W b c",
    {
        "dR": "2*(R - X)/m", "dc": "sum(dR, axis=1, keepdims=True)", "dZ": "W @ dR*H*(1 - H)",
        "dW": "H @ dR.T + dZ @ X.T", "db": "sum(dZ, axis=1, keepdims=True)",
    },
)  # fmt: skip
model(
    "dropout", "Z1 = W1 @ X + b1; A1 = relu(Z1)*D/keep; Z2 = W2 @ A1 + b2; A2 = sigmoid(Z2); J = " + CROSS_ENTROPY, f"{TWO} D=hxm", ALL,
    {**SIX, "dZ1": "W2.T @ dZ2*D/keep*(Z1 > 0)"}, values={"Y": "zero or one", "D": "zero or one"},
)  # fmt: skip
model(
    "swish gate (GLU)", "G = W @ X; H = V @ X; S = sigmoid(G); A = G*S*H; J = sum((A - Y)**2)/2", "W=hxn V=hxn X=nxm Y=hxm", "W V",
    {"dA": "A - Y", "dG": "dA*H*(S + G*S*(1 - S))", "dH": "dA*G*S", "dW": "dG @ X.T", "dV": "dH @ X.T"},
)  # fmt: skip
model(
    "gated linear unit", "A = (W @ X + b)*sigmoid(V @ X + c); J = sum(A*R)", "W=hxn V=hxn X=nxm b=hx1 c=hx1 R=hxm", "W V b c",
    {
        "dW": "(R*sigmoid(V @ X + c)) @ X.T", "db": "sum(R*sigmoid(V @ X + c), axis=1, keepdims=True)",
        "dV": "(R*A*(1 - sigmoid(V @ X + c))) @ X.T", "dc": "sum(R*A*(1 - sigmoid(V @ X + c)), axis=1, keepdims=True)",
    },
)  # fmt: skip
RNN = "W=hxn U=hxh V=kxh b=hx1 c=kx1 X1=nxm X2=nxm H0=hxm Y=kxm"
RNN_LINES = {
    "dP": "(P - Y)/m", "dV": "dP @ H2.T", "dc": "sum(dP, axis=1, keepdims=True)",
    "dZ2": "V.T @ dP*(1 - H2**2)", "dZ1": "U.T @ dZ2*(1 - H1**2)",
    "dU": "dZ2 @ H1.T + dZ1 @ H0.T", "dW": "dZ2 @ X2.T + dZ1 @ X1.T", "db": "sum(dZ1 + dZ2, axis=1, keepdims=True)",
}  # fmt: skip
model(
    "two-step RNN", "Z1 = W @ X1 + U @ H0 + b; H1 = tanh(Z1); Z2 = W @ X2 + U @ H1 + b; H2 = tanh(Z2); P = V @ H2 + c; J = sum((P - Y)**2)/(2*m)",
    RNN, "W U V b c", RNN_LINES,
)  # fmt: skip
model(
    "two-step RNN, Z not named", "H1 = tanh(W @ X1 + U @ H0 + b); H2 = tanh(W @ X2 + U @ H1 + b); P = V @ H2 + c; J = sum((P - Y)**2)/(2*m)",
    RNN, "W U V b c",
)  # fmt: skip
model(
    "gated recurrent step", "R = sigmoid(Wr @ X + Ur @ H); C = tanh(Wc @ X + Uc @ (R*H)); Z = sigmoid(Wz @ X + Uz @ H);"
    " N = (1 - Z)*H + Z*C; J = sum((N - Y)**2)/2",
    "Wr=hxn Ur=hxh Wc=hxn Uc=hxh Wz=hxn Uz=hxh X=nxm H=hxm Y=hxm", "Wr Ur Wc Uc Wz Uz H",
    {"dN": "N - Y", "dZ": "dN*(C - H)", "dC": "dN*Z", "dWz": "(dZ*Z*(1 - Z)) @ X.T", "dWc": "(dC*(1 - C**2)) @ X.T"},
)  # fmt: skip
model(
    "graph convolution", "Z = N @ X @ W; H = relu(Z); J = sum((H - Y)**2)/2", "N=nxn X=nxk W=kxh Y=nxh", "W X",
    {"dH": "H - Y", "dZ": "(H - Y)*(Z > 0)", "dW": "X.T @ N.T @ dZ", "dX": "N.T @ dZ @ W.T"},
)  # fmt: skip
