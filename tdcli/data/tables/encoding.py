"""Encode the feature columns as a matrix of numbers. Texts become one-hot columns or integer codes."""

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

MOST_LISTED = 12
"""The most known values that a message lists."""

Categories = Mapping[str, tuple[str, ...]]
"""The values of each encoded column, in the order of their codes."""


def fit_categories(rows: Rows, training: Array) -> Categories:
    """Return the values of every encoded column: as listed in the spec, else sorted from training rows `(rows,)`."""
    return {
        name: encoding.values or sort_labels({label_text(each) for each in np.unique(rows.texts[name][training])})
        for name, encoding in rows.cells.request.encodings.items()
    }


class FeatureMatrix(NamedTuple):
    """The features of all rows, from which samples are cut.

    values: `(rows, features)` float32; a one-hot encoded column becomes several columns
    names: the names of the columns
    categories: the values of each encoded column
    overlays: interpolated values, which replace others in samples that include the next measured row
    """

    values: Array
    names: tuple[str, ...]
    categories: Categories
    overlays: tuple[Overlay, ...] = ()


def feature_matrix(rows: Rows, categories: Categories, *, fixed: bool = False) -> FeatureMatrix:
    """Return the features of all rows. Raises SpecError at an unknown text.

    fixed: whether the categories belong to trained weights, so that the spec cannot list more
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
    """Return the column names of the matrix, such as `cbwd=NE` for a one-hot column."""
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
        message = f"{location.text} contains the unknown value `{rows.texts[name][unknown[0]]}`"
        origin = "the training of these weights" if fixed else "the training set or from `values`"
        listed = [f"`{value}`" for value in values[:MOST_LISTED]]
        more = f" and {len(values) - MOST_LISTED:,} more" if len(values) > MOST_LISTED else ""
        why = f"the known values are {', '.join(listed)}{more}, from {origin}"
        help = rows.cells.advice.on_unknown(name, encoding.form, fixed=fixed)
        raise UnknownValueError.of("unknown-text", message, help, span=location.span, why=why)
    if encoding.form == "integer":
        return np.asarray(codes[:, None])
    return np.asarray(np.eye(len(values) + 1, len(values))[codes])
