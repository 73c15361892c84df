"""What every source is: a section of the spec whose files are inspected here, and read by `tdcli.data.load`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

from tdcli.shapes import Shape
from tdcli.signature import Signature
from tdcli.text.change import AnyHelp, as_helps
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError
from tdcli.text.section import Section


@dataclass(frozen=True)
class DataDiagnostic:
    """What is wrong, found before cells are read; `way` leads to its place from the `data` section.

    `at` leads to it from the top of the document, where it is elsewhere.
    """

    key_path: tuple[str | int, ...]
    name: str
    message: str
    why: str = ""
    help: tuple[AnyHelp, ...] = ()
    at: tuple[str | int, ...] = ()

    def under(self, *key_path: str | int) -> DataDiagnostic:
        """Return the diagnostic of an inner mapping, with the path to that mapping put before its own."""
        return replace(self, key_path=(*key_path, *self.key_path))


@dataclass(frozen=True)
class Header:
    """What a source tells without reading its cells: shapes with the samples first.

    None in a shape is a size that only the cells tell; a shape of None is not known at all.
    """

    x_shape: Shape | None = None
    y_shape: Shape | None = None
    diagnostics: tuple[DataDiagnostic, ...] = ()
    y_kind: str = ""
    """NumPy's letter for the type of the targets, `U` for text; empty where only the cells tell it."""
    others: Mapping[str, Header] = field(default_factory=dict)
    """The headers of parts that have files of their own, by their key: `test`, `validation`."""
    columns: tuple[str, ...] = ()
    """The columns of a table."""
    samples: int | None = None
    """How many there are, where that can be told without reading cells."""
    weight_shape: Shape | None = None
    """That of the samples' weights, where they have an array of their own."""
    classes: tuple[str, ...] = ()
    """The classes, where their names stand beside the cells."""
    timesteps: Mapping[str, int] = field(default_factory=dict)
    """How many steps samples have, by their names, where that can be told without reading cells."""
    fractions: bool = False
    """Whether a crossentropy is to learn fractions from 0 to 1, and no classes."""


class DataSection(Section):
    """The `data` section. `folder` is the spec's folder, to which paths are relative."""

    path_keys: ClassVar[tuple[str, ...]] = ()
    """The keys whose values are paths, or mappings or lists of paths."""

    extra: ClassVar[str | None] = None
    """The extra without which its data cannot be read."""

    prefetches: ClassVar[bool] = False
    """Whether reading it takes so long that it is done once, before the data are loaded."""

    source: str

    @property
    def padding_value(self) -> float | None:
        """The value on padded steps; None where no sample is padded."""
        return None

    @property
    def scales(self) -> bool:
        """Whether values are scaled by what the training part teaches."""
        return False

    @property
    def own_parts(self) -> tuple[str, ...]:
        """The parts that have files of their own, of `validation` and `test`."""
        return tuple(name for name in ("validation", "test") if getattr(self, name, None))

    def reach(self, signature: Signature) -> int:
        """Return how many rows of a table one sample touches; 0 where samples share no rows."""
        return 0

    @property
    def marks_answers(self) -> bool:
        """Whether it tells which steps of answers with a time axis of their own are real."""
        return True

    @property
    def rows_to_answer(self) -> int | None:
        """How many rows after a step its answer is, where the same column is read; None where it is not."""
        return None

    def zero_ends(self, folder: Path) -> tuple[str, list[int]]:
        """Return at which end samples hold zeros of several lengths, `start` or `end`, and of how many steps each."""
        return "", []

    def unused_columns(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Return which of a table's columns play no part and are not said to play none."""
        return ()

    @classmethod
    def read(cls, values: dict[str, Any]) -> DataSection:
        """Make the section of a mapping; a source whose class depends on another key overrides it."""
        return cls.model_validate(values)

    @abstractmethod
    def inspect(self, folder: Path) -> Header:
        """Read headers with the standard library alone."""

    def input_diagnostics(self, header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
        """Compare the shapes of arrays with the model's input alone, before its layers are looked at."""
        return ()

    @abstractmethod
    def check(self, header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
        """Compare a header with the model; its own diagnostics are not repeated."""

    def first_targets(self, folder: Path) -> tuple[tuple[float, ...], ...]:
        """Return rows of the first targets, as many numbers as a label or an answer has; none where that takes long."""
        return ()

    @property
    def target_path(self) -> tuple[str, ...]:
        """The path to where the section names its targets."""
        return ("target",)

    def refuse_misfits(self, folder: Path, signature: Signature) -> Header:
        """Return the header. Raises SpecError with all that is known to be wrong before cells are read."""
        header = self.inspect(folder)
        raise_if_any(header.diagnostics or self.check(header, signature))
        return header


def raise_if_any(found: Iterable[DataDiagnostic]) -> None:
    """Raise SpecError if there are diagnostics."""
    diagnostics = [Diagnostic(each.name, each.message, why=each.why, helps=as_helps(each.help)) for each in found]
    if diagnostics:
        raise SpecError(*diagnostics)
