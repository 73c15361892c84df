"""Faults as editors and workflows read them."""

import json

from tdcli.report.terminal.annotations import render_annotations
from tdcli.text.change import Help
from tdcli.text.diagnostic import Diagnostic, Note, Span

PLACE = Span("a,b:c.yaml", 3, 7, 4, "text")
FAULT = Diagnostic("wrong-rank", "50 %, got `a`\nb", PLACE, (Note(PLACE, "here"),), "so", (Help("do this"),))
PLACELESS = Diagnostic("empty-spec", "`a.yaml` is empty")


def test_json_holds_all_that_is_printed() -> None:
    place = {"file": "a,b:c.yaml", "line": 3, "column": 7, "width": 4}
    first, second = json.loads(render_annotations([FAULT, PLACELESS], "json"))
    assert first == {
        "name": "wrong-rank",
        "severity": "error",
        "message": "50 %, got `a`\nb",
        "place": place,
        "notes": [{"place": place, "text": "here"}],
        "why": "so",
        "help": ["do this"],
        "fix": [],
    }
    assert second["place"] is None
    assert json.loads(render_annotations([], "json")) == []


def test_a_workflow_command_is_one_line_with_everything_escaped() -> None:
    """The rules are those of actions/toolkit: `%`, CR and LF everywhere, `:` and `,` in properties."""
    assert render_annotations([FAULT, PLACELESS], "github").splitlines() == [
        "::error file=a%2Cb%3Ac.yaml,line=3,col=7,title=wrong-rank::50 %25, got `a`%0Ab%0Ahelp: do this",
        "::error title=empty-spec::`a.yaml` is empty",
    ]
