"""Render a guessed spec, with a comment on each line that a reader should check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tdcli.text.yaml_writer import to_inline_yaml, to_item_yaml

COMMENT_COLUMN = 42


@dataclass(frozen=True)
class SpecLine:
    """A key with its value."""

    key: str
    value: Any
    comment: str = ""


@dataclass(frozen=True)
class SpecBlock:
    """A key with lines below it, or with a list of layers."""

    key: str
    lines: Sequence[SpecLine | SpecBlock] = ()
    items: Sequence[Any] = ()


@dataclass(frozen=True)
class Guess:
    """A guessed spec.

    title: the file that it was guessed from. notes: what to check. then: further commands to run after training.
    """

    title: str
    body: Sequence[SpecLine | SpecBlock]
    notes: Sequence[str] = ()
    then: Sequence[str] = ()

    def text(self, spec: str) -> str:
        """Return the text of the spec, which will be saved as the file `spec`."""
        header = [self.title, 'Check the lines marked "a guess", then run:']
        header += [f"  tdcli check {spec}", f"  tdcli train {spec}", *(f"  {line}" for line in self.then)]
        lines = [*(f"# {line}" for line in header), *(text for part in self.body for text in _render_lines(part, ""))]
        return "\n".join(lines) + "\n"


def training_block(batch_size: int, *, validated: bool) -> SpecBlock:
    """Return the `training` section. With a validation set, it has early stopping."""
    early_stopping = [SpecLine("early_stopping", {"patience": 5}, "epochs without a better validation loss")]
    lines = [
        SpecLine("epochs", 30),
        SpecLine("batch_size", batch_size),
        *(early_stopping if validated else []),
        SpecLine("seed", 0),
    ]
    return SpecBlock("training", lines)


def _render_lines(part: SpecLine | SpecBlock, indent: str) -> Iterator[str]:
    if isinstance(part, SpecLine):
        text = f"{indent}{part.key}: {to_inline_yaml(part.value)}"
        yield f"{text:<{COMMENT_COLUMN}}  # {part.comment}" if part.comment else text
        return
    yield f"{indent}{part.key}:"
    for line in part.lines:
        yield from _render_lines(line, indent + "  ")
    for item in part.items:
        yield f"{indent}  {to_item_yaml(item)}"
