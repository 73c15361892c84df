"""Feature columns to one matrix of numbers: texts become one-hot columns or integer codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from tdcli.data.dataset import Array
from tdcli.data.labels import UnknownValueError
from tdcli.data.lazy import Overlay
from tdcli.data.tables.rows import Rows
from tdcli.sources.core.classes import label_text, sort_labels
from tdcli.sources.tables.columns import Encoding

Categories = Mapping[str, tuple[str, ...]]
"""The texts that an encoded column may hold, in the order of their codes."""


def fit_categories(rows: Rows, training: Array) -> Categories:
    """Return the texts of every encoded column: as listed, else those of the training rows `(rows,)`, sorted."""
    return {
        name: encoding.values or sort_labels({label_text(each) for each in np.unique(rows.texts[name][training])})
        for name, encoding in rows.cells.request.encodings.items()
    }


class FeatureMatrix(NamedTuple):
    """What samples are cut from: values `(rows, features)` float32, encoded columns spread out.

    names: of the columns; categories: the texts of the encoded columns; overlays: what takes the values' place in
    samples that reach far enough to tell it.
    """

    values: Array
    names: tuple[str, ...]
    categories: Categories
    overlays: tuple[Overlay, ...] = ()


def feature_matrix(rows: Rows, categories: Categories, *, fixed: bool = False) -> FeatureMatrix:
    """Return the features of all rows. Raises SpecError at an unknown text.

    fixed: the categories belong to weights that are there already, and no more can be listed.
    """
    features = rows.cells.request.features
    names = _feature_names(features, rows.cells.request.encodings, categories)
    overlays = tuple(
        Overlay(names.index(name), *rows.interpolated[name]) for name in features if name in rows.interpolated
    )
    return FeatureMatrix(_feature_values(rows, categories, fixed=fixed), names, categories, overlays)


def _feature_values(rows: Rows, categories: Categories, *, fixed: bool) -> Array:
    features, encodings = rows.cells.request.features, rows.cells.request.encodings
    if rows.columns[: len(features)] == features:
        return rows.table[:, : len(features)]
    numbers = rows.numbers
    columns = [
        _encode_column(rows, name, encodings[name], categories[name], fixed)
        if name in encodings
        else numbers[name][:, None]
        for name in features
    ]
    return np.concatenate(columns, axis=1, dtype=np.float32)


def _feature_names(
    features: tuple[str, ...], encodings: Mapping[str, Encoding], categories: Categories
) -> tuple[str, ...]:
    """Return the matrix's column names: `cbwd=NE` for a one-hot column."""
    one_hot = {name for name, encoding in encodings.items() if encoding.form == "one-hot"}
    spread = ([f"{name}={value}" for value in categories[name]] if name in one_hot else [name] for name in features)
    return tuple(name for names in spread for name in names)


def _encode_column(rows: Rows, name: str, encoding: Encoding, values: tuple[str, ...], fixed: bool) -> Array:
    distinct, inverse = np.unique(rows.texts[name], return_inverse=True)
    known = {value: code for code, value in enumerate(values)}
    table = np.array([known.get(label_text(each), len(values)) for each in distinct])
    codes = table[inverse]
    unknown = np.flatnonzero(codes == len(values))
    if len(unknown) and encoding.unknown == "error":
        location = rows.cells.location(int(unknown[0]), name)
        message = f"{location.text} holds `{rows.texts[name][unknown[0]]}`, which is none of the known values"
        origin = "which the weights were trained with" if fixed else "from the training part or from `values`"
        why = f"known are {', '.join(f'`{value}`' for value in values)}, {origin}"
        help = rows.cells.advice.on_unknown(name, encoding.form, fixed=fixed)
        raise UnknownValueError.of("unknown-text", message, help, span=location.span, why=why)
    if encoding.form == "integer":
        return np.asarray(codes[:, None])
    return np.asarray(np.eye(len(values) + 1, len(values))[codes])
