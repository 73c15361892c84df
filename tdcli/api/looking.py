"""Compare specs and draw them."""

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tdcli.api.run import Run
from tdcli.api.shown import Shown
from tdcli.api.spec import CompiledSpec, SpecSource, as_spec

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tdcli.services.runs.diff import SpecDifference


@dataclass(frozen=True)
class Difference(Shown):
    """What changed between two specs or runs.

    >>> import tdcli
    >>> print(tdcli.diff("specs/many_to_one.yaml", "specs/one_to_one.yaml"))  # doctest: +ELLIPSIS
    --- specs/many_to_one.yaml
    +++ specs/one_to_one.yaml
    ...
    parameters: 170 -> 146 (-14.1%)
    ...
    """

    result: "SpecDifference" = field(repr=False)

    def __rich__(self) -> "RenderableType":
        """Return what `tdcli diff` prints."""
        from tdcli.report.terminal.diff import render_difference

        return render_difference(self.result, "table")


@dataclass(frozen=True)
class Drawing:
    """The drawing of a network unrolled through time. svg: the text of the SVG file.

    >>> import tdcli
    >>> tdcli.plot("specs/many_to_one.yaml").svg[:4]
    '<svg'
    """

    svg: str = field(repr=False)

    def _repr_html_(self) -> str:
        """Return a picture as wide as a page's text, which a notebook shows even if it does not trust its outputs."""
        encoded = base64.b64encode(self.svg.encode()).decode()
        return f'<img width="640" alt="network" src="data:image/svg+xml;base64,{encoded}">'

    def save(self, path: str | Path, width: int = 960) -> Path:
        """Write the drawing as `.svg`, or as `.png` with `width` in pixels. Raises SpecError for other file endings."""
        from tdcli.report.charts.output import check_diagram_output
        from tdcli.report.charts.write_drawing import write_drawing

        written = Path(path)
        check_diagram_output(written)
        write_drawing(self.svg, written, width)
        return written


def diff(old: str | Path | Run, new: str | Path | Run) -> Difference:
    """Compare two specs or runs: settings, shapes, parameters and cost. Raises SpecError if one cannot be read.

    >>> import tdcli
    >>> print(tdcli.diff("specs/one_to_many.yaml", "runs/latest"))  # doctest: +ELLIPSIS
    --- specs/one_to_many.yaml
    +++ runs/latest
    <BLANKLINE>
    training.epochs: 40 -> 2
    ...
    """
    from tdcli.services.runs.diff import diff_specs

    one, other = (Path(each.path if isinstance(each, Run) else each) for each in (old, new))
    return Difference(diff_specs(one, other))


def plot(spec: CompiledSpec | SpecSource) -> Drawing:
    """Draw a network, with one column per timestep and one row per layer. Raises SpecError.

    >>> import tdcli
    >>> tdcli.plot("specs/cnn_lstm.yaml").save("cnn_lstm.svg").name
    'cnn_lstm.svg'
    """
    from tdcli.report.drawings.network import draw_network

    return Drawing(draw_network(as_spec(spec).plan))
