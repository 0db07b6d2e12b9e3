"""Random programs of matrices, as texts with the shapes of their names: each defined wherever its entries are from -1 to 1."""

import numpy as np
from algebra.corpus.model import Model
from algebra.corpus.oracle import statements
from hypothesis import strategies as st

SIZES = {"n": 2, "m": 3, "k": 5}
NAMES = ("X", "W", "B", "V")  # of matrices that are given
# Each is put around what needs no brackets, and needs none itself.
EVERYWHERE = ("tanh({})", "sigmoid({})", "sin({})", "cos({})", "atan({})", "softplus({})", "exp(-{}**2)",
              "log({}**2 + 1)", "sqrt({}**2 + 1)", "(1/({}**2 + 2))", "({}**2)", "exp(sin({}))", "(-{})",
              "({}/2)", "(3*{})", "({} - 1/2)", "(1 - {})")  # fmt: skip
ALONG = ("sum({}, axis={}, keepdims=True)", "mean({}, axis={}, keepdims=True)", "logsumexp({}, axis={}, keepdims=True)",
         "norm({}**2 + 1, axis={}, keepdims=True)", "prod(sin({}) + 2, axis={}, keepdims=True)")  # fmt: skip
KEPT = ("softmax({}, axis={})", "cumsum({}, axis={})")
OF_ALL = ("sum({})", "mean({})", "logsumexp({})", "norm({}**2 + 1)", "sum({}**2)")
OF_SQUARE = ("trace({0})", "det(tanh({0}) + 6*eye({1}))", "logdet(tanh({0}) @ tanh({0}).T + eye({1}))",
             "trace(inv(tanh({0}) + 6*eye({1})))")  # fmt: skip
SQUARE = ("inv(tanh({0}) + 6*eye({1}))", "({0} - {0}.T)", "({0} + eye({1}))", "diag(diag({0}))")
DEPTH = 4
LARGEST = 1e4
ROUNDING = 1e-12


class Writer:
    """Draws expressions of a shape, and remembers which names they used."""

    def __init__(self, draw):
        self.draw = draw
        self.shapes, self.statements = {}, {}

    def one_of(self, *choices):
        return self.draw(st.sampled_from(choices))

    def size(self):
        return self.one_of(*SIZES)

    def shape(self):
        return self.one_of(
            *[(a, b) for a in SIZES for b in SIZES],
            *[(a, 1) for a in SIZES],
            *[(1, a) for a in SIZES],
        )

    def name(self, shape):
        """Return a name of that shape: an earlier statement's, or one that is given, as it is or transposed."""
        known = {**self.shapes, **self.statements}
        names = [name for name, its in known.items() if its == shape]
        names += [f"{name}.T" for name, its in known.items() if its == shape[::-1]]
        if len(self.shapes) < 4 or not names:
            names.append(f"{NAMES[len(self.shapes) % 4]}{len(self.shapes) // 4 or ''}")
        name = self.one_of(*names)
        if name not in known and name.removesuffix(".T") not in known:
            self.shapes[name] = shape
        return name

    def expression(self, shape, depth=DEPTH):
        """Return an expression of that shape; one that is not a name stands in brackets."""
        if depth == 0:
            return self.name(shape)
        rows, columns = shape
        kinds = [
            self.entrywise,
            self.combined,
            self.combined,
            self.product,
            self.product,
            self.kept,
            self.transposed,
        ]
        kinds += (
            [self.name_alone, self.broadcast]
            + [self.reduced] * (1 in shape)
            + [self.square] * (rows == columns)
        )
        return self.draw(st.sampled_from(kinds))(shape, depth - 1)

    def name_alone(self, shape, _depth):
        return self.name(shape)

    def entrywise(self, shape, depth):
        return self.one_of(*EVERYWHERE).format(self.expression(shape, depth))

    def combined(self, shape, depth):
        left, right = self.expression(shape, depth), self.expression(shape, max(depth - 1, 0))
        return f"({left} {self.one_of('+', '-', '*')} {right})"

    def broadcast(self, shape, depth):
        rows, columns = shape
        thin = self.one_of((1, columns), (rows, 1), None)
        if thin is None:
            part = self.one_of(*OF_ALL).format(self.expression(self.shape(), depth))
        elif thin == (1, columns) and rows != 1 and self.draw(st.booleans()):
            part = f"sum({self.expression((self.size(), columns), depth)}, axis=0)"  # flat: a row
        else:
            part = self.expression(thin, depth)
        return f"({self.expression(shape, depth)} {self.one_of('+', '-', '*')} {part})"

    def product(self, shape, depth):
        between = self.size()
        return f"({self.expression((shape[0], between), depth)} @ {self.expression((between, shape[1]), depth)})"

    def transposed(self, shape, depth):
        return f"{self.expression(shape[::-1], depth)}.T"

    def kept(self, shape, depth):
        return self.one_of(*KEPT).format(self.expression(shape, depth), self.one_of(0, 1))

    def reduced(self, shape, depth):
        axis = shape.index(1)
        wide = (self.size(), shape[1]) if axis == 0 else (shape[0], self.size())
        return self.one_of(*ALONG).format(self.expression(wide, depth), axis)

    def square(self, shape, depth):
        return self.one_of(*SQUARE[shape[0] == "k" :]).format(
            self.expression(shape, depth), shape[0]
        )

    def output(self):
        """Return a number."""
        if self.draw(st.integers(0, 3)) == 0:
            size = self.one_of("n", "m")  # SymPy writes the determinant out
            return self.one_of(*OF_SQUARE).format(self.expression((size, size)), size)
        return self.one_of(*OF_ALL).format(self.expression(self.shape()))

    def program(self):
        """Return statements; each reaches the output."""
        texts = []
        for index in range(self.draw(st.integers(0, 3))):
            shape = self.shape()
            texts.append(self.expression(shape, 2))
            self.statements[f"S{index + 1}"] = shape
        output = self.output()
        for index, name in enumerate(self.statements):
            if not any(name in text for text in [*texts[index + 1 :], output]):
                output += f" + mean(sin({name}))"
        return "; ".join(
            f"{name} = {text}"
            for name, text in zip([*self.statements, "J"], [*texts, output], strict=True)
        )


@st.composite
def _drawn(draw):
    writer = Writer(draw)
    source = writer.program()
    return Model(source, source, writer.shapes, tuple(writer.shapes))


def drawn_values(model, seed=0):
    """Return values of a random program: sizes 2, 3 and 5, entries from -1 to 1."""
    draw = np.random.default_rng(seed)
    entries = {
        name: draw.uniform(-1, 1, size=tuple(SIZES.get(size, size) for size in shape))
        for name, shape in model.shapes.items()
    }
    return {**{name: float(SIZES[name]) for name in model.sizes}, **entries}


def _tame(model):
    """Return whether no statement is so large that differences of it lose their digits."""
    with np.errstate(all="ignore"):
        found = statements(model, drawn_values(model))
    return all(np.max(np.abs(found[name])) < LARGEST for name, _ in model.statements)


def programs():
    """Return the strategy of programs of one to four statements, to be differentiated by each of their matrices."""
    return _drawn().filter(_tame)
