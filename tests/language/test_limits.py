import pytest
from console import processor_seconds

from derivcli.errors import ExitStatus, RefusedError
from derivcli.language.limits import COMMAND_LINE, check_inlined, file_limits
from derivcli.language.parser import parse

HOSTILE = [
    "9**9**9",
    "9**9**9**9",
    "2**2**2**2**2**2",
    "7**(-9**8)",
    "1e1000000",
    "sin(1e1000000)",
    "cos(1e100000000)",
    "1e-1000000000*w",
    "1e-301",
    "81e300",
    "0.01e-300",
    "0." + "0" * 301 + "1",
    "gamma(10**9)",
    "gamma(gamma(gamma(5)))",
    "exp(exp(exp(exp(10))))",
    "cosh(10**6)",
    "w**w**w**w**w**w**w**w",
    "w**(1 + 2**(1 + 2**(1 + w)))",
    "w**1001",
    "w**-1001",
    "(10**1000)**1000",
    "10**999*10**999*10**999",
    "(" * 65 + "w" + ")" * 65,
    "-" * 100 + "w",
    "w" + "+w" * 301,
    "1*" * 900 + "w",
    "1" * 41,
    "w" * 2001,
]


@pytest.mark.parametrize("source", HOSTILE, ids=lambda source: source[:30])
def test_hostile_text_is_refused_at_once(source):
    with processor_seconds(0.5), pytest.raises(RefusedError) as error:
        parse(source)
    assert error.value.status is ExitStatus.REFUSED


ACCEPTED = [
    "w**1000",
    "w**(1/3)",
    "w**0.001",
    "w**(1/0.001)",
    "e**700",
    "exp(700)",
    "2**1000",
    "w**w**w",
    "1e300*1e300",
    "1" * 40,
    "(" * 60 + "w" + ")" * 60,
    "w" + "+w" * 300,
    "loggamma(1e300)",
    "sin(1e300)",
    "sin(2)**1000",
    "w**(pi/1000)",
    "w**cos(1/1000)",
    "w**exp(-8)",
    "exp(sqrt(2)/1000)*w",
    "exp(-atan(1/1460) + 73/50 + pi)",
    "1.23e300",
]


@pytest.mark.parametrize("source", ACCEPTED, ids=lambda source: source[:30])
def test_what_is_within_the_bounds_is_read(source):
    parse(source)


def test_a_file_may_be_larger_and_says_how():
    source = "w" + "+w" * 5000
    parse(source, limits=file_limits(10_000))
    with pytest.raises(RefusedError, match="see --max-operations"):
        parse(source, limits=file_limits(1_000))


def test_names_that_double_at_every_step_are_refused_before_they_are_written_out():
    steps = ["a0 = w + 1"] + [f"a{n} = sin(a{n - 1})*cos(a{n - 1})" for n in range(1, 40)]
    program = parse("; ".join(steps))
    with pytest.raises(RefusedError, match="written out as one expression"):
        check_inlined(program, COMMAND_LINE)
