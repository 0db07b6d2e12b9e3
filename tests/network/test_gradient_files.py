"""Files of gradients: what is read, and what is refused in one line; no pickle, no bomb."""

import io
import json
import sys
import zipfile

import numpy as np
import pytest

from derivcli.errors import DerivError, RefusedError, UsageError
from derivcli.networks.checking import gradient_files
from derivcli.networks.checking.expected import expected
from derivcli.networks.layers import architecture

TWO = architecture([3, 4, 1])
ONE = architecture([2, 1])
GOOD = {"dW1": [[1, 2, 3]] * 4, "db1": [1, 2, 3, 4], "dW2": [1, 2, 3, 4], "db2": 5}


def read(path, network=TWO):
    return gradient_files.read(str(path), expected(network))


def written(tmp_path, content, name="g.json"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(path, network=TWO, kind=UsageError):
    with pytest.raises(kind) as caught:
        read(path, network)
    assert type(caught.value) is kind
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message
    return f"{caught.value.message.replace(str(path), 'g')} | {caught.value.hint}"


def npz(tmp_path, **arrays):
    np.savez(tmp_path / "g.npz", **arrays)
    return tmp_path / "g.npz"


def test_flat_lists_are_columns_but_where_an_array_has_one_row(tmp_path):
    found = read(written(tmp_path, json.dumps(GOOD))).arrays
    assert {name: each.values.shape for name, each in found.items()} == {
        "dW1": (4, 3), "db1": (4, 1), "dW2": (1, 4), "db2": (1, 1),
    }  # fmt: skip
    assert found["db1"].values.ravel().tolist() == [1, 2, 3, 4]
    flat = {name: np.array(each, dtype=float) for name, each in GOOD.items()}
    again = read(npz(tmp_path, **flat)).arrays
    assert all((again[name].values == found[name].values).all() for name in GOOD)


@pytest.mark.parametrize("pattern", ["d{}{}", "d{}[{}]", "d{}^[{}]", "d{}^{{[{}]}}", "d{}_{}"])
@pytest.mark.parametrize("case", [str, str.lower])
def test_the_spellings_of_a_name(tmp_path, pattern, case):
    fields = {pattern.format(case(name[1]), name[2]): value for name, value in GOOD.items()}
    assert [*read(written(tmp_path, json.dumps(fields))).arrays] == ["dW1", "db1", "dW2", "db2"]


def test_of_one_layer_dw_and_db_need_no_number(tmp_path):
    found = read(written(tmp_path, "dw = [1, 2]\ndb = 0.5\n", "g.toml"), ONE)
    assert found.arrays["dW1"].values.tolist() == [[1, 2]]
    fields = {**GOOD, "dw": 1}
    assert "of which of 2 layers? Write dW1" in refused(written(tmp_path, json.dumps(fields)))


def test_of_dz_and_da_it_is_told_that_they_are_not_compared(tmp_path):
    fields = {**GOOD, "dZ1": "anything", "dA2": None, "dz[2]": []}
    assert read(written(tmp_path, json.dumps(fields))).others == ("dZ1", "dA2", "dz[2]")


def test_digits_are_those_that_stand_there(tmp_path):
    text = "dw = [0.120, 1.5e-3]\ndb = [[7]]"
    found = read(written(tmp_path, text, "g.toml"), ONE).arrays
    assert (found["dW1"].decimals, found["dW1"].significant) == (4, 3)
    assert (found["db1"].decimals, found["db1"].significant) == (0, 1)
    arrays = {"dw": np.array([[0.12, 0.0015]], dtype=np.float32), "db": np.array([[7]])}
    found = read(npz(tmp_path, **arrays), ONE).arrays
    assert (found["dW1"].decimals, found["dW1"].spacing) == (4, 2.0**-23)
    assert found["db1"].spacing == 2.0**-52


def test_arrays_by_columns_and_of_other_byte_order(tmp_path):
    dW1 = np.arange(12.0).reshape(4, 3)
    rest = {name: np.array(GOOD[name]) for name in ("db1", "dW2", "db2")}
    for array in (np.asfortranarray(dW1), dW1.astype(">f8"), dW1.astype(np.int16)):
        assert (read(npz(tmp_path, dW1=array, **rest)).arrays["dW1"].values == dW1).all()


def with_(**other):
    return json.dumps({**GOOD, **other})


DEEP = "[" * 100_000
REFUSED = [
    (with_(db2=True), "'db2' is not a number"),
    (with_(db2="5"), "'db2' is not a number | write 0.5 or 5e-1, without quotes"),
    (with_(db1=[1, "x", 3, 4]), "'db1', number 2 is not a number"),
    (with_(dW1=[[1, 2, 3], [1, None, 3]]), "'dW1', row 2, column 2 is not a number"),
    (with_(dW1=[[1, 2, 3], [1, 2]]), "'dW1': row 2 has 2 numbers, and row 1 has 3"),
    (with_(dW1=[[1, 2, 3], 4]), "'dW1' mixes numbers and rows: entry 2 is not a list"),
    (with_(dW1=[1, [1, 2, 3]]), "'dW1' mixes numbers and rows: entry 1 is not a list"),
    (with_(dW1=[[[1]]]), "'dW1', row 1, column 1 is not a number"),
    (with_(dW1=[]), "'dW1' is empty"),
    (with_(dW1=[[]]), "'dW1' has an empty row"),
    (with_(dW1={}), "'dW1' is not a number"),
    (with_(dW1=[[1, 2, 3, 4]] * 3), "(3, 4), and W1 is (4, 3): a gradient has the shape of its v"),
    (with_(dW1=[[1, 2, 3, 4]] * 3), "its variable | it is transposed: turn it"),
    (with_(dW1=[[1, 2]]), "(1, 2), and W1 is (4, 3)"),
    (with_(db1=[[1, 2, 3, 4]]), "it is transposed: turn it"),
    (with_(db2=float("nan")), "'db2', row 1, column 1 is nan"),
    (with_(dW2=[1, 2, float("-inf"), 4]), "'dW2', row 1, column 3 is no finite float64"),
    (with_().replace("5}", "1e400}"), "'db2', row 1, column 1 is no finite float64"),
    (with_().replace("5}", "1e99999999999999999999}"), "a number has too large an exponent"),
    (with_().replace("5}", "9" * 5000 + "}"), "is no finite float64"),
    (with_().replace("5}", '5, "db2": 6}'), "'db2' is given twice"),
    (with_(db_1=GOOD["db1"]), "'db1' and 'db_1' are both db1"),
    (with_(dW3=1), "'dW3' is given, and a 3-4-1 network has 2 layers"),
    (with_(dZ3=1), "'dZ3' is given, and a 3-4-1 network has 2 layers"),
    (with_(W1=1), "unknown name 'W1' | did you mean 'dW1'?"),
    (with_(xZ1=1), "unknown name 'xZ1'"),
    (with_(**{"\x1b[31m\ud800": 1}), "unknown name '\N{REPLACEMENT CHARACTER}[31m"),
    ("{}", "g has no dW1, db1, dW2 and db2 | a 3-4-1 network has dW1, db1, dW2, db2"),
    (json.dumps({k: v for k, v in GOOD.items() if k != "db1"}), "g has no db1"),
    ("[1, 2]", "g is no JSON object"), ("", "g is not valid JSON"), ("{", "g is not valid JSON"),
    (f'{{"dW1": {DEEP}', "g is nested too deep"), (b'{"\xff": 1}', "g is not UTF-8: byte 3"),
]  # fmt: skip


@pytest.mark.parametrize("content, told", REFUSED)
def test_what_is_refused_of_json(tmp_path, content, told):
    assert told in refused(written(tmp_path, content))


@pytest.mark.parametrize(
    "content, told",
    [
        ("dw = [1, nan]\ndb = 1", "'dw', row 1, column 2 is nan"),
        ("dw = [1, -inf]\ndb = 1", "'dw', row 1, column 2 is no finite float64"),
        ("dw = [1, 2]\ndw = [1, 2]", "is not valid TOML"),
        (f"dw = {DEEP}", "nested too deep"), ("dw = 1e99999999999999999999", "too large an exp"),
        ("dw = 1979-05-27\ndb = 1", "'dw' is not a number"), (b"\xff", "is not UTF-8: byte 1"),
        ("[gradient]\ndw = 1", "unknown name 'gradient'"), ("dw", "is not valid TOML"),
    ],
)  # fmt: skip
def test_what_is_refused_of_toml(tmp_path, content, told):
    assert told in refused(written(tmp_path, content, "g.toml"), ONE)


def test_a_whole_number_of_many_digits_is_refused_whatever_python_makes_of_it(tmp_path):
    path = written(tmp_path, f"dw = [1, {'9' * 5000}]\ndb = 1", "g.toml")
    before = sys.get_int_max_str_digits()
    try:
        for digits, told in (
            (4300, "a whole number has too many digits"),
            (0, "no finite float64"),
        ):
            sys.set_int_max_str_digits(digits)
            assert told in refused(path, ONE)
    finally:
        sys.set_int_max_str_digits(before)


def test_an_answer_of_ours_without_its_numbers_is_told_how_to_have_them(tmp_path):
    gradient = {"name": "dW1", "shape": [4, 3], "value": None}
    answer = {"schema": "derivcli.network/1", "arrays": [{"name": "W1", "gradient": gradient}]}
    assert "has no numbers of dW1 | write them all by --values" in refused(
        written(tmp_path, json.dumps(answer))
    )
    for arrays in (None, 5, [None, {}, {"gradient": {"name": 3}}]):
        told = refused(written(tmp_path, json.dumps({**answer, "arrays": arrays})))
        assert "has no dW1, db1, dW2 and db2" in told


class Trap:
    """What unpickling runs, if anybody unpickles it."""

    def __reduce__(self):
        return pytest.fail, ("a pickle was read",)


def one(tmp_path, **arrays):
    return npz(tmp_path, **{"dw": np.ones((1, 2)), "db": np.ones((1, 1)), **arrays})


@pytest.mark.parametrize(
    "array, told",
    [
        (np.array([[Trap(), 1]], dtype=object), "holds Python objects: a pickle, which is never"),
        (np.ones((1, 2), dtype=complex), "holds complex128, not real numbers"),
        (np.ones((1, 2), dtype=bool), "holds bool, not real numbers"),
        (np.array([["a", "b"]]), "not real numbers"), (np.ones((1, 2), dtype=np.float16), "few"),
        (np.zeros((1, 2), dtype=[("a", float)]), "not real numbers"),
        (np.ones((2, 1)), "it is transposed: turn it"), (np.ones((1, 2, 1)), "(1, 2, 1)"),
        (np.ones((0, 2)), "(0, 2)"), (np.array([[1, np.nan]]), "row 1, column 2 is nan"),
    ],
)  # fmt: skip
def test_what_is_refused_of_npz(tmp_path, array, told):
    assert told in refused(one(tmp_path, dw=array), ONE)


def header(shape, descr="<f8"):
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {"descr": descr, "fortran_order": False, "shape": shape}
    )
    return stream.getvalue()


