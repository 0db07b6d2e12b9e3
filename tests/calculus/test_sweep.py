"""The V of the error: orders and the best eps as Taylor's formula and rounding have them."""

import math
from fractions import Fraction

import pytest
from mpmath import mp
from tiers import paired

from derivcli.calculus.results import Quantity
from derivcli.calculus.sweep.error_curve import SweepRequest, SweepRow
from derivcli.calculus.sweep.error_model import ErrorTerm, Model, derivatives_at, model
from derivcli.calculus.sweep.summary import best_eps, observed_order, summary
from derivcli.calculus.sweep.sweep import sweep
from derivcli.errors import UndefinedError, UsageError
from derivcli.language.parser import parse

SMOOTH = [  # with J, J', J'' and J''' by hand, for the predictions
    ("exp(w)", "1", (math.e,) * 4),
    ("sin(w)", "1", (math.sin(1), math.cos(1), -math.sin(1), -math.cos(1))),
    ("log(w)", "2", (math.log(2), 1 / 2, -1 / 4, 2 / 8)),
    ("1/w", "2", (1 / 2, -1 / 4, 2 / 8, -6 / 16)),
    ("w**3", "2", (8, 12, 12, 6)),
    ("sqrt(w)", "2", (2**0.5, 2**-0.5 / 2, -(2**-1.5) / 4, 3 * 2**-2.5 / 8)),
    ("tanh(w)", "0.5", None),
    ("sigmoid(w)", "1", None),
    ("atan(w)", "1", (math.pi / 4, 1 / 2, -1 / 2, 1 / 2)),
    ("exp(w)/w", "2", None),
    ("w**w", "1.5", None),
    ("cos(w**2)", "0.7", None),
]
ROUNDING = {"float64": 2.0**-53, "float32": 2.0**-24}


def request(source, at, methods=("forward", "central"), arithmetics=("float64",), span=None):
    program = parse(source)
    name = program.variables[0]
    return SweepRequest(program, {name: parse(at)}, name, methods, arithmetics, span)


def by_curve(found):
    return {(curve.method, curve.arithmetic): curve for curve in found.summary}


@pytest.mark.parametrize(
    "source, at, derivatives, arithmetic", paired(SMOOTH, ["float64", "float32"])
)
def test_orders_and_best_eps_are_those_of_the_theory(source, at, derivatives, arithmetic):
    curves = by_curve(sweep(request(source, at, arithmetics=(arithmetic,))))
    forward, central = curves["forward", arithmetic], curves["central", arithmetic]
    assert forward.order == pytest.approx(1, abs=0.05)
    assert central.order == pytest.approx(2, abs=0.05)
    for curve in (forward, central):
        assert 1 / 10 < curve.best_eps / curve.predicted_eps < 10
    if derivatives:
        J, first, second, third = map(abs, derivatives)
        noise = ROUNDING[arithmetic] * (2 * J + float(Fraction(at)) * first)
        assert forward.predicted_eps == pytest.approx(math.sqrt(2 * noise / second))
        assert central.predicted_eps == pytest.approx((3 * noise / (2 * third)) ** (1 / 3))


@pytest.mark.parametrize("source, at", [case[:2] for case in SMOOTH])
def test_backward_and_richardson_and_complex_step(source, at):
    methods = ("backward", "richardson", "complex")
    curves = by_curve(sweep(request(source, at, methods)))
    assert curves["backward", "float64"].order == pytest.approx(1, abs=0.05)
    assert curves["complex", "float64"].order == pytest.approx(2, abs=0.05)
    assert curves["complex", "float64"].predicted_eps is None
    richardson = curves["richardson", "float64"]
    if source == "w**3":
        assert richardson.order is None  # its fifth derivative is 0
    else:
        assert richardson.order == pytest.approx(4, abs=0.05)
        assert 1 / 10 < richardson.best_eps / richardson.predicted_eps < 10


def test_exact_numbers_have_an_order_and_no_best_eps():
    (curve,) = sweep(request("exp(w)", "1", ("forward",), ("exact",))).summary
    assert curve.order == pytest.approx(1, abs=1e-6)
    assert curve.best_eps is curve.predicted_eps is None
    assert "no rounding" in curve.note


def test_a_row_is_the_estimate_of_the_course_lab():
    """The lab prints 6.000999999999479 for 0.001, and 6.000000496442226 for 1e-9."""
    rows = {float(row.eps): row for row in sweep(request("w**2", "3", ("forward",))).rows}
    assert rows[1e-3].estimate.number == 6.000999999999479
    assert rows[1e-9].estimate.number == 6.000000496442226
    assert len(rows) == 16
    for eps, row in rows.items():
        assert Fraction(row.error.number) == Fraction(row.estimate.number) - 6
        assert eps == pytest.approx(10.0 ** round(math.log10(eps)), rel=1e-15)


def test_errors_are_measured_against_the_exact_slope():
    (row, *_) = sweep(request("exp(w)", "1", ("forward",))).rows
    with mp.workdps(40):
        expected = mp.mpf(row.estimate.number) - mp.e
        assert abs(mp.mpf(str(row.error.number)) - expected) <= mp.mpf(10) ** -20


