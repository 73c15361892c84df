"""Export a run. The options are checked before TensorFlow is imported."""

from pathlib import Path
from typing import TYPE_CHECKING

from tdcli.data.progress import ProgressCallback, no_progress
from tdcli.services.export.request import ExportRequest, check_request

if TYPE_CHECKING:
    from tdcli.services.export.export import ExportResult


def export_run(
    path: Path, request: ExportRequest, data: Path | None = None, *, on_loading: ProgressCallback = no_progress
) -> "ExportResult":
    """Write the model of a run or of a `.keras` file for another runtime, compared on `data` or held-out samples.

    on_loading: called with the progress of slow reading. Raises SpecError as `check_request` and `open_source` do, and
    the errors of `export`.
    """
    check_request(request)
    from tdcli.services.export.export import export
    from tdcli.services.export.source import open_source

    return export(open_source(path), request, data, on_loading)
