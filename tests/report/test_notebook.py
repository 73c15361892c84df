"""HTML in a notebook's cell."""

import math
import re
import xml.etree.ElementTree as ET
from base64 import b64decode

import pytest
from rich.console import Group
from rich.text import Text

import tdcli
from tdcli.report.notebook import curves, tables, training
from tdcli.report.notebook.curves import HEIGHT, WIDTH, as_image, draw_curves
from tdcli.report.notebook.tables import render_html
from tdcli.report.notebook.training import render_training
from tdcli.report.terminal.table import TerminalTable
from tdcli.services.runs.watch import TrainingView

HISTORY = [
    {"epoch": 1, "loss": 4.0, "val_loss": 5.0, "mae": 1.0, "val_mae": 2.0},
    {"epoch": 2, "loss": 3.0, "val_loss": 4.5, "mae": 0.9, "val_mae": 1.9},
    {"epoch": 3, "loss": 2.0, "val_loss": 4.75, "mae": 0.8, "val_mae": 1.95},
]
VIEW = TrainingView(12, 3.5, 0.5, HISTORY, 2, 60.0, 1234.5, 890_000_000)


def parsed(html: str) -> ET.Element:
    """Return the elements; what is not closed or not escaped raises."""
    closed = re.sub("(<img [^>]*)>", r"\1/>", html)
    return ET.fromstring(f"<all>{closed}</all>")


def rows(html: str) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row] for row in parsed(html).iter("tr")]


def points(picture: ET.Element) -> list[list[tuple[float, float]]]:
    texts = [line.attrib["points"].split() for line in picture.iter() if line.tag.endswith("polyline")]
    return [[tuple(map(float, each.split(","))) for each in line] for line in texts]


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_table_has_the_cells_of_the_terminal_s_and_is_aligned_as_it() -> None:
    table = TerminalTable()
    table.add_column("Layer")
    table.add_column("Parameters", justify="right")
    table.add_row("LSTM <b>", "12,400")
    html = render_html(table)
    assert rows(html) == [["Layer", "Parameters"], ["LSTM <b>", "12,400"]]
    assert [cell.attrib["style"].split(";")[0] for cell in parsed(html).iter("td")] == [
        "text-align:left",
        "text-align:right",
    ]


def test_a_grid_has_no_headings() -> None:
    grid = TerminalTable.grid(padding=(0, 2, 0, 0))
    grid.add_row("state", Text("done\nat last"))
    assert rows(render_html(grid)) == [["state", "done\nat last"]]


def test_lines_that_belong_together_stay_below_each_other() -> None:
    html = render_html(Group("one <line>", "--- a\n+++ b", Text("a title", "bold")))
    assert [(each.tag, "".join(each.itertext())) for each in parsed(html)[0]] == [
        ("div", "one <line>"),
        ("pre", "--- a\n+++ b"),
        ("div", "a title"),
    ]
    assert 'font-weight: bold">a title' in html


def test_control_characters_are_shown_as_text() -> None:
    assert r"\u202e" in render_html(Text("a\u202eb"))


def test_colours_stand_out_from_white_and_from_black() -> None:
    """WCAG 2.2, 1.4.11: at least 3 to 1 for pictures; texts have more."""
    inks = ["#{:02x}{:02x}{:02x}".format(*tables.THEME.ansi_colors[number]) for number in range(8)]
    for colour in [*inks, training.TRAIN, training.VALIDATION, curves.MARK]:
        for paper in ("#ffffff", "#111111"):
            low, high = sorted((luminance(colour), luminance(paper)))
            assert (high + 0.05) / (low + 0.05) > 3.9, (colour, paper)


def test_no_colour_is_that_of_paper_or_ink() -> None:
    """What has no colour has that of the notebook's text; a background would hide it in one of the themes."""
    shown = tdcli.load(
        {"architecture": {"kind": "layers", "input": [4, 3], "layers": [{"LSTM": {"units": 5, "activation": "relu"}}]}}
    )
    html = shown._repr_html_() + render_training(VIEW)
    assert "warning" in html
    assert {"#000000", "#ffffff"} & set(re.findall(r"#[0-9a-f]{6}", html)) == set()
    assert "<style" not in html
    assert " id=" not in html


def test_curves_go_up_with_the_values_from_the_first_epoch_to_the_last() -> None:
    (line,) = points(draw_curves({"#123456": [1.0, 3.0, 2.0]}))
    (x1, y1), (x2, y2), (x3, y3) = line
    assert x2 - x1 == x3 - x2 > 0
    assert y1 > y3 > y2
    assert y1 - y3 == pytest.approx(y3 - y2, abs=0.11)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in line)


def test_two_curves_share_one_scale() -> None:
    low, high = points(draw_curves({"#111111": [1.0, 2.0], "#222222": [2.0, 3.0]}))
    assert low[1][1] == high[0][1]


def test_what_is_not_finite_is_a_gap_and_a_value_alone_is_a_dot() -> None:
    picture = draw_curves({"#123456": [1.0, 2.0, math.nan, 3.0, math.inf]})
    assert [len(line) for line in points(picture)] == [2]
    assert len([each for each in picture.iter() if each.tag == "circle"]) == 1


def test_of_many_epochs_the_first_and_the_last_are_drawn() -> None:
    values = [float(value) for value in range(100_000)]
    (line,) = points(draw_curves({"#123456": values}))
    assert len(line) <= 2 * WIDTH
    assert line[0][1] == HEIGHT - line[-1][1]


def test_a_training_shows_each_figure_with_the_best_epoch_s() -> None:
    assert rows(render_training(VIEW)) == [
        ["", "━ train", "━ validation", "best: epoch 2", ""],
        ["loss", "2", "4.75", "4.5", ""],
        ["mae", "0.8", "1.95", "1.9", ""],
    ]


def test_a_training_without_validation_shows_what_there_is() -> None:
    history = [{"epoch": 7, "loss": 4.0}, {"epoch": 8, "loss": 3.0}]
    assert rows(render_training(TrainingView(9, 8.0, 6.0, history, best_epoch=3))) == [
        ["", "━ train", ""],
        ["loss", "3", ""],
    ]


def test_the_best_epoch_is_marked_at_its_place() -> None:
    (mark,) = [each for each in draw_curves({"#123456": [1.0, 2.0, 3.0]}, 1).iter() if each.tag == "line"]
    assert float(mark.attrib["x1"]) == WIDTH / 2


def test_a_training_that_has_ended_keeps_its_curves_where_svg_is_not_trusted() -> None:
    now, then = render_training(VIEW), render_training(VIEW.ended())
    assert "<svg" in now
    assert "<svg" not in then
    (picture, *_) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', then)
    drawn = ET.fromstring(b64decode(picture))
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(points(drawn)) == 2
    assert as_image(draw_curves({})).attrib["width"] == str(WIDTH)
