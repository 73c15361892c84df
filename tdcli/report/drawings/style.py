"""The style of a drawing: light and dark, with captions beside the rows or folded above them."""

from tdcli.report.drawings.measures import BESIDE, FOLDED, Measures

NARROW = 520
"""Pixels up to which captions are folded above their rows, and text would be too small beside them."""

FOLDED_STYLE = ".network .folded { display: inline !important; } .network .beside { display: none !important; }"
"""Puts the captions above the rows, whatever the rest of the style sheet says."""

_INK = """
.network text { font-family: "DejaVu Sans", system-ui, sans-serif; fill: #1c1c1c; }
.network .title, .network .name, .network .tag { font-weight: bold; }
.network .detail, .network .label { fill: #55585f; }
.network .right { text-anchor: end; }
.network .label, .network .tag { text-anchor: middle; }
.network .tag { fill: #111; }
.network .paper { fill: #fff; }
.network .band { fill: #f3f4f6; }
.network rect, .network path, .network circle { stroke-linejoin: round; }
.network .recurrent { fill: #f2c14e; stroke: #333; }
.network .convolution { fill: #8cc2e3; stroke: #333; }
.network .dense { fill: #f0a08c; stroke: #333; }
.network .pooling { fill: #b5d6a4; stroke: #333; }
.network .normalization { fill: #c5b7ea; stroke: #333; }
.network .attention { fill: #eebbd3; stroke: #333; }
.network .embedding { fill: #9ad4c9; stroke: #333; }
.network .activation, .network .reshaping, .network .any { fill: #dcdee3; stroke: #333; }
.network .bar, .network .pleat, .network .mesh { fill: none; stroke: #333; stroke-width: 0.8; }
.network .dot-inside { fill: #333; }
.network .curve { fill: none; stroke: #333; stroke-width: 1.6; }
.network .looked-up { fill: #2f6f64; }
.network .regularization { fill: none; stroke: #444; stroke-dasharray: 4 3; }
.network .merging, .network .value { fill: #fff; stroke: #444; }
.network .plus, .network .grid { fill: none; stroke: #444; }
.network .dot, .network .edge-head, .network .bypass-head { fill: #555; }
.network .edge, .network .bypass { fill: none; stroke: #555; stroke-width: 1.2; }
.network .time { fill: none; stroke: #a3123a; stroke-width: 1.8; }
.network .time-head { fill: #a3123a; }
@media (prefers-color-scheme: dark) {
  .network text { fill: #eee; }
  .network .detail, .network .label { fill: #b6b9c0; }
  .network .tag { fill: #111; }
  .network .paper { fill: #16181c; }
  .network .band { fill: #22252b; }
  .network .regularization { stroke: #bbb; }
  .network .merging, .network .value { fill: #16181c; stroke: #bbb; }
  .network .plus, .network .grid { stroke: #bbb; }
  .network .dot, .network .edge-head, .network .bypass-head { fill: #aaa; }
  .network .edge, .network .bypass { stroke: #aaa; }
  .network .time { stroke: #ff7a9c; }
  .network .time-head { fill: #ff7a9c; }
}
"""


def style() -> str:
    """Return the style sheet. What cannot read `@media` shows the captions beside the rows."""
    shown = f".network .folded {{ display: none; }}\n@media (max-width: {NARROW}px) {{ {FOLDED_STYLE} }}\n"
    return f"{_INK}{_sizes(BESIDE, 'beside')}{_sizes(FOLDED, 'folded')}{shown}"


def _sizes(measures: Measures, layout: str) -> str:
    sizes = {"title": measures.title, "name": measures.name, "detail": measures.detail, "label": measures.label}
    rules = (f".network .{layout} .{kind} {{ font-size: {size:g}px; }}" for kind, size in sizes.items())
    return "\n".join((*rules, f".network .{layout} .tag {{ font-size: {measures.label:g}px; }}", ""))
