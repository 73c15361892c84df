"""CSV tables to a Dataset: samples, parts, then what the training part teaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tdcli.data.assembly import Raw, Recipe, assembled, finished
from tdcli.data.dataset import Array, Dataset, Part
from tdcli.data.splitting import refuse_doubled
from tdcli.data.tables.baselines import judged_part, learnt_naive
from tdcli.data.tables.encoding import FeatureMatrix, Values, feature_matrix, feature_names, learnt_values
from tdcli.data.tables.samples import Layout, Samples
from tdcli.data.tables.table_samples import Source, TableCells, read_table
from tdcli.data.times.frequency import Frequency
from tdcli.sources.core.fit import Way, input_fault
from tdcli.sources.core.section import DataFault, refuse
from tdcli.sources.core.split import Split, SplitError
from tdcli.sources.tables.columns import chosen
from tdcli.sources.tables.header_columns import column_faults, table_columns
from tdcli.sources.tables.table import Table

Files = tuple[Path, ...]


@dataclass(frozen=True)
class TablePart:
    """The samples of a part: where they lie in their table, and the matrix of the table's features."""

    source: Source
    samples: Samples
    matrix: FeatureMatrix

    def raw(self) -> Raw:
        """Gather the samples."""
        return self.source.raw(self.samples, self.matrix)


@dataclass(frozen=True)
class PartedTable:
    """A table cut into the samples of its parts, `train` among them; `values` are the encoded columns'.

    given: what was fitted on other data, None where it is still to be fitted.
    """

    parts: Mapping[str, TablePart]
    values: Values
    notes: tuple[str, ...]
    given: Mapping[str, Any] | None = None

    def dataset(self, *, judged: bool = False) -> Dataset:
        """Read targets and fit what the training part teaches. Raises UserError at the first bad label.

        judged: the part that is held out gets its groups and baselines.
        """
        main = self.parts["train"].source
        sources = {id(part.source): part.source for part in self.parts.values()}
        naive = learnt_naive(main, self.parts["train"].samples)
        data = assembled(
            {name: part.raw() for name, part in self.parts.items()},
            _recipe(main, self.values),
            self.given,
            feature_names=feature_names(main.features, main.encodings, self.values),
            target_names=main.layout.section.target,
            learnt={
                "features": list(main.features),
                "values": {name: list(each) for name, each in self.values.items()},
                **({"season": naive["season"]} if naive else {}),
                **({"time_formats": list(main.rows.formats)} if main.rows.formats else {}),
                **({"frequency": asdict(main.rows.frequency)} if main.rows.frequency else {}),
            },
            naive=naive,
            files=tuple(path for source in sources.values() for path in source.rows.cells.files),
            notes=self.notes,
        )
        return self._judged(data) if judged else data

    def _judged(self, data: Dataset) -> Dataset:
        name = data.held_out
        part, found = data.parts()[name], self.parts[name]
        changed: dict[str, Any] = {name: judged_part(part, found.source, found.samples, data.learnt)}
        return replace(data, **changed)


def load_table(
    layout: Layout,
    files: Mapping[str, Files],
    split: Split,
    seed: int,
    learnt: Mapping[str, Any] | None = None,
    *,
    judged: bool = False,
) -> Dataset:
    """Read the tables, cut them into samples, part these. Raises UserError at the first bad cell."""
    return part_table(read_tables(layout, files, split), split, seed, learnt).dataset(judged=judged)


def read_tables(layout: Layout, files: Mapping[str, Files], split: Split) -> dict[str, TableCells]:
    """Read the cells of each part that has files of its own, `train` among them. Raises UserError."""
    refuse_doubled(split, files)
    features = layout.section.feature_columns(file_columns(files["train"][0], {}, layout.section))
    extra = _group_column(split, files["train"][0], features, layout.section)
    return {
        name: read_table(layout, paths, features, extra=extra if name == "train" else ())
        for name, paths in files.items()
    }


