"""Drawings as Chromium shows them: every shipped spec and random chains of layers, all on one page."""

import io
from base64 import b64encode
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, Page
from pydantic import ValidationError

from tdcli.architectures.core.base import Chain, LayerNode
from tdcli.layers.core.add import Add
from tdcli.layers.core.base import Layer, ShapeError
from tdcli.layers.core.registry import find_layer, layer_names, read_layer
from tdcli.plan.infer import infer
from tdcli.plan.plan import Plan
from tdcli.report.drawings.network import draw_network
from tdcli.services.specs.compile import compile_spec
from tdcli.shapes import Shape
from tdcli.text.document import Document
from tdcli.text.errors import SpecError

pytestmark = pytest.mark.browser

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))
RANDOM_DRAWINGS = 100
NAMES = ("model", "wetter-größe-ü", "a name that is much longer than there is room for in a drawing, whatever its size")
OUTLINES = {
    "activation", "any", "attention", "convolution", "dense", "embedding", "merging", "normalization", "pooling",
    "recurrent", "regularization", "reshaping", "bypass", "value",
}  # fmt: skip

SHOWN = """const shown = svg => [...svg.children].filter(each => getComputedStyle(each).display !== "none")
  .flatMap(each => [each, ...each.querySelectorAll("*")])
  .filter(each => ["text", "rect", "path", "circle"].includes(each.tagName))
  .map(each => ({each, kind: each.getAttribute("class"), box: each.getBoundingClientRect()}));
const drawings = [...document.querySelectorAll("svg")];"""

LEAVES = f"""() => {{ {SHOWN}
return drawings.flatMap(svg => {{
  const all = svg.getBoundingClientRect();
  return shown(svg).filter(({{box}}) =>
    box.left < all.left || box.right > all.right || box.top < all.top || box.bottom > all.bottom
  ).map(({{each, kind}}) => `${{svg.parentNode.id}}: ${{kind}} ${{each.textContent}}`);
}}); }}"""

# A text's box is as high as its font, whichever letters it has. Points along an edge are 2 pixels apart.
OVERLAPS = f"""() => {{ {SHOWN}
const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const holds = (a, b) => a.left < b.left && b.right < a.right && a.top < b.top && b.bottom < a.bottom;
const points = each => {{
  const length = each.getTotalLength(), place = each.getScreenCTM(), count = Math.ceil(length * place.a / 2);
  return Array.from({{length: count + 1}}, (_, at) =>
    each.getPointAtLength(length * at / count).matrixTransform(place));
}};
const isIn = (box, point) => box.left < point.x && point.x < box.right && box.top < point.y && point.y < box.bottom;
const covers = ({{each, kind}}, {{kind: of, box}}) => {{
  if (kind === "paper" || kind === "band" || of === "tag" || getComputedStyle(each).fill === "none") return false;
  const center = new DOMPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  return each.isPointInFill(center.matrixTransform(each.getScreenCTM().inverse()));
}};
return drawings.flatMap(svg => {{
  const all = shown(svg), texts = all.filter(({{each}}) => each.tagName === "text"), found = [];
  texts.forEach((text, place) => found.push(
    ...texts.slice(place + 1).filter(other => meet(text.box, other.box)).map(other => [text, other])));
  for (const shape of all.filter(({{each}}) => each.tagName !== "text")) {{
    const near = texts.filter(text => meet(text.box, shape.box));
    const edge = near.length && shape.each.tagName !== "rect" ? points(shape.each) : [];
    const crosses = shape.each.tagName === "rect"
      ? text => !holds(shape.box, text.box)
      : text => edge.some(point => isIn(text.box, point));
    found.push(...near.filter(text => crosses(text) || covers(shape, text)).map(text => [text, shape]));
  }}
  return found.map(([text, other]) =>
    `${{svg.parentNode.id}}: "${{text.each.textContent}}" and ${{other.kind}} "${{other.each.textContent}}"`);
}}); }}"""


def random_layer(random: Random, shape: Shape) -> Layer:
    """Return a layer that takes a shape, with the arguments of one of its examples."""
    while True:
        name = random.choice(layer_names())
        value: Any = {name: random.choice(find_layer(name).examples).arguments}
        if random.random() < 0.3:
            value = {"TimeDistributed": value}
        try:
            layer = read_layer(value)
            layer.output_shape(shape)
        except (ShapeError, ValidationError):
            continue
        return layer


