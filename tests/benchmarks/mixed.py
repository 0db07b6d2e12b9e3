"""A file of mixed examples, the same every time: polynomials, quotients, chains, roots, waves."""

from __future__ import annotations

import random
from pathlib import Path

SHAPES = (
    "{a}*w**3 - {b}*w + {c}",
    "({a}*w + {b})**{n}",
    "({a}*w**2 + {b})/(w + {c})",
    "{a}/w**{n} + {b}*w",
    "sin({a}*w + {b})",
    "exp(-w**2/{a})*cos({b}*w)",
    "log(w**2 + {a})",
    "sqrt({a}*w + {b})",
    "w**{n}*exp({a}*w/{b})",
    "tan(w/{a}) + {b}*w**2",
    "atan({a}*w)/{b}",
    "(w**2 - {a})*(w + {b})*(w - {c})",
    "1/(1 + exp(-{a}*w))",
    "cosh(w/{a})**2 - {b}",
    "{a}**(w/{b})",
    "({a}*w - {b})**2/2",
)
POINTS = ("1", "2", "3", "1/2", "3/2", "0.7", "5/4")


def write(path: Path, rows: int) -> None:
    """Write `rows` examples in one variable."""
    draw = random.Random(20)
    lines = []
    for index in range(rows):
        numbers = {
            "a": draw.randint(2, 9),
            "b": draw.randint(2, 9),
            "c": draw.randint(2, 9),
            "n": draw.randint(2, 6),
        }
        expression = draw.choice(SHAPES).format(**numbers)
        lines.append(
            f'[[example]]\nname = "{index}"\nexpression = "{expression}"\nat = "{draw.choice(POINTS)}"\n'
        )
    path.write_text("\n".join(lines))
