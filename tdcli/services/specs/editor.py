"""Write the JSON Schema of specs for editors. Specs refer to it in a comment."""

import json
from pathlib import Path

from tdcli.runs.files import write_text
from tdcli.schema.document import spec_schema

SCHEMA_FILE = "tdcli.schema.json"
COMMENT = f"# yaml-language-server: $schema={SCHEMA_FILE}\n"
"""The modeline of yaml-language-server. The path is relative to the spec, so that no network is needed."""


def make_schema(output: Path | None = None) -> str:
    """Return the schema as JSON, and write it to `output` if given. Raises ExecutionError."""
    text = json.dumps(spec_schema(), indent=1, ensure_ascii=False)
    if output is not None:
        write_text(output, text + "\n")
    return text


def write_schema_beside(spec: Path) -> None:
    """Write the schema into the folder of a spec, unless the file exists. Raises ExecutionError."""
    path = spec.parent / SCHEMA_FILE
    if not path.exists():
        make_schema(path)
