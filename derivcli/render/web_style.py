"""The style of pages and fragments: all rules are for what is inside `.derivcli`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from derivcli.render.look import DARK, LIGHT, Paper

VERDICTS = {  # contrast of 4.5 and more with either paper
    "right": ("#006B3C", "#3DDBA4"),
    "wrong": ("#B3261E", "#FF8A80"),
    "undecided": ("#7A5200", "#F0C040"),
}
# A picture takes its colours from the page, so that one is right on light paper and on dark.
INKS = Paper(
    "var(--paper)", "var(--ink)", "var(--grey)", "var(--grid)",
    tuple(f"var(--series-{number})" for number in range(len(LIGHT.series))),
)  # fmt: skip


def _variables(paper: Paper, *, dark: bool) -> str:
    colours = {
        "paper": paper.paper, "ink": paper.ink, "grey": paper.grey, "grid": paper.grid,
        **{f"series-{number}": each for number, each in enumerate(paper.series)},
        **{name: pair[dark] for name, pair in VERDICTS.items()},
    }  # fmt: skip
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


@cache
def style() -> str:
    """Return the rules of `page.css` under the colours of light paper, of dark, and of print."""
    light, dark = _variables(LIGHT, dark=False), _variables(DARK, dark=True)
    rules = files("derivcli.render").joinpath("page.css").read_text("utf-8")
    return (
        f".derivcli {{ {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ .derivcli {{ {dark} }} }}\n"
        f"@media print {{ .derivcli {{ {light} }} }}\n{rules}"
    )
