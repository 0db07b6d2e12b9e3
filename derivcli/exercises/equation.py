"""An answer written as an equation: what stands left of the = has to fit the question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from derivcli.errors import DerivError, Span, UsageError
from derivcli.language.parser import parse
from derivcli.language.run_together import GREEK as LETTERS
from derivcli.language.tokens import GREEK, readable
from derivcli.language.tree import Program

RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾", "0123456789()")
EQUALS = re.compile(r"(?<![<>=!:])=(?!=)")
NAME = r"[A-Za-z][A-Za-z0-9_]*"
ORDER = r"(?:(?:\^|\*\*)?\{?(?P<order>\d+)\}?)?"
ARGUMENTS = rf"(?:\((?P<arguments>{NAME}(?:,{NAME})*)\))?"
PRIMES = {"'": 1, "′": 1, "’": 1, '"': 2, "″": 2, "”": 2, "‴": 3}

PRIMED = re.compile(rf"(?P<name>{NAME})(?P<primes>[{''.join(PRIMES)}]+){ARGUMENTS}")
HIGHER = re.compile(rf"(?P<name>{NAME})\^\{{?\((?P<order>\d+)\)\}}?{ARGUMENTS}")
LEIBNIZ = re.compile(
    rf"\(?[d∂]{ORDER}(?P<name>{NAME})?{ARGUMENTS}\)?/\(?[d∂](?P<variable>{NAME})"
    rf"(?:(?:\^|\*\*)\{{?(?P<below>\d+)\}}?)?\)?(?P<of>\(.+\))?"
)
OF_EXPRESSION = re.compile(rf"[d∂](?P<of>\(.+\))/[d∂](?P<variable>{NAME})")
RUN_TOGETHER = re.compile(rf"d(?P<name>{NAME}?)_?d(?P<variable>{NAME})")
DIFFERENTIAL = re.compile(rf"d(?P<variable>{NAME})")
FUNCTION = re.compile(rf"(?P<name>{NAME}){ARGUMENTS}")
LONGEST = 200  # characters of a left side that are looked at
FRACTION = re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What is asked: the derivative of the program by the variable, of an order."""

    program: Program
    variable: str
    order: int


def beginning(question: AskedFor, answer: str) -> int:
    """Return where the answer's expression begins: behind `dy/dx =`, `f'(x) =` or a lone `=`.

    Raises UsageError where the left side is not that of the question.
    """
    equals = EQUALS.search(readable(answer))
    if equals is None or ";" in answer or "\n" in answer.strip():
        return 0
    typed = answer[: equals.start()][:LONGEST]
    left = _left(typed)
    complaint = _complaint(left, question) if left else None
    if complaint is None:
        return equals.end()
    if not complaint and " " not in typed.strip():
        return 0  # a label, such as slope = 2*x
    complaint = complaint or _no_derivative(question)
    message, hint = complaint
    span = Span(len(answer) - len(answer.lstrip()), len(answer[: equals.start()].rstrip()))
    raise UsageError(message, source=answer, span=span, hint=hint)


def _left(source: str) -> str:
    """Return what stands left of the =, each letter and digit as a name spells it."""
    plain = FRACTION.sub(r"\1/\2", readable(source)).replace(r"\partial", "∂")
    plain = re.sub(r"\\(?:mathrm|operatorname|text)\{([^{}]*)\}", r"\1", plain)
    plain = re.sub(r"\\(?![A-Za-z])[,;:! ()\[\]]?|[\s$]|\\(?=[A-Za-z])", "", plain)
    plain = re.sub("[⁽⁰¹²³⁴-⁹⁾]+", lambda match: f"^{match[0].translate(RAISED)}", plain)
    return "".join(GREEK.get(each, each) for each in plain)


