"""The spec of a run, which stands without the data that it was trained on."""

from tdcli.data._base import Header
from tdcli.runs.folder import RunFolder
from tdcli.services.compile import Compiled, compile_document
from tdcli.spec.load import load_document


def compile_run(run: RunFolder) -> Compiled:
    """Compile a run's spec with what its data's headers told. Raises UserError where it cannot be read."""
    shape = run.read_record().get("input_shape")
    return compile_document(load_document(run.spec), Header(x_shape=tuple(shape)) if shape else None)
