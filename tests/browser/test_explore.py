"""The page of `explore` in a real browser: moved by keys and typing, read, compared with `diff`."""

import re
import shutil

import pytest
from console import run

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")
COLUMNS = ("eps", "point", "value", "change", "estimate", "error")


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Return what opens the page of an expression, in a window that asks for nothing else."""
    context = browser.new_context()
    troubles = []

    def opening(*arguments, **options):
        path = tmp_path / "page.html"
        assert run("explore", *arguments, "--output", str(path)).status in (0, 4)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda asked: troubles.append(asked.url) if asked.url != path.as_uri() else None)  # fmt: skip
        page.emulate_media(**options)
        page.goto(path.as_uri())
        return page

    yield opening
    context.close()
    assert not troubles


def shown(page):
    """Return the row of numbers on a page, and what its sentence says."""
    row = [page.inner_text(f"#{name}-shown") for name in COLUMNS]
    return row, page.inner_text("#sentence")


def told(expression, w, eps, *more):
    """Return the same row and sentence from the shell."""
    lines = run("diff", expression, "--at", w, "--eps", eps, "--explain", *more).stdout.splitlines()
    row = next(line for line in lines if line.startswith("│") and f" {eps} " in line)
    sentence = next((line for line in lines if line.startswith("If ")), "")
    return [cell.strip() for cell in row.strip("│").split("│")], sentence


def test_it_begins_where_it_was_told_and_goes_where_the_keys_lead(opened):
    page = opened("w**2", "--at", "3")
    assert page.inner_text("#told").splitlines() == ["At w = 3: J = 9", "dJ/dw = 6"]
    assert shown(page) == told("w**2", "3", "1")
    page.focus("#eps")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert page.inner_text("#estimate-shown") == "6.001"
    assert shown(page) == told("w**2", "3", "0.001")
    page.focus("#w")
    page.keyboard.press("Home")
    w = page.input_value("#w-typed")
    assert shown(page) == told("w**2", w, "0.001")
    page.keyboard.press("End")
    assert float(page.input_value("#w-typed")) > 3


def test_what_is_typed_is_shown_or_the_nearest_of_it(opened):
    page = opened("sin(w)", "--at", "1", "--range", "-3", "3")
    page.fill("#w-typed", "-2")
    page.press("#w-typed", "Enter")
    page.fill("#eps-typed", "-0.01")
    page.press("#eps-typed", "Enter")
    assert (page.input_value("#w-typed"), page.input_value("#eps-typed")) == ("-2", "-0.01")
    assert shown(page) == told("sin(w)", "-2", "-0.01")
    page.fill("#w-typed", "2.04")
    page.press("#w-typed", "Enter")
    assert page.input_value("#w-typed") == "2"


def test_the_mouse_moves_the_point_the_tangent_and_the_chord(opened):
    page = opened("w**2", "--at", "3")
    before = page.inner_html("#curve-chart .moving")
    box = page.locator("#w").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    after = page.inner_html("#curve-chart .moving")
    assert before != after
    assert after.count("<polyline") == 3  # tangent, triangle, chord
    assert after.count("<circle") == 2


def test_at_a_kink_both_sides_are_told_and_no_derivative(opened):
    page = opened("abs(w)", "--at", "0")
    assert "does not exist" in page.inner_text("#told")
    assert page.inner_text("#error-shown") == ""
    assert page.inner_html("#curve-chart .moving").count('stroke-dasharray="8 4"') == 2


def test_the_errors_of_float64_turn_where_rounding_begins(opened):
    page = opened("w**2 + 10**6", "--at", "3")
    lines = re.findall(r'points="([^"]*)"', page.inner_html("#error-chart .moving"))
    exact, floats = ([float(each.split(",")[1]) for each in line.split()] for line in lines[:2])
    assert exact == sorted(exact, reverse=True)  # pixels go down: the larger the step, the higher
    assert floats != sorted(floats, reverse=True)


@pytest.mark.parametrize("scheme, ink", [("light", "rgb(0, 0, 0)"), ("dark", "rgb(242, 242, 242)")])
def test_it_is_light_or_dark_as_the_reader_likes(opened, scheme, ink):
    page = opened("w**2", "--at", "3", color_scheme=scheme)
    assert page.evaluate("getComputedStyle(document.querySelector('.derivcli')).color") == ink


def test_nothing_is_wider_than_a_phone(opened):
    page = opened("exp(w)*sin(w)", "--at", "1")
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_scripts_the_table_stands_there(browser, tmp_path):
    run("explore", "w**2", "--at", "3", "--eps", "0.001", "--output", str(tmp_path / "page.html"))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert "6.001" in page.inner_text("#otherwise")
    assert not page.is_visible("#live")
    context.close()


def test_the_sliders_are_read_aloud_with_their_values(opened):
    page = opened("w**2", "--at", "3")
    assert page.get_attribute("#w", "aria-valuetext") == "w = 3"
    assert page.get_attribute("#sentence", "aria-live") == "polite"
