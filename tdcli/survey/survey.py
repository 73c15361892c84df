"""Survey the data of a section. The columns of a table are summarized first, even if a bad cell stops the survey."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tdcli.data.dataset import Array, Dataset
from tdcli.data.load import LoadRequest, load
from tdcli.data.tables.load_table import layout_of, read_tables, split_table, table_dataset
from tdcli.data.tables.order.ordering import order_rows
from tdcli.data.tables.rows import clean_rows
from tdcli.data.tables.table_part import TablePart
from tdcli.signature import Signature
from tdcli.sources.core.section import DataSection
from tdcli.sources.core.split import Split
from tdcli.sources.tables.table import Table
from tdcli.sources.tables.windows import Windows
from tdcli.survey.columns import summarize_columns
from tdcli.survey.duplicates import samples_in_two_parts
from tdcli.survey.findings import Survey, TargetLeak
from tdcli.survey.overlap import rows_in_two_parts
from tdcli.survey.parts import count_classes, summarize_lengths, summarize_parts
from tdcli.survey.previews import preview_batch, preview_samples
from tdcli.survey.summaries import summarize_features
from tdcli.survey.target_leaks import advise_ignoring, target_among_samples, target_among_windows
from tdcli.survey.timestamps import summarize_times
from tdcli.survey.warnings import class_drifts, constant_features, feature_drifts, repeated_outliers, untidy_timestamps
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError


@dataclass(frozen=True)
class SurveyRequest:
    """How to read the data: the model's signature, the split, the seed and the batch size.

    own_parts: the parts that have their own files
    """

    name: str
    folder: Path
    signature: Signature
    split: Split
    seed: int
    batch_size: int
    own_parts: tuple[str, ...]


INDICES = {"windows": "line", "sequences": "sequence"}
"""The noun for the name of a sample, by the layout of a table."""


def survey_section(section: DataSection, asked: SurveyRequest) -> Survey:
    """Survey the data of a section. Errors in a table are in `faults`, with the results that do not depend on them.

    Raises SpecError if the data cannot be read at all.
    """
    signature, index = asked.signature, INDICES.get(getattr(section, "layout", ""), "sample")
    found = Survey(asked.name, section.source, index, signature.input_shape, signature.output_shape)
    if isinstance(section, Table):
        return _survey_table(section, asked, found)
    return _survey_samples(load(section, LoadRequest(asked.folder, signature, asked.split, asked.seed)), asked, found)


def _survey_table(section: Table, asked: SurveyRequest, found: Survey) -> Survey:
    section.refuse_misfits(asked.folder, asked.signature)
    layout = layout_of(section, asked.signature)
    tables = read_tables(section, layout, section.files(asked.folder), asked.split)
    found = replace(found, columns=summarize_columns(tables["train"], section))
    times = None
    try:
        ordered = order_rows(tables.pop("train"))
        times = summarize_times(ordered, layout.cleaning)
        found = replace(found, timestamps=times)
        rows = clean_rows(ordered, layout.cleaning)
        del ordered
        parts = split_table(layout, rows, tables, asked.split, asked.seed)
        return _survey_samples(table_dataset(section, parts), asked, found, _SplitTable(section, parts))
    except SpecError as error:
        remarks = untidy_timestamps(times, gaps_are_known=_allows_gaps(section))
        return replace(found, warnings=(*remarks, *repeated_outliers(found.columns, section)), faults=error.diagnostics)


def _allows_gaps(section: Table) -> bool:
    return isinstance(section, Windows) and (section.max_gap is not None or section.missing_rows == "insert")


@dataclass(frozen=True)
class _SplitTable:
    """A section and the parts of its table."""

    section: Table
    parts: Mapping[str, TablePart]


def _survey_samples(data: Dataset, asked: SurveyRequest, found: Survey, table: _SplitTable | None = None) -> Survey:
    features = summarize_features(data)
    places, total = _sample_positions(data, table, asked.own_parts)
    found = replace(
        found,
        index="time" if data.train.times else found.index,
        parts=summarize_parts(data, places, total),
        features=features,
        classes=count_classes(data),
        lengths=summarize_lengths(data),
        glimpses=preview_samples(data),
        batch=preview_batch(data, asked.batch_size, asked.signature),
        notes=data.notes,
    )
    return replace(found, warnings=tuple(_find_warnings(found, data, asked.signature, table)))


def _find_warnings(
    found: Survey, data: Dataset, signature: Signature, table: _SplitTable | None
) -> Iterator[Diagnostic]:
    yield from samples_in_two_parts(data)
    if table is not None:
        yield from rows_in_two_parts(table.parts)
    leaks = _find_leaks(found, data, signature, table)
    yield from map(advise_ignoring, leaks) if table is not None and table.section.features is None else leaks
    yield from constant_features(found.features)
    yield from feature_drifts(found.features)
    own = None if table is None else table.section
    yield from class_drifts(found.classes, in_order_of_time=isinstance(own, Windows))
    yield from untidy_timestamps(found.timestamps, gaps_are_known=own is not None and _allows_gaps(own))
    if own is not None:
        yield from repeated_outliers(found.columns, own)


def _find_leaks(found: Survey, data: Dataset, signature: Signature, table: _SplitTable | None) -> Iterator[TargetLeak]:
    if table is not None and table.parts["train"].samples.lengths is None:
        yield from target_among_windows(table.parts["train"], data)
    elif found.source != "synthetic" and data.train.x.ndim == 3:
        yield from target_among_samples(data, signature)


def _first_answered_rows(part: TablePart) -> Array:
    """Return the first row that each sample predicts."""
    answers = part.samples.answers
    return part.samples.starts + (0 if answers is None else answers[0])


def _sample_positions(data: Dataset, table: _SplitTable | None, own: tuple[str, ...]) -> tuple[dict[str, Array], int]:
    """Return the positions of the samples of all parts that are cut from the same data, and the number of positions."""
    if table is not None:
        rows = table.parts["train"].rows
        same = {name: _first_answered_rows(part) for name, part in table.parts.items() if part.rows is rows}
        return same, len(rows)
    same = {name: np.asarray(part.index) for name, part in data.parts().items() if name not in own}
    if data.train.index.dtype.kind in "OU":  # samples are ordered by name
        names = np.unique(np.concatenate(list(same.values())))
        return {name: np.searchsorted(names, index) for name, index in same.items()}, len(names)
    return same, 1 + max(int(index.max()) for index in same.values())
