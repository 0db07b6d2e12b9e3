"""Identities of arrays that hold for all sizes, and more that nearly do."""

import pytest

from derivcli.index_notation.proof import proves_equal
from derivcli.language.parser import parse

SHAPES = {
    "A": ("n", "n"), "B": ("n", "n"), "C": ("n", "n"), "S": ("n", "n"), "X": ("n", "m"), "Y": ("n", "m"), "Z": ("n", "m"),
    "W": ("k", "n"), "V": ("m", "k"), "x": ("n", 1), "y": ("n", 1), "z": ("n", 1), "u": ("m", 1), "r": (1, "m"), "g": (1, 1),
    "f": ("n",), "h": ("m",), "P": (3, 3), "Q": (3, 4), "p": (3, 1), "I": (1, "n"),
}  # fmt: skip


def tree(source):
    return parse(source, arrays=SHAPES).output.expression


def proved(left, right, *assumptions):
    holds = [tree(each) for each in assumptions]
    return proves_equal(tree(left), tree(right), SHAPES, assumptions=holds)


TRUE = """
(x**(3/2))**(-2) - y/x | x**(-3) - y/x
where(cbrt(x)**2*y > 0, 1, 0) | where(x**2*y > 0, 1, 0)
x**(y + 1) | x**y*x
x.T @ A @ x | x.T @ A.T @ x
(A @ B).T | B.T @ A.T
(A @ B) @ X | A @ (B @ X)
A @ (X + Y) | A @ X + A @ Y
(A + B) @ (A - B) | A @ A - A @ B + B @ A - B @ B
trace(A @ B) | trace(B @ A)
trace(A @ B @ C) | trace(C @ A @ B)
trace(A) | trace(A.T)
trace(X.T @ Y) | sum(X * Y)
trace(x @ y.T) | y.T @ x
trace(eye(n)) | n
norm(X)**2 | trace(X.T @ X)
norm(x)**2 | x.T @ x
sum(X) | sum(sum(X, axis=0))
sum(X, axis=1, keepdims=True) | X @ ones(m, 1)
sum(X, axis=0) | sum(X.T, axis=1)
sum(X * x) | sum(sum(X, axis=1, keepdims=True) * x)
sum(x * r) | sum(x) * sum(r)
sum(X + x, axis=1, keepdims=True) | sum(X, axis=1, keepdims=True) + m * x
mean(X) | sum(X) / (m * n)
mean(X, axis=0, keepdims=True) | ones(1, n) @ X / n
m * (1 / m) | 1
sum(ones(n, m)) | m * n
sum(ones(3, 4)) | 12
X - mean(X, axis=1, keepdims=True) | X @ (eye(m) - ones(m, m) / m)
sum(X - mean(X, axis=1, keepdims=True), axis=1, keepdims=True) | zeros(n, 1)
mean((X - mean(X, axis=1, keepdims=True))**2, axis=1, keepdims=True) | mean(X**2, axis=1, keepdims=True) - mean(X, axis=1, keepdims=True)**2
diag(x) @ X | x * X
X @ diag(u) | X * u.T
diag(x) @ diag(y) | diag(x * y)
diag(diag(x)) | x
diag(A @ B) | sum(A * B.T, axis=1, keepdims=True)
trace(diag(x) @ A) | sum(x * diag(A))
eye(n) @ X | X
A * eye(n) | diag(diag(A))
(A * eye(n)) @ x | diag(A) * x
x @ y.T * A | diag(x) @ A @ diag(y)
(x @ y.T) @ z | x * (y.T @ z)
inv(A) @ A | eye(n)
A @ inv(A) | eye(n)
inv(A @ B) | inv(B) @ inv(A)
inv(A @ B @ C) | inv(C) @ inv(B) @ inv(A)
inv(A.T) | inv(A).T
inv(inv(A)) | A
inv(2 * A) | inv(A) / 2
inv(A + B) @ A | eye(n) - inv(A + B) @ B
inv(A + eye(n)) @ A | eye(n) - inv(A + eye(n))
A @ inv(A + eye(n)) | inv(A + eye(n)) @ A
trace(inv(A) @ A) | n
inv(eye(n)) | eye(n)
inv(A) @ B @ inv(B) | inv(A)
inv(A) - inv(B) | inv(A) @ (B - A) @ inv(B)
A @ inv(A @ A) @ A | eye(n)
det(A @ B) | det(A) * det(B)
det(A.T) | det(A)
det(inv(A)) | 1 / det(A)
det(2 * A) | 2**n * det(A)
det(2 * P) | 8 * det(P)
det(eye(n)) | 1
logdet(A @ B) | logdet(A) + logdet(B)
logdet(A @ A) | 2 * logdet(A)
exp(X + Y) | exp(X) * exp(Y)
exp(X - x) | exp(X) / exp(x)
exp(2 * X) | exp(X)**2
exp(-X) | 1 / exp(X)
log(exp(X)) | X
exp(log(X)) | X
log(X * Y) | log(X) + log(Y)
log(X / Y) | log(X) - log(Y)
log(X**2) | 2 * log(X)
log(X**2) | 2 * log(abs(X))
log(4) | 2 * log(2)
log2(X) | log(X) / log(2)
sqrt(X)**2 | X
sqrt(X**2) | abs(X)
sqrt(X) * sqrt(Y) | sqrt(X * Y)
sqrt(4 * X) | 2 * sqrt(X)
sqrt(8) | 2 * sqrt(2)
1 / sqrt(2) | sqrt(2) / 2
X / sqrt(X) | sqrt(X)
sqrt(X**4) | X**2
sqrt((x.T @ y)**2) | abs(x.T @ y)
cbrt(X)**3 | X
cbrt(X**3) | X
X**0.5 | sqrt(X)
X**-1 | 1 / X
X**3 / X | X**2
X**g * X**2 | X**(g + 2)
2**g * 2**m | 2**(g + m)
(X + Y)**2 | X**2 + 2*X*Y + Y**2
(X + Y)**2 / (X + Y) | X + Y
(X**2 - Y**2) / (X - Y) | X + Y
1 / X + 1 / Y | (X + Y) / (X * Y)
X / (X + Y) + Y / (X + Y) | ones(n, m)
1 / (X * (1 - X)) | 1 / X + 1 / (1 - X)
A @ (1 / (X * (1 - X))) | A @ (1 / X) + A @ (1 / (1 - X))
X / norm(X)**2 * norm(X) | X / norm(X)
sigmoid(-X) | 1 - sigmoid(X)
sigmoid(X) | 1 / (1 + exp(-X))
sigmoid(X) | exp(X) / (1 + exp(X))
sigmoid(X) * (1 - sigmoid(X)) | exp(-X) / (1 + exp(-X))**2
A @ (sigmoid(X) * (1 - sigmoid(X))) | A @ (exp(-X) / (1 + exp(-X))**2)
tanh(X) | 2 * sigmoid(2 * X) - 1
tanh(-X) | -tanh(X)
1 - tanh(X)**2 | 1 / cosh(X)**2
cosh(X)**2 - sinh(X)**2 | ones(n, m)
sin(X)**2 + cos(X)**2 | ones(n, m)
softplus(X) - softplus(-X) | X
log(sigmoid(X)) | -softplus(-X)
silu(X) | X * sigmoid(X)
erfc(X) | 1 - erf(X)
expm1(X) | exp(X) - 1
softmax(X - max(X, axis=0, keepdims=True)) | softmax(X)
softmax(X + r) | softmax(X)
sum(softmax(X), axis=0, keepdims=True) | ones(1, m)
softmax(X, axis=1) | softmax(X.T).T
log(softmax(X)) | X - logsumexp(X, axis=0, keepdims=True)
logsumexp(X + r, axis=0, keepdims=True) | logsumexp(X, axis=0, keepdims=True) + r
softmax(x) | exp(x) / sum(exp(x))
relu(X) * (X > 0) | relu(X)
(X > 0)**2 | (X > 0)
(X > 0) * (X > 1) | (X > 1)
(X > 0) * (X < 0) | zeros(n, m)
(X > 0) + (X <= 0) | ones(n, m)
(X < 0) + (X == 0) + (X > 0) | ones(n, m)
X * (X == 0) | zeros(n, m)
relu(X) - relu(-X) | X
relu(X) + relu(-X) | abs(X)
relu(2 * X) | 2 * relu(X)
relu(exp(Y) * X) | exp(Y) * relu(X)
relu(X)**2 | X * relu(X)
relu(relu(X)) | relu(X)
relu(X) | (X + abs(X)) / 2
relu(X) | max(X, 0)
A @ relu(X) | A @ (X * (X > 0))
abs(X) * sign(X) | X
abs(X * Y) | abs(X) * abs(Y)
abs(x * X) | abs(x) * abs(X)
sign(X * Y) | sign(X) * sign(Y)
relu(X * Y) | relu(X) * relu(Y) + relu(-X) * relu(-Y)
abs(X * Y**2) | abs(X) * Y**2
abs(X)**2 | X**2
abs(-X) | abs(X)
max(X, Y) + min(X, Y) | X + Y
max(X, Y) | (X + Y + abs(X - Y)) / 2
max(X, Y) | max(Y, X)
min(X, Y) | -max(-X, -Y)
leaky_relu(X) | max(X, X/100)
elu(X) | where(X > 0, X, exp(X) - 1)
where(X > 0, X, 0) | relu(X)
where(X > 0, log(X), 0) | where(X <= 0, 0, log(X))
where(X > 0, log(X), log(-X)) | log(X)
exp(g * log(X)) | X**g
where(X > 0, sqrt(X)**2, 5) | where(X > 0, X, 5)
where(X != 0, X / X, 1) | ones(n, m)
where(X > Y, X, Y) | where(Y >= X, Y, X)
hardtanh(X) | where(X > 1, 1, where(X < -1, -1, X))
abs(abs(g) * sum(1 / (1 + X))) | abs(g) * abs(sum(1 / (1 + X)))
piecewise(1, X > 0, 2, X > -1, Y, X > -2, 4) | where(X > 0, 1, where(X > -1, 2, where(X > -2, Y, 4)))
1 / ((X + Y) * (X + 2*Y)) | (1 / (X + Y) - 1 / (X + 2*Y)) / Y
softsign(X) | X / (1 + abs(X))
cumsum(X, axis=0) | cumsum(X.T, axis=1).T
cumsum(X + Y, axis=1) | cumsum(X, axis=1) + cumsum(Y, axis=1)
cumsum(2 * x, axis=0) | 2 * cumsum(x, axis=0)
max(X.T) | max(X)
max(X, axis=0) | max(X.T, axis=1)
prod(X, axis=0, keepdims=True) | prod(X.T, axis=1, keepdims=True).T
max(x * ones(n, m), axis=1, keepdims=True) | x
prod(g * ones(n, m), axis=0, keepdims=True) | g**n * ones(1, m)
f @ f | sum(f**2)
X.T @ f | sum(X.T * f, axis=1)
X @ h | sum(X * h, axis=1)
f + x | f + x
P @ Q | P @ Q
p.T @ P @ p | sum(P * (p @ p.T))
x.T @ x * eye(n) | sum(x**2) * eye(n)
g * X | X * sum(g)
g @ r | g * r
trace(g) | g
inv(g) | 1 / g
sum(X @ Y.T) | sum(X, axis=0) @ sum(Y, axis=0)
norm(X, axis=1, keepdims=True)**2 | diag(X @ X.T)
norm(2 * x) | 2 * norm(x)
x * 0 | zeros(n, 1)
zeros(n, m) @ u | zeros(n, 1)
(W @ X @ V).T | V.T @ X.T @ W.T
"""

