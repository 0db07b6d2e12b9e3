from fractions import Fraction

import pytest

from derivcli.calculus.complexes import Gaussian
from derivcli.calculus.quotient import (
    backward,
    central,
    complex_step,
    forward,
    higher,
    richardson,
)  # fmt: skip

W, EPS = Fraction(3), Fraction(1, 1000)


def square(w):
    return w * w


def test_forward_quotient_of_a_square_is_twice_w_plus_eps():
    chord = forward(square, W, EPS)
    assert (chord.point, chord.value) == (Fraction("3.001"), Fraction("9.006001"))
    assert (chord.change, chord.slope) == (Fraction("0.006001"), Fraction("6.001"))


def test_backward_quotient_of_a_square_is_twice_w_minus_eps():
    assert backward(square, W, EPS).slope == Fraction("5.999")


def test_central_quotient_of_a_square_is_exact():
    assert central(square, W, EPS).slope == 6


def test_central_quotient_of_a_cube_is_off_by_eps_squared():
    assert central(lambda w: w**3, W, EPS).slope == 27 + EPS**2


def test_richardson_is_exact_up_to_the_fourth_power():
    assert richardson(lambda w: w**4, W, EPS).slope == 108
    assert richardson(lambda w: w**5, W, EPS).slope == 405 - EPS**4 / 4


def test_complex_step_of_a_cube_is_off_by_minus_eps_squared():
    point, step = Gaussian(W, Fraction(0)), Gaussian(Fraction(0), EPS)
    assert complex_step(lambda w: w * w * w, point, step, EPS).slope == 27 - EPS**2


@pytest.mark.parametrize("order", [2, 3, 4, 5])
@pytest.mark.parametrize("method", ["forward", "backward", "central", "richardson"])
def test_the_nth_difference_of_an_nth_power_is_n_factorial(order, method):
    factorial = {2: 2, 3: 6, 4: 24, 5: 120}[order]
    assert higher(lambda w: w**order, W, EPS, order, method).slope == factorial


def test_second_differences_have_their_textbook_error():
    def cube(w):
        return w**3

    assert higher(cube, W, EPS, 2, "forward").slope == 18 + 6 * EPS
    assert higher(cube, W, EPS, 2, "backward").slope == 18 - 6 * EPS
    assert higher(lambda w: w**4, W, EPS, 2, "central").slope == 108 + 2 * EPS**2


@pytest.mark.parametrize("order", [2, 3, 4, 5])
def test_a_higher_difference_is_off_by_half_its_order_times_the_next_derivative(order):
    """Taylor: n-th differences are eps**n (f^(n) -+ n eps/2 f^(n+1)), up to eps**2."""
    nth = {2: 12 * W**2, 3: 24 * W, 4: 24, 5: 0}[order]
    following = {2: 24 * W, 3: 24, 4: 0, 5: 0}[order]
    for method, side in (("forward", 1), ("backward", -1)):
        rest = higher(lambda w: w**4, W, EPS, order, method).slope - nth
        assert rest - side * order * EPS / 2 * following == (14 * EPS**2 if order == 2 else 0)


def test_higher_differences_work_in_floats():
    assert higher(lambda w: w * w, 3.0, 0.5, 2, "central").slope == 2.0


def test_a_negative_eps_steps_to_the_other_side():
    assert forward(square, W, -EPS).slope == backward(square, W, EPS).slope
