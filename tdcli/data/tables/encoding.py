"""Feature columns to one matrix of numbers: texts become one-hot columns or integer codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from tdcli.data.dataset import Array
from tdcli.data.labels import UnknownValueError
from tdcli.data.lazy import Overlay
from tdcli.data.tables.rows import Rows
from tdcli.sources.core.classes import in_order, label_text
from tdcli.sources.tables.columns import Encoding

Values = Mapping[str, tuple[str, ...]]


def learnt_values(rows: Rows, encodings: Mapping[str, Encoding], training: Array) -> Values:
    """Return every encoded column's values: as listed, else those of the training rows, sorted."""
    return {
        name: encoding.values or in_order({label_text(each) for each in np.unique(rows.texts[name][training])})
        for name, encoding in encodings.items()
    }


class FeatureMatrix(NamedTuple):
    """What samples are cut from: values `(rows, features)` float32, encoded columns spread out.

    overlays: what takes their place in samples that reach far enough to tell it.
    """

    values: Array
    overlays: tuple[Overlay, ...] = ()


def feature_matrix(
    rows: Rows, features: tuple[str, ...], encodings: Mapping[str, Encoding], values: Values, *, fixed: bool = False
) -> FeatureMatrix:
    """Return the features of all rows. Raises UserError at an unknown text.

    fixed: the values belong to weights that are there already, and no more can be listed.
    """
    names = feature_names(features, encodings, values)
    overlays = tuple(
        Overlay(names.index(name), *rows.interpolated[name]) for name in features if name in rows.interpolated
    )
    return FeatureMatrix(_matrix(rows, features, encodings, values, fixed=fixed), overlays)


def _matrix(
    rows: Rows, features: tuple[str, ...], encodings: Mapping[str, Encoding], values: Values, *, fixed: bool
) -> Array:
    if rows.columns[: len(features)] == features:
        return rows.table[:, : len(features)]
    numbers = rows.numbers
    columns = [
        _encoded(rows, name, encodings[name], values[name], fixed) if name in encodings else numbers[name][:, None]
        for name in features
    ]
    return np.concatenate(columns, axis=1, dtype=np.float32)


def feature_names(features: tuple[str, ...], encodings: Mapping[str, Encoding], values: Values) -> tuple[str, ...]:
    """Return the matrix's column names: `cbwd=NE` for a one-hot column."""
    one_hot = {name for name, encoding in encodings.items() if encoding.form == "one-hot"}
    spread = ([f"{name}={value}" for value in values[name]] if name in one_hot else [name] for name in features)
    return tuple(name for names in spread for name in names)


def _encoded(rows: Rows, name: str, encoding: Encoding, values: tuple[str, ...], fixed: bool) -> Array:
    distinct, inverse = np.unique(rows.texts[name], return_inverse=True)
    known = {value: code for code, value in enumerate(values)}
    table = np.array([known.get(label_text(each), len(values)) for each in distinct])
    codes = table[inverse]
    unknown = np.flatnonzero(codes == len(values))
    if len(unknown) and encoding.unknown == "error":
        place = rows.cells.place(int(unknown[0]), name)
        message = f"{place.text} holds `{rows.texts[name][unknown[0]]}`, which is none of the known values"
        origin = "which the weights were trained with" if fixed else "from the training part or from `values`"
        why = f"known are {', '.join(f'`{value}`' for value in values)}, {origin}"
        help = rows.cells.advice.on_unknown(name, encoding.form, fixed=fixed)
        raise UnknownValueError.of("unknown-text", message, help, span=place.span, why=why)
    if encoding.form == "integer":
        return np.asarray(codes[:, None])
    return np.asarray(np.eye(len(values) + 1, len(values))[codes])