FALSE = """
where(cbrt(x)**2*y > 0, 1, 0) | where(x*y > 0, 1, 0)
x**(y + 1) | where(x == 0, 0, x**y*x)
where(eye(n) == 1, 5, (x - x.T)**(-1) * (1/(I.T**2 + y) + 1/(I.T + z) - (I.T**2 + y + I.T + z)/((I.T**2 + y)*(I.T + z)))) | where(eye(n) == 1, 7, 0)
A @ B | B @ A
A @ x | A.T @ x
x.T @ A | A @ x
A | A.T
(A @ B).T | A.T @ B.T
A * B | A @ B
(A + B) @ (A - B) | A @ A - B @ B
trace(A @ B) | trace(A) * trace(B)
trace(A @ B @ C) | trace(B @ A @ C)
trace(A @ B) | trace(A @ B.T)
trace(X.T @ Y) | sum(X.T @ Y)
trace(A) | sum(A)
sum(X) | sum(X, axis=0, keepdims=True)
sum(X, axis=1, keepdims=True) | sum(X, axis=0, keepdims=True).T
sum(A, axis=1, keepdims=True) | sum(A, axis=0, keepdims=True).T
sum(A, axis=0) | sum(A, axis=1)
mean(X) | sum(X) / m
mean(X) | sum(X) / n
mean(X, axis=0, keepdims=True) | sum(X, axis=0, keepdims=True) / m
mean(X, axis=1, keepdims=True) | sum(X, axis=1, keepdims=True)
sum(X + x, axis=1, keepdims=True) | sum(X, axis=1, keepdims=True) + x
sum(X + x, axis=1, keepdims=True) | sum(X, axis=1, keepdims=True) + n * x
sum(ones(n, m)) | n
ones(n, n) @ A | A
X | x * ones(n, m)
x | sum(x) * ones(n, 1)
n * x | x
m | n
m - m * m | 0
A @ A | A
A * eye(n) | A
diag(A) | A @ ones(n, 1)
diag(x) @ X | X * X
x @ y.T | y @ x.T
x @ x.T @ A | x.T @ x * A
inv(A) @ B | B @ inv(A)
inv(A) | A.T
inv(A) | A
inv(A @ B) | inv(A) @ inv(B)
inv(A + B) | inv(A) + inv(B)
inv(2 * A) | 2 * inv(A)
inv(A * B) | inv(A) * inv(B)
A @ inv(B) @ B | B
inv(X.T @ Y) | inv(Y) @ inv(X.T)
inv(X.T @ X) @ X.T @ X @ inv(X.T @ X) | inv(X @ X.T)
X @ inv(X.T @ X) @ X.T | eye(n)
inv(x @ x.T) @ x @ x.T | eye(n)
det(A + B) | det(A) + det(B)
det(2 * A) | 2 * det(A)
det(2 * P) | 2 * det(P)
det(X.T @ X) | det(X @ X.T)
det(A) | det(-A)
det(2 * eye(n)) | det(2 * eye(m))
logdet(A + B) | logdet(A) + logdet(B)
trace(inv(A)) | 1 / trace(A)
exp(A @ B) | exp(A) * exp(B)
exp(X * Y) | exp(X) * exp(Y)
exp(sum(X)) | sum(exp(X))
exp(A) @ exp(B) | exp(A + B)
log(sum(x)) | sum(log(x))
log(X + Y) | log(X) + log(Y)
log(X)**2 | 2 * log(X)
log(X) | log(-X)
log(-X**2) | log(-X**2)
log(X - X) | log(X - X)
log(-exp(X)) | log(-exp(X))
1 / (X - X) | 1 / (X - X)
sqrt(-1 - X**2) | sqrt(-1 - X**2)
inv(zeros(n, n)) | inv(zeros(n, n))
sqrt(X**2) | X
sqrt(X + Y) | sqrt(X) + sqrt(Y)
sqrt(X) * sqrt(X * Y) * sqrt(Y) | X * Y + g
sqrt(X * Y) * sqrt(Y * Z) * sqrt(Z * X) | X * Y * Z
exp((log(X * Y) + log(Y * Z) + log(Z * X)) / 2) | X * Y * Z
(X**2)**0.5 | X
(X**2)**1.5 | X**3
(X**2)**g | X**(2 * g)
(X**g)**0.5 | X**(g / 2)
(X * Y)**g | X**g * (-Y)**g
X**g * Y**g | X**(g + 1)
norm(X)**2 | sum(X)**2
norm(x + y) | norm(x) + norm(y)
norm(X) | sum(abs(X))
norm(-x) | -norm(x)
norm(X, axis=0) | norm(X, axis=1)
abs(X) | X
abs(X + Y) | abs(X) + abs(Y)
abs(X) | X * (X > 0)
sign(X)**2 | ones(n, m)
sign(X) | 2 * (X > 0) - 1
heaviside(X) | (X > 0)
(X > 0) | (X >= 0)
(X > 0) + (X < 0) | ones(n, m)
(X > Y) | (Y > X)
(X > 0) * (X > 1) | (X > 0)
(X > 0)**2 | X > 1
relu(X) | X
relu(X) - relu(-X) | abs(X)
relu(X + Y) | relu(X) + relu(Y)
relu(-X) | -relu(X)
relu(Y * X) | Y * relu(X)
relu(A @ X) | A @ relu(X)
relu(X)**2 | relu(X)
max(X, Y) | X + Y
max(X, Y) + min(X, Y) | X - Y
leaky_relu(X) | relu(X)
where(X > 0, X, 0) | X
where(X > 0, sqrt(X)**2, abs(X)) | X
where(X != 0, X / X, 5) | ones(n, m)
where(X != 0, 1 / X, 5) * X | ones(n, m)
where(X == 0, 1, 2) | 2 * ones(n, m)
where(X + Y != 0, 1 / ((X + Y) * (X + 2*Y)), 5) | where(X + Y != 0, (1 / (X + Y) - 1 / (X + 2*Y)) / Y, 7)
1 / (1 + abs(X)) + abs(1 + X) | 1 / (1 + abs(X)) + 1 + X
piecewise(1, X > 0, 2, X > -1, Y, X > -2, 4) | where(X > 0, 1, where(X > -1, 2, 4))
hardtanh(X) | X
hardtanh(X) | where(X > 1, 1, where(X < 0, -1, X))
sigmoid(X) | 1 / (1 + exp(X))
sigmoid(-X) | -sigmoid(X)
sigmoid(X) * (1 - sigmoid(X)) | sigmoid(X)
sigmoid(X + Y) | sigmoid(X) + sigmoid(Y)
tanh(X) | 2 * sigmoid(X) - 1
1 - tanh(X)**2 | 1 - X**2
sin(X)**2 - cos(X)**2 | ones(n, m)
softmax(X) | softmax(X, axis=1)
softmax(X) | exp(X) / sum(exp(X))
softmax(A) | softmax(A.T)
softmax(X + x) | softmax(X)
softmax(2 * X) | softmax(X)
sum(softmax(X), axis=1, keepdims=True) | ones(n, 1)
log(softmax(X)) | X - logsumexp(X)
logsumexp(X, axis=0) | logsumexp(X.T, axis=0)
cumsum(X, axis=0) | cumsum(X, axis=1)
cumsum(x, axis=0) | sum(x) * ones(n, 1)
cumsum(x * y, axis=0) | cumsum(x, axis=0) * y
max(X, axis=0) | max(X, axis=1)
max(X) | min(X)
max(X + Y) | max(X) + max(Y)
prod(X + Y) | prod(X) + prod(Y)
prod(g * ones(n, m)) | prod(g * ones(n, n))
f | x
f | x.T
f + x | 2 * x
X @ h | X.T @ f
1 | ones(n, m)
0 | zeros(n, 1)
X / X | 1
x * 0 | 0
Q | P
"""


