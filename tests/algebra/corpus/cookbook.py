"""Chapter 2 of The Matrix Cookbook (Petersen and Pedersen, version of November 15, 2012), each formula with its number.

The lines are the book's own forms; `shortest` are shorter ones. Left out is what the language
cannot say: eigenvalues, Kronecker products, pseudo-inverses, functions of a matrix such as sin(X),
complex and structured matrices. Where the book gives a formula by entries, `a` and `b` choose them.
"""

from algebra.corpus.model import Model, shapes

COOKBOOK = {}


def row(number, J, given, wrt="X", **kinds):
    """Return the maker of a row: it takes the book's gradients, in the order of `wrt`."""
    names, typed = wrt.split(), shapes(given)
    values = {name: kind for kind, chosen in kinds.items() for name in chosen.split()}

    def book(*lines, short=(), assuming=()):
        name = f"cookbook {number}"
        short = {f"d{name}": text for name, text in zip(names, short, strict=False) if text}
        COOKBOOK[name] = Model(
            name, f"J = {J}", typed, tuple(names), dict(zip([f"d{name}" for name in names], lines, strict=True)),
            short, {name: KINDS[kind] for name, kind in values.items()}, assuming,
        )  # fmt: skip

    return book


KINDS = {
    "invertible": "dominant",
    "symmetric": "symmetric",
    "definite": "positive definite",
    "positive": "positive",
}

# Differentials, each beside a G: d trace(G.T @ F) is trace(G.T @ dF).
row(33, "trace(G.T @ A) + 0*sum(X)", "G=nxm A=nxm X=nxm")("zeros(n, m)")
row(34, "trace(G.T @ (t*X))", "G=nxm X=nxm", "X t")("t*G", "trace(G.T @ X)", short=("", "sum(G*X)"))
row(35, "trace(G.T @ (X + Y))", "G=nxm X=nxm Y=nxm", "X Y")("G", "G")
row(37, "trace(G.T @ (X @ Y))", "G=nxm X=nxk Y=kxm", "X Y")("G @ Y.T", "X.T @ G")
row(38, "trace(G.T @ (X*Y))", "G=nxm X=nxm Y=nxm", "X Y")("G*Y", "G*X")
row(40, "trace(G.T @ inv(X))", "G=nxn X=nxn", invertible="X")("-inv(X).T @ G @ inv(X).T")
row(44, "trace(G.T @ X.T)", "G=mxn X=nxm")("G.T")

# 2.1 Determinants.
row(46, "det(A + t*B)", "A=nxn B=nxn", "t", invertible="A")(
    "det(A + t*B)*trace(inv(A + t*B) @ B)", short=("J*trace(inv(A + t*B) @ B)",)
)
row(49, "det(X)", "X=nxn", invertible="X")("det(X)*inv(X).T", short=("J*inv(X).T",))
row(51, "det(A @ X @ B)", "A=nxn X=nxn B=nxn", invertible="A X B")(
    "det(A @ X @ B)*inv(X).T", short=("J*inv(X).T",)
)
row(52, "det(X.T @ A @ X)", "X=nxn A=nxn", invertible="X A")(
    "2*det(X.T @ A @ X)*inv(X).T", short=("2*J*inv(X).T",)
)
row(53, "det(X.T @ A @ X)", "X=nxk A=nxn", definite="A")(
    "2*det(X.T @ A @ X)*A @ X @ inv(X.T @ A @ X)",
    short=("2*J*A @ X @ inv(X.T @ A @ X)",),
    assuming=("A.T = A",),
)
row(54, "det(X.T @ A @ X)", "X=nxk A=nxn", invertible="A")(
    "det(X.T @ A @ X)*(A @ X @ inv(X.T @ A @ X) + A.T @ X @ inv(X.T @ A.T @ X))"
)
row(55, "log(det(X.T @ X))", "X=nxk")(
    "2*X @ inv(X.T @ X)"
)  # the pseudo-inverse, transposed, written out
row("55, logdet", "logdet(X.T @ X)", "X=nxk")("2*X @ inv(X.T @ X)")
row(57, "log(abs(det(X)))", "X=nxn", invertible="X")("inv(X).T")
row("57, logdet", "logdet(X)", "X=nxn", invertible="X")("inv(X).T")
row("58, k = 3", "det(X @ X @ X)", "X=nxn", invertible="X")(
    "3*det(X @ X @ X)*inv(X).T", short=("3*J*inv(X).T",)
)

