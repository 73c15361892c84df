"""The two layouts of a drawing as sizes: captions beside the rows, and for narrow pages captions above them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measures:
    """The sizes of a layout, in its own units.

    diagram: the width of the five columns and of the lanes left of them; caption: that of the captions. title, name,
    detail, label: sizes of texts. inset: from the sides of a row's band to its texts; padding: from its upper and lower
    edge. gap: the least room between two rows; gutter: between two texts of a line. head: the length of an arrow's
    head.
    """

    folded: bool
    width: float
    margin: float
    inset: float
    diagram: float
    caption: float
    box_width: float
    box_height: float
    title: float
    name: float
    detail: float
    label: float
    padding: float
    gap: float
    lane: float
    head: float
    gutter: float = 10


BESIDE = Measures(
    folded=False, width=620, margin=12, inset=12, diagram=300, caption=276, box_width=46, box_height=48, title=19,
    name=14.5, detail=13, label=13, padding=8, gap=22, lane=16, head=8,
)  # fmt: skip
FOLDED = Measures(
    folded=True, width=320, margin=8, inset=8, diagram=304, caption=288, box_width=44, box_height=22, title=12,
    name=10, detail=9, label=9, padding=4, gap=13, lane=10, head=6,
)  # fmt: skip
