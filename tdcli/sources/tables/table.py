"""What both layouts of a CSV table have in common: which columns are read, and as what."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, NonNegativeInt, model_validator

from tdcli.shapes import format_shape
from tdcli.signature import Signature
from tdcli.sources.core.classes import ClassNames, Labels, diagnose_classes, outputs_for_text
from tdcli.sources.core.fit import diagnose_input
from tdcli.sources.core.paths import LocalPaths, OneOrMore, resolve_paths
from tdcli.sources.core.section import DataDiagnostic, DataSection, Header
from tdcli.sources.tables.cell_advice import CellAdvice
from tdcli.sources.tables.columns import FOR_ALL, Encodings, Mark, Missing, Scale, Scales
from tdcli.sources.tables.dialect import Comment, Decimal, Dialect, HeaderLine, Separator, TextEncoding, Thousands
from tdcli.sources.tables.first_rows import first_row_numbers
from tdcli.sources.tables.header_columns import diagnose_columns, table_columns
from tdcli.sources.tables.time_columns import AnyTime
from tdcli.text.key_path import KeyPath
from tdcli.text.section import invalid


def _error_for_all() -> dict[str, str | float]:
    return {FOR_ALL: "error"}


def _standard() -> dict[str, Scale]:
    return {FOR_ALL: "standard"}


Names = Annotated[tuple[str, ...], Field(min_length=1), OneOrMore]
"""A column, or a list of columns."""


REWRITTEN = {"separator": ",", "encoding": None, "comment": None, "header": 1, "skip": 0}
"""The keys of a file into which rows were written anew, their numbers as they were."""


class Table(DataSection):
    """Columns of one or several CSV files, read as one long table."""

    meanings: ClassVar[dict[str, str]] = {
        "path": "file, list of files or glob, relative to the spec",
        "test": "a file of its own for the test part",
        "validation": "a file of its own for the validation part",
        "time": "column or columns that tell when a row was; they order the rows",
        "order": "columns that count the rows; left out, as `time` is: the file's order",
        "features": "columns that go in; left out: all but the others named here",
        "ignore": "columns left out knowingly",
        "target": "column or columns to predict",
        "encode": "text columns: one-hot or integer",
        "na_values": "texts and numbers that mean that nothing was measured",
        "missing": "error, drop, forward-fill, interpolate or a number; for all, or by column",
        "skip": "rows left out at the start, below the header",
        "separator": "character between cells; left out: a tab for .tsv and .tab, else a comma",
        "decimal": "point or comma of numbers",
        "thousands": "comma, point, space or apostrophe between groups of three digits",
        "encoding": "Python's name of a text's encoding; left out: UTF-8, or as a byte order mark tells",
        "comment": "what lines begin with that are left out",
        "header": "line of the column names, `none`, or a list of names for a file without them",
        "scale": "standard, minmax or none; for all, or by column",
        "sample_weight": "column: how much the predicted row counts in the loss; of several rows their mean",
        "classes": "labels in the order of their codes",
        "class_names": "what the classes are called",
    }

    path_keys = ("path", "test", "validation")
    key_fields: ClassVar[tuple[str, ...]] = ("order",)
    """The fields that name columns by which rows are told apart; such columns are no features."""

    source: Literal["csv", "parquet"]
    path: LocalPaths
    test: LocalPaths | None = None
    validation: LocalPaths | None = None
    time: AnyTime | None = None
    order: Names | None = None
    features: Names | None = None
    ignore: Annotated[tuple[str, ...], OneOrMore] = ()
    target: Names
    encode: Encodings = Field(default_factory=dict)
    na_values: Annotated[tuple[Mark, ...], OneOrMore] = ()
    missing: Missing = Field(default_factory=_error_for_all)
    skip: NonNegativeInt = 0
    separator: Separator | None = None
    decimal: Decimal = "."
    thousands: Thousands | None = None
    encoding: TextEncoding | None = None
    comment: Comment | None = None
    header: HeaderLine = 1
    scale: Scales = Field(default_factory=_standard)
    sample_weight: str | None = None
    classes: Labels | None = None
    class_names: ClassNames | None = None

    @model_validator(mode="after")
    def _tells_numbers(self) -> Self:
        if self.decimal == self.thousands:
            message = f"`decimal` and `thousands` are both `{self.decimal}`"
            raise invalid("wrong-value", message, 'write `decimal: "."`, or leave `thousands` out')
        return self

    @property
    def dialect(self) -> Dialect:
        """How the text of its files is written."""
        return Dialect(self.separator, self.decimal, self.thousands, self.encoding, self.comment, self.header)

    def cell_advice(self, features: tuple[str, ...], signature: Signature) -> CellAdvice:
        """Return what to write where a cell cannot be used."""
        listed = self.features is not None
        keys = (self.na_values, self.skip, self.dialect, self.encode, self.missing, self.ignore)
        has_time = self.time is not None or bool(self.order)
        targets = self.target if signature.takes == "numbers" else ()
        return CellAdvice(*keys, features, listed, has_time, targets, outputs_for_text(signature))

    def files(self, folder: Path) -> dict[str, tuple[Path, ...]]:
        """Return the files of each part that has its own: `train` always, `validation` and `test` if given."""
        parts = {"train": self.path, "validation": self.validation, "test": self.test}
        return {name: resolve_paths(paths, folder) for name, paths in parts.items() if paths}

    def key_columns(self) -> dict[KeyPath, str]:
        """Return the columns that order rows or tell them apart, by their way."""
        times = self.time.columns if self.time else ()
        named: dict[KeyPath, str] = {("time", "columns", place): column for place, column in enumerate(times)}
        for key in self.key_fields:
            value = getattr(self, key)
            columns = (value,) if isinstance(value, str) else value or ()
            named |= {(key, place): column for place, column in enumerate(columns)}
        return named

    def named(self, features: tuple[str, ...], target: tuple[str, ...]) -> dict[KeyPath, str]:
        """Return the columns that a file must have, by the path to where the section names them."""
        named = self.key_columns()
        for key, columns in (("features", features), ("target", target)):
            named |= {(key, place): column for place, column in enumerate(columns)}
        return named

    def columns(self) -> dict[KeyPath, str]:
        """Return every column that the section names, by the path to where it does."""
        named = self.named(self.features or (), self.target)
        named |= {("ignore", place): column for place, column in enumerate(self.ignore)}
        named |= {} if self.sample_weight is None else {("sample_weight",): self.sample_weight}
        for key in ("encode", "missing", "scale"):
            named |= {(key, column): column for column in getattr(self, key) if column != FOR_ALL}
        return named

    def feature_columns(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Return the features: as listed, else all columns of the file that have no other part."""
        taken = {*self.key_columns().values(), *self.hidden_targets(), *self.ignore, self.sample_weight}
        return self.features or tuple(column for column in columns if column not in taken)

    @property
    def scales(self) -> bool:
        """Whether some column is scaled."""
        return any(policy != "none" for policy in self.scale.values())

    def unused_columns(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Return the columns that the section does not name, where it lists its features."""
        used = {*self.named(self.features or (), self.target).values(), *self.ignore, self.sample_weight}
        return tuple(column for column in columns if column not in used) if self.features else ()

    def hidden_targets(self) -> tuple[str, ...]:
        """Return the targets that would give the answer away as features."""
        return self.target

    def inspect(self, folder: Path) -> Header:
        """Read header lines: files that cannot be read, columns that are not there."""
        diagnostics: list[DataDiagnostic] = []
        shapes: list[int | None] = []
        seen: tuple[str, ...] = ()
        for name, files in self.files(folder).items():
            key_path: KeyPath = ("path",) if name == "train" else (name,)
            for file in files:
                columns = table_columns(file, key_path, self.dialect)
                if isinstance(columns, DataDiagnostic):
                    diagnostics.append(columns)
                    continue
                misnamed = diagnose_columns(self.columns(), columns, file, self.dialect, key_path)
                diagnostics += misnamed
                shapes.append(self._feature_count(columns) if self.features or not misnamed else None)
                seen = seen or columns
        distinct = {invalid.key_path: invalid for invalid in reversed(diagnostics)}
        x_shape = (None, None, shapes[0]) if shapes else None
        return Header(x_shape, None, tuple(reversed(distinct.values())), columns=seen)

    def first_targets(self, folder: Path) -> tuple[tuple[float, ...], ...]:
        """Return the target columns of the first rows that hold numbers there."""
        return first_row_numbers(self.files(folder)["train"][0], self.dialect, self.target, self.skip)

    def _feature_count(self, columns: tuple[str, ...]) -> int | None:
        """Return the number of features after encoding; None where the cells must tell it."""
        count = 0
        for column in self.feature_columns(columns):
            encoding = self.encode.get(column)
            if encoding is None or encoding.form == "integer":
                count += 1
            elif encoding.values is None:
                return None
            else:
                count += len(encoding.values)
        return count

    def check(self, header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
        """Compare columns and targets with the model's input and output."""
        unanswerable = _diagnose_answers(signature)
        found: list[DataDiagnostic | None] = [unanswerable] if unanswerable else list(self._own_diagnostics(signature))
        if header.x_shape:
            found.append(diagnose_input(header.x_shape, signature, ("features",) if self.features else ("path",)))
        return (*(each for each in found if each), *diagnose_classes(self.classes, self.class_names, signature))

    @abstractmethod
    def _own_diagnostics(self, signature: Signature) -> Iterator[DataDiagnostic | None]:
        """Yield what a layout finds wrong with the model."""


def _diagnose_answers(signature: Signature) -> DataDiagnostic | None:
    """Refuse a model that answers neither samples nor their steps."""
    if len(signature.output_shape) < 4:
        return None
    message = f"a table has a target a sample or a step, the model answers {format_shape(signature.output_shape)}"
    help = ("let the last layer give `(batch, units)`, or `(batch, time, units)`",)
    return DataDiagnostic(("target",), "target-mismatch", message, help=help)