# 2.2 An inverse.
row(59, "a.T @ inv(A + t*B) @ b", "A=nxn B=nxn a=nx1 b=nx1", "t", invertible="A")(
    "-trace(a.T @ inv(A + t*B) @ B @ inv(A + t*B) @ b)"
)
row(61, "a.T @ inv(X) @ b", "a=nx1 b=nx1 X=nxn", invertible="X")("-inv(X).T @ a @ b.T @ inv(X).T")
row(62, "det(inv(X))", "X=nxn", invertible="X")("-det(inv(X))*inv(X).T", short=("-J*inv(X).T",))
row(63, "trace(A @ inv(X) @ B)", "A=mxn B=nxm X=nxn", invertible="X")(
    "-(inv(X) @ B @ A @ inv(X)).T"
)
row(64, "trace(inv(X + A))", "A=nxn X=nxn", invertible="A X")("-(inv(X + A) @ inv(X + A)).T")
COOKBOOK["cookbook 65"] = Model(
    "cookbook 65", "W = inv(A); J = sum(sin(W))", shapes("A=nxn"), ("A",),
    {"dW": "cos(W)", "dA": "-inv(A).T @ dW @ inv(A).T"}, {"dA": "-W.T @ dW @ W.T"}, {"A": "dominant"},
)  # fmt: skip

# 2.4 Vectors and scalar forms, first order.
row(69, "x.T @ a", "x=nx1 a=nx1", "x")("a")
row("69, a.T @ x", "a.T @ x", "x=nx1 a=nx1", "x")("a")
row(70, "a.T @ X @ b", "a=nx1 b=mx1 X=nxm")("a @ b.T")
row(71, "a.T @ X.T @ b", "a=mx1 b=nx1 X=nxm")("b @ a.T")
row(72, "a.T @ X @ a", "a=nx1 X=nxn")("a @ a.T")
row("72, X.T", "a.T @ X.T @ a", "a=nx1 X=nxn")("a @ a.T")
row(74, "a.T @ (X @ A) @ b", "a=nx1 b=kx1 X=nxm A=mxk")("a @ b.T @ A.T")
row(75, "a.T @ (X.T @ A) @ b", "a=mx1 b=kx1 X=nxm A=nxk")("A @ b @ a.T")

