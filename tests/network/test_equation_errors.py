import pytest

from derivcli.errors import LanguageError, RefusedError
from derivcli.networks.equation_reader import parse, parse_right_side

PRODUCTS = "write @ for the matrix product, * for the elementwise one"
NAMES = "the names are X, Y, m and of each layer Z1, A1, W1, b1, dZ1, dA1, dW1, db1"
SIDE = "an equation gives Z, A, dZ, dA, dW or db of a layer, or J"
ENTRIES = "a layer is written W2 or W^[2]; entries have no names here"
THERE = "there are .T, .transpose(), .dot(...), .sum(...), .mean(...) and .astype(float)"
POINT = "decimals are written with a point: 0.5"
OPTIONS = "write sum(..., axis=1, keepdims=True)"
AXES = "axis=0 adds up the rows, axis=1 the columns: the examples"
CARET = "write ** for a power, .T for the transpose"

ERRORS = [  # the source, what the carets mark, the message, the hint
    ("", None, "the equation is empty", "write one such as dZ1 = A1 - Y"),
    (" # nothing", None, "the equation is empty", "write one such as dZ1 = A1 - Y"),
    ("W2.T @ dZ2", "W2.T @ dZ2", "the left side is missing", "write dZ1 = ..."),
    ("sum(Z1, axis=1)", "sum(Z1, axis=1)", "the left side is missing", "write dZ1 = ..."),
    ("dZ1 == A1 - Y", "==", "an equation is written with one '='", None),
    ("Z1 + 1 = A1", "Z1 + 1 ", "only a name can stand before '='", "write dZ1 = ..."),
    ("= A1", "=", "only a name can stand before '='", "write dZ1 = ..."),
    ("W1 = A1", "W1", "'W1' cannot stand on the left side", SIDE),
    ("X = A1", "X", "'X' cannot stand on the left side", SIDE),
    ("m = 3", "m", "'m' cannot stand on the left side", SIDE),
    ("foo = A1", "foo", "unknown name 'foo'", NAMES),
    ("dA0 = A1", "dA0", "there is no dA0", "no derivative by the data is needed"),
    ("dZ1 = dX", "dX", "there is no dX", "no derivative by the data is needed"),
    ("dZ1 = dY", "dY", "there is no dY", "no derivative by the data is needed"),
    ("dZ1 = A1 = Y", "=#2", "there is a second '='", "one equation at a time"),
    ("dZ1 =", None, "expected a number, a name or '(' after '=', found the end", None),
    ("dZ1 = A1 +", None, "expected a number, a name or '(' after '+', found the end", None),
    ("dZ1 = * A1", "*", "expected a number, a name or '(' after '=', found '*'", None),
    ("dZ1 = (A1 + (Y", "(#2", "the '(' is never closed", "add ')'"),
    ("dZ1 = (", "(", "the '(' is never closed", "add ')'"),
    ("dZ1 = A1)", ")", "this ')' closes nothing", None),
    ("dZ1 = A1, Y", ",", "unexpected ','", POINT),
    ("dZ1 = (0,5)", ",", "expected ')', found ','", POINT),
    ("dZ1 = W2 × Z1", "×", "'×' can be read in two ways", PRODUCTS),
    ("dZ1 = W2 · Z1", "·", "'·' can be read in two ways", PRODUCTS),
    ("dZ1 = W2 ⊗ Z1", "⊗", "'⊗' can be read in two ways", PRODUCTS),
    ("dZ1 = Z3", "Z3", "there is no layer 3", "the layers are 1 and 2"),
    ("dZ1 = W^[0]", "W^[0]", "there is no layer 0", "the layers are 1 and 2"),
    ("dZ1 = g3(Z1)", "g3", "there is no layer 3", "the layers are 1 and 2"),
    ("dZ1 = W", "W", "'W' needs the number of its layer", "write W1 or W2"),
    ("dZ1 = dz", "dz", "'dz' needs the number of its layer", "write dz1 or dz2"),
    ("dZ1 = dZZ2", "dZZ2", "unknown name 'dZZ2'", "did you mean 'dZ2'?"),
    ("dZ1 = DZ2", "DZ2", "unknown name 'DZ2'", "did you mean 'dZ2'?"),
    ("dZ1 = np.W2", "np.W2", "unknown name 'np.W2'", "did you mean 'W2'?"),
    ("dZ1 = AL - Y", "AL", "unknown name 'AL'", "the last layer is 2: write A2"),
    ("dZL = A2 - Y", "dZL", "unknown name 'dZL'", "the last layer is 2: write dZ2"),
    ("dZ1 = z_L", "z_L", "unknown name 'z_L'", "the last layer is 2: write z2"),
    ("dZ^{[L]} = A2", "dZ^{[L]}", "unknown name 'dZ^{[L]}'", "the last layer is 2: write dZ2"),
    ("dZ1 = W^{[L]T}", "W^{[L]", "unknown name 'W^{[L]}'", "the last layer is 2: write W2"),
    ("dZ1 = gL'(Z2)", "gL'", "unknown function 'gL''", "the last layer is 2: write g2'"),
    ("dZ1 = g^[L](Z2)", "g^[L]", "unknown function 'g^[L]'", "the last layer is 2: write g2"),
    ("dZ1 = XL", "XL", "unknown name 'XL'", "did you mean 'X'?"),
    ("dZ1 = W^{[3]T}", "W^{[3]", "there is no layer 3", "the layers are 1 and 2"),
    ("dZ1 = W[2]T}", "}", "unexpected character '}'", "use parentheses: ( )"),
    ("dZ1 = W2T", "W2T", "unknown name 'W2T'", "write W2.T for the transpose"),
    ("dZ1 = W2'", "W2'", "W2' is not in the language", "write W2.T for the transpose"),
    ("dZ1 = (W2)'", "'", "unexpected character '''", "write .T for the transpose"),
    ("dZ1 = Z1 - J", "J", "'J' can stand only on the left side", "write what it is computed from"),
    ("dZ1 = Z1[0]", "[", "unexpected character '['", ENTRIES),
    ("dZ1 = Z1 ; A1", ";", "unexpected character ';'", "one equation at a time"),
    ("dZ1 = Z1^W1", "^", "expected a number or '(' after '^'", CARET),
    ("dZ1 = Z1²^2", "^", "a power of a superscript", "write (A1**2)**3 or A1**(2**3)"),
    ("dZ1 = 0 < Z1 < 1", "<#2", "comparisons cannot be chained", "write a product of two: (0 < Z1) * (Z1 < 1)"),
    ("dZ1 = softmax()", "softmax()", "softmax takes 1 argument, not 0", None),
    ("dZ1 = A1.astype(Z2)", "Z2", ".astype takes a kind of number", "write .astype(float)"),
    ("dZ1 = np.int64(A1)", "np.int64", "np.int64 cuts off what stands behind the point", "leave it out"),
    ("dZ1 = (A1*2).astype(int)", "astype", "astype cuts off what stands behind the point", "leave it out"),
    ("dW2 = np.outer(dZ2, A1)", "np.outer(dZ2, A1)", "np.outer takes two vectors, and here all m examples stand side by side", "write dZ2 @ A1.T"),
    ("dZ1 = np.sigmod(Z2)", "np.sigmod", "unknown function 'np.sigmod'", "did you mean 'sigmoid'?"),
    ("dZ1 = exp", "exp", "'exp' is a function and needs parentheses", "write exp(...)"),
    ("dZ1 = g1'", "g1'", "'g1'' is a function and needs parentheses", "write g1'(Z1)"),
    ("dZ1 = g'(Z1 + 1)", "g'", "the activation of which layer?", "write g1'(...)"),
    ("dZ1 = g(W1)", "g", "the activation of which layer?", "write g1(...)"),
    ("dZ1 = where(Z1, 2)", ")", "where has no value where no condition holds", "write where(condition, value, otherwise)"),
    ("dZ1 = dZ2 * A2 A1", "dZ2 * A2 A1", "this can be read in two ways", "write @ between matrices, and brackets around what is multiplied first"),
    ("dZ1 = W2^-1", "W2^-1", "this can be read in two ways", "write inv(W2) for the inverse of a matrix, 1/W2 entry by entry"),
    ("dZ1 = W2⁻¹", "W2⁻¹", "this can be read in two ways", "write inv(W2) for the inverse of a matrix, 1/W2 entry by entry"),
    ("dZ1 = |Z1|", "|Z1|", "this can be read in two ways", "write abs(Z1) entry by entry, norm(Z1) or det(Z1)"),
    ("dZ1 = np.max(0, Z1)", "np.max(0, Z1)", "np.max is the largest entry of one array, not of two arrays", "write np.maximum(0, Z1), entry by entry"),
    ("dZ1 = softmax(Z1, keepdims=True)", "keepdims", "softmax has no option 'keepdims'", "write softmax(..., axis=1)"),
    ("dZ1 = Z1.dot()", "dot()", ".dot takes 1 argument, not 0", None),
    ("dZ1 = max'(Z1, 2)", "max'", "'max'' is not in the language", "only a function of one argument has a slope"),
    ("dZ1 = sum'(Z1)", "sum'", "'sum'' is not in the language", "only a function of one argument has a slope"),
    ("dZ1 = Z1.shape", ".shape", "unknown attribute '.shape'", "write m for the number of examples"),
    ("dW2 = dZ2 @ A1.T / X.shape[1]", ".shape[1]", "unknown attribute '.shape'", "write m for the number of examples"),
    ("dZ1 = Z1.size", ".size", "unknown attribute '.size'", "write m for the number of examples"),
    ("dW2 = dZ2 @ A1.T / len(Y)", "len", "unknown function 'len'", "write m for the number of examples"),
    ("dZ1 = Z1.exp()", ".exp", "unknown attribute '.exp'", THERE),
    ("dZ1 = Z1.", ".", "unknown attribute '.'", THERE),
    ("dZ1 = Z1.sum", ".sum", "'.sum' needs parentheses", "write .sum()"),
    ("dZ1 = sum()", "sum()", "sum takes 1 argument, not 0", None),
    ("dZ1 = sum(Z1, axis=2)", "2", "the axis is 0 or 1", AXES),
    ("dZ1 = sum(Z1, axis=-3)", "-3", "the axis is 0 or 1", AXES),
    ("dZ1 = sum(Z1, axis=", "(", "the '(' is never closed", "add ')'"),
    ("dZ1 = Z1.sum(", "(", "the '(' is never closed", "add ')'"),
    ("dZ1 = sum(Z1, axis)", "axis", "expected '=' after 'axis'", None),
    ("dZ1 = sum(Z1, foo=1)", "foo", "sum has no option 'foo'", OPTIONS),
    ("dZ1 = sum(Z1, 1, axis=1)", "axis", "sum is given its axis twice", OPTIONS),
    ("dZ1 = sum(Z1, 0, 1)", "1", "sum is given its axis twice", OPTIONS),
    ("dZ1 = sum(Z1, True)", "True", "sum has no option 'True'", OPTIONS),
    ("dZ1 = sum(Z1, 1, True, False)", "False", "sum is given its keepdims twice", OPTIONS),
    ("dZ1 = sum(Z1, keepdims=2)", "2", "keepdims is True or False", None),
    ("dZ1 = a1 + 1", "a1", "a1 is the column of one example, dZ1 the matrix of all m", "write A1"),
    ("dz1 = W2.T @ dZ^[2]", "dZ^[2]", "dZ^[2] is the matrix of all m, dz1 the column of one example", "write dz^[2]"),
    ("dz1 = dz2 + A^{[1]T}", "A^{[1]", "A^{[1]} is the matrix of all m, dz1 the column of one example", "write a^{[1]}"),
    ("dW1 = dz1 @ X.T", "X", "X is the matrix of all m, dz1 the column of one example", "write x"),
]  # fmt: skip


