"""The tape against evaluation and slopes one by one, in float64: every row, every kind of node."""

import math
import random
import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tiers import paired

from derivcli.calculus.arithmetic import Float64, Kink
from derivcli.calculus.evaluate import apply, inner, trace
from derivcli.calculus.slopes import slope_at
from derivcli.errors import RefusedError, UndefinedError
from derivcli.graphs.tape.builder import Builder
from derivcli.graphs.tape.network import network
from derivcli.graphs.tape.programs import program_tape
from derivcli.graphs.tape.scalars import Run
from derivcli.graphs.tape.tape import Tape
from derivcli.language.functions import ROWS
from derivcli.language.limits import file_limits
from derivcli.language.parser import parse

LIMITS = file_limits(100_000)
NEAR = 1e-12
POINTS = {
    "log_base": [(3, 2), (0.7, 5)],
    "atan2": [(1, 2), (-0.5, -3), (0.25, 3)],
    "min": [(1, 2), (3, -1), (2, 2)],
    "max": [(1, 2), (3, -1), (2, 2)],
    "mod": [(5.5, 3), (-1, 2.75), (0.5, -3)],
    "polygamma": [(1, 2.5), (3, 0.75)],
    "acosh": [(1.5,), (3,)],
    "asin": [(0.3,), (-0.7,)], "acos": [(0.3,), (-0.7,)], "atanh": [(0.3,), (-0.7,)],
    "erfinv": [(0.3,), (-0.7,)],
    "sqrt": [(0.5,), (3,)], "log": [(0.5,), (3,)], "log2": [(0.5,), (3,)], "log10": [(0.5,), (3,)],
    "log1p": [(-0.5,), (3,)], "loggamma": [(0.5,), (3.5,)],
    "gamma": [(0.5,), (3.5,), (-1.5,)], "digamma": [(0.5,), (3.5,), (-1.5,)],
    "lambertw": [(-0.2,), (3,)],
}  # fmt: skip
DEFAULT = [(0.5,), (-1.25,), (2.75,)]
KINKED = {"abs", "sign", "relu", "leaky_relu", "elu", "heaviside"}  # with a value at 0


def points(row):
    return [*POINTS.get(row.name, DEFAULT), *([(0.0,)] if row.name in KINKED else [])]


def of_row(row, columns):
    """Return value and partial derivatives of a row at many points, by one tape."""
    builder = Builder()
    operands = [builder.parameters(len(column)) for column in columns]
    nodes = builder.operations(row.name, *operands)
    tape = Tape.of(builder.wiring())
    values = tape.forward(np.concatenate(columns))
    slopes = []
    for index, node in enumerate(nodes.tolist()):
        gradient = tape.backward(values, node)
        slopes.append([gradient[tape.places[column[index]]] for column in operands])
    return tape, values[tape.places[nodes]], slopes


@pytest.mark.parametrize(
    "row, copies",
    paired([(row,) for row in ROWS], [1, 40]),
    ids=lambda value: str(getattr(value, "name", value)),
)
def test_a_row_has_the_value_and_the_partials_of_its_table(row, copies):
    arithmetic = Float64()
    for point in points(row):
        columns = [np.full(copies, float(number)) for number in point]
        tape, values, slopes = of_row(row, columns)
        assert isinstance(tape.steps[0], Run) == (copies == 1)
        expected = apply(row, tuple(map(float, point)), arithmetic)
        assert values == pytest.approx([expected] * copies, rel=NEAR)
        named = dict(zip(row.parameters, map(float, point), strict=True))
        partials = [inner(partial, named, arithmetic) for partial in row.partials]
        assert slopes[0] == pytest.approx(partials, rel=NEAR)
        assert slopes[-1] == slopes[0]


