from pathlib import Path

import numpy as np
import pytest
from console import processor_seconds, run
from hypothesis import given
from hypothesis import strategies as st

from derivcli.errors import RefusedError, UsageError, describe
from derivcli.networks import data
from derivcli.networks.data import read
from derivcli.networks.layers import architecture

TWO_ONE = architecture((2, 1))
HINT = "hint: the first line names the columns: x1,x2,y"


def write(content, name="data.csv"):
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def told(content, network=TWO_ONE):
    with pytest.raises(UsageError) as caught:
        read(write(content), network)
    return describe(caught.value).removeprefix("error: ")


@pytest.mark.parametrize(
    "content",
    [
        "x1,x2,y\n1,2,0\n3,4,1\n",
        "x1,x2,y\n1,2,0\n3,4,1",
        "x1,x2,y\r\n1,2,0\r\n3,4,1\r\n",
        "\ufeffx1,x2,y\n1,2,0\n3,4,1\n",
        '\ufeff"x1","x2","y"\n1,2,0\n3,4,1\n',
        "y,x2,x1\n0,2,1\n1,4,3\n",
        "x1,x2,y1\n1,2,0\n3,4,1\n",
        " x1 , x2,y \n 1 ,2\t, 0\n3,4,1\n",
        '"x1", "x2","y"\n"1",2,"0"\n 3,"4.0", "1"\n',
        "x1,x2,y\n1,2,0\n3,4,1\n\n  \n\n",
        '"x1",x2,y\n1,2,0\n3,4,1\n\n  \n\n',
        "x1,x2,y\n+1e0,.2e1,-0\n3.,400E-2,1\n",
        "x1,x2,y\r1,2,0\r3,4,1\r",
    ],
)
def test_the_same_examples_in_every_spelling(content):
    found = read(write(content), TWO_ONE)
    assert found["X"].tolist() == [[1, 3], [2, 4]]
    assert found["Y"].tolist() == [[0, 1]]


def test_several_answers_in_any_order_of_columns():
    found = read(write("y2,x1,y1\n2,3,1\n5,6,4\n"), architecture((1, 2)))
    assert found["X"].tolist() == [[3, 6]]
    assert found["Y"].tolist() == [[1, 4], [2, 5]]


HEADERS = [
    ("", "data.csv holds no examples\n" + HINT),
    (" \n1,2,0\n", "data.csv begins with a blank line\n" + HINT),
    ("x1,x2,y\n\n", "data.csv holds no examples\nhint: a line for each stands below the header"),
    ("1,2,0\n3,4,1\n", "data.csv has no header: its first line holds numbers\n" + HINT),
    ("x1;x2;y\n1;2;0\n", "data.csv: cells are separated by commas, not semicolons\n" + HINT),
    ("x1\tx2\ty\n", "data.csv: cells are separated by commas, not tabs\n" + HINT),
    ("x1,,y\n1,2,0\n", "data.csv: column 2 of the header has no name\n" + HINT),
    ("x1,X2,y\n1,2,0\n", "data.csv: unknown column 'X2'\nhint: did you mean 'x2'?"),
    ("x1,weight,y\n1,2,0\n", "data.csv: unknown column 'weight'\n" + HINT),
    ("x1,x02,y\n1,2,0\n", "data.csv: unknown column 'x02'\nhint: did you mean 'x2'?"),
    ("x1,x2,y\x1b\n", "data.csv: unknown column 'y\ufffd'\nhint: did you mean 'y'?"),
    ("x1,x2,y,x1\n1,2,0,1\n", "data.csv: columns 1 and 4 are both 'x1'"),
    ("x1,x2,y,y1\n1,2,0,1\n", "data.csv: columns 3 and 4 are both 'y'"),
    ("x1,x3,y\n1,2,0\n", "data.csv has no column 'x2'\n" + HINT),
    ("x1,x2\n1,2\n", "data.csv has no column 'y'\n" + HINT),
    ("y\n1\n", "data.csv has no column 'x1'\n" + HINT),
    ("x1,x2,x3,y\n1,2,3,0\n", "data.csv has 3 features, x1, x2 and x3, and a 2-1 network takes 2"),
    ("x1,y\n1,0\n", "data.csv has 1 feature, x1, and a 2-1 network takes 2"),
    ("x1,x2,y1,y2\n1,2,0,1\n", "data.csv has 2 answers, y1 and y2, and a 2-1 network gives 1"),
]  # fmt: skip


@pytest.mark.parametrize("content, message", HEADERS)
def test_a_header_that_does_not_fit_is_told(content, message):
    assert told(content) == message


def test_many_columns_are_told_in_short():
    header = ",".join([*(f"x{i}" for i in range(1, 13)), "y"])
    assert told(header + "\n", architecture((20, 1))) == (
        "data.csv has 12 features, x1 to x12, and a 20-1 network takes 20"
    )
    assert told("a,b\n", architecture((20, 9))) == (
        "data.csv: unknown column 'a'\n"
        "hint: the first line names the columns: x1,x2,...,x20,y1,...,y9"
    )