def test_without_truncation_there_is_no_order():
    curves = by_curve(sweep(request("w**2", "3")))
    assert curves["forward", "float64"].order == pytest.approx(1, abs=0.05)
    central = curves["central", "float64"]
    assert (central.order, central.best_eps, central.predicted_eps) == (None, None, None)
    assert "J'''" in central.note
    for curve in sweep(request("3*w + 1", "2")).summary:
        assert curve.order is None
        assert curve.note


def test_where_the_second_derivative_vanishes_the_order_is_that_of_the_next():
    """sin has J'' = 0 at 0: the chord's error is eps**2/6, even forward."""
    (curve,) = sweep(request("sin(w)", "0", ("forward",))).summary
    assert curve.expected_order == 2
    assert curve.order == pytest.approx(2, abs=0.05)


def test_a_point_that_is_smooth_only_once_has_no_prediction():
    (curve,) = sweep(request("w*|w|", "0", ("central",))).summary
    assert curve.order is curve.predicted_eps is None
    assert "smooth" in curve.note


@pytest.mark.parametrize(
    "source, at", [("|w|", "0"), ("sqrt(w)", "0"), ("log(w)", "0"), ("floor(w)", "2")]
)
def test_without_a_slope_there_is_nothing_to_sweep(source, at):
    with pytest.raises(UndefinedError):
        sweep(request(source, at))


def test_complex_step_is_refused_where_it_would_be_wrong():
    with pytest.raises(UsageError, match="complex step is wrong for abs"):
        sweep(request("|w|", "1", ("complex",)))


def test_a_step_out_of_the_domain_says_so_in_its_row():
    found = sweep(request("log(w)", "0.05", ("central",)))
    first, second = found.rows[:2]
    assert first.estimate is None
    assert "it needs w > 0" in first.problem
    assert second.estimate is not None


@pytest.mark.parametrize("ends", [("0.1", "0.1"), ("0", "1"), ("-1", "1"), ("1", "1e-100")])
def test_a_span_of_nothing_or_too_much_is_refused(ends):
    with pytest.raises(UsageError):
        sweep(request("w**2", "3", span=(parse(ends[0]), parse(ends[1]))))


def test_a_span_is_kept_in_either_direction():
    for ends in (("1", "1e-3"), ("1e-3", "1")):
        found = sweep(request("exp(w)", "1", ("forward",), span=(parse(ends[0]), parse(ends[1]))))
        assert [float(row.eps) for row in found.rows] == [1.0, 0.1, 0.01, 0.001]


# The parts


def curve(error, decades=16):
    return [(eps, error(eps)) for k in range(8 * decades) if (eps := 10 ** (-1 - k / 8))]


def test_a_lucky_zero_is_not_the_best_eps():
    errors = curve(lambda eps: eps + 1e-16 / eps)
    assert 3e-9 < best_eps(errors) < 3e-8
    lucky = [(eps, 0.0 if abs(math.log10(eps) + 12) < 0.1 else error) for eps, error in errors]
    assert sum(error == 0 for _, error in lucky) >= 1
    assert best_eps(lucky) == best_eps(errors)


def test_order_is_read_where_rounding_is_not_yet_noticed():
    """A made-up curve: truncation 2 eps**3, rounding of alternating sign."""
    signs = iter([1, -1] * 200)
    errors = curve(lambda eps: abs(2 * eps**3 + next(signs) * 1e-16 / eps))
    assert observed_order(errors, Model((ErrorTerm(2.0, 3),), 1e-16, 0.0)) == pytest.approx(
        3, abs=0.01
    )


def test_digits_that_are_lost_on_the_way_are_noticed():
    """1 + w**2 at 0.01 keeps four digits less of w**2 than float64 has; the order still shows."""
    (found,) = sweep(request("log(1 + w**2)", "0.01", ("forward",))).summary
    assert found.order == pytest.approx(1, abs=0.05)
    assert found.best_eps > 10 * found.predicted_eps
    assert "loses digits" in found.note


def test_a_predicted_eps_outside_the_sweep_is_not_claimed_to_be_found():
    (found,) = sweep(
        request("exp(w)", "1", ("forward",), span=(parse("0.1"), parse("0.001")))
    ).summary
    assert found.predicted_eps < 1e-7
    assert found.best_eps is None
    assert "does not go there" in found.note


def test_no_order_where_rounding_is_everywhere():
    errors = curve(lambda eps: 1e-3 / eps)
    assert observed_order(errors, Model((ErrorTerm(1.0, 1),), 1e-3, 0.0)) is None


def test_the_model_is_that_of_taylor():
    sizes = {0: 1.0, 1: 1.0, 2: 3.0, 3: 5.0, 4: 0.0, 5: 7.0}
    forward = model("forward", "float64", sizes, 1.0, 1.0)
    assert forward.terms[:2] == (ErrorTerm(3 / 2, 1), ErrorTerm(pytest.approx(5 / 6), 2))
    central = model("central", "float64", sizes, 1.0, 1.0)
    assert central.terms == (
        ErrorTerm(pytest.approx(5 / 6), 2),
        ErrorTerm(pytest.approx(7 / 120), 4),
    )
    richardson = model("richardson", "float64", sizes, 1.0, 1.0)
    assert richardson.terms == (ErrorTerm(pytest.approx(7 / 480), 4),)
    noise = 2.0**-53 * 3
    assert richardson.best == pytest.approx((180 * noise / 7) ** (1 / 5))