# Second order.
row(76, "sum(X)**2", "X=nxm")("2*sum(X)*ones(n, m)")
row(77, "b.T @ X.T @ X @ c", "b=mx1 c=mx1 X=nxm")("X @ (b @ c.T + c @ b.T)")
row(78, "(B @ x + b).T @ C @ (D @ x + d)", "B=pxn x=nx1 b=px1 C=pxq D=qxn d=qx1", "x")(
    "B.T @ C @ (D @ x + d) + D.T @ C.T @ (B @ x + b)"
)
row(79, "a.T @ X.T @ B @ X @ b", "a=mx1 b=mx1 X=nxm B=nxn")("B @ X @ b @ a.T + B.T @ X @ a @ b.T")
row(81, "x.T @ B @ x", "x=nx1 B=nxn", "x")("(B + B.T) @ x")
row(82, "b.T @ X.T @ D @ X @ c", "b=mx1 c=mx1 X=nxm D=nxn")("D.T @ X @ b @ c.T + D @ X @ c @ b.T")
row(83, "(X @ b + c).T @ D @ (X @ b + c)", "X=nxm b=mx1 c=nx1 D=nxn")(
    "(D + D.T) @ (X @ b + c) @ b.T"
)
SYMMETRIC = ("W.T = W",)
row(84, "(x - A @ s).T @ W @ (x - A @ s)", "x=nx1 s=mx1 A=nxm W=nxn", "s", symmetric="W")(
    "-2*A.T @ W @ (x - A @ s)", assuming=SYMMETRIC
)
row(85, "(x - s).T @ W @ (x - s)", "x=nx1 s=nx1 W=nxn", "x", symmetric="W")(
    "2*W @ (x - s)", assuming=SYMMETRIC
)
row(86, "(x - s).T @ W @ (x - s)", "x=nx1 s=nx1 W=nxn", "s", symmetric="W")(
    "-2*W @ (x - s)", assuming=SYMMETRIC
)
row(87, "(x - A @ s).T @ W @ (x - A @ s)", "x=nx1 s=mx1 A=nxm W=nxn", "x", symmetric="W")(
    "2*W @ (x - A @ s)", assuming=SYMMETRIC
)
row(88, "(x - A @ s).T @ W @ (x - A @ s)", "x=nx1 s=mx1 A=nxm W=nxn", "A", symmetric="W")(
    "-2*W @ (x - A @ s) @ s.T", assuming=SYMMETRIC
)
row("84 to 88, W not symmetric", "(x - A @ s).T @ W @ (x - A @ s)", "x=nx1 s=mx1 A=nxm W=nxn", "x s A")(
    "(W + W.T) @ (x - A @ s)", "-A.T @ (W + W.T) @ (x - A @ s)", "-(W + W.T) @ (x - A @ s) @ s.T",
    short=("", "-A.T @ dx", "-dx @ s.T"),
)  # fmt: skip
row(89, "(a - x.T @ b)**2", "x=nx1 b=nx1", "x")("-2*b*(a - x.T @ b)")  # of real numbers

# Higher order and nonlinear.
row("91, n = 3", "a.T @ X @ X @ X @ b", "a=nx1 b=nx1 X=nxn")(
    "a @ b.T @ X.T @ X.T + X.T @ a @ b.T @ X.T + X.T @ X.T @ a @ b.T"
)
# Printed with its first term transposed: X @ a @ b.T @ X.T @ X.T + a @ b.T @ X.T @ X.T @ X.
row("92, n = 2", "a.T @ X.T @ X.T @ X @ X @ b", "a=nx1 b=nx1 X=nxn")(
    "X @ X @ b @ a.T @ X.T + X.T @ X @ X @ b @ a.T + X @ X @ a @ b.T @ X.T + X.T @ X @ X @ a @ b.T",
    short=("X @ X @ (a @ b.T + b @ a.T) @ X.T + X.T @ X @ X @ (a @ b.T + b @ a.T)",),
)
row(93, "sin(x).T @ A @ cos(x)", "x=nx1 A=nxn", "x")(
    "diag(cos(x)) @ A @ cos(x) - diag(sin(x)) @ A.T @ sin(x)",
    short=("cos(x)*(A @ cos(x)) - sin(x)*(A.T @ sin(x))",),
)
row(95, "x.T @ A.T @ A @ x/(x.T @ B.T @ B @ x)", "A=mxn B=kxn x=nx1", "x")(
    "2*A.T @ A @ x/(x.T @ B.T @ B @ x) - 2*(x.T @ A.T @ A @ x)*(B.T @ B @ x)/(x.T @ B.T @ B @ x)**2",
    short=("2*(A.T @ A @ x - J*(B.T @ B @ x))/(x.T @ B.T @ B @ x)",),
)
row(97, "x.T @ A @ x + b.T @ x", "A=nxn b=nx1 x=nx1", "x")("(A + A.T) @ x + b")

