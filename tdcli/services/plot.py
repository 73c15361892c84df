"""Where a drawing is written."""

from pathlib import Path

from tdcli.services.extras import needs_extra
from tdcli.text.diagnostic import UserError


def check_picture(path: Path | None) -> None:
    """Raise UserError where a drawing cannot be written under this ending."""
    if path is not None and path.suffix not in (".svg", ".png"):
        raise UserError.of("wrong-option", f"`{path}` ends neither in `.svg` nor in `.png`", "choose one of them")
    if path is not None and path.suffix == ".png":
        needs_extra("plot", "a PNG")
