"""What people type and paste: understood, or refused with what to write; never another meaning."""

import pytest

from derivcli.errors import DerivError, ExitStatus, LanguageError, RefusedError
from derivcli.language.parser import parse
from derivcli.language.text import text

UNDERSTOOD = [
    # Greek letters end where they end
    ("2πr", "2*pi*r"), ("4πr²", "4*pi*r**2"), ("sin(2πx)", "sin(2*pi*x)"), ("πr²", "pi*r**2"),
    ("λx", "lambda*x"), ("sin(ωt)", "sin(omega*t)"), ("θ1", "theta1"), ("θ_1", "theta_1"),
    ("θ_hat", "theta_hat"), ("αβγ", "alpha*beta*gamma"), ("xθ", "x*theta"), ("θ₁x", "theta1*x"),
    ("e^(-λt)", "e**(-lambda*t)"), ("Δx", "Deltax"), ("2αx", "2*alpha*x"),
    # signs, digits and letters that only look another way
    ("½x", "1/2*x"), ("⅓", "1/3"), ("x^¾", "x**(3/4)"), ("x₁ + x₂", "x1 + x2"), ("wᵢ", "w_i"),
    ("∛x", "cbrt(x)"), ("∜x", "sqrt(sqrt(x))"), ("2⌊x⌋", "2*floor(x)"), ("⌈x/2⌉", "ceil(x/2)"),
    ("x–1", "x - 1"), ("x−1", "x - 1"), ("３＋ｘ", "3 + x"), ("（x＋1）＾2", "(x + 1)**2"),
    ("2×10³", "2*10**3"), ("x\u00a0+\u202f1", "x + 1"), ("2\u2062x", "2*x"), ("sin\u2061(x)", "sin(x)"),
    ("sin(30°)", "sin(pi/6)"), ("180°", "pi"), ("45°x", "pi/4*x"), ("x°", "x*pi/180"),
    ("eˣ", "e**x"), ("e⁻²ˣ", "e**(-2*x)"), ("xⁿ⁺¹", "x**(n + 1)"), ("𝑥²", "x**2"), ("log₂(x)", "log2(x)"),
    # before an expression
    ("J(w) = w^2", "J = w**2"), ("f(x, y) = x*y", "f = x*y"), ("d/dx (x^2)", "x**2"),
    ("d/dx x^2", "x**2"), ("∂/∂x (x^2*y)", "x**2*y"), ("d/dθ sin(θ)", "sin(theta)"),
    ("d/dx (x + 1)^2", "(x + 1)**2"), ("f(x) = x^2; g(x) = f(x) + 1", "f = x**2; g = f + 1"),
    ("d/dx", "d/dx"), ("d/dx + 1", "d/dx + 1"),
    # code
    ("np.sin(x)", "sin(x)"), ("Math.sin(x)", "sin(x)"), ("torch.relu(x)", "relu(x)"),
    ("torch.nn.functional.relu(x)", "relu(x)"), ("Math.PI*x", "pi*x"), ("math.e**x", "e**x"),
    ("np.where(x > 0, x, 0)", "piecewise(x, x > 0, 0)"), ("np.clip(x, 0, 1)", "min(max(x, 0), 1)"),
    ("Piecewise((x, x>0),(0,True))", "piecewise(x, x > 0, 0)"),
    ("Piecewise((x**2, x < 0), (2*x, x < 3), (5, True))", "piecewise(x**2, x < 0, 2*x, x < 3, 5)"),
    ("Piecewise((x + 1)*2, x > 0, 3)", "piecewise((x + 1)*2, x > 0, 3)"),
    ("max(0,\n w)", "max(0, w)"), ("|a|b + |c|", "abs(a)*b + abs(c)"), ("|a||b|", "abs(a)*abs(b)"),
]  # fmt: skip

