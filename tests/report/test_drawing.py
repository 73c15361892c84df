"""A drawing of a network: sound SVG that shows which steps there are, and which of them share weights."""

import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from PIL import Image, ImageFont

from tdcli.layers.core.registry import find_layer, layer_names
from tdcli.plan.plan import Plan
from tdcli.plan.unrolled import unroll
from tdcli.report.charts.rasterize import rasterize
from tdcli.report.drawings.families import ANY, family_of
from tdcli.report.drawings.network import WIDTH, draw_network
from tdcli.report.drawings.outlines import Area, Letter, draw_outline
from tdcli.report.drawings.style import NARROW
from tdcli.report.drawings.svg import Svg
from tdcli.report.drawings.text_width import cut_text, text_width, wrap_text
from tdcli.services.specs.compile import compile_spec

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))
SVG = "{http://www.w3.org/2000/svg}"
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
LAYOUTS = ("beside", "folded")
RESIDUAL = """
    - Residual: [{Dense: {units: 4}}]
    - LSTM: {units: 3, go_backwards: true, return_sequences: true}
    - GlobalAveragePooling1D
"""
NESTED = """
    - Residual: [{Dense: {units: 4}}, {Residual: [LayerNormalization, ReLU]}, Dropout: {rate: 0.5}]
    - Residual: [{Dense: {units: 4}}]
"""


def plan_of(name: str, *settings: str) -> Plan:
    return compile_spec(SPECS[0].parent / f"{name}.yaml", settings).plan


def plan_of_layers(folder: Path, layers: str, input: str = "[6, 4]") -> Plan:
    """Compile layers as lines of YAML, or in a row between commas."""
    lines = layers if "\n" in layers else f" [{layers}]\n"
    text = f"architecture:\n  kind: layers\n  input: {input}\n  layers:{lines}"
    (folder / "spec.yaml").write_text(text, encoding="utf-8")
    return compile_spec(folder / "spec.yaml").plan


def layout(svg: str, name: str = "beside") -> ET.Element:
    (found,) = (each for each in ET.fromstring(svg).iter(f"{SVG}g") if each.get("class") == name)
    return found


def texts(svg: str, kind: str, name: str = "beside") -> list[str]:
    return [each.text or "" for each in layout(svg, name).iter(f"{SVG}text") if each.get("class") == kind]