def test_derivatives_are_mpmaths_taylor_coefficients():
    tree = parse("exp(w)/w").output.expression
    found = derivatives_at(tree, lambda _: {"w": Fraction(2)}, "w")
    with mp.workdps(50):
        expected = [mp.diff(lambda w: mp.exp(w) / w, 2, n) for n in range(10)]
    assert [found[n] for n in range(10)] == pytest.approx([float(each) for each in expected])


def test_a_curve_without_estimates_says_why():
    row = SweepRow("forward", "float64", Quantity(Fraction(1, 10)), None, None, "undefined there")
    assert summary("forward", "float64", [(0.1, row)], None).note == "undefined there"


def sweep_of(source, at, *arithmetics, method="forward"):
    found = by_curve(sweep(request(source, at, (method,), arithmetics or ("float64",))))
    return found[method, (arithmetics or ("float64",))[0]]


@pytest.mark.parametrize("source, at, method, order, best", [
    # (2 A / J'')**(1/2) and (3 A / (2 J'''))**(1/3) with A = 2**-53 (2 |J| + |w J'|), by hand
    ("log(w)", "1e-4", "forward", 1, math.sqrt(2 * 2**-53 * (2 * math.log(1e4) + 1) / 1e8)),
    ("log(w)", "1e-4", "central", 2, (1.5 * 2**-53 * (2 * math.log(1e4) + 1) / 2e12) ** (1 / 3)),
    ("1/w", "1e-4", "forward", 1, math.sqrt(2 * 2**-53 * 3e4 / 2e12)),
    ("sqrt(w)", "1e-4", "forward", 1, math.sqrt(2 * 2**-53 * 0.025 / 2.5e5)),
    ("log(w - 0.0999)", "0.1", "forward", 1, math.sqrt(2 * 2**-53 * (2 * math.log(1e4) + 1e3) / 1e8)),
])  # fmt: skip
def test_near_the_end_of_its_domain_j_has_the_orders_of_taylor(source, at, method, order, best):
    found = sweep_of(source, at, method=method)
    assert found.expected_order == order
    assert found.order == pytest.approx(order, abs=0.05)
    assert found.predicted_eps == pytest.approx(best, rel=1e-3)
    assert best / 4 < found.best_eps < best * 4


@pytest.mark.parametrize("source, at, what, eps", [
    ("log(w)", "1e-4", "the domain of J ends", 1e-4), ("1/w", "1e-4", "J has a pole", 1e-4),
    ("abs(w)", "1e-4", "J has a kink", 1e-4), ("max(0, w)", "1e-6", "J has a kink", 1e-6),
    ("abs(w - 1) + w^2", "1.001", "J has a kink", 1e-3), ("tan(w)", "1.57", "J has a pole", math.pi / 2 - 1.57),
    ("floor(w)", "0.999", "J jumps", 1e-3),
])  # fmt: skip
def test_a_sweep_says_from_which_step_on_it_leaves_the_formula(source, at, what, eps):
    found = sweep_of(source, at, method="central")
    assert found.obstacle.what == what
    assert found.obstacle.eps == pytest.approx(eps, rel=1e-9)


def test_derivatives_too_small_for_float64_are_not_called_0():
    """By hand: tanh'' = -2 tanh (1 - tanh**2), about -2e-868 at 1000."""
    assert sweep_of("tanh(w)", "1000").expected_order == 1
    assert sweep_of("tanh(w)", "1000", method="central").expected_order == 2
    assert sweep_of("tanh(w)", "1000", "exact").order == pytest.approx(1, abs=0.01)
    assert "are not told from 0 here" in sweep_of("erf(w)", "1000").note


@pytest.mark.parametrize("source, at, method, note", [
    ("3*w + 1", "2", "forward", "J'', J''', ... are 0 here, so nothing is cut off: all error is rounding"),
    ("w^2", "0", "central", "J''' and the further odd derivatives are 0 here, so nothing is cut off: there is no error"),
    ("w^2 + w^11", "0", "central",
     "J''' and the further odd derivatives are 0 here, up to order 9, so nothing is cut off: all error is rounding"),
    ("cosh(w)", "0", "central",
     "J''' and the further odd derivatives are 0 here, up to order 9, so nothing is cut off: there is no error"),
])  # fmt: skip
def test_derivatives_are_called_0_where_they_are(source, at, method, note):
    assert sweep_of(source, at, method=method).note == note


@pytest.mark.parametrize("source, at, arithmetic", [
    ("exp(w)", "-745", "float64"), ("w**1000", "2", "float64"), ("exp(w)", "700", "float32"),
])  # fmt: skip
def test_numbers_at_the_ends_of_floats_are_no_bug(source, at, arithmetic):
    assert sweep_of(source, at, arithmetic, method="central") is not None