LATEX = [
    (r"\frac{1}{w}", "1/w"), (r"\sqrt{x}", "sqrt(x)"), (r"\sqrt[3]{x}", "cbrt(x)"),
    (r"\sqrt[4]{x}", "x**(1/4)"), (r"\sin^2 x", "sin(x)**2"), (r"\sin x", "sin(x)"),
    (r"\sin x \cos x", "sin(x)*cos(x)"), (r"\cos 2\pi x", "cos(2*pi*x)"), (r"\sin xy", "sin(x*y)"),
    (r"\ln|x|", "log(abs(x))"), ("e^{-x}", "e**(-x)"), ("e^{-kt}", "e**(-k*t)"), ("x^{2}", "x**2"),
    (r"\left( x + 1 \right)^2", "(x + 1)**2"), (r"x \cdot y", "x*y"), ("$x^2$", "x**2"),
    (r"\(x^2\)", "x**2"), (r"x^2y \, z", "x**2*y*z"), (r"xe^{x}", "x*e**x"), (r"\theta_1^2", "theta_1**2"),
    (r"x_{1} + x_{12}", "x_1 + x_12"), (r"\frac12 x", "1/2*x"), (r"\log_2 x", "log(x, 2)"),
    (r"\log_{10}(x)", "log(x, 10)"), (r"\left|x\right|", "abs(x)"), (r"\lvert x \rvert", "abs(x)"),
    (r"\arctan x", "atan(x)"), (r"\operatorname{relu}(x)", "relu(x)"), (r"\mathrm{e}^{x}", "e**x"),
    (r"\hat{y} - y", "y_hat - y"), (r"30^\circ", "pi/6"), (r"\frac{x^2+1}{\sqrt{x}}", "(x**2 + 1)/sqrt(x)"),
    (r"\frac{d}{dx} x^2", "x**2"), (r"\frac{\partial}{\partial x} (x^2 y)", "x**2*y"),
    (r"\frac{1}{1+e^{-x}}", "1/(1 + e**(-x))"), (r"f(x) = \frac{1}{x}", "f = 1/x"),
    (r"\lfloor x \rfloor", "floor(x)"), (r"\max(0, x)", "max(0, x)"), (r"\sin \frac{x}{2}", "sin(x/2)"),
    (r"\lambda x", "lambda*x"), (r"sin(x)^{2}", "sin(x)**2"), (r"eps^{2}", "eps**2"),
]  # fmt: skip


@pytest.mark.parametrize("source, expected", [*UNDERSTOOD, *LATEX])
def test_what_is_understood(source, expected):
    program = parse(source)
    assert text(program) == expected
    assert text(parse(expected, program.variables)) == expected


def test_by_what_is_differentiated_may_stand_before_the_expression():
    assert parse("d/dx (a*x^2)").by == "x"
    assert parse(r"\frac{\partial}{\partial y} (x y)").by == "y"
    assert parse("f(x, y) = a*x*y").parameters == ("x", "y")
    assert parse("a*x^2").by is None


