"""A page with sliders: every number on it stands in its data, its script only shows them."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files

from derivcli.render import html, svg_chart
from derivcli.report.explore import ExplorePage

POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
LEGENDS = {"curve": "J and its tangent", "slope": "the slope", "error": "the error"}


def render(page: ExplorePage) -> str:
    """Return the page, which stands alone: no server, no request."""
    data = json.dumps(page.data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    data = data.replace("</", "<\\/")  # a script ends where that stands, in a string or not
    script = _resource("explore.js")
    live = f"""<section id="live" hidden>
{_controls(page)}
<p id="told" aria-live="polite"></p>
{_row(page)}
<p id="sentence" aria-live="polite"></p>
{"".join(_chart(name, page) for name in LEGENDS)}</section>
<section id="otherwise">
{html.body(page.otherwise)}
</section>
{_derivations(page)}
<script type="application/json" id="data">{data}</script>
<script>
{script}</script>"""
    return html.document(
        html.whole(f"{html.body(page.fixed)}\n{live}", _resource("explore.css")),
        html.title_of(page.fixed), POLICY,
    )  # fmt: skip


def _resource(name: str) -> str:
    return files("derivcli.render").joinpath(name).read_text("utf-8")


def _controls(page: ExplorePage) -> str:
    variable = escape(page.data["variable"])
    points, steps = len(page.data["points"]) - 1, len(page.data["eps"]) - 1
    return f"""<div class="controls">
<label for="w">{variable}</label>
<input type="range" id="w" min="0" max="{points}" step="1">
<input type="text" id="w-typed" aria-label="{variable}, typed" autocomplete="off" size="9">
<label for="eps">eps</label>
<input type="range" id="eps" min="0" max="{steps}" step="1">
<input type="text" id="eps-typed" aria-label="eps, typed" autocomplete="off" size="9">
</div>"""


def _row(page: ExplorePage) -> str:
    heads = (*page.headings, "estimate", "error")
    exact = "".join(f'<th scope="col" class="number">{html.words(each)}</th>' for each in heads)
    names = ("eps", "point", "value", "change", "estimate", "error")
    cells = "".join(f'<td class="number" id="{name}-shown"></td>' for name in names)
    floats = '<td class="number" id="estimate-float"></td><td class="number" id="error-float"></td>'
    return f"""<div class="wide"><table>
<thead><tr><th scope="col"></th>{exact}</tr></thead>
<tbody><tr><th scope="row">exact</th>{cells}</tr>
<tr><th scope="row">float64</th><td colspan="4"></td>{floats}</tr></tbody>
</table></div>"""


def _chart(name: str, page: ExplorePage) -> str:
    chart = page.charts.get(name)
    if chart is None:
        return ""
    drawn = svg_chart.picture(chart, identity=f"{name}-chart")
    return f"<figure><figcaption>{html.words(chart.title)}</figcaption>\n{drawn}</figure>\n"


def _derivations(page: ExplorePage) -> str:
    return "\n".join(
        f"<details><summary>{title}</summary>\n{html.body(blocks)}\n</details>"
        for title, blocks in page.derivations.items()
    )
