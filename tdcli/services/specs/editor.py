"""What editors read: the schema, and the comment that leads to it."""

import json
from pathlib import Path

from tdcli.runs.files import write_text
from tdcli.schema.document import spec_schema

SCHEMA_FILE = "tdcli.schema.json"
COMMENT = f"# yaml-language-server: $schema={SCHEMA_FILE}\n"
"""The modeline of yaml-language-server, with a path relative to the spec: no server is asked."""


def schema_text() -> str:
    """Return the schema as JSON."""
    return json.dumps(spec_schema(), indent=1, ensure_ascii=False)


def write_schema(path: Path) -> None:
    """Write the schema, whole or not at all. Raises WorkFailure."""
    write_text(path, schema_text() + "\n")


def write_schema_beside(spec: Path) -> None:
    """Write the schema into a spec's folder, unless one is there. Raises WorkFailure."""
    path = spec.parent / SCHEMA_FILE
    if not path.exists():
        write_schema(path)