@pytest.mark.parametrize("copies", [1, 40], ids=["scalars", "arrays"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_refused_where_it_is_undefined(row, copies):
    edges = {(source, at) for source in (*row.positive, *row.nonnegative, *row.nonzero)
             for at in ((-2.0, -2.0), (0.0, 0.0), (1.0, 1.0), (4.0, 4.0))}  # fmt: skip
    for source, numbers in edges:
        point = numbers[: len(row.parameters)]
        if row.name == "polygamma":
            point = (1.0, numbers[1])
        named = dict(zip(row.parameters, point, strict=True))
        size = inner(source, named, Float64())
        if (
            size > 0
            or (source in row.nonnegative and size == 0)
            or (source in row.nonzero and size)
        ):
            continue
        builder = Builder()
        operands = [builder.parameters(copies) for _ in point]
        builder.operations(row.name, *operands)
        with pytest.raises(UndefinedError, match=row.name):
            Tape.of(builder.wiring()).forward(np.repeat(point, copies))


def check(program, values, names, tolerance=NEAR, floor=0.0):
    """Compare a tape with evaluation and slopes one by one."""
    found = program_tape(program, names).sweep(values)
    expected = trace(program, values, Float64())
    for name, value in expected.items():
        assert found.values[name] == pytest.approx(value, rel=tolerance, abs=floor), name
    for name in names:
        slope = slope_at(program, values, name, Float64()).slope or 0.0
        assert found.gradient[name] == pytest.approx(slope, rel=tolerance, abs=floor), name
    return found


# All values and slopes positive, nothing saturated (1 - sigmoid(u)): no digit is lost on either side.
RISING = ["exp({}/9)", "tanh(atan({}))", "sigmoid(atan({}))", "sqrt({})", "log1p({})", "atan({})", "sinh({}/9)",
          "asinh({})", "erf({})", "softplus({})", "({})**2", "({})**1.5", "cbrt({})", "relu({})",
          "silu({})", "max({}, 0.001)", "where({0} > 0.001, {0}*2, sqrt({0}))", "2**({}/9)"]  # fmt: skip
ANY = ["sin({})", "cos({})", "-({})", "abs({} + 0.123)", "tanh({})", "1/(3 + ({})**2)",
       "min({}, 0.7123)", "where({0} < 0.3456, {0}, sin({0}))", "gelu({})", "({})**3/9"]  # fmt: skip


@st.composite
def programs(draw, functions, operators):
    names = ["w1", "w2", "w3"]
    lines = []
    for index in range(draw(st.integers(1, 8))):
        part = st.sampled_from(names)
        terms = [draw(part) for _ in range(draw(st.integers(1, 4)))]
        text = terms[0]
        for term in terms[1:]:
            text += f" {draw(st.sampled_from(operators))} {term}"
        if draw(st.booleans()):
            text = draw(st.sampled_from(functions)).format(f"({text})")
        lines.append(f"s{index} = {text}")
        names.append(f"s{index}")
    return "\n".join(lines)


numbers = st.floats(0.1, 2.0)


@given(programs(RISING, ["+", "*", "+"]), st.tuples(numbers, numbers, numbers))
def test_random_programs_have_their_slopes_to_twelve_digits(source, at):
    values = dict(zip(("w1", "w2", "w3"), at, strict=True))
    try:
        program = parse(source, (), LIMITS)
        exact = trace(program, values, Float64())
    except RefusedError:  # three stacked powers, or too large
        assume(False)
    assume(all(abs(value) < 1e30 for value in exact.values()))
    check(program, {name: values[name] for name in program.variables}, program.variables)


signed = st.floats(-2.0, 2.0)


@given(programs(ANY, ["+", "-", "*"]), st.tuples(signed, signed, signed))
@settings(max_examples=50)
def test_random_programs_with_signs_have_their_slopes(source, at):
    program = parse(source, (), LIMITS)
    values = dict(zip(("w1", "w2", "w3"), at, strict=True))
    exact = trace(program, {**values}, Float64())
    size = max(1.0, *(abs(value) for value in exact.values()))
    assume(size < 1e3)
    values = {name: values[name] for name in program.variables}
    try:
        check(program, values, program.variables, 1e-9, 1e-9)
    except Kink:  # what slopes one by one cannot tell, such as 0**3 in float64
        assume(False)


@given(programs(RISING, ["+", "*", "+"]), st.integers(20, 30))
@settings(max_examples=25)
def test_the_same_program_many_times_over_goes_by_arrays(source, copies):
    template = source.splitlines()
    draw = random.Random(3)
    lines, values, outputs = [], {}, []
    for copy in range(copies):
        lines += [re.sub(r"\b([ws]\d)\b", rf"\1_{copy}", line) for line in template]
        outputs.append(f"s{len(template) - 1}_{copy}")
        values |= {f"w{each}_{copy}": draw.uniform(0.1, 2) for each in (1, 2, 3)}
    try:
        program = parse("\n".join([*lines, f"J = {' + '.join(outputs)}"]), (), LIMITS)
        values = {name: values[name] for name in program.variables}
        exact = trace(program, values, Float64())
    except RefusedError:
        assume(False)
    assume(all(abs(value) < 1e30 for value in exact.values()))
    found = program_tape(program, program.variables).sweep(values)
    assert found.value == pytest.approx(exact["J"], rel=NEAR)
    for name in program.variables[:4]:
        slope = slope_at(program, values, name, Float64()).slope or 0.0
        assert found.gradient[name] == pytest.approx(slope, rel=NEAR)


@pytest.mark.parametrize("source", [
    "J = w1*w2 + w3", "J = w1 - w2*w3 + 2*w1", "J = -(w1*w2 - w3) - (w1 + w2)",
    "J = w1 + w2 + w3 + w1*w2 + 7", "J = (w1 + w2 + w3)*(w1 + w2 + w3)", "J = w1*w1 - -w1 + w1",
    "a = w1\nb = w1\nJ = a*b + a", "a = 2*w2\nJ = w1**a + a**3 + w1**0 + w3**w1",
    "J = piecewise(w1, w1 < 0.1, w2**2, w2 < 5, w3) + (w1 - w1)", "J = pi*w1 + e**w2 - w3/w1/w2",
    "J = 3", "a = 3\nJ = a**2 + w1", "J = w1 - w2", "J = -w1 - w2", "J = -(w1 + w2)*w3 + 1 - 1",
])  # fmt: skip
def test_sums_and_products_of_every_shape(source):
    program = parse(source)
    at = {name: 0.5 + index for index, name in enumerate(program.variables)}
    check(program, at, program.variables)


def test_the_courses_graph_has_its_gradients_at_every_step():
    program = parse("c = w*x; a = c + b; d = a - y; J = d**2/2")
    found = program_tape(program, ("w", "b")).sweep({"w": 2, "b": 8, "x": -2, "y": 2})
    assert found.values == {"w": 2, "b": 8, "x": -2, "y": 2, "c": -4, "a": 4, "d": 2, "J": 2}
    assert found.gradient == {"w": -4, "b": 2, "c": 2, "a": 2, "d": 2, "J": 1}


def test_each_name_has_its_own_derivative_though_expressions_are_alike():
    program = parse("a = w*x\nb = w*x\nc = b\nJ = a + 3*c + 5*(w*x)")
    found = program_tape(program, ("w",)).sweep({"w": 2, "x": 7})
    assert found.gradient == {"w": 63, "a": 1, "b": 3, "c": 3, "J": 1}


def test_an_expression_that_is_said_twice_is_one_node():
    once = program_tape(parse("J = sin(w*b)*3"), ("w", "b"))
    twice = program_tape(parse("J = sin(w*b)*sin(w*b)"), ("w", "b"))
    assert len(twice.tape.places) == len(once.tape.places) - 1  # the constant 3


def test_a_weighted_sum_is_one_node_however_long():
    source = " + ".join(f"w{index}*x{index}" for index in range(1_000))
    program = parse(f"J = tanh({source} - b)", (), LIMITS)
    weights = [f"w{index}" for index in range(1_000)]
    tape = program_tape(program, [*weights, "b"])
    operations = len(tape.tape.places) - 2_001
    assert operations == 2 + 1  # the sum, its tanh, and the constant -1
    at = {name: math.sin(index) / 100 for index, name in enumerate(program.variables)}
    found = tape.sweep(at)
    assert found.gradient["w7"] == pytest.approx((1 - found.value**2) * at["x7"], rel=NEAR)


def test_another_output_can_be_asked_for():
    program = parse("a = w**3\nb = 5*w\nJ = a*b")
    tape = program_tape(program, ("w",))
    assert tape.sweep({"w": 2}, "a").gradient == {"w": 12, "a": 1, "b": 0, "J": 0}
    assert tape.sweep({"w": 2}).gradient["w"] == 5 * 4 * 8


def test_a_second_sweep_is_the_same_and_changes_nothing():
    graph = network(300, 2_000, 4)
    values = graph.tape.forward(graph.weights, graph.data)
    first, before = graph.tape.backward(values, graph.output), values.copy()
    assert (graph.tape.backward(values, graph.output) == first).all()
    assert (graph.tape.forward(graph.weights, graph.data) == before).all()
    assert (values == before).all()


def test_a_network_agrees_with_numpy_written_by_hand():
    draw = np.random.default_rng(5)
    inputs = [draw.integers(0, 30, size=(30, 7)) for _ in range(5)]
    weights, data = draw.normal(0, 0.5, (5, 30, 7)), draw.normal(size=30)
    builder = Builder()
    numbers, before = builder.parameters(weights.size).reshape(weights.shape), builder.data(30)
    for layer in range(5):
        sums = builder.weighted_sums(numbers[layer], before[inputs[layer]])
        before = builder.operations("tanh", sums)
    output = builder.sum(before.tolist())
    tape = Tape.of(builder.wiring())
    gradient = tape.backward(tape.forward(weights.ravel(), data), output)[: weights.size]

    units = [data]
    for layer in range(5):
        units.append(np.tanh((weights[layer] * units[-1][inputs[layer]]).sum(axis=1)))
    slope, expected = np.ones(30), np.empty_like(weights)
    for layer in reversed(range(5)):
        slope = slope * (1 - units[layer + 1] ** 2)
        expected[layer] = slope[:, None] * units[layer][inputs[layer]]
        spread = np.zeros(30)
        np.add.at(spread, inputs[layer], slope[:, None] * weights[layer])
        slope = spread
    assert gradient == pytest.approx(expected.ravel(), rel=NEAR, abs=1e-15)


@pytest.mark.parametrize("fan_in", [0, 1, 2, 500])
def test_sums_of_any_fan_in(fan_in):
    builder = Builder()
    terms = builder.parameters(max(1, fan_in)).tolist()[:fan_in]
    total = builder.sum(terms)
    products = builder.products([(term, term) for term in terms])
    output = builder.operation("+", total, products)
    tape = Tape.of(builder.wiring())
    at = np.linspace(1, 2, max(1, fan_in))
    values = tape.forward(at)
    assert values[tape.places[output]] == pytest.approx(sum(at[:fan_in]) + sum(at[:fan_in] ** 2))
    gradient = tape.backward(values, output)[: tape.parameters]
    expected = 1 + 2 * at if fan_in else np.zeros(1)
    assert gradient == pytest.approx(expected, rel=NEAR)


def test_operands_far_apart_add_up():
    builder = Builder()
    leaves = builder.parameters(100_000)
    far = leaves[[5, 99_000, 5, 50_000] * 10]
    sums = builder.weighted_sums(far.reshape(20, 2), leaves[:40].reshape(20, 2))
    output = builder.sum(sums.tolist())
    tape = Tape.of(builder.wiring())
    at = np.arange(100_000) / 1e5
    gradient = tape.backward(tape.forward(at), output)
    assert gradient[99_000] == pytest.approx(at[1:40:4].sum(), rel=NEAR)
    assert gradient[5] == pytest.approx(at[0:40:2].sum() + at[99_000], rel=NEAR)


@pytest.mark.parametrize("count", [20_000, pytest.param(1_000_000, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("name", ["sin", "+"])
def test_a_chain_of_many_nodes(name, count):
    builder = Builder()
    w = node = int(builder.parameters(1)[0])
    for _ in range(count):
        node = builder.operation(name, *([node, w] if name == "+" else [node]))
    tape = Tape.of(builder.wiring())
    values = tape.forward([0.5])
    slope = tape.backward(values, node)[0]
    if name == "+":
        assert (values[tape.places[node]], slope) == (0.5 + 0.5 * count, 1 + count)
        return
    value, product = 0.5, 1.0
    for _ in range(count):
        product *= math.cos(value)
        value = math.sin(value)
    assert values[tape.places[node]] == pytest.approx(value, rel=1e-9)
    assert slope == pytest.approx(product, rel=1e-6)


def test_a_branch_that_is_not_taken_may_be_undefined():
    program = parse("J = where(w > 0, log(w), sqrt(-w)) + piecewise(1/w, w > 5, w/0, w > 9, w)")
    check(program, {"w": 2.0}, ("w",))
    check(program, {"w": -2.0}, ("w",))
    many = " + ".join(f"where(w{i} > 0, log(w{i}), sqrt(-w{i}))" for i in range(30))
    program = parse(f"J = {many}", (), LIMITS)
    at = {name: (-1) ** index * (index + 1.0) for index, name in enumerate(program.variables)}
    check(program, at, program.variables)


@pytest.mark.parametrize("source, at, message, spelled", [
    ("a = w - 2\nJ = 3 + log(a)", 1, "log(a) is undefined: it needs a > 0", "log(a)"),
    ("J = 2*exp(w)", 1000, "exp(w) is too large to compute with", "exp(w)"),
    ("J = 1/(w - 1)", 1, "1/(w - 1) is undefined: division by 0", "1/(w - 1)"),
    ("n = 0*w\nJ = n**n", 3, "n**n is undefined: 0**0 with an exponent that varies", "n**n"),
    ("J = (w - 2)**0.5", 1, "not real", "(w - 2)**0.5"),
    ("J = where(log(w) > 1, 2, 3)", -1, "log(w) is undefined: it needs w > 0", "log(w)"),
    ("a = where(w > 0, 1/w, 2)\nb = tanh(1/a)\nc = exp(exp(9*w))\nJ = tanh(c)", 1,
     "exp(exp(9*w)) is too large to compute with", "exp(exp(9*w))"),
])  # fmt: skip
def test_what_has_no_value_is_named_as_evaluation_names_it(source, at, message, spelled):
    program = parse(source)
    with pytest.raises((UndefinedError, RefusedError)) as caught:
        program_tape(program, ("w",)).sweep({"w": at})
    assert message in caught.value.message
    span = caught.value.span
    assert source[span.start : span.end] == spelled
    with pytest.raises(type(caught.value)) as one_by_one:
        trace(program, {"w": float(at)}, Float64())
    assert one_by_one.value.message == caught.value.message


def test_an_undefined_element_of_an_array_is_named():
    builder = Builder()
    leaves = builder.parameters(50)
    builder.names[int(leaves[7])] = "w7"
    builder.operations("sqrt", leaves)
    with pytest.raises(
        UndefinedError, match=r"node 57 \(sqrt\) is undefined at -1: sqrt needs u >= 0"
    ):
        Tape.of(builder.wiring()).forward([-1.0 if each == 7 else 1.0 for each in range(50)])
    with pytest.raises(UndefinedError, match="w7 is not a finite number"):
        Tape.of(builder.wiring()).forward([math.nan if each == 7 else 1.0 for each in range(50)])


@pytest.mark.parametrize("copies", [1, 40], ids=["scalars", "arrays"])
def test_a_slope_that_is_not_finite_is_named_where_it_counts(copies):
    terms = " + ".join(f"sqrt(w{index})" for index in range(copies))
    program = parse(f"a = {terms}\nJ = 2*a\nK = a*0 + w0", (), LIMITS)
    tape = program_tape(program, program.variables)
    at = {name: float(index) for index, name in enumerate(program.variables)}
    with pytest.raises(
        UndefinedError, match=r"sqrt\(w0\) has no finite derivative by w0 where w0 = 0"
    ):
        tape.sweep(at, "J")
    assert tape.sweep(at, "K").gradient["w0"] == 1  # 0 times infinity does not count
    data = program_tape(program, [])
    assert data.sweep(at, "J").gradient == {}


def test_an_exponent_that_is_data_may_have_a_negative_base():
    program = parse("J = w**n")
    tape = program_tape(program, ("w",))
    assert tape.sweep({"w": -2.0, "n": 3.0}).gradient["w"] == 12
    with pytest.raises(UndefinedError, match="no finite derivative by n"):
        program_tape(program, ("w", "n")).sweep({"w": -2.0, "n": 3.0})


def test_a_node_cannot_use_what_is_not_there():
    builder = Builder()
    with pytest.raises(ValueError, match="before the node"):
        builder.operations("sin", [3])
    with pytest.raises(ValueError, match="sin with 2 operands"):
        builder.operation("sin", 0, 0)


@pytest.mark.parametrize("nodes, parameters", [(1, 1), (7, 23), (100, 100), (101, 999), (3, 5_000)])
def test_a_network_has_exactly_the_size_that_was_asked_for(nodes, parameters):
    graph = network(nodes, parameters, 2)
    names = np.bincount(graph.tape.wiring.kinds)
    tanh = graph.tape.wiring.kinds.max()
    assert (graph.tape.parameters, names[tanh]) == (parameters, nodes)
    gradient = graph.tape.backward(graph.tape.forward(graph.weights, graph.data), graph.output)
    assert np.count_nonzero(gradient[:parameters]) > 0
    used = graph.tape.wiring.operands
    assert sorted(used[used < parameters]) == list(range(parameters))


def test_a_statement_needs_a_value_even_where_no_branch_uses_it():
    program = parse("a = log(w)\nJ = where(w > 0, a, 1)")
    with pytest.raises(UndefinedError, match=r"log\(w\) is undefined"):
        program_tape(program, ("w",)).sweep({"w": -1.0})


def test_the_power_zero_has_the_slope_zero_even_at_zero():
    source = " + ".join(f"w{index}**0 + w{index}" for index in range(40))
    tape = program_tape(parse(f"J = {source}", (), LIMITS), [f"w{each}" for each in range(40)])
    found = tape.sweep({f"w{index}": 0.0 for index in range(40)})
    assert (found.value, found.gradient["w7"]) == (40, 1)


def test_by_data_there_is_no_derivative():
    builder = Builder()
    w, x = builder.parameters(1), builder.data(1)
    nodes = builder.operations("*", np.tile([w[0], x[0]], 20), np.repeat([w[0], x[0]], 20))
    output = builder.sum(nodes.tolist())
    tape = Tape.of(builder.wiring())
    gradient = tape.backward(tape.forward([3.0], [5.0]), output)
    assert gradient[tape.places[w[0]]] == 20 * 3 + 20 * 5
    assert gradient[tape.places[x[0]]] == 0
