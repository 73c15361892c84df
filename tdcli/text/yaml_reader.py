"""Read YAML text into a Document.

Scalars follow the core schema of YAML 1.2: `no`, `on` and `1:30` are text, and `1e-3` is a number
(yaml.org/spec/1.2.2, section 10.3.2). Duplicate keys are errors.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml

from tdcli.text.change import Help, as_helps
from tdcli.text.diagnostic import COMMAND_LINE, Diagnostic, Note, Span
from tdcli.text.document import Document, read_text
from tdcli.text.errors import SpecError
from tdcli.text.interpret import interpretations
from tdcli.text.key_path import KeyPath
from tdcli.text.rejoin import rejoin_items, rejoin_pairs
from tdcli.text.yaml_writer import to_inline_yaml

DEEPEST = 40
MOST_VALUES = 20_000

_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"

_CORE = "tag:yaml.org,2002:"


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own attribute)


for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", _FLOAT, "-+.0123456789"),
):
    _first_characters = [*_first, ""] if _tag == "null" else list(_first)
    _Loader.add_implicit_resolver(_CORE + _tag, re.compile(f"^(?:{_pattern})$"), _first_characters)


def read_document(path: Path) -> Document:
    """Read a YAML file. Raises SpecError for a syntax error; other diagnostics are in the Document."""
    return parse_document(read_text(path), path)


def parse_document(text: str, path: Path) -> Document:
    """Parse a YAML text into a Document. Its spans contain `path`."""
    reader = _NodeReader(str(path), text)
    node = _compose(text, reader)
    values = None if node is None else reader.value(node, ())
    if values is None and reader.diagnostics:
        raise SpecError(*reader.diagnostics)
    if values is None:
        help = "run `tdcli init many-to-one` to print a spec to start from"
        raise SpecError.of("empty-spec", f"`{path}` is empty", help)
    if not isinstance(values, dict):
        span = reader.spans[()]
        message = "a spec must be a mapping of sections"
        raise SpecError.of("wrong-type", message, "start with `architecture:`", span=span)
    return Document(path, values, reader.spans, reader.key_spans, tuple(reader.diagnostics), text)


def parse_value(text: str) -> Any:
    """Parse one value by the same rules, as for `--set key=value`. Raises SpecError."""
    reader = _NodeReader(COMMAND_LINE, text)
    node = _compose(text, reader)
    value = None if node is None else reader.value(node, ())
    if reader.diagnostics:
        raise SpecError(*reader.diagnostics)
    return value


def _compose(text: str, reader: "_NodeReader") -> yaml.Node | None:
    path = reader.path
    try:
        return yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = reader.place(mark) if mark else Span(path, 1, 1)
        source = span.source
        message = f"this is not valid YAML: {_problem(error)}"
        raise SpecError.of("yaml-syntax", message, *_syntax_help(error, source), span=span) from None
    except yaml.reader.ReaderError as error:
        before = (text[: error.position] + "?").splitlines()
        span = Span(path, len(before), len(before[-1]))
        message = f"this is not valid YAML: the character U+{error.character:04X} is not allowed"
        raise SpecError.of("yaml-syntax", message, "remove the control character", span=span) from None
    except RecursionError:
        raise SpecError.of("yaml-syntax", f"`{path}` is nested too deeply") from None
    except (ValueError, OverflowError) as error:  # a bug of PyYAML, as for "\\U00110000"
        raise SpecError.of("yaml-syntax", f"`{path}` is not valid YAML: {error}") from None


_SINGLE = "expected a single document in the stream"
"""PyYAML's message for a text with several documents."""


def _problem(error: yaml.MarkedYAMLError) -> str:
    """Return PyYAML's message as one clause. Some of its problems start with "but"."""
    if error.context and error.problem and error.problem.startswith("but "):
        return f"{error.context}, {error.problem}"
    return error.problem or error.context or "it cannot be read"


def _syntax_help(error: yaml.MarkedYAMLError, source: str) -> tuple[str, ...]:
    if "\t" in source:
        return ("replace the tab on this line with spaces, which YAML requires for indentation",)
    if error.context == _SINGLE:
        return ("remove the `---` and all documents but one; a spec is a single document",)
    if "lambda" in source:
        return ("replace the `lambda` with the name of an activation or a layer; a spec cannot contain code",)
    if error.context and error.problem:
        return (f"check the colons, brackets and indentation here and above ({error.context})",)
    return ("check the colons, brackets and indentation here and above",)


