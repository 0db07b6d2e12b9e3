"""Matrices among the values of --at: in brackets, and in files."""

import numpy as np
import pytest
from console import run

from derivcli.cli.matrices import read_file, split
from derivcli.errors import DerivError, RefusedError, describe
from derivcli.exercises.documents import value
from derivcli.language.matrix_values import read_matrix
from derivcli.language.text import text


def rows(matrix):
    return [[text(entry) for entry in row] for row in matrix.rows]


@pytest.fixture
def file(tmp_path):
    def written(content, name="x.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return written


def test_matrices_are_parted_from_numbers(file):
    path = file("1,2\n3,4\n")
    matrices, others = split(
        ["W=[[1, pi]]", "b=2", f"X=@{path}", "3", "θ = [1, 2]", "v=@"[:-1] + "pi"]
    )
    assert [(name, rows(matrix)) for name, matrix in matrices] == [
        ("W", [["1", "pi"]]), ("X", [["1", "2"], ["3", "4"]]), ("theta", [["1"], ["2"]]),
    ]  # fmt: skip
    assert others == ["b=2", "3", "v=pi"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("[[1, 2]]", """\
error: in --at: whose value is this matrix?
  [[1, 2]]
  ^^^^^^^^
hint: write --at W="[[1, 2]]\""""),
        ("W=[[1, 2], [3]]", """\
error: in --at: row 2 has 1 entry, and row 1 has 2
  W=[[1, 2], [3]]
              ^"""),
        ("2W=[[1, 2]]", """\
error: in --at: this is not a name
  2W=[[1, 2]]
  ^^
hint: write W="[[1, 2], [3, 4]]\""""),
        ("X=@nowhere.csv", "error: cannot read nowhere.csv: No such file or directory"),
    ],
)  # fmt: skip
def test_what_is_no_matrix(source, message):
    with pytest.raises(DerivError) as failure:
        split([source])
    assert describe(failure.value) == message


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("1,2.5\n-3,4e-2\n", [["1", "2.5"], ["-3", "0.04"]]),
        ("x1,x2\n1,2\n", [["1", "2"]]),
        ('"height in m","b"\n1, 2\n', [["1", "2"]]),
        ("\ufeff1,2\r\n3,4\r\n\r\n", [["1", "2"], ["3", "4"]]),
        ("1 2\n3\t4\n", [["1", "2"], ["3", "4"]]),
        ("5\n6\n", [["5"], ["6"]]),
        ("x\n5\n", [["5"]]),
    ],
)
def test_a_file_of_numbers(file, content, expected):
    assert rows(read_file(file(content))) == expected


def test_what_numpy_saves_is_read(file, tmp_path):
    matrix = np.array([[0.1, -2.5], [1e-20, 3.0]])
    for options in ({}, {"delimiter": ","}, {"delimiter": ",", "header": "a,b"}):
        np.savetxt(tmp_path / "saved.csv", matrix, **options)
        read = read_file(str(tmp_path / "saved.csv"))
        assert [[float(text(entry)) for entry in row] for row in read.rows] == matrix.tolist()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("1,2\n3,abc\n", "line 2, column 2: 'abc' is not a number"),
        ("1,2\n3,\n", "line 2, column 2: the cell is blank"),
        ("a,2\n3,4\n", "line 1, column 1: 'a' is not a number"),
        ("1,nan\n", "line 1, column 2: nan is not a finite number"),
        ("1,1e301\n", "line 1, column 2: 1e301 is too large"),
        ("1,2\n3\n", "line 2 has 1 cell, and line 1 has 2"),
        ("x,y\n1,2\n3,4,5\n", "line 3 has 3 cells, and line 2 has 2"),
        ("1,2\n\n3,4\n", "line 2 is blank, and others follow it"),
        ("1;2\n", "cells are separated by commas, not semicolons"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place(file, content, message):
    path = file(content)
    with pytest.raises(DerivError) as failure:
        read_file(path)
    assert failure.value.message == f"{path}: {message}"


def test_files_that_hold_no_matrix(file):
    for content in ("", "\n", "x,y\n"):
        with pytest.raises(DerivError, match=r"holds no numbers$"):
            read_file(file(content))
    with pytest.raises(DerivError, match=r"is not UTF-8: byte 1$") as failure:
        read_file(file(b"\x93NUMPY\x01", "x.npy"))
    assert "numpy.savetxt" in failure.value.hint
    with pytest.raises(RefusedError, match=r"holds more than 200,000 numbers$"):
        read_file(file("1,2\n" * 100_001))


def test_a_decimal_comma_is_seen(file):
    with pytest.raises(DerivError) as failure:
        read_file(file("1,5;2,5\n"))
    assert failure.value.hint == "write a decimal point: 1.5"


def test_lists_of_toml_are_matrices():
    assert rows(read_matrix(value([[1, 2], [3, 4]], "at"))) == [["1", "2"], ["3", "4"]]
    assert rows(read_matrix(value([[1, "pi/4"], [-3, 4]], "at"))) == [["1", "pi/4"], ["-3", "4"]]
    assert rows(read_matrix(value([1, 2], "at"))) == [["1"], ["2"]]
    assert value("pi", "at") == "pi"
    with pytest.raises(
        DerivError, match=r"^at: entry 1: entry 2 is neither a number nor a string$"
    ):
        value([[1, True]], "at")
    with pytest.raises(DerivError):
        read_matrix(value([["1, 2"]], "at"))


def test_a_name_of_the_program_at_the_start_of_a_sentence_stays_as_it_is():
    program = "eta = X @ w; J = sum(exp(eta) - y*eta)/m"
    shapes = ("--shape", "X=mxn", "w=nx1", "y=mx1", "--wrt", "w")
    told = run("check", program, "X.T @ (eta - y)/m", *shapes).stdout
    assert "\neta stands where the slope of exp at eta is needed" in told
    told = run("check", program, "X.T @ (y - exp(eta))/m", *shapes).stdout
    assert "\nA minus is missing before" in told


@pytest.mark.parametrize("source, meant", [("sun(X)", "sum"), ("trase(X)", "trace")])
def test_the_nearest_operation_on_matrices_is_told(source, meant):
    told = run("diff", source, "--shape", "X=nxn").stderr
    assert told.endswith(f"hint: did you mean '{meant}'?\n")
