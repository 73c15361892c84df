"""The spec of a run or of an exported model, which stands without the data that it was trained on."""

from pathlib import Path
from typing import Any

from tdcli.runs.folder import RunFolder
from tdcli.services.specs.compile import Compiled, compile_document
from tdcli.sources.core.section import Header
from tdcli.spec.load import load_document
from tdcli.text.yaml_reader import parse_document


def compile_run(run: RunFolder) -> Compiled:
    """Compile a run's spec with what its data's headers told. Raises UserError where it cannot be read."""
    return compile_document(load_document(run.spec), _known(run.read_record()))


def compile_metadata(path: Path, metadata: dict[str, Any]) -> Compiled:
    """Compile the spec that travels in a model's file. Raises UserError where it does not hold together."""
    return compile_document(parse_document(str(metadata["spec"]), path), _known(metadata))


def _known(record: dict[str, Any]) -> Header | None:
    shape = record.get("input_shape")
    return Header(x_shape=tuple(shape), fractions=record.get("fractions", False)) if shape else None
