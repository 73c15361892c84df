"""A network unrolled through time, as SVG: a column a timestep, a row a layer, the input at the bottom.

The picture holds two layouts, captions beside the rows and captions above them, and shows the one that its width has
room for. Both have one proportion, because an `<img>` keeps that of its file.
"""

from tdcli.plan.plan import Plan
from tdcli.plan.unrolled import GAP
from tdcli.report.drawings.arrows import draw_along_time, draw_bypass, draw_upward
from tdcli.report.drawings.layout import Layout, PlacedRow
from tdcli.report.drawings.lines import ASCENT, LINE_HEIGHT, TextLine, head_lines
from tdcli.report.drawings.measures import BESIDE, FOLDED, Measures
from tdcli.report.drawings.outlines import Area, Letter, draw_gap, draw_outline
from tdcli.report.drawings.rows import Row, rows_of
from tdcli.report.drawings.style import style
from tdcli.report.drawings.svg import Canvas, Svg

WIDTH = BESIDE.width

HOW_TO_READ = (
    "Time runs to the right, data flow upward.",
    "Boxes with the same letter share one set of weights.",
)


def draw_network(plan: Plan) -> str:
    """Return the SVG of a plan."""
    rows = rows_of(plan)
    layouts = [_layout(plan, rows, measures) for measures in (BESIDE, FOLDED)]
    proportion = max(layout.height / layout.measures.width for layout in layouts)
    description = " ".join(row.caption.sentence for row in rows)
    svg = Svg(WIDTH, WIDTH * proportion, f"{plan.name}, unrolled through time", description, style())
    for layout in layouts:
        layout.stretch(layout.measures.width * proportion)
        scale = WIDTH / layout.measures.width
        canvas = svg.group("folded" if layout.measures.folded else "beside", transform=f"scale({scale:g})")
        _draw_layout(canvas, layout)
    return svg.text()


def _layout(plan: Plan, rows: tuple[Row, ...], measures: Measures) -> Layout:
    title = plan.name if plan.name == plan.kind else f"{plan.name} ({plan.kind})"
    return Layout(rows, head_lines(title, HOW_TO_READ, measures), measures)


def _draw_layout(canvas: Canvas, layout: Layout) -> None:
    """Draw the bands, then the arrows on them, then the boxes, then the texts."""
    placed = layout.placed
    for each in placed:
        width = layout.measures.width - layout.measures.margin - layout.left
        canvas.put("rect", "band", x=layout.left, y=each.top, width=width, height=each.height, rx=5)
    for place, each in enumerate(placed):
        for source in each.row.reads[:1]:
            draw_upward(canvas, layout, placed[source], each)
        for source in each.row.reads[1:]:
            draw_bypass(canvas, layout, placed[source], each, layout.lanes[source, place])
        draw_along_time(canvas, layout, each)
        _draw_boxes(canvas, layout, each)
    _write_lines(canvas, layout.head, layout.measures.margin, layout.measures.margin, layout.measures.width)
    for each in placed:
        _write_lines(canvas, each.lines, layout.caption_left, each.caption_top, layout.caption_width)


def _draw_boxes(canvas: Canvas, layout: Layout, placed: PlacedRow) -> None:
    """Draw the boxes of a row: one over all timesteps, or one at each."""
    row, letter = placed.row, Letter(placed.row.tag, layout.measures.label)
    if row.is_wide:
        edges = layout.ends(row.enters), layout.ends(row.leaves)
        columns, gaps = (tuple(map(layout.x, slots)) for slots in (row.enters.shown, row.enters.gaps))
        area = Area(placed.box_top, placed.box_height, *edges, columns, gaps)
        draw_outline(canvas, row.outline, area, letter)
        return
    for slot, label in zip(row.enters.slots, row.enters.labels, strict=True):
        x = layout.x(slot)
        ends = (x - layout.box_width / 2, x + layout.box_width / 2)
        if label == GAP:
            draw_gap(canvas, x, placed.middle)
        else:
            draw_outline(canvas, row.outline, Area(placed.box_top, placed.box_height, ends, ends, (x,)), letter)
        if row.labels and label != GAP:
            canvas.write(label, x, placed.label_y, "label")


def _write_lines(canvas: Canvas, lines: tuple[TextLine, ...], x: float, top: float, width: float) -> None:
    y = top
    for line in lines:
        canvas.write(line.left, x, y + line.size * ASCENT, line.kind)
        if line.right:
            canvas.write(line.right, x + width, y + line.size * ASCENT, "detail right")
        y += line.size * LINE_HEIGHT