REFUSED = [  # the part at fault between « and », the message, and the hint
    ("«d/dx x^2» + 3x", "two ways", "write d/dx (...)"),
    ("«d/dx (x^2)(x+1)»", "two ways", "write d/dx (...)"),
    ("«d^2/dx^2» (x^3)", "the order of a derivative", "with --order 2"),
    ("«d³/dx³» (x^3)", "the order of a derivative", "with --order 3"),
    ("f(x) = x^2; «f»(3)", "only f(x) is known here", "write out"),
    ("«derivative of» x^2", "reads like words", "write the formula alone"),
    ("«two x»", "reads like words", "write the formula alone"),
    ("«square» root of x", "needs parentheses", "write the formula alone"),
    ("x^2«,» x=3", "unexpected ','", "told by --at x=..."),
    ("«cos2θ»", "reads like cos(2*theta)", "write cos(2*theta) or cos(2)*theta"),
    ("«sin2πx»", "reads like sin(2*pi*x)", "write sin(2*pi*x) or sin(2)*pi*x"),
    ("«ln2π»", "reads like ln(2*pi)", "write ln(2*pi)"),
    ("«e^λt»", "two ways", "write e**lambda*t or e**(lambda*t)"),
    ("«e^-λt»", "two ways", "write e**(-lambda)*t or e**(-lambda*t)"),
    ("«e^x₁x₂»", "two ways", "write e**x1*x2"),
    ("«2^nπ»", "two ways", "write 2**n*pi"),
    ("«e^-λ²t»", "two ways", "write e**(-lambda**2)*t"),
    ("«w^T» x", "a transpose", "w1*x1 + w2*x2"),
    (r"W«^{[2]}»x", "an index", "as in W_2"),
    (r"\hat{y}«^{(i)}» - y", "two ways", "_i for an index"),
    (r"f«^{(2)}»(x)", "two ways", "write ^2 for a power"),
    ("«np.max»(x, 0)", "not read", "an axis"),
    ("«torch.logsumexp»(x, 0)", "not read", "an axis"),
    ("«scipy.special.logsumexp»(x, 0)", "not read", "an axis"),
    ("«np.fmod»(x, 3)", "not read", "sign(x)*mod(abs(x), 3)"),
    ("«math.tau»*x", "not read", "write 2*pi"),
    ("«logit»(x)", "unknown function", "write log(p/(1 - p))"),
    ("«d»(x^2)/dx", "unknown function", "differentiated alone"),
    ("«x squared»", "reads like words", "write ^2"),
    ("«x plus» y", "reads like words", "write +"),
    ("«3 times» x", "reads like words", "write *"),
    ("«2½»", "side by side", "write *"),
    ("«π2»", "side by side", "write *"),
    ("«mod 3»", "side by side", "write mod(...)"),
    ("2«x10^»3", "two ways", "*10^"),
    ("«sinxcosx»", "reads like sin(x)*cos(x)", "write sin(x)*cos(x)"),
    ("«xsin2x»", "reads like x*sin(2*x)", "write x*sin(2*x)"),
    ("«log2x»", "reads like", "write log2(x) or log(2*x)"),
    ("«xln»(x)", "unknown function", "write x*ln(...)"),
    ("«lg»(x)", "unknown function", "log10(...) or log2(...)"),
    ("«softmax»(x)", "unknown function", "exp(a)/(exp(a) + exp(b))"),
    ("«Cos»(x)", "unknown function", "did you mean 'cos'?"),
    ("«exp»⁻¹(w)", "needs parentheses", "write log(w) for the inverse function"),
    ("«log»^-1(w)", "needs parentheses", "write exp(w) for the inverse function"),
    ("«w^2sin(w)»", "two ways", "write w**2*sin(w) or w**(2*sin(w))"),
    ("1«,»000x", "unexpected ','", "write 1000 for the number"),
    ("1«,»5", "unexpected ','", "decimals are written with a point"),
    ("50«%»x", "unexpected character", "50% is 0.5"),
    ("«1'000»x", "without separators", "write 1000"),
    ("«1_000»x", "without separators", "write 1000"),
    ("«1 000»x", "side by side", "write 1000 for one number"),
    ("x^2 «dx»", "is a differential", "leave it out"),
    ("x -«>» x^2", "found '>'", "a function is written f(x) = ..."),
    ("f(x) «:»= x^2", "unexpected character", "a definition is written f(x) = ..."),
    ("y «==» x^2", "a comparison stands only", "a definition is written y = ..."),
    ("«'»x^2'", "unexpected character", "leave out the quotes"),
    ("«“»x^2”", "unexpected character", "leave out the quotes"),
    ("x«—»1", "EM DASH", "write a minus as -"),
    ("«ρ»x", "GREEK SMALL LETTER RHO", "write its name, rho"),
    ("«np.sinc»(x)", "is not read", "write sinc(pi*x)"),
    ("«Math.round»(x)", "is not read", "write floor(x + 0.5)"),
    ("«tf.nn.leaky_relu»(x)", "is not read", "0.2"),
    ("w«.»sin(x)", "unexpected character", "by its name alone"),
    ("«-|a|b|»c|", "two ways", "write abs(...)"),
    ("«2|a|b|»c|", "two ways", "write abs(...)"),
    ("«2*|a|b|»c|", "two ways", "write abs(...)"),
    ("30«°C»", "a temperature is no number", None),
    ("«$»x^2", "a formula stands between two $", None),
    (r"«2\frac»{1}{2}", "two ways", "write + or *"),
    (r"«\sin x /» 2", "how far does the argument", "with brackets"),
    (r"«\sin x y»", "how far does the argument", "with brackets"),
    (r"«\sin^{-1}» x", "two ways", r"\arcsin"),
    (r"«\sin x e^x»", "how far does the argument", "with brackets"),
    (r"«\sin xy^2 +» 1", "how far does the argument", "with brackets"),
    (r"«w^{T}»x", "a transpose is not read", "write out"),
    (r"«\sum» x", "is not read", None),
    (r"«\begin»{cases} x \end{cases}", "is not read", "write piecewise"),
    ("x^«{»2", "never closed", "add '}'"),
    ("«{»w}", "unexpected character", "use parentheses"),
    ("$x«^10»$", "two ways", "write ^{10}"),
]


@pytest.mark.parametrize("marked, message, hint", REFUSED)
def test_what_is_refused_is_pointed_at_with_what_to_write(marked, message, hint):
    source = marked.replace("«", "").replace("»", "")
    with pytest.raises(LanguageError) as error:
        parse(source)
    assert error.value.status is ExitStatus.USAGE
    assert message in error.value.message
    assert (hint or "") in (error.value.hint or "")
    span = error.value.span
    start = marked.index("«")
    assert (span.start, span.end) == (start, marked.index("»") - 1)


def test_a_line_break_within_brackets_is_named_by_what_stands_before_it():
    with pytest.raises(LanguageError, match="'w' and '2' stand side by side"):
        parse("(w\n2)")


def test_deep_braces_are_refused_and_never_recurse():
    with pytest.raises(RefusedError, match="nested more than"):
        parse("x^" + "{" * 900 + "x" + "}" * 900)


@pytest.mark.parametrize(
    "source", [r"\frac", r"\sqrt[", r"\theta_", r"x_{", r"\left|x", r"\sin", "}", r"\hat"]
)
def test_unfinished_latex_is_an_error_of_the_language(source):
    with pytest.raises(DerivError) as error:
        parse(source)
    assert error.value.status is ExitStatus.USAGE


@pytest.mark.parametrize("source, message", [
    ("x.T @ A @ x", ".T transposes a matrix, and here every name is a number"),
    ("A @ x", "@ multiplies matrices, and here every name is a number"),
])  # fmt: skip
def test_signs_of_matrices_tell_how_names_become_matrices(source, message):
    with pytest.raises(LanguageError) as caught:
        parse(source)
    assert caught.value.message == message
    assert "--shape" in caught.value.hint