def archive(tmp_path, **members):
    path = tmp_path / "g.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as stream:
        for name, content in members.items():
            stream.writestr(f"{name}.npy", content)
    return path


def test_a_bomb_is_refused_by_its_header_and_never_unpacked(tmp_path, monkeypatch):
    bomb = header((10_000, 10_000)) + bytes(50_000_000)
    path = archive(tmp_path, dw=bomb, db=header((1, 1)) + bytes(8))
    assert path.stat().st_size < 100_000
    most, read_some = [0], zipfile.ZipExtFile.read

    def watched(self, n=-1):
        found = read_some(self, n)
        most[0] += len(found)
        return found

    monkeypatch.setattr(zipfile.ZipExtFile, "read", watched)
    assert "(10000, 10000), and W1 is (1, 2)" in refused(path, ONE)
    # One that lies about its shape: no more is read than it says.
    refused(archive(tmp_path, dw=header((1, 2)) + bytes(50_000_000), db=b""), ONE)
    assert most[0] < 10_000


@pytest.mark.parametrize(
    "content",
    [b"", b"\x93NUMPY", b"\x93NUMPY\x09\x00aa", header((1, 2)), header((1, 2)) + bytes(15),
     header((1, 2)) + bytes(17), b"\x80\x04N."],
)  # fmt: skip
def test_what_is_damaged_is_told(tmp_path, content):
    path = archive(tmp_path, dw=content, db=header((1, 1)) + bytes(8))
    assert "'dw' is damaged, and cannot be read" in refused(path, ONE)