def lines(element: ET.Element, kind: str) -> list[list[tuple[float, float]]]:
    """Return the corners of the lines of a class."""
    found = [each.get("d", "") for each in element.iter(f"{SVG}path") if each.get("class") == kind]
    return [[(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", d)] for d in found]


def ways(svg: str) -> Counter[str]:
    """Count the arrows along time by the way they point."""
    return Counter("right" if end > start else "left" for (start, _), (end, _) in lines(layout(svg), "time"))


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


def test_a_drawing_is_the_same_every_time() -> None:
    assert draw_network(plan_of("cnn_lstm")) == draw_network(plan_of("cnn_lstm"))


def test_the_style_of_a_drawing_reaches_nothing_else_on_a_page() -> None:
    style = ET.fromstring(draw_network(plan_of("one_to_one"))).findtext(f"{SVG}style") or ""
    selectors = [each for rule in re.findall(r"([^{}]+){[^{}]", style) for each in rule.split(",")]
    assert len(selectors) > 30
    assert [each for each in selectors if not each.strip().startswith((".network ", "@media"))] == []


FONT_SIZES = {
    "beside": {"title": 19, "name": 14.5, "detail": 13, "detail right": 13, "label": 13, "tag": 13},
    "folded": {"title": 12, "name": 10, "detail": 9, "detail right": 9, "label": 9, "tag": 9},
}


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_no_text_leaves_the_drawing(path: Path, name: str) -> None:
    svg = draw_network(compile_spec(path).plan)
    width = {"beside": WIDTH, "folded": 320}[name]
    for each in layout(svg, name).iter(f"{SVG}text"):
        kind = each.get("class", "")
        font = "DejaVuSans-Bold.ttf" if kind in ("title", "name", "tag") else "DejaVuSans.ttf"
        size = FONT_SIZES[name][kind]
        assert f".network .{name} .{kind.split()[0]} {{ font-size: {size}px; }}" in svg
        length = ImageFont.truetype(str(FONTS / font), size * 10).getlength(each.text or "") / 10
        share = {"label": 0.5, "tag": 0.5, "detail right": 1}.get(kind, 0)
        begins = float(each.get("x", 0)) - length * share
        assert begins >= 0
        assert begins + length <= width, each.text


def test_the_smallest_text_can_be_read_on_a_phone_and_beside_the_rows() -> None:
    assert min(FONT_SIZES["folded"].values()) >= 9
    assert min(FONT_SIZES["beside"].values()) * NARROW / WIDTH >= 10


def test_captions_have_a_column_of_their_own_or_are_above_the_boxes_of_their_row() -> None:
    svg = draw_network(plan_of("cnn_lstm"))
    beside, folded = (layout(svg, name) for name in LAYOUTS)
    boxes = [right for _, _, right, _ in places(beside)] + [x for line in lines(beside, "edge") for x, _ in line]
    assert min(x for x, y, text in captions(beside)) > max(boxes)
    for band_left, top, _, bottom in bands(folded):
        inside = [y for x, y, text in captions(folded) if top < y < bottom and x > band_left]
        assert inside
        assert max(inside) < min(y for _, y, _, _ in places(folded) if top < y < bottom)


def captions(element: ET.Element) -> list[tuple[float, float, str]]:
    """Return where the names and details of rows are, and their texts."""
    heading = ("Time runs", "Boxes with")
    found = [each for each in element.iter(f"{SVG}text") if each.get("class", "").split()[0] in ("name", "detail")]
    return [
        (float(each.get("x", 0)), float(each.get("y", 0)), each.text)
        for each in found
        if each.text and not each.text.startswith(heading)
    ]


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_caption_has_the_name_the_output_shape_and_the_parameters(name: str) -> None:
    svg = draw_network(plan_of("cnn_lstm"))
    found = [text for _, _, text in captions(layout(svg, name))]
    rows = [(step.title, str(step.output_shape), step.parameters.total) for step in plan_of("cnn_lstm").steps]
    assert Counter(title for title, _, _ in rows) <= Counter(found)
    assert Counter(shape for _, shape, _ in rows) <= Counter(found)
    assert Counter(f"{total:,} parameters" for _, _, total in rows if total) <= Counter(found)


USES = {
    "TimeDistributed: {Dense: {units: 2}}": "the same weights at every timestep",
    "TimeDistributed: {Activation: {activation: relu}}": "applied to every timestep",
    "LSTM: {units: 2, return_sequences: true}": "reads forward, returns every output",
    "GRU: {units: 2}": "reads forward, returns the last output",
    "GRU: {units: 2, go_backwards: true}": "reads backward, returns the last output",
    "Bidirectional: {LSTM: {units: 2}}": "reads both ways, returns the last output",
    "Conv1D: {filters: 2, kernel_size: 3, padding: same}": "slides its kernel along the timesteps",
    "MaxPooling1D: {pool_size: 2}": "pools neighbouring timesteps",
    "GlobalMaxPooling1D": "pools all timesteps",
    "Flatten": "joins all timesteps in one vector",
    "UpSampling1D: {size: 2}": "changes the number of timesteps",
    "MultiHeadAttention: {num_heads: 1, key_dim: 2}": "each timestep attends to all timesteps",
    "LayerNormalization: {axis: [1, 2]}": "reads all timesteps at once",
    "PReLU": "own weights for each timestep",
    "PReLU: {shared_axes: 1}": "the same weights at every timestep",
    "Softmax": "applied to every timestep",
    "Softmax: {axis: 1}": "reads all timesteps at once",
}


@pytest.mark.parametrize("layer", USES)
def test_a_caption_says_how_a_layer_uses_time(layer: str, tmp_path: Path) -> None:
    svg = draw_network(plan_of_layers(tmp_path, f"{{{layer}}}" if ":" in layer else layer))
    for name in LAYOUTS:
        assert USES[layer] in [text for _, _, text in captions(layout(svg, name))]


def test_a_vector_becomes_timesteps_and_needs_no_words_without_them(tmp_path: Path) -> None:
    plan = plan_of_layers(
        tmp_path, "{Dense: {units: 6}}, {RepeatVector: {n: 3}}, Flatten, {Reshape: {target_shape: [3, 6]}}", "[6]"
    )
    found = [text for _, _, text in captions(layout(draw_network(plan)))]
    assert [text for text in found if text.endswith(("timestep", "timesteps", "vector", "sample"))] == [
        "one vector per sample",
        "repeats the vector at every timestep",
        "joins all timesteps in one vector",
        "splits the vector into timesteps",
        "one vector per timestep",
    ]


def test_every_step_has_a_box_with_the_letter_of_its_weights() -> None:
    for name in LAYOUTS:
        assert Counter(texts(draw_network(plan_of("many_to_many")), "tag", name)) == {"A": 5, "B": 5}


def test_of_many_steps_the_first_and_the_last_are_shown() -> None:
    svg = draw_network(plan_of("cnn_lstm"))
    assert Counter(texts(svg, "tag"))["A"] == 4
    assert texts(svg, "label") == ["1", "2", "3", "10"]
    assert draw_network(plan_of("cnn_lstm", "architecture.input.timesteps=900")).count("<rect") == svg.count("<rect")


def test_the_kinds_differ_in_where_their_outputs_are() -> None:
    def outputs(name: str) -> int:
        values = [each for each in layout(draw_network(plan_of(name))).iter() if each.get("class") == "value"]
        heights = [float(each.get("cy", 0)) for each in values if each.get("cy")]
        return heights.count(min(heights))

    assert [outputs(name) for name in ("one_to_one", "many_to_one", "many_to_many", "cnn_lstm")] == [1, 1, 5, 1]


def values(svg: str, tag: str) -> int:
    return sum(each.get("class") == "value" for each in layout(svg).iter(f"{SVG}{tag}"))


def test_frames_are_drawn_as_grids_vectors_as_circles_and_tokens_on_a_corner(tmp_path: Path) -> None:
    frames, vectors = (draw_network(plan_of(name)) for name in ("cnn_lstm", "many_to_one"))
    assert [values(frames, tag) for tag in ("rect", "circle", "path")] == [4, 1, 0]
    assert [values(vectors, tag) for tag in ("rect", "circle", "path")] == [0, 5 + 1, 0]
    embedding = "{Embedding: {input_dim: 9, output_dim: 2}}"
    tokens = draw_network(plan_of_layers(tmp_path, embedding, "{shape: [5], dtype: int32}"))
    assert [values(tokens, tag) for tag in ("rect", "circle", "path")] == [0, 5, 5]


def test_arrows_go_from_step_to_step_one_way_or_both(tmp_path: Path) -> None:
    assert ways(draw_network(plan_of("many_to_many"))) == {"right": 4}
    assert ways(draw_network(plan_of("indoor_movement"))) == {"right": 4, "left": 4}
    plan = plan_of_layers(tmp_path, RESIDUAL)
    assert ways(draw_network(plan)) == {"left": 4}
    assert [row.way for row in unroll(plan)] == ["each step", "each step", "backward", "all steps"]


def test_a_walk_backward_ends_at_the_first_timestep(tmp_path: Path) -> None:
    beside = layout(draw_network(plan_of_layers(tmp_path, "{GRU: {units: 2, go_backwards: true}}", "[3, 4]")))
    first = min(float(each.get("x", 0)) for each in beside.iter(f"{SVG}text") if each.get("class") == "tag")
    (output,) = (each for each in beside.iter(f"{SVG}circle") if float(each.get("cy", 0)) < 150)
    assert float(output.get("cx", 0)) == first


def test_a_last_state_has_no_time_axis_even_where_it_is_a_frame() -> None:
    found = unroll(plan_of("conv_lstm"))
    assert [(row.way, row.timesteps) for row in found] == [("forward", 0), ("no steps", 0), ("no steps", 0)]


def test_an_input_of_features_has_no_time_axis_and_one_of_tokens_has(tmp_path: Path) -> None:
    features = draw_network(plan_of_layers(tmp_path, "{Dense: {units: 2}}", "[4]"))
    assert texts(features, "label") == []
    assert texts(features, "tag") == ["A"]
    tokens = plan_of_layers(tmp_path, "{Embedding: {input_dim: 9, output_dim: 2}}", "{shape: [4], dtype: int32}")
    assert texts(draw_network(tokens), "tag") == ["A"] * 4


def test_unknown_timesteps_end_with_t() -> None:
    assert "T" in texts(draw_network(plan_of("variable_length")), "label")


def test_a_sum_has_an_arrow_from_the_input_of_its_block_that_passes_the_layers_by(tmp_path: Path) -> None:
    svg = draw_network(plan_of_layers(tmp_path, NESTED))
    for name in LAYOUTS:
        element = layout(svg, name)
        sums = sorted((each for each in places(element, "merging")), key=lambda place: place[1])
        upward = lines(element, "edge")
        bypasses = sorted(lines(element, "bypass"), key=lambda line: line[-1][1])
        tips = sorted((head[0] for head in lines(element, "bypass-head")), key=lambda tip: tip[1])
        assert len(bypasses) == 3
        for (start, corner, other, end), tip in zip(bypasses, tips, strict=True):
            assert any(x == start[0] and y2 < start[1] < y for (x, y), (_, y2) in upward)
            assert corner[1] == start[1]
            assert corner[0] == other[0] < min(left for left, _, _, _ in bands(element))
            assert tip[1] == end[1]
            assert any(abs(left - tip[0]) < 1 and top < tip[1] < bottom for left, top, _, bottom in sums)
        later, outer, inner = bypasses
        assert outer[1][0] < inner[1][0], "the arrow of the outer block is further left"
        assert later[0][1] < outer[-1][1], "the second block begins above the first"
        names = [y for x, y, text in captions(element) if text in ("Dense", "LayerNormalization", "ReLU", "Dropout")]
        assert [sum(end[1] < y < start[1] for y in names) for start, _, _, end in bypasses] == [1, 4, 2]


def test_lanes_leave_the_boxes_most_of_the_width_however_deep_blocks_are_nested(tmp_path: Path) -> None:
    block = "ReLU"
    for _ in range(12):
        block = f"Residual: [{block}]" if block == "ReLU" else f"Residual: [{{{block}}}]"
    svg = draw_network(plan_of_layers(tmp_path, f"{{{block}}}"))
    for name in LAYOUTS:
        xs = {line[1][0] for line in lines(layout(svg, name), "bypass")}
        assert len(xs) == 12
        assert max(xs) - min(xs) < WIDTH / 8


def test_a_png_is_as_wide_as_asked_and_has_letters_on_a_machine_without_fonts(tmp_path: Path) -> None:
    svg = draw_network(plan_of("many_to_one"))
    (tmp_path / "with.png").write_bytes(rasterize(svg, 640))
    (tmp_path / "without.png").write_bytes(rasterize(re.sub(r">[^<]+</text>", "></text>", svg), 640))
    with Image.open(tmp_path / "with.png") as lettered, Image.open(tmp_path / "without.png") as bare:
        assert lettered.width == 640
        assert lettered.convert("L").histogram()[:100] != bare.convert("L").histogram()[:100]


@pytest.mark.parametrize(("width", "shown"), [(320, "folded"), (960, "beside")])
def test_a_png_shows_the_layout_for_its_width(width: int, shown: str) -> None:
    root = ET.fromstring(draw_network(plan_of("many_to_one")))
    for each in [each for each in root if each.tag == f"{SVG}g" and each.get("class") != shown]:
        root.remove(each)
    assert rasterize(ET.tostring(root, encoding="unicode"), width) == rasterize(
        draw_network(plan_of("many_to_one")), width
    )


def test_boxes_that_share_no_weights_can_be_told_apart_without_colour() -> None:
    assert sorted(set(texts(draw_network(plan_of("cnn_lstm")), "tag"))) == ["A", "B", "C", "D"]


FAMILIES = {"activation", "attention", "convolution", "dense", "embedding", "merging", "normalization", "pooling",
            "recurrent", "regularization", "reshaping", ANY}  # fmt: skip


def outline(family: str, area: Area, letter: str) -> str:
    """Return what is drawn for a family, without its colour."""
    svg = Svg(60, 60, "", "", "")
    draw_outline(svg, family, area, Letter(letter, 9))
    return re.sub(r'class="[a-z -]*"', "", "".join(ET.tostring(each, encoding="unicode") for each in svg.element[4:]))


@pytest.mark.parametrize("letter", ["", "A"])
@pytest.mark.parametrize("top", [(10.0, 54.0), (40.0, 54.0)], ids=["a timestep", "all timesteps"])
def test_families_of_layers_can_be_told_apart_without_colour(letter: str, top: tuple[float, float]) -> None:
    area = Area(10, 22, (10.0, 54.0), top, (32.0,))
    assert len({outline(family, area, letter) for family in FAMILIES}) == len(FAMILIES)


def keras_families() -> dict[str, str]:
    """Return the folder of Keras that each class of its layers is in."""
    package = find_spec("keras")
    assert package is not None
    assert package.origin is not None
    layers = Path(package.origin).parent / "src" / "layers"
    files = {path: path.read_text(encoding="utf-8") for path in layers.rglob("*.py")}
    return {
        name: path.relative_to(layers).parts[0]
        for path, text in files.items()
        for name in re.findall(r"^class (\w+)\(", text, re.MULTILINE)
    }


def test_a_layer_is_drawn_as_the_family_that_keras_lists_it_under() -> None:
    ours = {"activation": "activations", "convolution": "convolutional", "dense": "core", "embedding": "core",
            "recurrent": "rnn"}  # fmt: skip
    examples = {name: find_layer(name).examples[0].arguments for name in layer_names()}
    found = {
        name: family_of(find_layer(name).model_validate(arguments))
        for name, arguments in examples.items()
        if name not in ("TimeDistributed", "Bidirectional")
    }
    theirs = keras_families()
    wrong = {name for name, family in found.items() if family != ANY and ours.get(family, family) != theirs[name]}
    assert wrong == set()
    assert set(found.values()) == FAMILIES - {"merging"}
    assert Counter(found.values())[ANY] < len(found) / 10


def test_the_width_of_a_text_is_a_little_more_than_in_dejavu_sans() -> None:
    svg = "".join(draw_network(compile_spec(path).plan) for path in SPECS)
    for kind, text in sorted(set(re.findall(r'<text class="([a-z ]*)" [^>]*>([^<]{3,})<', svg))):
        bold = kind in ("title", "name")
        font = FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
        measured = ImageFont.truetype(str(font), 1000).getlength(text)
        assert 1 <= text_width(text, 1000, bold=bold) / measured < 1.1, text


@pytest.mark.parametrize(
    "text", ["one set of weights, applied to every timestep", "TimeDistributed(" * 4, "m" * 90, "日本語" * 9, ""]
)
def test_lines_are_no_wider_than_their_column_and_lose_only_what_has_no_room(text: str) -> None:
    found = wrap_text(text, 150, 12)
    assert all(text_width(line, 12) <= 150 for line in found)
    assert "…" in "".join(found) or "".join(found).replace(" ", "") == text.replace(" ", "")
    assert cut_text(text, 10_000, 12) == text


def bands(element: ET.Element) -> list[tuple[float, float, float, float]]:
    """Return left, top, right and bottom of the bands of the rows."""
    return [rectangle(each) for each in element.iter(f"{SVG}rect") if each.get("class") == "band"]


def rectangle(element: ET.Element) -> tuple[float, float, float, float]:
    left, top, width, height = (float(element.get(key, 0)) for key in ("x", "y", "width", "height"))
    return left, top, left + width, top + height


def places(element: ET.Element, kind: str = "") -> list[tuple[float, float, float, float]]:
    """Return left, top, right and bottom of the boxes, and of the values of the input and output."""
    found = []
    for each in element.iter():
        own = each.get("class", "")
        if own in ("band", "dot", "dot-inside", "looked-up") or (kind and own != kind):
            continue
        if each.tag == f"{SVG}rect":
            found.append(rectangle(each))
        elif each.tag == f"{SVG}circle":
            x, y, r = (float(each.get(key, 0)) for key in ("cx", "cy", "r"))
            found.append((x - r, y - r, x + r, y + r))
        elif each.tag == f"{SVG}path" and each.get("d", "").endswith("z") and not own.endswith("-head"):
            corners = [tuple(map(float, pair)) for pair in re.findall(r"([\d.]+) ([\d.]+)", each.get("d", ""))]
            xs, ys = zip(*corners, strict=True)
            found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_arrow_upwards_leads_from_one_box_to_another(path: Path) -> None:
    element = layout(draw_network(compile_spec(path).plan))
    arrows, heads = lines(element, "edge"), lines(element, "edge-head")
    assert len(arrows) == len(heads) > 0
    boxes = places(element)
    ends = [line[0] for line in arrows] + [head[0] for head in heads]
    near = 2
    lost = [
        (x, y)
        for x, y in ends
        if not any(a - near <= x <= c + near and b - near <= y <= d + near for a, b, c, d in boxes)
    ]
    assert lost == []


@pytest.mark.parametrize("layers", ["Flatten", "GlobalMaxPooling1D", "{LSTM: {units: 2}}, {RepeatVector: {n: 3}}"])
def test_a_box_over_timesteps_reaches_all_arrows_that_enter_and_leave_it(layers: str, tmp_path: Path) -> None:
    element = layout(draw_network(plan_of_layers(tmp_path, layers, "[4, 2]")))
    (box,) = lines(element, "reshaping") or lines(element, "pooling")
    for edge, points in (
        (max(y for _, y in box), [head[0] for head in lines(element, "edge-head")]),
        (min(y for _, y in box), [line[0] for line in lines(element, "edge")]),
    ):
        ends = [x for x, y in box if y == edge]
        touching = [x for x, y in points if abs(y - edge) < 1]
        assert touching
        assert min(ends) <= min(touching) <= max(touching) <= max(ends)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_above_the_rows_captions_leave_arrows_from_band_to_band(path: Path) -> None:
    element = layout(draw_network(compile_spec(path).plan), "folded")
    tops = {top for _, top, _, _ in bands(element)}
    starts = {line[0][1] for line in lines(element, "edge")}
    assert starts <= tops
    assert len(starts) == len(tops) - 1
