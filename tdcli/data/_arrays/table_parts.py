"""A CSV table to a Dataset: samples, parts, then what the training part teaches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tdcli.data._arrays.assembly import Recipe, assembled, finished
from tdcli.data._arrays.encoding import Values, feature_matrix, feature_names, learnt_values
from tdcli.data._arrays.parting import refuse_doubled
from tdcli.data._arrays.samples import Layout
from tdcli.data._arrays.source import Source, read_source
from tdcli.data._base import DataFault, refuse
from tdcli.data._columns import chosen
from tdcli.data._dataset import Dataset, Part
from tdcli.data._fit import Way, input_fault
from tdcli.data._split import Split
from tdcli.data._table import column_faults, table_columns
from tdcli.text.diagnostic import UserError

Files = tuple[Path, ...]


def load_table(layout: Layout, files: Mapping[str, Files], split: Split, seed: int) -> Dataset:
    """Read the table, cut and part it, then read the parts that have files of their own."""
    refuse_doubled(split, files)
    features = layout.section.feature_columns(_columns(files["train"][0], {}))
    main = read_source(layout, files["train"], features, extra=_group_column(split, files["train"][0], features))
    strata = main.strata() if split.stratify else None
    parts = layout.parted(main.rows, main.samples, strata, split, seed, given_test="test" in files)
    values = learnt_values(main.rows, main.encodings, np.unique(main.samples.take(parts.train).rows))
    matrix = feature_matrix(main.rows, features, main.encodings, values)
    misfit = input_fault((None, None, matrix.shape[1]), layout.signature, ("features",))
    refuse((misfit,) if misfit else ())
    indices = {name: index for name, index in parts._asdict().items() if index is not None}
    raws = {name: main.raw(main.samples.take(index), matrix) for name, index in indices.items()}
    notes = [*layout.notes(split), *main.cut.notes]
    for name in (each for each in files if each != "train"):
        other = read_source(layout, files[name], features)
        raws[name] = other.raw(other.samples, feature_matrix(other.rows, features, other.encodings, values))
        notes += [f"{name} part: {note}" for note in other.cut.notes]
    return assembled(
        raws,
        _recipe(main, values),
        feature_names=feature_names(features, main.encodings, values),
        target_names=layout.section.target,
        learnt={"features": list(features), "values": {name: list(each) for name, each in values.items()}},
        files=tuple(path for paths in files.values() for path in paths),
        notes=tuple(notes),
    )


def load_table_part(layout: Layout, path: Path, learnt: Mapping[str, Any], *, future: bool) -> Part:
    """Read another file for the same model as one part; y is None where it has no target column."""
    section, features = layout.section, tuple(learnt["features"])
    targets = not future and set(section.target) <= set(_columns(path, {}))
    _columns(path, section.named(features, section.target if targets or layout.target_change else ()))
    source = read_source(layout, (path,), features, targets=targets, future=future, weighed=False)
    values = {name: tuple(each) for name, each in learnt["values"].items()}
    raw = source.raw(source.samples, feature_matrix(source.rows, features, source.encodings, values))
    return finished(raw, layout.signature, tuple(learnt.get("classes", ())) or None)


def _columns(path: Path, needed: Mapping[Way, str]) -> tuple[str, ...]:
    """Return a file's columns. Raises UserError where it is no table, or has not all that are needed."""
    columns = table_columns(path, ("path",))
    if isinstance(columns, DataFault):
        refuse((columns,))
        return ()
    refuse(column_faults(needed, columns, path))
    return columns


def _group_column(split: Split, path: Path, features: tuple[str, ...]) -> tuple[str, ...]:
    """Return the column that the split goes by, which must not be a feature."""
    if split.group is None:
        return ()
    _columns(path, {("group",): split.group})
    if split.group in features:
        message = f"`{split.group}` parts the samples and is a feature as well"
        raise UserError.of("split-mismatch", message, "list the `features` without it")
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