def lines(text):
    split = (line.partition(" | ") for line in text.strip().splitlines())
    return [pytest.param(left, right, id=f"{left} = {right}") for left, _, right in split]


@pytest.mark.parametrize(("left", "right"), lines(TRUE))
def test_what_holds_for_all_sizes_is_proved(left, right):
    assert proved(left, right)
    assert proved(right, left)


@pytest.mark.parametrize(("left", "right"), lines(FALSE))
def test_what_does_not_hold_is_not_proved(left, right):
    assert not proved(left, right)
    assert not proved(right, left)


ASSUMED = [
    ("A.T @ x", "A @ x", "A.T == A"),
    ("x.T @ A @ y", "y.T @ A @ x", "A == A.T"),
    ("inv(A).T", "inv(A)", "A.T == A"),
    ("(inv(X.T @ A @ X) @ X.T).T", "X @ inv(X.T @ A @ X)", "A.T == A"),
    ("X * sum(Y, axis=0, keepdims=True)", "X", "sum(Y, axis=0, keepdims=True) == 1"),
    ("sum(Y)", "m", "sum(Y, axis=0, keepdims=True) == 1"),
    ("Y**2", "Y", "Y*Y == Y"),
    ("abs(X)", "X", "X > 0"),
    ("abs(X)", "-X", "X <= 0"),
    ("sqrt(X**2)", "X", "X >= 0"),
    ("relu(X)", "X", "X >= 0"),
    ("sqrt(X*Y)*sqrt(X*Y)", "X*Y", "X > 0"),
    ("(X*Y)**g", "X**g*Y**g", "X > 0"),
    ("A @ A.T", "eye(n)", "A @ A.T == eye(n)"),
    ("sum(A @ A.T)", "n", "A @ A.T == eye(n)"),
]


