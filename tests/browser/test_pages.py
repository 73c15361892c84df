"""Pages as Chromium shows them."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tdcli.report.pages.run import render_run_page
from tdcli.services.runs.report import report_run

pytestmark = pytest.mark.browser


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
