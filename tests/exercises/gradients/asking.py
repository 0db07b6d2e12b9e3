"""Questions about gradients, from texts and from the corpus of programs of matrices."""

from algebra.corpus.cookbook import COOKBOOK
from algebra.corpus.layers import LAYERS
from algebra.corpus.losses import LOSSES
from algebra.corpus.networks import NETWORKS

from derivcli.cli.matrix_answers import question
from derivcli.exercises.gradients.judging import gradient_verdicts

MODELS = {**COOKBOOK, **LOSSES, **NETWORKS, **LAYERS}


def asked(program, answer, shape, wrt, assume=()):
    """Return a question, from its texts."""
    shapes = shape.split() if isinstance(shape, str) else shape
    return question(program, answer, shapes, (), (wrt,), 0, assume)


def judged(program, answer, shape, wrt, assume=()):
    """Return the last word on an answer."""
    return list(gradient_verdicts(asked(program, answer, shape, wrt, assume)))[-1]


def judged_line(name, line, answer):
    """Return the last word on an answer for a line of a model of the corpus."""
    model = MODELS[name]
    shapes = [f"{n}={'x'.join(map(str, shape))}" for n, shape in model.shapes.items()]
    assume = (*model.assumptions, *(f"{scalar} > 0" for scalar in sorted(model.scalars)))
    return judged(model.source, answer, shapes, line[1:], assume)
