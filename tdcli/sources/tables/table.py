"""The base class of both layouts of a table: which columns are read, and how."""

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
"""The keys for a file into which rows were copied, with their numbers as they were."""


class Table(DataSection):
    """Columns of one or several CSV files, read as one long table."""

    meanings: ClassVar[dict[str, str]] = {
        "path": "file, list of files or glob, relative to the spec",
        "test": "file of the test set",
        "validation": "file of the validation set",
        "time": "column or columns with the time of a row; they order the rows",
        "order": "columns that number the rows; default without `time`: the order of the file",
        "features": "columns that the model reads; default: all columns not named elsewhere in `data`",
        "ignore": "columns that are not used; `check` does not warn about them",
        "target": "column or columns to predict",
        "encode": "text columns: one-hot or integer",
        "na_values": "texts and numbers that mean a missing value",
        "missing": "missing cells: error, drop, forward-fill, interpolate or a number; for all, or by column",
        "skip": "number of rows to skip below the header",
        "separator": "character between cells; default: a tab for .tsv and .tab, else a comma",
        "decimal": "decimal point or decimal comma of numbers",
        "thousands": "comma, point, space or apostrophe between groups of three digits",
        "encoding": "Python's name of the text encoding; default: that of the byte order mark, else UTF-8",
        "comment": "characters that comment lines start with",
        "header": "line of the column names, `none`, or a list of names for a file without a header",
        "scale": "standard, minmax or none; for all, or by column",
        "sample_weight": "column with the weight of a predicted row in the loss; several rows count with their mean",
        "classes": "labels in the order of the class codes",
        "class_names": "names of the classes",
    }

    path_keys = ("path", "test", "validation")
    key_fields: ClassVar[tuple[str, ...]] = ("order",)
    """The fields that name the columns which identify rows. These columns are not features."""

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
        """The dialect of the text of its files."""
        return Dialect(self.separator, self.decimal, self.thousands, self.encoding, self.comment, self.header)

    def cell_advice(self, features: tuple[str, ...], signature: Signature) -> CellAdvice:
        """Return the advice for cells that cannot be used."""
        listed = self.features is not None
        keys = (self.na_values, self.skip, self.dialect, self.encode, self.missing, self.ignore)
        has_time = self.time is not None or bool(self.order)
        targets = self.target if signature.takes == "numbers" else ()
        return CellAdvice(*keys, features, listed, has_time, targets, outputs_for_text(signature))

    def files(self, folder: Path) -> dict[str, tuple[Path, ...]]:
        """Return the files of each set that has its own: `train` always, `validation` and `test` if given."""
        parts = {"train": self.path, "validation": self.validation, "test": self.test}
        return {name: resolve_paths(paths, folder) for name, paths in parts.items() if paths}

    def key_columns(self) -> dict[KeyPath, str]:
        """Return the columns that order or identify rows, by their key paths."""
        times = self.time.columns if self.time else ()
        named: dict[KeyPath, str] = {("time", "columns", place): column for place, column in enumerate(times)}
        for key in self.key_fields:
            value = getattr(self, key)
            columns = (value,) if isinstance(value, str) else value or ()
            named |= {(key, place): column for place, column in enumerate(columns)}
        return named

    def named(self, features: tuple[str, ...], target: tuple[str, ...]) -> dict[KeyPath, str]:
        """Return the columns that a file must have, by the key paths that name them."""
        named = self.key_columns()
        for key, columns in (("features", features), ("target", target)):
            named |= {(key, place): column for place, column in enumerate(columns)}
        return named

    def columns(self) -> dict[KeyPath, str]:
        """Return every column that the section names, by its key path."""
        named = self.named(self.features or (), self.target)
        named |= {("ignore", place): column for place, column in enumerate(self.ignore)}
        named |= {} if self.sample_weight is None else {("sample_weight",): self.sample_weight}
        for key in ("encode", "missing", "scale"):
            named |= {(key, column): column for column in getattr(self, key) if column != FOR_ALL}
        return named

    def feature_columns(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Return the features: those listed, else all columns of the file that have no other role."""
        taken = {*self.key_columns().values(), *self.hidden_targets(), *self.ignore, self.sample_weight}
        return self.features or tuple(column for column in columns if column not in taken)

    @property
    def scales(self) -> bool:
        """Whether some column is scaled."""
        return any(policy != "none" for policy in self.scale.values())

    def unused_columns(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Return the columns that the section does not name; empty if it does not list its features."""
        used = {*self.named(self.features or (), self.target).values(), *self.ignore, self.sample_weight}
        return tuple(column for column in columns if column not in used) if self.features else ()

    def hidden_targets(self) -> tuple[str, ...]:
        """Return the targets that must not be features, because they are on the same row."""
        return self.target

    def inspect(self, folder: Path) -> Header:
        """Read the header lines. Reports files that cannot be read and columns that do not exist."""
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
        """Return the target columns of the first rows, where they hold numbers."""
        return first_row_numbers(self.files(folder)["train"][0], self.dialect, self.target, self.skip)

    def _feature_count(self, columns: tuple[str, ...]) -> int | None:
        """Return the number of features after encoding; None if it depends on the cells."""
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
        """Compare columns and targets with the model's input and outputs."""
        unanswerable = _diagnose_answers(signature)
        found: list[DataDiagnostic | None] = [unanswerable] if unanswerable else list(self._own_diagnostics(signature))
        if header.x_shape:
            found.append(diagnose_input(header.x_shape, signature, ("features",) if self.features else ("path",)))
        return (*(each for each in found if each), *diagnose_classes(self.classes, self.class_names, signature))

    @abstractmethod
    def _own_diagnostics(self, signature: Signature) -> Iterator[DataDiagnostic | None]:
        """Yield the diagnostics of a layout for the model."""


def _diagnose_answers(signature: Signature) -> DataDiagnostic | None:
    """Report a model whose outputs are neither one per sample nor one per timestep."""
    if len(signature.output_shape) < 4:
        return None
    outputs = format_shape(signature.output_shape)
    message = f"a table has one target per sample or per timestep, but the model outputs {outputs}"
    help = ("use a last layer that outputs `(batch, units)` or `(batch, time, units)`",)
    return DataDiagnostic(("target",), "target-mismatch", message, help=help)
