"""A help or a fix that leads to no fewer faults is neither printed nor written."""

from pathlib import Path

import pytest

from tdcli.services.specs.fix import fix_spec
from tdcli.services.specs.proof import verify_helps
from tdcli.text.change import AnyHelp, Change, Help, as_helps
from tdcli.text.diagnostic import Diagnostic, Edit, Span
from tdcli.text.document import Document
from tdcli.text.yaml_reader import parse_document

TEXT = "a: 1\nb: 2\n"


def faults_of(document: Document) -> tuple[Diagnostic, ...]:
    """Find `b` at fault while it is 2, and `a` unless it is 1."""
    found = []
    for key, right in (("a", 1), ("b", 3)):
        if document.values.get(key) != right:
            found.append(Diagnostic("wrong-rank", f"{key} is wrong", document.span((key,))))
    return tuple(found)


def kept(*helps: AnyHelp) -> tuple[str, ...]:
    document = parse_document(TEXT, Path("spec.yaml"))
    (diagnostic,) = faults_of(document)
    (told,) = verify_helps(
        (Diagnostic(diagnostic.name, diagnostic.message, diagnostic.span, helps=as_helps(helps)),), document, faults_of
    )
    return told.help


@pytest.mark.parametrize(
    "changes",
    [
        (Change(("b",), 4),),
        (Change(("b",), 3), Change(("a",), 5)),
        (Change(("a", "deeper"), 3),),
    ],
)
def test_a_help_that_leaves_the_fault_or_brings_one_before_it_is_left_out(changes: tuple[Change, ...]) -> None:
    assert kept(Help("no", changes), Help("yes", (Change(("b",), 3),)), "in words") == ("yes", "in words")


def test_a_suggestion_goes_with_the_fix_that_does_not_work() -> None:
    document = parse_document(TEXT, Path("spec.yaml"))
    (diagnostic,) = faults_of(document)
    span = document.spans["b",]
    for text, helps in (("3", ("write 3",)), ("4", ())):
        wrong = Diagnostic(
            diagnostic.name,
            diagnostic.message,
            span,
            helps=(Help("write 3", replacement=text),),
            fix=(Edit(span, text),),
        )
        (told,) = verify_helps((wrong,), document, faults_of)
        assert (told.help, bool(told.fix)) == (helps, bool(helps))


def test_a_fix_that_gives_no_yaml_is_dropped_and_its_words_stay() -> None:
    document = parse_document(TEXT, Path("spec.yaml"))
    (diagnostic,) = faults_of(document)
    wrong = Diagnostic(
        diagnostic.name, diagnostic.message, Span("spec.yaml", 2, 4, 1, "b: 2"),
        helps=(Help("write 3", replacement="3"),), fix=(Edit(document.spans["b",], "{"),),
    )  # fmt: skip
    (told,) = verify_helps((wrong,), document, faults_of)
    assert (told.help, told.fix) == (("write 3",), ())


def test_two_words_that_mean_one_key_do_not_become_it_twice(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    chain = "architecture: {kind: layers, input: [5, 1], layers: [{LSTM: {units: 4, dropot: 0.1, droput: 0.2}}]}\n"
    path.write_text(chain, encoding="utf-8")
    fix_spec(path)
    fixed = path.read_text(encoding="utf-8")
    assert parse_document(fixed, path).diagnostics == ()
    assert fix_spec(path) == 0
    assert path.read_text(encoding="utf-8") == fixed
