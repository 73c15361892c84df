"""Load tables into a Dataset: read cells, cut samples, split them into parts, and fit the encoding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from tdcli.data.assembly import EncodingSpec, build_dataset, encode_part
from tdcli.data.dataset import Dataset, Part
from tdcli.data.load import FileRequest
from tdcli.data.splitting import SET_NAMES, check_split_conflicts
from tdcli.data.tables.baselines import fit_naive, with_baselines
from tdcli.data.tables.encoding import Categories, feature_matrix, fit_categories
from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.files.column_request import ColumnRequest
from tdcli.data.tables.files.reading import read_cells
from tdcli.data.tables.rows import Rows, clean_table
from tdcli.data.tables.samples import Layout, TableSamples
from tdcli.data.tables.sequences import SequenceLayout
from tdcli.data.tables.table_part import TablePart, cut_samples, strata_of
from tdcli.data.tables.windows import WindowLayout
from tdcli.data.times.frequency import Frequency
from tdcli.signature import Signature
from tdcli.sources.core.fit import diagnose_input
from tdcli.sources.core.section import DataDiagnostic, raise_if_any
from tdcli.sources.core.split import Split, SplitError
from tdcli.sources.tables.columns import chosen
from tdcli.sources.tables.header_columns import diagnose_columns, table_columns
from tdcli.sources.tables.sequences import Sequences
from tdcli.sources.tables.table import Table
from tdcli.sources.tables.windows import Windows

Files = tuple[Path, ...]


def layout_of(section: Table, signature: Signature) -> Layout:
    """Return the layout that cuts the rows of a section into samples for a model."""
    if isinstance(section, Windows):
        return WindowLayout.of(section, signature)
    if isinstance(section, Sequences):
        return SequenceLayout.of(section, signature)
    raise TypeError(f"there is no layout for {type(section).__name__}")


def read_tables(section: Table, layout: Layout, files: Mapping[str, Files], split: Split) -> dict[str, Cells]:
    """Read the cells of each part that has its own files, which includes `train`. Raises SpecError."""
    check_split_conflicts(split, files)
    path = files["train"][0]
    columns = _read_columns(path, section)
    request = column_request(section, layout, section.feature_columns(columns))
    split_by = _group_column(split, path, columns, request.features, section)
    requests = {name: replace(request, extra=split_by) if name == "train" else request for name in files}
    return {name: _read_table(section, layout, paths, requests[name]) for name, paths in files.items()}


def column_request(
    section: Table, layout: Layout, features: tuple[str, ...], *, targets: bool = True, weighed: bool = True
) -> ColumnRequest:
    """Return the columns to read.

    targets: whether to read the target columns; they are always read if the model needs their past values
    weighed: whether to read the sample weights
    """
    read = layout.targets if targets or layout.target_change else ()
    is_class = layout.signature.takes == "classes"
    weight = (layout.weight,) if layout.weight and weighed else ()
    encodings = {name: encoding for name, encoding in section.encode.items() if name in features}
    numbers = (*(name for name in features if name not in encodings), *(() if is_class else read), *weight)
    return ColumnRequest(
        numbers=tuple(dict.fromkeys(numbers)),
        texts=tuple(dict.fromkeys((*encodings, *(read if is_class else ())))),
        time=section.time,
        order=section.order or (),
        group=layout.group,
        by_file=layout.by_file,
        features=features,
        encodings=encodings,
    )


def _read_table(section: Table, layout: Layout, files: Files, request: ColumnRequest) -> Cells:
    cells = read_cells(files, request, section.na_values, section.skip, section.dialect)
    return replace(cells, advice=section.cell_advice(request.features, layout.signature))


def split_table(
    layout: Layout,
    rows: Rows,
    others: dict[str, Cells],
    split: Split,
    seed: int,
    fitted: Mapping[str, Any] | None = None,
) -> dict[str, TablePart]:
    """Cut a table into samples and split them, and read the parts that have their own files.

    rows: the clean rows of the table that is split
    others: the cells of `validation` and `test` if they have files; it is emptied to free the memory of each table

    Raises SpecError at the first bad cell.
    """
    samples = cut_samples(layout, rows, targets=True)
    samples = replace(samples, notes=(*layout.notes(split), *samples.notes))
    strata = strata_of(layout, rows, samples) if split.stratify else None
    indices = layout.split(rows, samples, strata, split, seed, given_test="test" in others)
    categories = _given_categories(fitted) if fitted else _fit_categories(rows, samples.take(indices["train"]))
    matrix = feature_matrix(rows, categories, fixed=fitted is not None)
    misfit = diagnose_input((None, None, matrix.values.shape[1]), layout.signature, ("features",))
    raise_if_any((misfit,) if misfit else ())
    parts = {name: TablePart(layout, rows, samples.take(index), matrix) for name, index in indices.items()}
    for name in tuple(others):
        own = clean_table(others.pop(name).with_times_as(rows.formats, rows.frequency), layout.cleaning)
        own_samples = cut_samples(layout, own, targets=True)
        parts[name] = TablePart(layout, own, own_samples, feature_matrix(own, categories, fixed=fitted is not None))
    return parts


def _fit_categories(rows: Rows, training: TableSamples) -> Categories:
    return fit_categories(rows, training.coverage(len(rows)) > 0)


def _given_categories(fitted: Mapping[str, Any]) -> Categories:
    return {name: tuple(each) for name, each in fitted["values"].items()}


def table_dataset(
    section: Table, parts: Mapping[str, TablePart], fitted: Mapping[str, Any] | None = None, *, judged: bool = False
) -> Dataset:
    """Encode the targets, and fit the encoding on the training set. Raises SpecError at the first bad label.

    fitted: the values fitted on other data; None to fit them here
    judged: whether the held-out part gets groups and baselines
    """
    main = parts["train"]
    tables = {id(part.rows): part.rows for part in parts.values()}
    naive = fit_naive(main)
    data = build_dataset(
        {name: part.raw() for name, part in parts.items()},
        _encoding_spec(section, main),
        fitted,
        feature_names=main.matrix.names,
        target_names=section.target,
        fitted_here=_fitted_by_table(main, naive),
        naive=naive,
        files=tuple(path for rows in tables.values() for path in rows.cells.files),
        notes=tuple(_reading_notes(parts)),
    )
    if not judged:
        return data
    name = data.held_out
    changed: dict[str, Any] = {name: with_baselines(data.parts()[name], parts[name], data.fitted)}
    return replace(data, **changed)


def _reading_notes(parts: Mapping[str, TablePart]) -> Iterator[str]:
    """Yield the notes on reading the tables. Those on other tables than the first begin with the name of the part."""
    main = parts["train"]
    yield from (*main.rows.notes, *main.samples.notes)
    for name, part in parts.items():
        if part.rows is not main.rows:
            yield from (f"{SET_NAMES[name]}: {note}" for note in (*part.rows.notes, *part.samples.notes))


def _fitted_by_table(main: TablePart, naive: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that are needed to read other tables for the same weights, as plain JSON."""
    rows = main.rows
    return {
        "features": list(rows.cells.request.features),
        "values": {name: list(each) for name, each in main.matrix.categories.items()},
        **({"season": naive["season"]} if naive else {}),
        **({"time_formats": list(rows.formats)} if rows.formats else {}),
        **({"frequency": asdict(rows.frequency)} if rows.frequency else {}),
    }


