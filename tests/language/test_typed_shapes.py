"""Shapes as they are typed after --shape, and what is said of those that are none."""

import pytest

from derivcli.errors import DerivError, RefusedError, describe
from derivcli.language.typed_shapes import parse_shape, read_shapes

HOW = "write rows x columns, such as 4x3, 3xm or nx1"


@pytest.mark.parametrize(
    ("source", "shape"),
    [
        ("4x3", (4, 3)), ("3xm", (3, "m")), ("mx3", ("m", 3)), ("mxn", ("m", "n")), ("n", ("n", 1)),
        ("5", (5, 1)), ("x", ("x", 1)), ("xxm", ("x", "m")), ("index", ("index", 1)),
        ("(4, 3)", (4, 3)), ("[4,3]", (4, 3)), ("(n)", ("n", 1)), ("4 x 3", (4, 3)), ("4×3", (4, 3)),
        ("4*3", (4, 3)), ("4X3", (4, 3)), ("n₁xn₀", ("n1", "n0")), ("n1xn0", ("n1", "n0")),
        ("3xhidden", (3, "hidden")), ("hidden x m", ("hidden", "m")), ("hidden,m", ("hidden", "m")),
        ("boxes,1", ("boxes", 1)), ("bo,es", ("bo", "es")), (" 04x3 ", (4, 3)), ("nxT", ("n", "T")),
    ],
)  # fmt: skip
def test_a_shape_as_typed(source, shape):
    assert parse_shape(source) == shape
    assert read_shapes([f"W={source}"]) == {"W": shape}


def test_several_shapes_and_names_as_the_language_spells_them():
    assert read_shapes(["W=4x3", "θ = nx1", "x₁=3"]) == {
        "W": (4, 3),
        "theta": ("n", 1),
        "x1": (3, 1),
    }
    assert read_shapes([]) == {}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("W=maxx1", "this can be read in two ways|  ^^^^^|write ma,x1 or maxx1,1"),
        ("W=boxes", "this can be read in two ways|  ^^^^^|write bo,es or boxes,1"),
        ("W=hiddenxm", "this can be read in two ways|  ^^^^^^^^|write hidden,m or hiddenxm,1"),
        ("W=axbxes", "this can be read in two ways|  ^^^^^^|write a,bxes or axb,es or axbxes,1"),
        ("W=2x3x4", f"a matrix has rows and columns alone|  ^^^^^|{HOW}"),
        ("W=(2, 3, 4)", f"a matrix has rows and columns alone|   ^^^^^^^|{HOW}"),
        (
            "W=(5,)",
            "a flat array has no rows and columns|   ^^|write 5x1 for a column, 1x5 for a row",
        ),
        ("W=", f"the shape is missing|  ^|{HOW}"),
        ("W=()", f"the shape is missing|  ^^|{HOW}"),
        ("W=3x", f"a size is missing|    ^|{HOW}"),
        ("W=,3", f"a size is missing|  ^|{HOW}"),
        ("W=0x3", "a size is 1 or more|  ^"),
        ("W=3x0", "a size is 1 or more|    ^"),
        ("W=mxe", "'e' is a constant|    ^|give it another name"),
        ("W=-1x3", f"'-1x3' is no size|  ^^^^|{HOW}"),
        ("W=3.5x2", f"'3.5x2' is no size|  ^^^^^|{HOW}"),
        ("W=m+1,2", f"'m+1' is no size|  ^^^|{HOW}"),
        ("W=m,exp", "'exp' is a function|    ^^^|give it another name"),
        ("W=exp", "'exp' is a function|  ^^^|give it another name"),
        ("W=mean,2", "'mean' is a function|  ^^^^|give it another name"),
        ("W=3xe", "'e' is a constant|    ^|give it another name"),
        ("sin=3x3", "'sin' is a function|^^^|give it another name"),
        ("sum=3x3", "'sum' is a function|^^^|give it another name"),
        ("pi=3x3", "'pi' is a constant|^^|give it another name"),
        ("W", "whose shape is this?|^|write W=4x3"),
        ("b", "whose shape is this?|^|write b=4x3"),
        ("4x3", "whose shape is this?|^^^|write W=4x3"),
        ("=3x3", "this is not a name|^|write W=4x3"),
        ("2W=3x3", "this is not a name|^^|write W=4x3"),
        ("W[1]=3x3", "this is not a name|^^^^|write W=4x3"),
        ("W=4x3,b=4x1", "one shape at a time|^^^^^^^^^^^|write --shape W=4x3 b=4x1"),
        ("W=4x3 b=4x1", "one shape at a time|^^^^^^^^^^^|write --shape W=4x3 b=4x1"),
    ],
)
def test_what_is_no_shape_is_told_with_its_place(source, message):
    words, carets, *hint = message.split("|")
    lines = [f"error: {words}", f"  {source}", f"  {carets}", *(f"hint: {each}" for each in hint)]
    with pytest.raises(DerivError) as failure:
        read_shapes([source])
    assert describe(failure.value) == "\n".join(lines)


def test_a_size_beyond_all_arrays_is_refused():
    with pytest.raises(RefusedError, match=r"^a size beyond 1,000,000,000 is too large$"):
        parse_shape(f"3x{'9' * 5_000}")


def test_a_name_has_one_shape():
    with pytest.raises(DerivError, match=r"^W is given a shape twice$"):
        read_shapes(["W=3x3", "W=3x3"])


@pytest.mark.parametrize("sources", [["m=3x3", "X=mx3"], ["X=mx3", "m=3x3"]])
def test_a_size_has_no_shape(sources):
    with pytest.raises(
        DerivError, match=r"^m is a size, and so a number without a shape$"
    ) as failure:
        read_shapes(sources)
    assert failure.value.source == "m=3x3"