CELLS = [
    ("3,,0", "data.csv: line 3, column 'x2': the cell is blank"),
    ("3, ,0", "data.csv: line 3, column 'x2': the cell is blank"),
    ("3,two,0", "data.csv: line 3, column 'x2': 'two' is not a number"),
    ("3,0x10,0", "data.csv: line 3, column 'x2': '0x10' is not a number"),
    ("3,1/3,0", "data.csv: line 3, column 'x2': '1/3' is not a number"),
    ("3,٣,0", "data.csv: line 3, column 'x2': '٣' is not a number"),
    ("3,4,nan", "data.csv: line 3, column 'y': nan is not a finite number"),
    ("-inf,4,0", "data.csv: line 3, column 'x1': -inf is not a finite number"),
    ("3,Infinity,0", "data.csv: line 3, column 'x2': Infinity is not a finite number"),
    ("3,4,1e400", "data.csv: line 3, column 'y': 1e400 is too large for float64"),
    ("1_000,4,0", "data.csv: line 3, column 'x1': '1_000' is not a number\nhint: write it without _: 1000"),
    ('3,"4,5",0', "data.csv: line 3, column 'x2': '4,5' is not a number\nhint: write a decimal point: 4.5"),
    ("3,4,5,0", "data.csv: line 3 has 4 cells, and the header has 3 columns\nhint: a decimal comma divides a number in two: write 1.5"),
    ("3.5,4,5,0", "data.csv: line 3 has 4 cells, and the header has 3 columns"),
    ("3,4", "data.csv: line 3 has 2 cells, and the header has 3 columns"),
    ("3", "data.csv: line 3 has 1 cell, and the header has 3 columns"),
    ('3,4,"0', "data.csv: line 3 is not CSV: unexpected end of data"),
    ("\n5,6,1", "data.csv: line 3 is blank, and others follow it"),
    (f"3,{'a' * 50},0", f"data.csv: line 3, column 'x2': '{'a' * 40}…' is not a number"),
    ("3,\x1b[31m,0", "data.csv: line 3, column 'x2': '\ufffd[31m' is not a number"),
]  # fmt: skip


@pytest.mark.parametrize("line, message", CELLS)
def test_the_first_bad_cell_is_named(line, message):
    assert told(f"x1,x2,y\n1,2,1\n{line}") == message
    if '"' not in line:
        assert told(f'"x1",x2,y\n1,2,1\n{line}') == message


def test_numbers_whose_sum_alone_is_infinite_are_numbers():
    found = read(write("x1,x2,y\n1e308,1e308,1e308\n"), TWO_ONE)
    assert found["X"].tolist() == [[1e308], [1e308]]


def test_files_that_cannot_be_read(tmp_path, monkeypatch):
    with pytest.raises(UsageError, match=r"cannot read none\.csv: No such file"):
        read("none.csv", TWO_ONE)
    with pytest.raises(UsageError, match=r"cannot read .*: Is a directory"):
        read(str(tmp_path), TWO_ONE)
    with pytest.raises(UsageError, match=r"cannot read a.*b: embedded null byte"):
        read("a\0b", TWO_ONE)
    with pytest.raises(UsageError, match=r"data\.csv is not UTF-8: line 2, byte 9 of the file"):
        read(write(b"x1,x2,y\n\xff,2,0\n"), TWO_ONE)
    with pytest.raises(UsageError, match=r"data\.csv is not UTF-8: line 1, byte 1 of the file"):
        read(write("x1,x2,y\n1,2,0\n".encode("utf-16")), TWO_ONE)
    with monkeypatch.context() as small:
        small.setattr(data, "LARGEST_FILE", 10)
        with pytest.raises(UsageError, match=r"data\.csv is larger than"):
            read(write("x1,x2,y\n1,2,0\n"), TWO_ONE)
    monkeypatch.setattr(data, "MOST_NUMBERS", 5)
    with pytest.raises(RefusedError, match=r"data\.csv holds more than 5 numbers"):
        read(write("x1,x2,y\n1,2,0\n1,2,0\n"), TWO_ONE)


def test_more_examples_than_are_wanted_are_refused_at_once(monkeypatch):
    three = "x1,x2,y\n1,2,0\n3,4,1\n5,6,0\n"
    assert read(write(three), TWO_ONE, 3)["X"].shape == (2, 3)
    with pytest.raises(RefusedError, match=r"^data\.csv holds more than 2 examples$"):
        read(write(three + "nonsense below\n"), TWO_ONE, 2)
    monkeypatch.setattr(data, "LARGEST_FILE_OF_FEW", 10)
    with pytest.raises(RefusedError, match=r"^data\.csv is larger than 0 MB$"):
        read(write(three), TWO_ONE, 3)
    assert read(write(three), TWO_ONE)["X"].shape == (2, 3)


NUMBERS = st.lists(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3), min_size=1
)


@given(NUMBERS)
def test_every_float64_comes_back(rows):
    lines = "".join(",".join(map(repr, row)) + "\n" for row in rows)
    found = read(write("x1,x2,y\n" + lines), TWO_ONE)
    table = np.array(rows).T
    assert np.array_equal(found["X"], table[:2])
    assert np.array_equal(found["Y"], table[2:])


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader(content):
    try:
        found = read(write(b"x1,x2,y\n1,2,0\n" + content), TWO_ONE)
    except UsageError:
        return
    assert np.isfinite(found["X"]).all()


def test_ten_thousand_lines_of_785_columns_take_seconds():
    line = ",".join(["0.123456"] * 784 + ["1"]) + "\n"
    header = ",".join([*(f"x{i}" for i in range(1, 785)), "y"]) + "\n"
    write(header + line * 10_000)
    with processor_seconds(6):  # it takes a second or two
        found = read("data.csv", architecture((784, 1)))
    assert found["X"].shape == (784, 10_000)


def test_the_program_runs_on_a_file():
    write("x1,x2,y\n1,2,1\n0,1,0\n")
    found = run("network", "2-1", "--data", "data.csv", "--format", "json")
    assert (found.status, found.stderr) == (0, "")
    write("x1,x2,y\n1,2,1\n0,,0\n")
    found = run("network", "2-1", "--data", "data.csv")
    assert found.stderr == "error: data.csv: line 3, column 'x2': the cell is blank\n"
    assert (found.stdout, found.status) == ("", 2)
