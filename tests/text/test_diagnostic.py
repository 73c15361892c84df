"""Spans, diagnostics and the errors that carry them."""

from dataclasses import replace

import pytest

from tdcli.text.change import Help, as_helps
from tdcli.text.diagnostic import Diagnostic, Edit, Note, Span, merge_equal, sort_by_position
from tdcli.text.errors import ExecutionError, SpecError, TdcliError


@pytest.mark.parametrize(
    ("span", "written"),
    [
        (Span("a.yaml"), "a.yaml:1"),
        (Span("a.yaml", 3, 5), "a.yaml:3:5"),
        (Span("data.csv", 7), "data.csv:7"),
    ],
)
def test_a_span_is_written_as_editors_read_it(span: Span, written: str) -> None:
    assert str(span) == written


def test_a_diagnostic_moves_without_changing() -> None:
    there = Span("a.yaml", 2, 1)
    diagnostic = Diagnostic("name", "message", helps=as_helps(("a", "b")))
    assert diagnostic.at(there) == Diagnostic("name", "message", there, helps=as_helps(("a", "b")))


def test_a_warning_differs_from_an_error_in_severity_alone() -> None:
    span = Span("a.yaml", 2, 1)
    error = Diagnostic("name", "message", span, why="so", helps=as_helps(("a", "b")))
    warning = Diagnostic("name", "message", span, why="so", helps=as_helps(("a", "b")), severity="warning")
    assert Diagnostic.warning("name", "message", "a", "b", span=span, why="so") == warning
    assert error.as_warning() == warning


def test_diagnostics_are_sorted_by_place_with_the_placeless_last() -> None:
    places = [None, Span("a", 3, 1), Span("a", 1, 9), Span("a", 1, 2), Span("a", 2)]
    ordered = sort_by_position(Diagnostic("name", "message", place) for place in places)
    assert [each.span for each in ordered] == [places[3], places[2], places[4], places[1], None]


def test_equal_diagnostics_become_one_with_notes_at_the_other_places() -> None:
    spans = [Span("spec.yaml", line, 3, source="  x: 1") for line in (4, 2, 2, 9)]
    edits = [(Edit(span, "2"),) for span in spans]
    same = [Diagnostic("wrong-value", "same", span, fix=fix) for span, fix in zip(spans[:3], edits, strict=False)]
    other = Diagnostic("wrong-type", "same", spans[3])
    assert merge_equal([same[0], other, same[1]]) == (
        replace(same[0], notes=(Note(spans[1], "here too"),), fix=(*edits[0], *edits[1])),
        other,
    )
    assert merge_equal([same[1], same[2]]) == (same[1],)


@pytest.mark.parametrize(("error", "code"), [(SpecError, 2), (ExecutionError, 1), (TdcliError, 1)])
def test_an_error_knows_its_exit_code(error: type[TdcliError], code: int) -> None:
    assert error.exit_code == code


def test_an_error_carries_all_of_its_diagnostics() -> None:
    error = SpecError(Diagnostic("a", "first"), Diagnostic("b", "second"))
    assert [each.name for each in error.diagnostics] == ["a", "b"]
    assert str(error) == "first; second"


def test_an_error_of_one_diagnostic_is_made_in_one_call() -> None:
    span = Span("a.yaml", 1, 1)
    assert SpecError.of("a", "what", "do this", span=span, why="so").diagnostics == (
        Diagnostic("a", "what", span, why="so", helps=(Help("do this"),)),
    )
    assert ExecutionError.of("a", "what", "do this", why="so").diagnostics == (
        Diagnostic("a", "what", why="so", helps=(Help("do this"),)),
    )


class MonitorError(SpecError):
    section = ("training", "monitor")


def test_an_error_of_a_class_concerns_the_section_of_the_class() -> None:
    assert [each.section for each in MonitorError.of("a", "what").diagnostics] == [("training", "monitor")]
    assert [each.section for each in SpecError.of("a", "what").diagnostics] == [()]


def test_an_error_keeps_its_class_when_its_diagnostics_change() -> None:
    error = MonitorError.of("a", "what", "do this")
    there = Span("a.yaml", 2, 1)
    moved = error.with_diagnostics(each.at(there) for each in error.diagnostics)
    assert type(moved) is type(error.with_help("or that")) is MonitorError
    assert moved.diagnostics == (
        Diagnostic("a", "what", there, helps=(Help("do this"),), section=("training", "monitor")),
    )
    assert error.with_help("or that").diagnostics[0].help == ("do this", "or that")