@pytest.mark.parametrize(("left", "right", "assumption"), ASSUMED)
def test_an_assumption_is_used_and_has_to_be_stated(left, right, assumption):
    assert proved(left, right, assumption)
    if "sqrt(X*Y)" not in left and "**g" not in left:
        assert not proved(left, right)


def test_an_assumption_about_columns_says_nothing_of_rows():
    assert not proved(
        "sum(Y, axis=1, keepdims=True)", "ones(n, 1)", "sum(Y, axis=0, keepdims=True) == 1"
    )
    assert not proved("X.T @ x", "X.T @ x * 2", "A.T == A")
    assert not proved("abs(Y)", "Y", "X > 0")
    assert not proved("trace(A)", "1", "sum(A, axis=0, keepdims=True) == 1")


def test_assumptions_that_clash_prove_nothing():
    holds = [tree("X > 0"), tree("X < 0")]
    assert not proves_equal(tree("X"), tree("X"), SHAPES, assumptions=holds)


STATEMENTS = "Z1 = W @ X; A1 = tanh(Z1); E = exp(Z1); N = E/sum(E, axis=0, keepdims=True)"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("A1**2", "tanh(Z1)**2"),
        ("A1", "tanh(W @ X)"),
        ("1 - A1**2", "1/cosh(Z1)**2"),
        ("N", "softmax(W @ X)"),
        ("A1*A1", "A1**2"),
    ],
)
def test_names_of_statements_are_written_out_where_it_takes_that(left, right):
    assert proved_with(left, right, STATEMENTS)