def random_nodes(random: Random, shape: Shape, depth: int = 2) -> list[LayerNode]:
    """Return some layers in a row, or a residual block."""
    if depth and random.random() < 0.25:
        inner = [node for _ in range(random.randint(1, 3)) for node in random_nodes(random, shape, depth - 1)]
        kept = inner if output_shape(inner, shape) == shape else []
        return [*kept, LayerNode(Add(), (), len(kept))] if kept else random_nodes(random, shape, depth)
    return [LayerNode(random_layer(random, shape), ())]


def output_shape(nodes: list[LayerNode], shape: Shape) -> Shape | None:
    try:
        for node in nodes:
            shape = node.layer.output_shape(shape)
    except ShapeError:
        return None
    return shape


def random_plan(random: Random) -> Plan:
    """Return the plan of a random chain that holds together."""
    while True:
        tokens = random.random() < 0.15
        sizes = () if tokens else tuple(random.randint(1, 12) for _ in range(random.choice((0, 1, 1, 1, 2, 3, 4))))
        start: Shape = (None, random.choice((None, 1, 3, 5, 6, 12, 100_000)) if sizes or tokens else 6, *sizes)
        nodes = [LayerNode(read_layer({"Embedding": {"input_dim": 50, "output_dim": 6}}), ())] if tokens else []
        for _ in range(random.randint(1, 6)):
            nodes += random_nodes(random, output_shape(nodes, start))
        chain = Chain(start, tuple(nodes), "int32" if tokens else "float32")
        try:
            return infer(chain, random.choice(NAMES), "layers", Document(Path("spec.yaml"), {}))
        except SpecError:
            continue


@pytest.fixture(scope="module")
def drawings() -> dict[str, str]:
    random = Random(20)
    plans = {path.stem: compile_spec(path).plan for path in SPECS}
    plans |= {f"random_{number}": random_plan(random) for number in range(RANDOM_DRAWINGS)}
    return {name: draw_network(plan) for name, plan in plans.items()}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    """One page: each has a process of its own, which takes longer to start than to show a drawing."""
    return browser.new_page()


@pytest.fixture(scope="module")
def page_of_all(browser: Browser, drawings: dict[str, str]) -> Page:
    shown = browser.new_page()
    inside = "".join(f"<div id='{name}'>{svg}</div>" for name, svg in drawings.items())
    shown.set_content(f"<!doctype html><body style='margin:0'>{inside}</body>")
    return shown


def test_the_random_drawings_have_every_outline(drawings: dict[str, str]) -> None:
    found = "".join(svg for name, svg in drawings.items() if name.startswith("random"))
    assert [outline for outline in OUTLINES if found.count(f'class="{outline}"') < 10] == []


@pytest.mark.parametrize("width", [320, 960, 2400])
def test_nothing_of_a_drawing_leaves_it(width: int, page_of_all: Page) -> None:
    page_of_all.set_viewport_size({"width": width, "height": 900})
    assert page_of_all.evaluate(LEAVES) == []


@pytest.mark.parametrize("width", [320, 960])
def test_no_text_of_a_drawing_overlaps_another_text_or_an_edge(width: int, page_of_all: Page) -> None:
    page_of_all.set_viewport_size({"width": width, "height": 900})
    assert page_of_all.evaluate(OVERLAPS) == []


@pytest.mark.parametrize(("width", "shown"), [(320, "folded"), (640, "beside")])
def test_an_image_element_shows_the_layout_for_its_own_width(width: int, shown: str, page: Page, drawings: Any) -> None:
    svg = drawings["cnn_lstm"]
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(f"<!doctype html><body style='margin:0'>{svg}</body>")
    assert [name for name in ("folded", "beside") if page.locator(f".{name}").is_visible()] == [shown]
    inline = greys(page.locator("svg").screenshot())
    page.set_viewport_size({"width": 960, "height": 900})
    source = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    page.set_content(f"<!doctype html><body style='margin:0'><img width='{width}' src='{source}'></body>")
    image = greys(page.locator("img").screenshot()).resize(inline.size)
    assert ImageStat.Stat(ImageChops.difference(inline, image)).mean[0] < 8  # from the other layout, 26


@pytest.mark.parametrize(("scheme", "background"), [("light", 255), ("dark", 24)])
def test_a_drawing_is_shown_by_itself_in_light_and_dark(
    scheme: Any, background: int, page: Page, drawings: Any, tmp_path: Path
) -> None:
    path, said = tmp_path / "model.svg", []
    path.write_text(drawings["cnn_lstm"], encoding="utf-8")
    page.set_viewport_size({"width": 960, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    assert greys(page.screenshot()).getpixel((480, 2)) == background
    assert said == []


def greys(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("L")