# 2.5 Traces, first order.
row(99, "trace(X)", "X=nxn")("eye(n)")
row(100, "trace(X @ A)", "X=nxm A=mxn")("A.T")
row(101, "trace(A @ X @ B)", "A=pxn X=nxm B=mxp")("A.T @ B.T")
row(102, "trace(A @ X.T @ B)", "A=pxm X=nxm B=nxp")("B @ A")
row(103, "trace(X.T @ A)", "X=nxm A=nxm")("A")
row(104, "trace(A @ X.T)", "X=nxm A=nxm")("A")
row("105, both traces", "trace(A)*trace(X)", "X=nxn A=mxm")("trace(A)*eye(n)")  # of A kron X

# Second order.
row(106, "trace(X @ X)", "X=nxn")("2*X.T")
row(107, "trace(X @ X @ B)", "X=nxn B=nxn")("(X @ B + B @ X).T")
row(108, "trace(X.T @ B @ X)", "X=nxm B=nxn")("B @ X + B.T @ X", short=("(B + B.T) @ X",))
row(109, "trace(B @ X @ X.T)", "X=nxm B=nxn")("B @ X + B.T @ X", short=("(B + B.T) @ X",))
row(110, "trace(X @ X.T @ B)", "X=nxm B=nxn")("B @ X + B.T @ X", short=("(B + B.T) @ X",))
row(111, "trace(X @ B @ X.T)", "X=nxm B=mxm")("X @ B.T + X @ B", short=("X @ (B + B.T)",))
row(112, "trace(B @ X.T @ X)", "X=nxm B=mxm")("X @ B.T + X @ B", short=("X @ (B + B.T)",))
row(113, "trace(X.T @ X @ B)", "X=nxm B=mxm")("X @ B.T + X @ B", short=("X @ (B + B.T)",))
row(114, "trace(A @ X @ B @ X)", "A=mxn X=nxm B=mxn")("A.T @ X.T @ B.T + B.T @ X.T @ A.T")
row(115, "trace(X.T @ X)", "X=nxm")("2*X")
row("115, X @ X.T", "trace(X @ X.T)", "X=nxm")("2*X")
row(116, "trace(B.T @ X.T @ C @ X @ B)", "B=mxp X=nxm C=nxn")(
    "C.T @ X @ B @ B.T + C @ X @ B @ B.T", short=("(C + C.T) @ X @ B @ B.T",)
)
row(117, "trace(X.T @ B @ X @ C)", "X=nxm B=nxn C=mxm")("B @ X @ C + B.T @ X @ C.T")
row(118, "trace(A @ X @ B @ X.T @ C)", "A=pxn X=nxm B=mxm C=nxp")(
    "A.T @ C.T @ X @ B.T + C @ A @ X @ B"
)
row(119, "trace((A @ X @ B + C) @ (A @ X @ B + C).T)", "A=pxn X=nxm B=mxq C=pxq")(
    "2*A.T @ (A @ X @ B + C) @ B.T"
)
row(120, "trace(X)*trace(X)", "X=nxn")("2*trace(X)*eye(n)")

# Higher order.
row("121, k = 3", "trace(X @ X @ X)", "X=nxn")("3*(X @ X).T")
row("121, k = 4", "trace(X @ X @ X @ X)", "X=nxn")("4*(X @ X @ X).T")
row("122, k = 3", "trace(A @ X @ X @ X)", "A=nxn X=nxn")(
    "(A @ X @ X).T + (X @ A @ X).T + (X @ X @ A).T"
)
row(123, "trace(B.T @ X.T @ C @ X @ X.T @ C @ X @ B)", "B=mxp X=nxm C=nxn")(
    "C @ X @ X.T @ C @ X @ B @ B.T + C.T @ X @ B @ B.T @ X.T @ C.T @ X"
    " + C @ X @ B @ B.T @ X.T @ C @ X + C.T @ X @ X.T @ C.T @ X @ B @ B.T"
)

