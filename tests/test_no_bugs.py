"""No command ends as a bug, whatever the function, the point and the format."""

import pytest
from console import run
from tiers import thinned

PLACES = [
    ("w**2", "3"), ("1/w", "0"), ("log(w)", "-1"), ("log(w)", "0"), ("sqrt(w)", "0"), ("abs(w)", "0"),
    ("sqrt(w)", "1e300"), ("exp(w)", "-745"), ("exp(w)", "700"), ("exp(-w)", "1e6"), ("erfc(w)", "1e300"),
    ("tanh(w)", "1e5"), ("floor(w)", "2"), ("floor(w)*1e-60", "1e60"), ("0**w", "2"), ("0**w", "0"),
    ("where(w > 0, 1/w, 1/0)", "-1"), ("where(w > 0, 1/w, 1/0)", "1"), ("gamma(w)", "-3"),
    ("gamma(w)", "-50000000.5"), ("w + 1/0", "1"), ("w*asin(5)", "1"), ("cbrt(w)", "0"),
    ("where(w == 0, 0, w*sin(1/w))", "0"), ("tan(w)", "pi/2"), ("w**1000", "2"), ("sigmoid(w)", "1e300"),
    ("lambertw(w)", "-exp(-1)"), ("erfinv(w)", "1"), ("acosh(w)", "1"), ("sinc(w)", "0"), ("5", "1"),
    ("digamma(w)", "-1e20-0.5"), ("log(sigmoid(w))", "-1e9"), ("1e-320*w", "1"), ("w**w", "0"),
]  # fmt: skip
COMMANDS = [
    ("diff", "--at"), ("diff", "--order", "2", "--at"), ("table", "--at"), ("plot", "--at"),
    ("diff", "--arithmetic", "float64", "--method", "forward", "central", "complex", "--at"),
    ("descend", "--iterations", "3", "--from"), ("graph", "--at"), ("steps",), ("check",),
]  # fmt: skip
FORMATS = ("rich", "plain", "json", "csv", "markdown", "latex")


@pytest.mark.parametrize(
    "source, at, index",
    thinned([(*place, index) for index in range(len(COMMANDS)) for place in PLACES], 5),
)
def test_nothing_ends_as_a_bug(source, at, index):
    name, *options = COMMANDS[index]
    where = [f"w={at}"] if options else []
    answer = ["2*w"] if name == "check" else []
    spread = FORMATS[(index + len(source) + len(at)) % len(FORMATS)]
    result = run(name, source, *answer, *options, *where, "--format", spread, "--timeout", "5")
    assert result.status in (0, 1, 2, 3, 4), result.stderr
    for word in ("zoo", "nan", "ComplexInfinity", "ImaginaryUnit", "NaN"):
        assert word not in result.stdout + result.stderr


@pytest.mark.parametrize("arguments", [
    ("J = log(x)", "--at", "x=-1"), ("z = x**2; J = z + 1", "--collapse", "z"),
    ("z = x**2; J = z + 1/x", "--collapse", "z", "--at", "x=0"),
])  # fmt: skip
@pytest.mark.parametrize("form", FORMATS)
def test_a_graph_without_values_is_written_in_every_format(arguments, form):
    assert run("graph", *arguments, "--format", form).status in (0, 4)
