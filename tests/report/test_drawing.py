"""A drawing of a network: sound SVG that shows which steps there are, and which of them share weights."""

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from PIL import Image, ImageFont

from tdcli.plan.plan import Plan
from tdcli.plan.unrolled import unroll
from tdcli.report.charts.rasterize import rasterize
from tdcli.report.drawings.network import WIDTH, draw_network
from tdcli.services.specs.compile import compile_spec

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))
SVG = "{http://www.w3.org/2000/svg}"
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
RESIDUAL = """architecture:
  kind: layers
  input: [6, 4]
  layers:
    - Residual: [{Dense: {units: 4}}]
    - LSTM: {units: 3, go_backwards: true, return_sequences: true}
    - GlobalAveragePooling1D
"""


def plan_of(name: str, *settings: str) -> Plan:
    return compile_spec(SPECS[0].parent / f"{name}.yaml", settings).plan


def texts(svg: str, kind: str) -> list[str]:
    root = ET.fromstring(svg)
    return [each.text or "" for each in root.iter(f"{SVG}text") if each.get("class") == kind]


def ways(svg: str) -> Counter[str]:
    """Count the arrows along time by the way they point."""
    found = re.findall(r'class="time" d="M([\d.]+) [\d.]+L([\d.]+) ', svg)
    return Counter("right" if float(end) > float(start) else "left" for start, end in found)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_drawing_is_valid_self_contained_and_described_in_words(path: Path) -> None:
    plan = compile_spec(path).plan
    svg = draw_network(plan)
    root = ET.fromstring(svg)
    assert root.get("viewBox", "").startswith(f"0 0 {WIDTH} ")
    assert not re.search(r"href|url\(|@import|<script|<image|foreignObject", svg)
    assert set(re.findall(r"https?://[^\"]*", svg)) == {"http://www.w3.org/2000/svg"}
    description = root.findtext(f"{SVG}desc") or ""
    assert [step.title for step in plan.steps if step.title not in description] == []


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_no_text_leaves_the_drawing(path: Path) -> None:
    svg = draw_network(compile_spec(path).plan)
    sizes = {"title": ("DejaVuSans-Bold.ttf", 10), "small": ("DejaVuSans.ttf", 9)}
    for each in ET.fromstring(svg).iter(f"{SVG}text"):
        font, size = sizes.get(each.get("class", ""), ("DejaVuSans.ttf", 11))
        length = ImageFont.truetype(str(FONTS / font), size * 10).getlength(each.text or "") / 10
        middle = each.get("class") in ("tag", "count", "middle", "small middle")
        begins = float(each.get("x", 0)) - (length / 2 if middle else 0)
        assert begins >= 0
        assert begins + length <= WIDTH, each.text


def test_every_step_has_a_box_with_the_letter_of_its_weights() -> None:
    tags = Counter(texts(draw_network(plan_of("many_to_many")), "tag"))
    assert tags == {"A": 5 + 1, "B": 5 + 1}  # a box at each of five steps, and one in the legend


def test_of_many_steps_the_first_and_the_last_are_shown() -> None:
    svg = draw_network(plan_of("cnn_lstm"))
    assert Counter(texts(svg, "tag"))["A"] == 4 + 1
    assert texts(svg, "small middle") == ["1", "2", "3", "10"]
    assert draw_network(plan_of("cnn_lstm", "architecture.input.timesteps=900")).count("<rect") == svg.count("<rect")


def test_the_kinds_differ_in_where_their_outputs_are() -> None:
    def outputs(name: str) -> int:
        root = ET.fromstring(draw_network(plan_of(name)))
        heights = [float(each.get("cy", 0)) for each in root.iter(f"{SVG}circle")]
        return heights.count(min(heights))

    assert [outputs(name) for name in ("one_to_one", "many_to_one", "many_to_many", "cnn_lstm")] == [1, 1, 5, 1]


def test_frames_are_drawn_as_grids_and_vectors_as_circles() -> None:
    assert draw_network(plan_of("cnn_lstm")).count("<circle") == 1
    assert draw_network(plan_of("many_to_one")).count("<circle") == 5 + 1


def test_arrows_go_from_step_to_step_one_way_or_both(tmp_path: Path) -> None:
    assert ways(draw_network(plan_of("many_to_many"))) == {"right": 4}
    assert ways(draw_network(plan_of("indoor_movement"))) == {"right": 4, "left": 4}
    (tmp_path / "spec.yaml").write_text(RESIDUAL, encoding="utf-8")
    plan = compile_spec(tmp_path / "spec.yaml").plan
    assert ways(draw_network(plan)) == {"left": 4}
    assert [row.way for row in unroll(plan)] == ["each step", "each step", "backward", "all steps"]


def test_a_last_state_has_no_time_axis_even_where_it_is_a_frame() -> None:
    found = unroll(plan_of("conv_lstm"))
    assert [(row.way, row.timesteps) for row in found] == [("forward", 0), ("no steps", 0), ("no steps", 0)]


def test_unknown_timesteps_end_with_t() -> None:
    assert "T" in texts(draw_network(plan_of("variable_length")), "middle")


def test_a_png_is_as_wide_as_asked_and_has_letters_on_a_machine_without_fonts(tmp_path: Path) -> None:
    svg = draw_network(plan_of("many_to_one"))
    (tmp_path / "with.png").write_bytes(rasterize(svg, 640))
    (tmp_path / "without.png").write_bytes(rasterize(re.sub(r">[^<]+</text>", "></text>", svg), 640))
    with Image.open(tmp_path / "with.png") as lettered, Image.open(tmp_path / "without.png") as bare:
        assert lettered.width == 640
        assert lettered.convert("L").histogram()[:100] != bare.convert("L").histogram()[:100]


def test_boxes_that_share_no_weights_can_be_told_apart_without_colour() -> None:
    assert sorted(set(texts(draw_network(plan_of("cnn_lstm")), "tag"))) == ["A", "B", "C", "D"]


def places(svg: str) -> list[tuple[float, float, float, float]]:
    """Return left, top, right and bottom of the boxes, and of the circles and frames of the input and output."""
    found = []
    for each in ET.fromstring(svg).iter():
        numbers = {key: float(value) for key, value in each.attrib.items() if re.fullmatch(r"[\d.]+", value)}
        if each.tag == f"{SVG}rect" and each.get("class") != "paper":
            left, top = numbers["x"], numbers["y"]
            found.append((left, top, left + numbers["width"], top + numbers["height"]))
        elif each.tag == f"{SVG}circle":
            x, y, r = numbers["cx"], numbers["cy"], numbers["r"]
            found.append((x - r, y - r, x + r, y + r))
    return found


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_arrow_upwards_leads_from_one_box_to_another(path: Path) -> None:
    svg = draw_network(compile_spec(path).plan)
    arrows = re.findall(r'class="edge" d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"', svg)
    assert arrows
    boxes = places(svg)
    ends = [(float(x), float(y)) for x1, y1, x2, y2 in arrows for x, y in ((x1, y1), (x2, y2))]
    near = 2
    lost = [
        (x, y)
        for x, y in ends
        if not any(a - near <= x <= c + near and b - near <= y <= d + near for a, b, c, d in boxes)
    ]
    assert lost == []