# Other.
row(124, "trace(A @ inv(X) @ B)", "A=mxn B=nxm X=nxn", invertible="X")(
    "-inv(X).T @ A.T @ B.T @ inv(X).T"
)
row(125, "trace(inv(X.T @ C @ X) @ A)", "X=nxk C=nxn A=kxk", definite="C")(
    "-(C @ X @ inv(X.T @ C @ X)) @ (A + A.T) @ inv(X.T @ C @ X)", assuming=("C.T = C",)
)
row(
    126, "trace(inv(X.T @ C @ X) @ (X.T @ B @ X))", "X=nxk C=nxn B=nxn", definite="C", symmetric="B"
)(
    "-2*C @ X @ inv(X.T @ C @ X) @ X.T @ B @ X @ inv(X.T @ C @ X) + 2*B @ X @ inv(X.T @ C @ X)",
    assuming=("C.T = C", "B.T = B"),
)
row(
    127,
    "trace(inv(A + X.T @ C @ X) @ (X.T @ B @ X))",
    "A=kxk X=nxk C=nxn B=nxn",
    definite="A C",
    symmetric="B",
)(
    "-2*C @ X @ inv(A + X.T @ C @ X) @ X.T @ B @ X @ inv(A + X.T @ C @ X) + 2*B @ X @ inv(A + X.T @ C @ X)",
    assuming=("A.T = A", "C.T = C", "B.T = B"),
)

# 2.6 and 2.7 Norms.
row(129, "norm(x - a)", "x=nx1 a=nx1", "x")("(x - a)/norm(x - a)", short=("(x - a)/J",))
row(131, "norm(x)**2", "x=nx1", "x")("2*x")
row("131, x.T @ x", "x.T @ x", "x=nx1", "x")("2*x")
row(132, "norm(X)**2", "X=nxm")("2*X")

# 2.8.1 The chain rule.
COOKBOOK["cookbook 137"] = Model(
    "cookbook 137", "U = A @ X @ B; J = sum(sin(U))", shapes("A=pxn X=nxm B=mxq"), ("X",),
    {"dU": "cos(U)", "dX": "A.T @ dU @ B.T"},
)  # fmt: skip

# Vectors of a vector: the Jacobian, a row for each entry of the output.
JACOBIANS = {
    "cookbook 73": ("x", "x=nx1", "x", "eye(n)"),
    "cookbook 130": ("(x - a)/norm(x - a)", "x=nx1 a=nx1", "x", "eye(n)/norm(x - a) - (x - a) @ (x - a).T/norm(x - a)**3"),
    "product": ("A @ x", "A=mxn x=nx1", "x", "A"),
    "entry by entry": ("tanh(A @ x + b)", "A=mxn x=nx1 b=mx1", "x", "diag(1 - y**2) @ A"),
    "softmax": ("softmax(x)", "x=nx1", "x", "diag(y) - y @ y.T"),
    "quadratic": ("x*(A @ x)", "A=nxn x=nx1", "x", "diag(A @ x) + diag(x) @ A"),
}  # fmt: skip
# Numbers of a vector: the Hessian.
HESSIANS = {
    "cookbook 98": ("x.T @ A @ x + b.T @ x", "A=nxn b=nx1 x=nx1", "x", "A + A.T"),
    "least squares": ("sum((X @ w - y)**2)/m", "X=mxn w=nx1 y=mx1", "w", "2*X.T @ X/m"),
    "logistic": ("sum(softplus(X @ w) - y*(X @ w))/m", "X=mxn w=nx1 y=mx1", "w",
                 "X.T @ diag(sigmoid(X @ w)*(1 - sigmoid(X @ w))) @ X/m"),
    "logsumexp": ("logsumexp(x)", "x=nx1", "x", "diag(softmax(x)) - softmax(x) @ softmax(x).T"),
    "norm": ("norm(x)", "x=nx1", "x", "eye(n)/norm(x) - x @ x.T/norm(x)**3"),
}  # fmt: skip
