"""The equations of a network are derived: to the letter what the course's tables of backprop say.

tabulated.json holds them as they were written by hand, before they were derived.
"""

import json
from pathlib import Path

import pytest

from derivcli.networks import equations
from derivcli.networks.equation import written
from derivcli.networks.layers import architecture

ROWS = json.loads((Path(__file__).parent / "tabulated.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("form", ["backward", "single", "general"])
@pytest.mark.parametrize(
    "row", ROWS, ids=["-".join([*row["activations"], row["loss"]]) for row in ROWS]
)
def test_the_derived_equations_are_those_of_the_table(row, form):
    sizes = tuple(range(len(row["activations"]) + 3, 2, -1))
    network = architecture(sizes, row["activations"], row["loss"])
    assert [written(each) for each in getattr(equations, form)(network)] == row[form]


def test_equations_of_a_deep_network_come_in_the_order_of_backprop():
    names = [each.name for each in equations.backward(architecture((2,) * 51))]
    assert names == [f"d{letter}{layer}" for layer in range(50, 0, -1) for letter in "ZWb"]
