"""Pages and drawings as Chromium shows them."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tdcli.report.drawings.network import draw_network
from tdcli.report.pages.run import render_run_page
from tdcli.services.runs.report import report_run
from tdcli.services.specs.compile import compile_spec

pytestmark = pytest.mark.browser

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))
WIDTHS = (320, 960, 2400)
# Without the last four Chromium looks for its own servers at every start.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
LEAVES = """() => [...document.querySelectorAll("svg text")].filter(text => {
  const [own, all] = [text.getBoundingClientRect(), document.querySelector("svg").getBoundingClientRect()];
  return own.left < all.left - 1 || own.right > all.right + 1 || own.top < all.top - 1 || own.bottom > all.bottom + 1;
}).map(text => text.textContent)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)


class Watched:
    """A page, what it said on the console, and what it asked for."""

    def __init__(self, page: Page) -> None:
        self.page, self.said, self.asked = page, [], []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def show(self, path: Path) -> None:
        self.page.goto(path.as_uri())
        assert self.said == []
        assert [url for url in self.asked if not url.startswith("data:")] == [path.as_uri()]


def watched(browser: Browser, width: int, scheme: Any = "light") -> Watched:
    return Watched(browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme))


@pytest.mark.parametrize("name", ["forecast", "labels", "frames"])
def test_a_report_is_read_by_eye_by_keyboard_and_aloud(
    name: str, browser: Browser, trained_runs: dict[str, Path], tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    path.write_text(render_run_page(report_run(trained_runs[name])), encoding="utf-8")
    for width, scheme in ((320, "light"), (960, "light"), (960, "dark"), (2400, "light")):
        shown = watched(browser, width, scheme)
        shown.show(path)
        wider = shown.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found = Axe().run(shown.page).response
        assert wider <= 0
        assert len(found["passes"]) > 15
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    pdf = shown.page.pdf()
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") >= 2
    shown.page.keyboard.press("Tab")
    assert shown.page.evaluate("document.activeElement.getAttribute('role')") == "region"


@pytest.fixture(scope="module")
def one_page(browser: Browser) -> Watched:
    """One page for all drawings: each has a process of its own, which takes longer to start than to show them."""
    return Watched(browser.new_page())


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_no_text_of_a_drawing_leaves_it(spec: Path, one_page: Watched) -> None:
    page = one_page.page
    page.set_content(f"<!doctype html><body style='margin:0'>{draw_network(compile_spec(spec).plan)}</body>")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(LEAVES) == []
    assert (one_page.said, one_page.asked) == ([], [])


def test_a_drawing_is_shown_by_itself_without_a_fault(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "model.svg"
    path.write_text(draw_network(compile_spec(SPECS[0]).plan), encoding="utf-8")
    for scheme in ("light", "dark"):
        watched(browser, 960, scheme).show(path)