def place(source, marked):
    """Return the span of a piece of the source; `=#2` is its second occurrence."""
    if marked is None:
        start = len(source) if source.strip() and "#" not in source else 0
        return start, start + 1
    marked, _, number = marked.partition("#")
    start = source.rindex(marked) if source.startswith("dZ1 = sum(Z1") else source.index(marked)
    if number:
        start = source.index(marked, start + 1)
    return start, start + len(marked)


@pytest.mark.parametrize("source, marked, message, hint", ERRORS)
def test_every_error_says_what_and_where(source, marked, message, hint):
    with pytest.raises(LanguageError) as caught:
        parse(source, 2)
    error = caught.value
    assert (error.message, error.hint, error.source) == (message, hint, source)
    assert (error.span.start, error.span.end) == place(source, marked)


@pytest.mark.parametrize(
    "layers, hint",
    [(1, "the only layer is 1"), (2, "the layers are 1 and 2"), (4, "the layers are 1 to 4")],
)
def test_the_layers_are_named_in_the_hint(layers, hint):
    with pytest.raises(LanguageError, match="no layer 5") as caught:
        parse_right_side("W5", layers)
    assert caught.value.hint == hint


@pytest.mark.parametrize("source, single, message", [
    ("W1 @ x", False, "x is the column of one example"),
    ("W1 @ X", True, "X is the matrix of all m"),
    ("a1 * A1", True, "A1 is the matrix of all m, a1 the column of one example"),
])  # fmt: skip
def test_a_right_side_has_the_names_its_reader_expects(source, single, message):
    with pytest.raises(LanguageError) as caught:
        parse_right_side(source, 1, single=single)
    assert caught.value.message == message


REFUSED = [
    ("J = " + "1" * 2_000, "2,004 characters are too many (at most 2,000)"),
    ("J = " + "(" * 70, "nested more than 60 deep"),
    ("J = " + "-" * 70 + "m", "nested more than 60 deep"),
    ("J = m" + ".T" * 70, "nested more than 60 deep"),
    ("J = m" + "+m" * 900, "nested more than 60 deep"),
    ("J = m" + "**m" * 600, "nested more than 60 deep"),
    ("J = " + "exp(" * 70 + "m" + ")" * 70, "nested more than 60 deep"),
    ("J = " + "silu'(" * 30 + "m" + ")" * 30, "this is too long with its slopes written out"),
    ("J = " + "1" * 50, "a number of 50 digits is too long (at most 40)"),
    ("J = 1e999", "the decimal exponent of this number is beyond 300"),
    ("J = m" + "²" * 50, "a number of 50 digits is too long (at most 40)"),
]


@pytest.mark.parametrize("source, message", REFUSED)
def test_what_is_too_large_is_refused(source, message):
    with pytest.raises(RefusedError) as caught:
        parse(source, 2)
    assert caught.value.message == message
