"""Where the rows of a drawing are, and its columns and lanes."""

from dataclasses import dataclass
from functools import cached_property

from tdcli.report.drawings.lines import ASCENT, LINE_HEIGHT, TextLine, caption_lines, lines_height
from tdcli.report.drawings.measures import Measures
from tdcli.report.drawings.rows import SLOTS, Columns, Row

MOST_LANES = 0.2
"""The share of the diagram that lanes take at most."""


@dataclass(frozen=True)
class PlacedRow:
    """A row with its place: top and height of its band, tops of its boxes and its caption, baseline of its labels."""

    row: Row
    lines: tuple[TextLine, ...]
    top: float
    height: float
    box_top: float
    box_height: float
    caption_top: float
    label_y: float

    @property
    def box_bottom(self) -> float:
        """The lower edge of the boxes."""
        return self.box_top + self.box_height

    @property
    def middle(self) -> float:
        """The height at which arrows along time run."""
        return self.box_top + self.box_height / 2


class Layout:
    """The rows of a drawing in their places, the input at the bottom. gap: between two rows.

    lanes: the lane of each arrow that passes rows by, as (from, to); 0 is next to the boxes, for the shortest arrows.
    """

    def __init__(self, rows: tuple[Row, ...], head: tuple[TextLine, ...], measures: Measures) -> None:
        self.rows, self.head, self.measures, self.gap = rows, head, measures, measures.gap
        self.lanes = _lanes(rows)
        count = len(set(self.lanes.values()))
        self.lane_width = min(measures.lane, measures.diagram * MOST_LANES / max(count, 1))
        self.lanes_width = self.lane_width * count
        self.caption_width = measures.caption - (self.lanes_width if measures.folded else 0)
        self.lines = tuple(caption_lines(row.caption, measures, self.caption_width) for row in rows)

    @property
    def left(self) -> float:
        """Where the bands begin: right of the lanes."""
        return self.measures.margin + self.lanes_width

    @property
    def caption_left(self) -> float:
        """Where the captions begin."""
        return self.measures.width - self.measures.margin - self.measures.inset - self.caption_width

    @property
    def slot_width(self) -> float:
        """The width of a column."""
        return (self.measures.diagram - self.lanes_width) / SLOTS

    @property
    def box_width(self) -> float:
        """The width of a box of one timestep."""
        return self.measures.box_width * self.slot_width * SLOTS / self.measures.diagram

    def x(self, slot: int) -> float:
        """Return the middle of a column."""
        return self.left + self.slot_width * (slot + 0.5)

    def lane_x(self, lane: int) -> float:
        """Return where the arrow of a lane runs."""
        return self.left - self.lane_width * (lane + 0.5)

    def ends(self, columns: Columns) -> tuple[float, float]:
        """Return the left and the right end of a box over columns."""
        return self.x(columns.slots[0]) - self.box_width / 2, self.x(columns.slots[-1]) + self.box_width / 2

    @property
    def head_height(self) -> float:
        """The height of the title and of what is said below it."""
        return self.measures.margin + lines_height(self.head) + self.measures.padding

    @property
    def height(self) -> float:
        """The height of the drawing."""
        bands = sum(self._band_height(place) for place in range(len(self.rows)))
        return self.head_height + bands + self.gap * (len(self.rows) - 1) + self.measures.margin

    def stretch(self, height: float) -> None:
        """Widen the gaps until the drawing has this height."""
        self.gap += (height - self.height) / (len(self.rows) - 1)

    @cached_property
    def placed(self) -> tuple[PlacedRow, ...]:
        """The rows in their places."""
        found, top = [], self.head_height
        for place in reversed(range(len(self.rows))):
            found.append(self._place(place, top))
            top += self._band_height(place) + self.gap
        return tuple(reversed(found))

    def _place(self, place: int, top: float) -> PlacedRow:
        """Place a row whose band begins at `top`."""
        row, lines, measures = self.rows[place], self.lines[place], self.measures
        height, label_height = self._band_height(place), self._label_height(row)
        boxes, text = self._box_height(row) + label_height, lines_height(lines)
        if measures.folded:
            caption_top, boxes_top = top + measures.padding, top + height - measures.padding - boxes
        else:
            caption_top, boxes_top = top + (height - text) / 2, top + (height - boxes) / 2
        box_top = boxes_top + (label_height if row.labels == "above" else 0)
        label_top = boxes_top if row.labels == "above" else box_top + self._box_height(row) + 2
        label_y = label_top + measures.label * ASCENT
        return PlacedRow(row, lines, top, height, box_top, self._box_height(row), caption_top, label_y)

    def _band_height(self, place: int) -> float:
        text, row = lines_height(self.lines[place]), self.rows[place]
        boxes = self._box_height(row) + self._label_height(row)
        return (text + 3 + boxes if self.measures.folded else max(text, boxes)) + 2 * self.measures.padding

    def _box_height(self, row: Row) -> float:
        # Attention has lines from every timestep to every other inside.
        return self.measures.box_height * (1.5 if row.outline == "attention" else 1)

    def _label_height(self, row: Row) -> float:
        return self.measures.label * LINE_HEIGHT + 2 if row.labels else 0


def _lanes(rows: tuple[Row, ...]) -> dict[tuple[int, int], int]:
    """Give each arrow that passes rows by the nearest lane that is free on its way, the shortest first."""
    passing = [(source, place) for place, row in enumerate(rows) for source in row.reads[1:]]
    lanes: dict[tuple[int, int], int] = {}
    for start, end in sorted(passing, key=lambda each: (each[1] - each[0], each)):
        taken = {lane for (first, last), lane in lanes.items() if first < end and start < last}
        lanes[start, end] = next(lane for lane in range(len(passing)) if lane not in taken)
    return lanes
