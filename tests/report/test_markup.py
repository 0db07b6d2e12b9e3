"""Marks in sentences: read back as they were put in, and gone where there is only text."""

from derivcli.errors import printable
from derivcli.report.markup import BETWEEN, CLOSE, OPEN, Phrase, code, formula, marked, parts, plain


def test_marks_are_read_back():
    text = f"{marked('wrong', 'Wrong')}: write {code('--seed 1')} at {formula('w_1', 'w_{1}')}."
    assert list(parts(text)) == [
        Phrase("Wrong", "wrong"), Phrase(": write "), Phrase("--seed 1", "code"), Phrase(" at "),
        Phrase("w_1", "math", "w_{1}"), Phrase("."),
    ]  # fmt: skip
    assert plain(text) == "Wrong: write --seed 1 at w_1."


def test_formulas_with_a_relation_between_them_are_one():
    slope, value = formula("dJ/dw", r"\frac{dJ}{dw}"), formula("= 6", "= 6")
    assert list(parts(f"{slope} {value}")) == [Phrase("dJ/dw = 6", "math", r"\frac{dJ}{dw} = 6")]
    assert list(parts(f"{formula('w')} {formula('≈ 6')}")) == [Phrase("w ≈ 6", "math")]
    assert [part.text for part in parts(f"{slope} {formula('w')}")] == ["dJ/dw", " ", "w"]


def test_words_without_marks_are_one_part():
    assert list(parts("a $ b")) == [Phrase("a $ b")]
    assert list(parts("")) == []


def test_no_text_of_a_user_brings_a_mark():
    for mark in (OPEN, BETWEEN, CLOSE):
        assert mark not in printable(f"a{mark}b")