def proved_with(left, right, definitions):
    arrays = {*SHAPES, "A1", "Z1", "E", "N"}
    trees = [parse(each, arrays=arrays).output.expression for each in (left, right)]
    return proves_equal(*trees, SHAPES, definitions=parse(definitions, arrays=arrays))


def test_names_of_statements_are_not_mixed_up():
    assert not proved_with("A1", "Z1", STATEMENTS)
    assert not proved_with("N", "softmax(Z1, axis=1)", STATEMENTS)
    assert not proved_with("Z1", "X.T @ W.T", STATEMENTS)


def test_the_shapes_have_to_be_the_same():
    assert proved("x.T @ y", "sum(x * y)")  # a matrix of one entry, and a number
    assert not proved("sum(X, axis=0)", "sum(X, axis=0, keepdims=True)")
    assert not proved("x.T", "x")


def test_what_does_not_fit_is_not_proved():
    assert not proved("X @ X", "X @ X")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("sin(-X)", "-sin(X)"),
        ("cos(X - 2*X**2)", "cos(2*X**2 - X)"),
        ("erfc(-X)", "1 + erf(X)"),
        ("sum(atan(x - y))", "-sum(atan(y - x))"),
        ("sinh(-2*X)", "-2*sinh(X)*cosh(X)"),
    ],
)
def test_odd_and_even_functions_take_a_sign_out(left, right):
    assert proved(left, right)


def test_a_sign_stays_where_a_function_is_neither_odd_nor_even():
    assert not proved("exp(-X)", "exp(X)")
    assert not proved("acos(-X)", "-acos(X)")
    assert not proved("sin(-X)", "sin(X)")
    assert not proved("cos(-X)", "-cos(X)")
    assert not proved("erfc(-X)", "-erfc(X)")