def _complaint(left: str, question: AskedFor) -> tuple[str, str] | tuple[()] | None:
    """Return what does not fit, and what to write; None where all fits, () for a mere label."""
    if match := PRIMED.fullmatch(left):
        order = sum(PRIMES[each] for each in match["primes"])
        given = (match["arguments"] or "").split(",") if match["arguments"] else []
        return _differs(question, order, name=match["name"], arguments=given)
    if match := HIGHER.fullmatch(left):
        given = match["arguments"].split(",") if match["arguments"] else []
        return _differs(question, int(match["order"]), name=match["name"], arguments=given)
    operator = re.fullmatch(rf"[d∂]/[d∂]{re.escape(question.variable)}(?P<of>.+)", left)
    if operator and _of_another(operator["of"], question) is None:  # d/dx x^2
        return _differs(question, 1, question.variable)
    if match := LEIBNIZ.fullmatch(left):
        return _of_leibniz(match, question)
    if match := OF_EXPRESSION.fullmatch(left):
        return _of_another(match["of"], question) or _differs(question, 1, match["variable"])
    if (match := RUN_TOGETHER.fullmatch(left)) and match["variable"] == question.variable:
        return _differs(question, 1, match["variable"], match["name"])
    if (match := DIFFERENTIAL.fullmatch(left)) and _is_letter(match["variable"]):
        return _differs(question, 1, match["variable"])
    if match := FUNCTION.fullmatch(left):
        return _of_name(match, question)
    return _no_derivative(question)


def _no_derivative(question: AskedFor) -> tuple[str, str]:
    return (
        "the left side of the answer is no derivative",
        f"write {_written(question)} = ..., or the derivative alone",
    )


def _of_name(match: re.Match[str], question: AskedFor) -> tuple[str, str] | tuple[()] | None:
    """Return what does not fit of f_x, of a mere label, or of the function itself."""
    name, own = match["name"], question.program.output
    among = "|".join(map(re.escape, question.program.variables or (question.variable,)))
    if below := re.fullmatch(rf"({NAME}?)_((?:{among})+)", name):
        order = re.findall(among, below[2])
        other = next((each for each in order if each != question.variable), question.variable)
        return _differs(question, len(order), other, below[1])
    if match["arguments"] is None and not (_is_letter(name) or (own.typed and name == own.name)):
        return ()
    hint = f"write {_written(question)} = ..., or the derivative alone"
    return f"'{match[0]}' is no derivative", hint


def _is_letter(name: str) -> bool:
    stem = name.rstrip("0123456789_")
    return len(stem) == 1 or stem in LETTERS


def _of_leibniz(match: re.Match[str], question: AskedFor) -> tuple[str, str] | None:
    variable, order = match["variable"], int(match["order"] or 1)
    below = int(match["below"] or 1)
    if match["below"] is None and order > 1 and variable.endswith(match["order"]):
        variable, below = variable.removesuffix(match["order"]), order  # d2y/dx2
    if below != order:
        return f"the orders {order} and {below} differ", f"write {_written(question)} = ..."
    if complaint := _of_another(match["of"], question):
        return complaint
    given = match["arguments"].split(",") if match["arguments"] else []
    return _differs(question, order, variable, match["name"], given)


def _of_another(source: str | None, question: AskedFor) -> tuple[str, str] | None:
    """Return a complaint where the left side holds an expression that is not the question's."""
    if source is None:
        return None
    program = question.program
    try:
        given = parse(source, program.variables).output.expression
    except DerivError:
        given = None
    if given == program.output.expression:
        return None
    return f"{source} is not the expression that is asked for", f"write {_written(question)} = ..."


def _differs(
    question: AskedFor,
    order: int,
    variable: str | None = None,
    name: str | None = None,
    arguments: list[str] | None = None,
) -> tuple[str, str] | None:
    """Return in what a derivative is not the one that is asked for, and what to write."""
    hint = f"write {_written(question)} = ..., or the derivative alone"
    own = question.program.output
    if variable is not None and variable != question.variable:
        return f"this is a derivative by {variable}, and one by {question.variable} is asked", hint
    if order != question.order:
        return f"this is a derivative of order {order}, and order {question.order} is asked", hint
    if arguments and question.variable not in arguments:
        return f"this is a function of {', '.join(arguments)}, not of {question.variable}", hint
    if name and own.typed and name != own.name:
        return f"this is the derivative of {name}, and that of {own.name} is asked", hint
    if name in question.program.variables:
        return f"'{name}' is a variable here, not the function", hint
    return None


def _written(question: AskedFor) -> str:
    """Return the derivative that is asked for as an answer may begin: dJ/dw."""
    name, variable, order = question.program.output.name, question.variable, question.order
    return f"d{name}/d{variable}" if order == 1 else f"d^{order}{name}/d{variable}^{order}"