def _encoding_spec(section: Table, main: TablePart) -> EncodingSpec:
    request, signature, categories = main.rows.cells.request, main.layout.signature, main.matrix.categories
    x_policies: list[str] = []
    for name in request.features:
        one_hot = name in request.encodings and request.encodings[name].form == "one-hot"
        x_policies += ["none"] * len(categories[name]) if one_hot else [chosen(section.scale, name, "standard")]
    y_policies = [chosen(section.scale, name, "standard") for name in section.target]
    return EncodingSpec(
        signature,
        classes=section.classes,
        class_names=section.class_names,
        x_policies=x_policies,
        y_policies=y_policies * max(1, signature.units // len(y_policies)),
        target_change=main.layout.target_change,
    )


def load_table_file(section: Table, request: FileRequest, signature: Signature, fitted: Mapping[str, Any]) -> Part:
    """Read another table for a trained model as one part. If it has no target column, y is None.

    Raises SpecError at the first bad cell.
    """
    raise_if_any(_refuse_targets_file(request.targets))
    path, layout, features = request.path, layout_of(section, signature), tuple(fitted["features"])
    columns = _read_columns(path, section)
    targets = not request.future and set(section.target) <= set(columns)
    needed = section.named(features, section.target if targets or layout.target_change else ())
    raise_if_any(diagnose_columns(needed, columns, path, section.dialect))
    wanted = column_request(section, layout, features, targets=targets, weighed=False)
    times = tuple(fitted.get("time_formats", ())), Frequency(**fitted["frequency"]) if "frequency" in fitted else None
    rows = clean_table(_read_table(section, layout, (path,), wanted).with_times_as(*times), layout.cleaning)
    samples = cut_samples(layout, rows, targets=targets, future=request.future)
    table_part = TablePart(layout, rows, samples, feature_matrix(rows, _given_categories(fitted)))
    part = encode_part(table_part.raw(), signature, tuple(fitted.get("classes", ())) or None)
    return with_baselines(part, table_part, fitted)


def _refuse_targets_file(targets: Path | None) -> tuple[DataDiagnostic, ...]:
    """Return the error for a separate file of targets, if there is one."""
    if targets is None:
        return ()
    message = f"`--targets {targets}` cannot be used with a table, whose target is a column"
    return (DataDiagnostic((), "wrong-option", message, help=("remove `--targets`",)),)


def _read_columns(path: Path, section: Table) -> tuple[str, ...]:
    """Return a file's columns. Raises SpecError if it is not a table."""
    columns = table_columns(path, ("path",), section.dialect)
    if isinstance(columns, DataDiagnostic):
        raise_if_any((columns,))
        return ()
    return columns


def _group_column(
    split: Split, path: Path, columns: tuple[str, ...], features: tuple[str, ...], section: Table
) -> tuple[str, ...]:
    """Return the column by which the samples are split. Raises SpecError if it is a feature."""
    if split.group is None:
        return ()
    raise_if_any(diagnose_columns({("group",): split.group}, columns, path, section.dialect))
    if split.group in features:
        message = f"`{split.group}` is the group of the split, so it cannot be a feature"
        raise SplitError.of("split-mismatch", message, f"list the `features` without `{split.group}`")
    return (split.group,)
