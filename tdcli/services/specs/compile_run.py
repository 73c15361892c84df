"""Compile the spec of a run or of an exported model without reading its data, which may no longer exist."""

from pathlib import Path
from typing import Any

from tdcli.runs.folder import RunFolder
from tdcli.services.specs.compile import Compiled, compile_document
from tdcli.sources.core.section import Header
from tdcli.spec.load import load_document
from tdcli.text.yaml_reader import parse_document


def compile_run(run: RunFolder) -> Compiled:
    """Compile the spec of a run with its recorded header. Raises SpecError if it cannot be read."""
    return compile_document(load_document(run.spec), _recorded_header(run.read_record()))


def compile_metadata(path: Path, metadata: dict[str, Any]) -> Compiled:
    """Compile the spec in the metadata of a model file. Raises SpecError if it is not valid."""
    return compile_document(parse_document(str(metadata["spec"]), path), _recorded_header(metadata))


def _recorded_header(record: dict[str, Any]) -> Header | None:
    shape = record.get("input_shape")
    return Header(x_shape=tuple(shape), fractions=record.get("fractions", False)) if shape else None
