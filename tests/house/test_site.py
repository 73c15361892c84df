"""The site has a page for every diagnostic and every layer, and its search finds them by name."""

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tdcli.layers.core.registry import layer_names
from tdcli.services.specs.lessons import lesson_names

ROOT = Path(__file__).parents[2]

REFERENCES = {"reference/spec.html", "reference/tables.html"}
"""The pages that explain keys."""

SEARCH = """async ([queries, index]) => {
    const worker = new Worker(document.querySelector("#__config").textContent.match(/"search": ?"([^"]+)"/)[1]);
    const reply = (message) => new Promise((resolve) => {
        worker.onmessage = (event) => resolve(event.data);
        worker.postMessage(message);
    });
    await reply({type: 0, data: {...index, options: {suggest: false}}});
    const found = {};
    for (const query of queries) {
        const {data} = await reply({type: 2, data: query});
        found[query] = [...new Set(data.items.flat().map((item) => item.location.split("#")[0]))];
    }
    return found;
}"""
"""Asks the worker that the search field asks."""


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def keys_of_a_spec() -> list[str]:
    """Return the keys that the reference has a row for."""
    reference = (ROOT / "docs" / "reference" / "spec.md").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"^\| `(\w+)` \|", reference, re.MULTILINE)))


@pytest.mark.browser
def test_the_search_finds_every_diagnostic_layer_and_key(address: str, site: Path) -> None:
    from playwright.sync_api import sync_playwright

    pages = {name: f"reference/diagnostics/{name}.html" for name in lesson_names()}
    pages |= {name: f"reference/layers/{name}.html" for name in layer_names()}
    keys = keys_of_a_spec()
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        found = page.evaluate(SEARCH, [[*pages, *keys], index])
        browser.close()
    assert len(pages) > 170
    assert len(keys) > 80
    assert {name: found[name][:3] for name, path in pages.items() if path not in found[name][:3]} == {}
    assert [key for key in keys if not REFERENCES & {*found[key][:15]}] == []


@pytest.mark.browser
def test_the_copy_button_of_a_console_block_copies_its_commands_alone(address: str) -> None:
    from playwright.sync_api import sync_playwright

    page_source = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    consoles = re.findall(r"^```console\n(.*?)^```$", page_source, re.MULTILINE | re.DOTALL)
    several = next(each for each in consoles if each.count("$ ") > 1)
    commands = re.findall(r"^\$ (.*)$", several, re.MULTILINE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
        page.goto(f"{address}/tutorial.html")
        block = page.locator("div.highlight", has_text=commands[0]).filter(has_text=commands[1])
        block.hover()
        block.locator("[data-clipboard-target]").click()
        copied = page.evaluate("navigator.clipboard.readText()")
        browser.close()
    assert copied.split("\n")[0] == commands[0]
    assert [line for line in copied.split("\n") if line] == commands