def test_a_damaged_byte_is_seen(tmp_path):
    path = one(tmp_path, dw=np.array([[1.25, 2.5]]))
    content = bytearray(path.read_bytes())
    content[content.index(np.float64(2.5).tobytes())] ^= 1
    path.write_bytes(content)
    assert "'dw' is damaged" in refused(path, ONE)


def test_what_is_no_npz_file(tmp_path):
    assert "g is not an npz file" in refused(written(tmp_path, b"\x80\x04N.", "g.npz"))
    np.save(tmp_path / "g.npy", np.ones(3))
    assert "ends in no .toml, .json or .npz" in refused(tmp_path / "g.npy")
    assert "ends in no" in refused(tmp_path / "g")
    assert "cannot read g: No such file" in refused(tmp_path / "g.json")
    (tmp_path / "folder.npz").mkdir()
    assert "Is a directory" in refused(tmp_path / "folder.npz")
    with zipfile.ZipFile(tmp_path / "g.npz", "w") as stream:
        stream.writestr("dw.npy", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            stream.writestr("dw.npy", b"2")
    assert "'dw' is given twice" in refused(tmp_path / "g.npz", ONE)


def test_what_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(gradient_files, "LARGEST_TEXT", 2_000_000)
    path = written(tmp_path, b" " * 2_000_001)
    assert "is larger than 2 MB" in refused(path, kind=RefusedError)


def test_whatever_bytes_it_holds_a_file_is_read_or_refused(tmp_path):
    draw = np.random.default_rng(1)
    whole = {"npz": one(tmp_path).read_bytes(), "json": b'{"dw": [1, 2.5], "db": [[-1e-3]]}',
             "toml": b"dw = [1, 2.5]\ndb = [[-1e-3]]\n"}  # fmt: skip
    for kind, content in whole.items():
        for _ in range(300):
            changed = bytearray(content)
            for place in draw.integers(0, len(changed), 3):
                changed[place] = draw.integers(0, 256)
            cut = changed[: draw.integers(1, len(changed) + 1)] if draw.random() < 0.3 else changed
            path = written(tmp_path, bytes(cut), f"g.{kind}")
            try:
                assert read(path, ONE).arrays["dW1"].values.shape == (1, 2)
            except DerivError:
                continue
