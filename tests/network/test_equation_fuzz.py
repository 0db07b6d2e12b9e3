from hypothesis import example, given, settings
from hypothesis import strategies as st

from derivcli.errors import DerivError
from derivcli.networks.equation import latex
from derivcli.networks.equation import written as text
from derivcli.networks.equation_reader import parse, parse_right_side

WORDS = [
    "dZ1", "Z1", "A1", "W2", "b1", "X", "Y", "m", "z1", "a1", "J", "g1", "g", "g'", "exp", "tanh'",
    "sum", "mean", "where", "dot", "axis", "keepdims", "True", "None", "max", "np.", "2", "0.5", "1e9",
    "=", ":=", "==", "<", ">=", "+", "-", "*", "/", "@", "**", "^", "^T", ".T", "ᵀ", "²", "(", ")", "(",
    ")", ",", ".", "'", "[1]", "^[2]", "^{[2]}", "^{[2]T}", "^[L]", "L", "_prime", ".sum(", ".dot(", "×", "⊙", "π", " ", "\n",
]  # fmt: skip


def survives(source):
    for read in (parse, parse_right_side):
        try:
            tree = read(source, 2)
        except DerivError as error:
            if error.span is not None:
                assert 0 <= error.span.start <= error.span.end <= len(source) + 1
        else:
            assert read(text(tree), 2) == tree
            assert latex(tree)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60))
@example("\x00")
@example("W^[" + "9" * 1900 + "]")
@example("W" + "9" * 1900)
@example("W٣")
@example("Z1 = ٣")
def test_no_text_breaks_the_parser(source):
    survives(source)


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25), st.sampled_from(["", " "]))
def test_no_soup_of_tokens_breaks_the_parser(words, gap):
    survives(gap.join(words))
    survives("dZ1 = " + gap.join(words))
