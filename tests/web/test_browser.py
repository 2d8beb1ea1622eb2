"""In a real browser: axe finds nothing, nothing is wider than the screen, the keyboard reaches all, scripts or not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]

PAGES = (
    "",
    "behov/",
    "brist/?kommun=1060,1293",
    "insatser/",
    "nytta/",
    "nedlaggning/",
    "nedlaggning/?handelse=1293-25-1",
    "nedlaggning/?handelse=finns-inte",
    "utfall/",
    "yrken/",
    "yrke/underhall/",
    "kallor/",
    "tillganglighet/",
    "personuppgifter/",
    "ordlista/",
    "traffsakerhet/",
    "finns-inte/",
    "brist/?kommun=767",
)
BOTH = tuple(f"{prefix}{page}" for page in PAGES for prefix in ("", "en/"))
WIDTHS = (1280, 320)
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return {tag: one.tagName, name: one.className, seen: box.width > 0 && box.height > 0 && box.bottom > 0,
          ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 3};
}"""


@pytest.fixture(scope="module")
def address(made_run: Path) -> Iterator[str]:
    """A running site."""
    code = f"from pathlib import Path; from brygga_web.serve import serve; serve(Path({str(made_run)!r}), port=0)"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "brygga_web.settings"}
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=env)
    yield server.stdout.readline().decode().split()[1]
    server.send_signal(2)
    server.communicate(timeout=20)


@pytest.fixture(scope="module")
def browser():
    """Chromium of the system."""
    playwright = pytest.importorskip("playwright.sync_api")
    flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=WIDTHS)
def page(browser, request):
    """A page of each width that notes what the browser complains about."""
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    opened.said = []
    opened.on("console", lambda message: opened.said.append(message.text))
    yield opened
    opened.close()


@pytest.mark.parametrize("place", BOTH)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(page, address, place):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page.said.clear()
    page.goto(address + place)
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.evaluate(SPACING)
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide == screen
    assert not [text for text in page.said if "Content Security Policy" in text]


@pytest.mark.parametrize("place", ["nedlaggning/", "en/nedlaggning/", "nytta/"])
def test_wide_tables_fit_between_the_breakpoints_and_on_paper(browser, address, place):
    opened = browser.new_page()
    opened.goto(address + place)
    sizes = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    for width in (500, 736, 740, 961, 1024, 1100, 1200):
        opened.set_viewport_size({"width": width, "height": 900})
        wide, screen = opened.evaluate(sizes)
        assert wide == screen, width
    opened.set_viewport_size({"width": 688, "height": 975})
    opened.emulate_media(media="print")
    wide, paper = opened.evaluate(sizes)
    assert wide == paper
    opened.close()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page, address):
    page.goto(f"{address}brist/")
    page.keyboard.press("Tab")
    first = page.evaluate(FOCUS)
    assert first["name"] == "skip"
    assert first["seen"]
    stops = page.locator("a[href], button, select, summary, input:not([type=hidden])")
    open_stops = sum(stops.nth(n).is_visible() for n in range(stops.count()))
    for _ in range(open_stops - 1):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        assert stop["tag"] != "BODY"
        assert stop["seen"], stop
        assert stop["ring"], stop


def test_a_closure_is_chosen_with_and_without_scripts(browser, address):
    for scripts in (True, False):
        opened = browser.new_context(java_script_enabled=scripts).new_page()
        opened.goto(f"{address}nedlaggning/")
        opened.select_option("#f-handelse", "1293-25-1")
        opened.get_by_role("button", name="Visa").click()
        opened.wait_for_url("**handelse=1293-25-1**")
        opened.locator(".answer", has_text="Hässleholm").wait_for()
        opened.context.close()


def test_the_skip_link_leads_to_the_content(page, address):
    page.goto(address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "innehall"


def test_a_choice_replaces_the_content_and_the_address(page, address):
    page.goto(f"{address}brist/")
    page.select_option("#f-ar", "2030")
    page.get_by_role("button", name="Visa").click()
    page.wait_for_url("**ar=2030**")
    page.wait_for_function("document.querySelector('.answer').textContent.includes('2030')")
    assert "ar=2030" in page.locator("#verktyg a[hreflang=en]").get_attribute("href")


def test_an_empty_set_is_explained_without_leaving(page, address):
    page.goto(f"{address}brist/?kommun=1060")
    page.get_by_label("Olofström").uncheck()
    page.get_by_role("button", name="Visa").click()
    page.get_by_text("Ingen kommun är vald").wait_for()


@pytest.mark.parametrize("place", ["", "en/brist/?kommun=1060", "insatser/", "nedlaggning/", "en/yrke/underhall/"])
def test_without_scripts_the_page_is_the_same(browser, page, address, place):
    page.goto(address + place)
    with_scripts = page.locator("main").inner_text()
    plain = browser.new_context(java_script_enabled=False, viewport=page.viewport_size).new_page()
    plain.goto(address + place)
    assert plain.locator("main").inner_text() == with_scripts
    plain.context.close()


def test_without_scripts_the_form_works(browser, address):
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(f"{address}brist/")
    plain.select_option("#f-ar", "2030")
    plain.get_by_role("button", name="Visa").click()
    assert "2030" in plain.locator(".answer").inner_text()
    plain.context.close()


@pytest.mark.parametrize("place", ["yrke/7223/", "en/yrke/underhall/"])
def test_the_sheet_of_an_occupation_prints_on_one_page(browser, address, place):
    opened = browser.new_page()
    opened.goto(address + place)
    printed = opened.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    opened.close()
