"""Whatever a file holds, it compiles or is refused in words; nothing else happens.

Specs are mutated as texts and as values. `TDCLI_FUZZ=20000 pytest tests/services/test_fuzz.py` tries more
than the thousand of every run.
"""

import os
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tdcli.report.annotations import annotated
from tdcli.report.diagnostics import rendered
from tdcli.report.plan import rendered_plan
from tdcli.services.compile import compile_document
from tdcli.services.expand import expanded
from tdcli.text.diagnostic import UserError
from tdcli.text.fix import applied
from tdcli.text.yaml_reader import parse_document
from tdcli.text.yaml_writer import yaml_text

SPECS = Path(__file__).parents[2] / "specs"
PATHS = sorted(SPECS.glob("*.yaml"))
TEXTS = {path: path.read_text(encoding="utf-8") for path in PATHS}
LINES = sorted({line for text in TEXTS.values() for line in text.splitlines()})
HOSTILE = [
    "!!python/object/apply:os.system [touch fuzzed]",
    "!!python/name:os.system",
    "&a [*a, *a]",
    "*a",
    "<<: *a",
    "\0",
    "\t",
    "\r\n",
    "\ufeff",
    "\u2028",
    "\U0001f600",
    "9" * 100,
    "1e400",
    ".nan",
    "-.inf",
    "[" * 60,
    "{" * 3000,
    "? ",
    "--- ",
    "%YAML 1.1\n",
    "'",
    '"\\x',
    "#",
    ": ",
    "- ",
]
VALUES: list[Any] = [None, True, -1, 0, 1, 3, 10**9, 10**100, 1e308, 0.5, float("nan"), "", "LSTM", "x" * 300, (), {}]
VALUES += [("Flatten",), {"LSTM": {"units": 2}}, {"Residual": ("Flatten",)}, {"TimeDistributed": "Flatten"}, (None, 3)]
EXAMPLES = int(os.environ.get("TDCLI_FUZZ", "1000")) // 2


@st.composite
def mutated_texts(draw: st.DrawFn) -> tuple[Path, str]:
    path = draw(st.sampled_from(PATHS))
    lines = TEXTS[path].splitlines()
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        line, column = lines[place], draw(st.integers(0, len(lines[place])))
        change = draw(st.integers(0, 6))
        if change == 0 and len(lines) > 1:
            del lines[place]
        elif change == 1:
            lines.insert(place, draw(st.sampled_from(LINES)))
        elif change == 2:
            lines[place] = line[:column] + draw(st.sampled_from(HOSTILE)) + line[column:]
        elif change == 3:
            lines[place] = line[:column] + draw(st.characters()) + line[column + 1 :]
        elif change == 4:
            lines[place] = " " * draw(st.integers(0, 9)) + line.lstrip()
        elif change == 5:
            lines[place] = line[:column] + line[column + draw(st.integers(1, 9)) :]
        else:
            other = draw(st.integers(0, len(lines) - 1))
            lines[place], lines[other] = lines[other], lines[place]
    return path, draw(st.sampled_from(["\n", "\r\n", "\r"])).join(lines)


def ways(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value of a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
    return [way, *(inner for key, each in items for inner in ways(each, (*way, key)))]


def changed(value: Any, way: tuple[Any, ...], new: Any) -> Any:
    """Return the document with another value in one place."""
    if not way:
        return new
    if isinstance(value, dict):
        return {**value, way[0]: changed(value[way[0]], way[1:], new)}
    return (*value[: way[0]], changed(value[way[0]], way[1:], new), *value[way[0] + 1 :])


def plain(value: Any) -> Any:
    """Return lists for tuples, as the writer wants them."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, tuple) else value


@st.composite
def mutated_values(draw: st.DrawFn) -> tuple[Path, str]:
    path = draw(st.sampled_from(PATHS))
    values: Any = parse_document(TEXTS[path], path).values
    for _ in range(draw(st.integers(1, 3))):
        way = draw(st.sampled_from(ways(values)[1:] or [()]))
        values = changed(values, way, draw(st.sampled_from(VALUES)))
        values = values if isinstance(values, dict) else {}
    return path, yaml_text(plain(values))


def compiles_or_is_refused(path: Path, text: str) -> None:
    try:
        compiled = compile_document(parse_document(text, path))
    except UserError as error:
        lines = text.splitlines()
        for each in error.diagnostics:
            assert each.message
            assert each.name
            assert each.span is None or 1 <= each.span.line <= len(lines) + 1
            assert rendered(each).plain.startswith(f"error[{each.name}]: ")
        annotated(error.diagnostics, "json")
        annotated(error.diagnostics, "github")
        applied(text, [edit for each in error.diagnostics for edit in each.fix])
        return
    assert compiled.plan.trainable >= 0
    for format in ("table", "markdown", "json"):
        rendered_plan(compiled.plan, format)
    [rendered(each) for each in compiled.advice]
    try:
        expanded(compiled)
    except UserError:
        assert compiled.plan.mask_value is not None


CI = settings(
    max_examples=EXAMPLES, deadline=None, derandomize="TDCLI_FUZZ" not in os.environ, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@CI
@given(spec=mutated_texts())
def test_a_mutated_text_compiles_or_is_refused(spec: tuple[Path, str]) -> None:
    compiles_or_is_refused(*spec)


@CI
@given(spec=mutated_values())
def test_a_spec_of_mutated_values_compiles_or_is_refused(spec: tuple[Path, str]) -> None:
    compiles_or_is_refused(*spec)
    assert not Path("fuzzed").exists()
