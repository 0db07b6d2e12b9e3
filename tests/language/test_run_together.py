"""Names that may have been meant as products, and names that nobody asks about."""

import pytest

from derivcli.language.functions import CALLED
from derivcli.language.run_together import as_calls, described, factors

_PRODUCTS = """
wx xy xe kt ab mc mgh pir pix lambdax xtheta uvw abc xyz axy w1x1 w1x w2x2 nRT GMm Wx RT PV wxb mx bx
vt gh ax ky omegat thetax alphabeta abx kxt xw1 cx xx by my gt tx pq rs zx ay az bt
"""
PRODUCTS = _PRODUCTS.split()

_NAMES = """
eps loss cost alpha lr beta err acc std avg mean bias rate grad dx dw dW dW1 dt db1 x1 w12 theta1 theta_1
x_ab wij xij xi yi MSE BCE logit temp mass temperature maxIter h2o conv2d l2reg var out inp idx val key
tax row Re Kp mu nu sigma1 gammas step size out1 hidden tau relu1 pred true y_hat yhat xhat ybar
net_in net n1 a1 dz2 dA2 dJ dJdw vel pos mom amp freq lam reg prob total sum1 count gain ratio speed force
energy area price epsilon momentum decay weight weights inputs target labels margin lambda_ eta iters epochs
"""
NAMES = _NAMES.split()


@pytest.mark.parametrize("name", PRODUCTS)
def test_letters_that_nothing_explains_are_factors(name):
    parts = factors(name)
    assert len(parts) > 1
    assert "".join(parts) == name


@pytest.mark.parametrize("name", NAMES)
def test_words_abbreviations_and_differentials_are_names(name):
    assert factors(name) == ()


@pytest.mark.parametrize("name, elsewhere, parts", [
    ("at", {"a", "t"}, ("a", "t")), ("xe", {"x"}, ("x", "e")), ("costx", {"cost", "x"}, ("cost", "x")),
    ("eps", {"e", "p", "s"}, ()), ("rateab", {"rate", "a", "b"}, ("rate", "a", "b")),
    ("state", {"x"}, ()), ("pixy", {"x", "y"}, ("pi", "x", "y")),
])  # fmt: skip
def test_names_that_stand_elsewhere_are_factors(name, elsewhere, parts):
    assert factors(name, elsewhere) == parts


def test_one_line_says_it():
    assert described([("xy", ("x", "y"))]) == "xy is one variable; a product is x*y"
    assert described([("xy", ("x", "y")), ("zb", ("z", "b"))]) == (
        "xy and zb are one variable each; products are x*y and z*b"
    )


@pytest.mark.parametrize(
    "name", [*NAMES, *PRODUCTS, *sorted(CALLED), "cost", "text", "axis", "tank", "basis"]
)
def test_names_are_no_calls(name):
    assert as_calls(name) == []


def test_calls_without_their_brackets():
    assert as_calls("sinx") == ["sin(x)"]
    assert as_calls("xcosx") == ["x*cos(x)"]
    assert as_calls("cost", {"t"}) == ["cos(t)"]
