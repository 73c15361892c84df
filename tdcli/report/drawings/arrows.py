"""What flows between the layers of a drawing, and along time within them."""

from itertools import pairwise

from tdcli.plan.unrolled import GAP
from tdcli.report.drawings.layout import Layout, PlacedRow
from tdcli.report.drawings.outlines import merging_radius
from tdcli.report.drawings.svg import Canvas

GAP_WIDTH = 16
"""Of the dots that stand for the timesteps left out."""

_TURNS = {"forward": (False,), "backward": (True,), "both ways": (False, True)}


def draw_upward(canvas: Canvas, layout: Layout, source: PlacedRow, target: PlacedRow) -> None:
    """Draw an arrow at each timestep from a row to the one above."""
    for slot in target.row.enters.shown:
        x = layout.x(slot)
        canvas.arrow("edge", (x, source_y(layout, source)), (x, target.box_bottom), head=layout.measures.head)


def draw_bypass(canvas: Canvas, layout: Layout, source: PlacedRow, target: PlacedRow, lane: int) -> None:
    """Draw an arrow that leaves the first timestep of a row, passes others by, and enters a sum from the left."""
    start_x, lane_x = layout.x(source.row.leaves.slots[0]), layout.lane_x(lane)
    y = source.top - layout.gap / 2
    end_x = layout.x(target.row.enters.slots[0]) - merging_radius(target.box_height)
    canvas.put("circle", "dot", cx=start_x, cy=y, r=2.2)
    points = (start_x, y), (lane_x, y), (lane_x, target.middle), (end_x, target.middle)
    canvas.arrow("bypass", *points, head=layout.measures.head)


def draw_along_time(canvas: Canvas, layout: Layout, placed: PlacedRow) -> None:
    """Draw the arrows of a recurrent layer from timestep to timestep, either way or both."""
    turns = _TURNS.get(placed.row.way, ())
    columns = placed.row.enters
    ends = [
        (layout.x(slot), GAP_WIDTH / 2 if label == GAP else layout.box_width / 2)
        for slot, label in zip(columns.slots, columns.labels, strict=True)
    ]
    for turned in turns:
        y = placed.middle + (0 if len(turns) == 1 else placed.box_height * (-0.22 if turned else 0.22))
        for (left, half), (right, other) in pairwise(ends):
            points = (left + half, y), (right - other, y)
            canvas.arrow("time", *(reversed(points) if turned else points), head=layout.measures.head)


def source_y(layout: Layout, source: PlacedRow) -> float:
    """Return where arrows leave a row: from its boxes, or where its caption is above them from its band."""
    return source.top if layout.measures.folded else source.box_top