class _NodeReader:
    """Turns nodes into values and records their spans."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.lines = path, text.splitlines()
        self.starts = list(accumulate((len(line) for line in text.splitlines(keepends=True)), initial=0))
        self.spans: dict[KeyPath, Span] = {}
        self.key_spans: dict[KeyPath, Span] = {}
        self.diagnostics: list[Diagnostic] = []

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        self.spans[path] = span = self._span(node)
        if len(path) > DEEPEST:
            raise SpecError.of("yaml-syntax", "this spec is nested too deeply, or an alias contains itself", span=span)
        if len(self.spans) > MOST_VALUES:
            message = f"this spec has more than {MOST_VALUES:,} values, including those that aliases repeat"
            raise SpecError.of("yaml-syntax", message, span=span)
        self._check_tag(node, span)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.value(item, (*path, index)) for index, item in enumerate(self._items(node)))
        return self._scalar(node, span)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in self._pairs(node):
            key, span = self._key(key_node), self._span(key_node)
            if key in values:
                first = self.key_spans[(*path, key)]
                message = f"the key `{key}` is defined twice"
                note = Note(first, "first defined here")
                self.diagnostics.append(
                    Diagnostic("duplicate-key", message, span, (note,), helps=(Help("keep one of them"),))
                )
                continue
            self.key_spans[(*path, key)] = span
            values[key] = self.value(value_node, (*path, key))
        return values

    def _items(self, node: yaml.SequenceNode) -> list[yaml.Node]:
        if not node.flow_style:
            return list(node.value)
        items = list(rejoin_items(node.value, self.lines))
        self._note_cut(node.value, items)
        return items

    def _pairs(self, node: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
        if not node.flow_style:
            return list(node.value)
        pairs = list(rejoin_pairs(node.value, self.lines))
        self._note_cut([value for _, value in node.value], [value for _, value in pairs])
        return pairs

    def _note_cut(self, read: list[yaml.Node], nodes: list[yaml.Node]) -> None:
        """Report rejoined values. The section of such a value may have a better message."""
        known = {id(node) for node in read}
        for node in (node for node in nodes if id(node) not in known):
            message = f"YAML splits `{node.value[:60]}` at its comma"
            texts = [f"write `{to_inline_yaml(value)}`" for value in interpretations(node.value)][:1]
            helps = as_helps([*texts, f"write `{to_inline_yaml(node.value)}` in quotes if it is a single text"])
            self.diagnostics.append(Diagnostic("yaml-syntax", message, self._span(node), helps=helps))

    def _key(self, node: yaml.Node) -> str:
        span = self._span(node)
        self._check_tag(node, span)
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        raise SpecError.of("yaml-syntax", "a key must be a plain word", span=span)

    def _scalar(self, node: yaml.Node, span: Span) -> Any:
        convert, wanted = _SCALARS[node.tag.removeprefix(_CORE)]
        try:
            return convert(node.value)
        except ValueError:
            message = f"`{node.value[:40]}` cannot be read as {wanted}"
            self.diagnostics.append(Diagnostic("wrong-value", message, span))
            return None

    def _check_tag(self, node: yaml.Node, span: Span) -> None:
        """Reject all tags that are not in the core schema of YAML 1.2, such as those of Python."""
        collection = "map" if isinstance(node, yaml.MappingNode) else "seq"
        fitting = _SCALARS if isinstance(node, yaml.ScalarNode) else (collection,)
        if node.tag.removeprefix(_CORE) not in fitting:
            message = f"the tag `{node.tag.replace(_CORE, '!!')[:60]}` is not allowed in a spec"
            raise SpecError.of("yaml-syntax", message, "write the value without the tag", span=span)

    def _span(self, node: yaml.Node) -> Span:
        end, place = node.end_mark, self.place(node.start_mark)
        stop = self._column(end) if end.line + 1 == place.line else len(place.source.split(" #")[0].rstrip())
        return replace(place, width=max(1, stop - place.column + 1))

    def place(self, mark: yaml.Mark) -> Span:
        """Return the span of a mark. PyYAML's columns do not count a U+FEFF before it."""
        source = self.lines[mark.line] if mark.line < len(self.lines) else ""
        return Span(self.path, mark.line + 1, self._column(mark) + 1, 1, source)

    def _column(self, mark: yaml.Mark) -> int:
        return mark.index - self.starts[min(mark.line, len(self.starts) - 1)]


def _boolean(text: str) -> bool:
    if text.casefold() not in ("true", "false"):
        raise ValueError(text)
    return text.casefold() == "true"


def _integer(text: str) -> int:
    if len(text) > 30:
        raise ValueError(text)
    return int(text, 0) if text[:2] in ("0x", "0o") else int(text)


def _float(text: str) -> float:
    return float(text.replace(".inf", "inf").replace(".Inf", "inf").replace(".INF", "inf").replace(".nan", "nan"))


_SCALARS: dict[str, tuple[Callable[[str], Any], str]] = {
    "null": (lambda _: None, "nothing"),
    "bool": (_boolean, "true or false"),
    "int": (_integer, "a whole number"),
    "float": (_float, "a number"),
    "str": (str, "text"),
}
