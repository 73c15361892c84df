"""Check the path of a drawing or a chart before the work starts."""

from pathlib import Path

from tdcli.runs.files import refuse_read_only
from tdcli.services.machine.extras import require_extra
from tdcli.text.errors import SpecError


def check_diagram_output(path: Path | None) -> None:
    """Raise SpecError if the drawing of a plan cannot be written to this path."""
    _check_ending(path)
    if path is not None and path.suffix == ".png":
        require_extra("plot", "a PNG")


def check_chart_output(path: Path | None) -> None:
    """Raise SpecError if a chart cannot be written to this path."""
    _check_ending(path)
    if path is not None:
        require_extra("plot", "a chart")


def _check_ending(path: Path | None) -> None:
    if path is None:
        return
    refuse_read_only(path)
    if path.suffix not in (".svg", ".png"):
        raise SpecError.of("wrong-option", f"`{path}` does not end in `.svg` or `.png`", "use one of these")
