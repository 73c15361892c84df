"""The base class of data sections. They inspect the headers of their files; `tdcli.data.load` reads the samples."""

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
    """A problem that is found before samples are read.

    key_path: its path from the `data` section. at: its path from the top of the document, if it is in another section.
    """

    key_path: tuple[str | int, ...]
    name: str
    message: str
    why: str = ""
    help: tuple[AnyHelp, ...] = ()
    at: tuple[str | int, ...] = ()

    def under(self, *key_path: str | int) -> DataDiagnostic:
        """Return the diagnostic with the path of the mapping that it was found in put before its own path."""
        return replace(self, key_path=(*key_path, *self.key_path))


@dataclass(frozen=True)
class Header:
    """What a source knows about its data without reading samples. Shapes have the samples first.

    None in a shape is a size that is known only from the samples. A shape of None is unknown.
    """

    x_shape: Shape | None = None
    y_shape: Shape | None = None
    diagnostics: tuple[DataDiagnostic, ...] = ()
    y_kind: str = ""
    """NumPy's letter for the type of the targets, `U` for text; empty if it is known only from the cells."""
    others: Mapping[str, Header] = field(default_factory=dict)
    """The headers of the sets that have files of their own, by their key: `test`, `validation`."""
    columns: tuple[str, ...] = ()
    """The columns of a table."""
    samples: int | None = None
    """The number of samples, if it is known from the header."""
    weight_shape: Shape | None = None
    """The shape of the samples' weights, if they have an array of their own."""
    classes: tuple[str, ...] = ()
    """The classes, if the names of folders or files give them."""
    timesteps: Mapping[str, int] = field(default_factory=dict)
    """The number of timesteps of samples, by sample name, if it is known without reading the samples."""
    fractions: bool = False
    """Whether the targets of a crossentropy are fractions from 0 to 1 instead of classes."""


class DataSection(Section):
    """The `data` section. `folder` is the spec's folder, to which paths are relative."""

    path_keys: ClassVar[tuple[str, ...]] = ()
    """The keys whose values are paths, or mappings or lists of paths."""

    extra: ClassVar[str | None] = None
    """The optional dependency that is needed to read its data."""

    prefetches: ClassVar[bool] = False
    """Whether its data is decoded once into a cache before it is loaded."""

    source: str

    @property
    def padding_value(self) -> float | None:
        """The value of padded timesteps; None if no sample is padded."""
        return None

    @property
    def scales(self) -> bool:
        """Whether values are scaled by statistics of the training set."""
        return False

    @property
    def own_parts(self) -> tuple[str, ...]:
        """Those of the sets `validation` and `test` that have files of their own."""
        return tuple(name for name in ("validation", "test") if getattr(self, name, None))

    def reach(self, signature: Signature) -> int:
        """Return how many rows of a table one sample spans; 0 if samples share no rows."""
        return 0

    @property
    def marks_answers(self) -> bool:
        """Whether the valid timesteps of targets with a time axis of their own are known."""
        return True

    @property
    def rows_to_answer(self) -> int | None:
        """The number of rows from a timestep to its target in the same column; None if the target is not a feature."""
        return None

    def zero_ends(self, folder: Path) -> tuple[str, list[int]]:
        """Return the end, `start` or `end`, that looks padded with zeros, and the zero timesteps of each sample."""
        return "", []

    def unused_columns(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Return the columns of a table that the section neither uses nor ignores explicitly."""
        return ()

    @classmethod
    def read(cls, values: dict[str, Any]) -> DataSection:
        """Create the section from a mapping. A source whose class depends on another key overrides this."""
        return cls.model_validate(values)

    @abstractmethod
    def inspect(self, folder: Path) -> Header:
        """Read headers with the standard library alone."""

    def input_diagnostics(self, header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
        """Compare the shapes of arrays with the model's input, before its layers are checked."""
        return ()

    @abstractmethod
    def check(self, header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
        """Compare a header with the model. The diagnostics of the header itself are not repeated."""

    def first_targets(self, folder: Path) -> tuple[tuple[float, ...], ...]:
        """Return the numbers of the first targets, one tuple per target; empty if reading them takes long."""
        return ()

    @property
    def target_path(self) -> tuple[str, ...]:
        """The path of the key that names the targets."""
        return ("target",)

    def refuse_misfits(self, folder: Path, signature: Signature) -> Header:
        """Return the header. Raises SpecError with all problems that are known before samples are read."""
        header = self.inspect(folder)
        raise_if_any(header.diagnostics or self.check(header, signature))
        return header


def raise_if_any(found: Iterable[DataDiagnostic]) -> None:
    """Raise SpecError if there are diagnostics."""
    diagnostics = [Diagnostic(each.name, each.message, why=each.why, helps=as_helps(each.help)) for each in found]
    if diagnostics:
        raise SpecError(*diagnostics)
