"""Render diagnostics for programs: JSON for editors, workflow commands for GitHub."""

import json
from collections.abc import Sequence
from typing import Any

from tdcli.text.diagnostic import Diagnostic, Span


def render_annotations(diagnostics: Sequence[Diagnostic], format: str) -> str:
    """Return JSON, or for `github` one workflow command per line."""
    return {"json": _diagnostics_json, "github": _github_commands}[format](diagnostics)


def _diagnostics_json(diagnostics: Sequence[Diagnostic]) -> str:
    return json.dumps([_diagnostic_values(each) for each in diagnostics], indent=2, ensure_ascii=False)


def _diagnostic_values(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "name": diagnostic.name,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "place": _span_values(diagnostic.span) if diagnostic.span else None,
        "notes": [{"place": _span_values(note.span), "text": note.text} for note in diagnostic.notes],
        "why": diagnostic.why,
        "help": list(diagnostic.help),
        "fix": [{"place": _span_values(edit.span), "text": edit.text} for edit in diagnostic.fix],
    }


def _span_values(span: Span) -> dict[str, Any]:
    return {"file": span.path, "line": span.line, "column": span.column, "width": span.width}


def _github_commands(diagnostics: Sequence[Diagnostic]) -> str:
    return "\n".join(_github_command(each) for each in diagnostics)


def _github_command(diagnostic: Diagnostic) -> str:
    """Write a workflow command (docs.github.com, Workflow commands, "Setting an error message")."""
    span = diagnostic.span
    place = {"file": span.path, "line": span.line, **({"col": span.column} if span.column else {})} if span else {}
    properties = ",".join(f"{key}={_escape(str(value), property=True)}" for key, value in place.items())
    title = f"{properties}{',' if properties else ''}title={_escape(diagnostic.name, property=True)}"
    helps = "".join(f"\nhelp: {each}" for each in diagnostic.help)
    return f"::{diagnostic.severity} {title}::{_escape(diagnostic.message + helps)}"


def _escape(text: str, property: bool = False) -> str:
    """Escape as the runner reads it (actions/toolkit, `command.ts`)."""
    for character in "%\r\n" + (":," if property else ""):
        text = text.replace(character, f"%{ord(character):02X}")
    return text