def part_table(
    tables: dict[str, TableCells], split: Split, seed: int, learnt: Mapping[str, Any] | None = None
) -> PartedTable:
    """Clean and cut the tables, and part the first. Raises UserError at the first bad cell.

    `tables` is empty afterwards: each is let go of as soon as it is clean.
    """
    given_test, layout, features = "test" in tables, tables["train"].layout, tables["train"].features
    formats = tuple((learnt or {}).get("time_formats", ()))
    main = Source.of(layout, features, tables.pop("train").written_as(formats).rows(), targets=True)
    strata = main.strata() if split.stratify else None
    parts = layout.parted(main.rows, main.samples, strata, split, seed, given_test=given_test)
    values = _given_values(learnt) if learnt else _fitted_values(main, parts.train)
    fixed = learnt is not None
    matrix = feature_matrix(main.rows, features, main.encodings, values, fixed=fixed)
    misfit = input_fault((None, None, matrix.values.shape[1]), layout.signature, ("features",))
    refuse((misfit,) if misfit else ())
    indices = {name: index for name, index in parts._asdict().items() if index is not None}
    found = {name: TablePart(main, main.samples.take(index), matrix) for name, index in indices.items()}
    notes = [*main.rows.notes, *layout.notes(split), *main.cut.notes]
    for name in tuple(tables):
        other = Source.of(layout, features, tables.pop(name).like(main.rows).rows(), targets=True)
        matrix = feature_matrix(other.rows, features, other.encodings, values, fixed=fixed)
        found[name] = TablePart(other, other.samples, matrix)
        notes += [f"{name} part: {note}" for note in (*other.rows.notes, *other.cut.notes)]
    return PartedTable(found, values, tuple(notes), learnt)


def _fitted_values(source: Source, training: Array) -> Values:
    rows = source.rows
    return learnt_values(rows, source.encodings, source.samples.take(training).coverage(len(rows)) > 0)


def _given_values(learnt: Mapping[str, Any]) -> Values:
    return {name: tuple(each) for name, each in learnt["values"].items()}


def load_table_part(layout: Layout, path: Path, learnt: Mapping[str, Any], *, future: bool) -> Part:
    """Read another file for the same model as one part; y is None where it has no target column."""
    section, features = layout.section, tuple(learnt["features"])
    targets = not future and set(section.target) <= set(file_columns(path, {}, section))
    file_columns(path, section.named(features, section.target if targets or layout.target_change else ()), section)
    known: dict[str, Any] = {"formats": tuple(learnt.get("time_formats", ()))}
    if "frequency" in learnt:
        known["frequency"] = Frequency(**learnt["frequency"])
    rows = read_table(layout, (path,), features, **known, targets=targets, weighed=False).rows()
    source = Source.of(layout, features, rows, targets=targets, future=future)
    raw = source.raw(source.samples, feature_matrix(source.rows, features, source.encodings, _given_values(learnt)))
    part = finished(raw, layout.signature, tuple(learnt.get("classes", ())) or None)
    return judged_part(part, source, source.samples, learnt)


def file_columns(path: Path, needed: Mapping[Way, str], section: Table) -> tuple[str, ...]:
    """Return a file's columns. Raises UserError where it is no table, or has not all that are needed."""
    columns = table_columns(path, ("path",), section.dialect)
    if isinstance(columns, DataFault):
        refuse((columns,))
        return ()
    refuse(column_faults(needed, columns, path, section.dialect))
    return columns


def _group_column(split: Split, path: Path, features: tuple[str, ...], section: Table) -> tuple[str, ...]:
    """Return the column that the split goes by, which must not be a feature."""
    if split.group is None:
        return ()
    file_columns(path, {("group",): split.group}, section)
    if split.group in features:
        message = f"`{split.group}` parts the samples and is a feature as well"
        raise SplitError.of("split-mismatch", message, "list the `features` without it")
    return (split.group,)


def _recipe(main: Source, values: Values) -> Recipe:
    section, signature = main.layout.section, main.layout.signature
    x_policies: list[str] = []
    for name in main.features:
        one_hot = name in main.encodings and main.encodings[name].form == "one-hot"
        x_policies += ["none"] * len(values[name]) if one_hot else [chosen(section.scale, name, "standard")]
    y_policies = [chosen(section.scale, name, "standard") for name in section.target]
    return Recipe(
        signature,
        classes=section.classes,
        class_names=section.class_names,
        x_policies=x_policies,
        y_policies=y_policies * max(1, signature.units // len(y_policies)),
        target_change=main.layout.target_change,
    )
