"""Guess a spec for a table: labelled sequences, or windows over series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from tdcli.guess.core.autocorrelation import is_ordered
from tdcli.guess.core.columns import RawColumn, names_of
from tdcli.guess.core.feedback import GuessFeedback
from tdcli.guess.core.groups import block_columns
from tdcli.guess.core.keys import KeyColumns, find_keys
from tdcli.guess.core.page import Guess
from tdcli.guess.core.sequences import SequenceGuess
from tdcli.guess.core.table_file import TableFile, read_table_file
from tdcli.guess.core.targets import TargetColumn, find_target, is_label_name
from tdcli.guess.core.times import holds_times
from tdcli.guess.core.windows import WindowGuess
from tdcli.sources.tables.time_formats import formats_of, short_year_formats_of
from tdcli.text.errors import SpecError

FEWEST_ROWS = 8
"""Rows of a table. Fewer cannot be split into three sets."""

FEWEST_SEQUENCES, LONGEST_SEQUENCE = 10, 200
"""Limits for whole sequences with a label per timestep. Fewer or longer sequences are cut into windows."""

FEWEST_TIMES = 4
"""Columns that are named by times: at least four quarters."""

NOTHING = GuessFeedback()
HELP = "use a table with columns of numbers and one row per timestep"


def guess(path: Path, written: str, known: GuessFeedback = NOTHING) -> Guess:
    """Return a spec for the table. `written` is its path as the spec writes it. Raises SpecError.

    known: feedback on an earlier guess.
    """
    table = read_table_file(path, written, known.codes)
    _refuse_column_a_time(table)
    keys = find_keys(table)
    others = [column for column in table.columns if column.name not in keys.columns]
    times = [column for column in others if holds_times(column)]
    excluded = known.useless.union(names_of(times))
    data_columns = [column for column in others if column not in times]
    target = _choose_target(keys, [column for column in data_columns if column.name not in excluded])
    sequences = _labelled_sequences(table, keys, data_columns, target, excluded)
    if sequences:
        return sequences.page()
    if target is None:
        counters = names_of([column for column in (keys.order, *keys.counters) if column])
        counting = f": `{counters[0]}` holds row numbers" if counters else ""
        message = f"`{path}` has no column of numbers to predict{counting}"
        raise SpecError.of("nothing-to-guess", message, next(map(_unit_help, _columns_with_unit(data_columns)), HELP))
    return _window_guess(table, keys, data_columns, target, excluded).page()


def _refuse_column_a_time(table: TableFile) -> None:
    """Raise SpecError if most columns are named by times, so that each row is a series."""
    times = [column.name for column in table.columns if formats_of(column.name) or short_year_formats_of(column.name)]
    if len(times) < FEWEST_TIMES or 2 * len(times) <= len(table.columns):
        return
    message = f"`{table.path}` has a column for each time, `{times[0]}` to `{times[-1]}`"
    help = "reshape it to one row per time, for example with `unpivot` of Polars or `melt` of pandas"
    raise SpecError.of("nothing-to-guess", message, help)


def _columns_with_unit(columns: Sequence[RawColumn]) -> Iterator[RawColumn]:
    return (column for column in columns if column.unit_example)


def _unit_help(column: RawColumn) -> str:
    return f"write the cells of `{column.name}`, such as `{column.unit_example}`, as plain numbers"


def _choose_target(keys: KeyColumns, data_columns: Sequence[RawColumn]) -> TargetColumn | None:
    if keys.remaining:
        return TargetColumn(keys.remaining, "it counts down to the end of each series", ahead=False)
    return find_target(data_columns, calendar=keys.calendar)


def _window_guess(
    table: TableFile,
    keys: KeyColumns,
    data_columns: Sequence[RawColumn],
    target: TargetColumn,
    excluded: frozenset[str],
) -> WindowGuess:
    if not keys.tells_order and not keys.group and len(table.columns) > 1:
        _refuse_unordered(table, keys, data_columns)
    found = WindowGuess(table, keys, target, excluded)
    if not found.features:
        message = f"`{table.path}` has no column to predict `{target.column.name}` from"
        raise SpecError.of("nothing-to-guess", message, HELP)
    if table.rows < FEWEST_ROWS:
        message = f"`{table.path}` has {table.rows} rows, too few to train, validate and test a model"
        raise SpecError.of("nothing-to-guess", message, f"use a table of at least {FEWEST_ROWS} rows")
    return found


def _refuse_unordered(table: TableFile, keys: KeyColumns, data_columns: Sequence[RawColumn]) -> None:
    """Raise SpecError if no column gives the order of the rows, and they do not look like a series."""
    named = next((column for column in data_columns if column.numbers is None and column.distinct == table.rows), None)
    numbers = [column for column in data_columns if column.numbers is not None and column.is_input]
    if named is None and is_ordered(numbers, keys.series):
        return
    why = f"each row has its own `{named.name}`" if named else "no row resembles the rows before it"
    message = f"no column gives the order of the rows of `{table.path}`, and {why}"
    raise SpecError.of("nothing-to-guess", message, "sort the rows by time, and add a column with the time of each row")


def _labelled_sequences(
    table: TableFile,
    keys: KeyColumns,
    data_columns: Sequence[RawColumn],
    target: TargetColumn | None,
    excluded: frozenset[str],
) -> SequenceGuess | None:
    """Return whole sequences, if a column identifies them and another labels each sequence or its timesteps."""
    for sequence in _sequence_candidates(keys, data_columns):
        constant = [
            column for column in data_columns if column is not sequence and _is_constant_within(column, sequence)
        ]
        labels = [column for column in constant if _can_label(column, sequence, table, keys)]
        if labels:
            others = tuple(column for column in constant if column is not labels[-1])
            own = _without_group(keys, sequence)
            return SequenceGuess(table, own, sequence, labels[-1], per_step=False, constant=others, excluded=excluded)
    return _labelled_steps(table, keys, data_columns, target, excluded)


def _labelled_steps(
    table: TableFile,
    keys: KeyColumns,
    data_columns: Sequence[RawColumn],
    target: TargetColumn | None,
    excluded: frozenset[str],
) -> SequenceGuess | None:
    lengths = keys.series.lengths
    short = len(lengths) >= FEWEST_SEQUENCES and lengths.max() <= LONGEST_SEQUENCE
    if target is None or not target.classes or len(keys.group) != 1 or keys.share_calendar or not short:
        return None
    (sequence,) = keys.group
    constant = tuple(column for column in data_columns if _is_constant_within(column, sequence))
    own = _without_group(keys, sequence)
    return SequenceGuess(table, own, sequence, target.column, per_step=True, constant=constant, excluded=excluded)


def _sequence_candidates(keys: KeyColumns, data_columns: Sequence[RawColumn]) -> list[RawColumn]:
    return (
        list(keys.group)
        if len(keys.group) == 1
        else block_columns(data_columns)
        if not keys.group and not keys.calendar
        else []
    )


def _without_group(keys: KeyColumns, sequence: RawColumn) -> KeyColumns:
    """Return the keys without the column that identifies the sequences."""
    group = tuple(column for column in keys.group if column is not sequence)
    return KeyColumns(keys.times, keys.order, group, keys.series, keys.counters)


def _can_label(column: RawColumn, sequence: RawColumn, table: TableFile, keys: KeyColumns) -> bool:
    """Return whether a column that is constant within each sequence is its label, not a property of a series."""
    if column.missing or not 1 < column.distinct < sequence.distinct:
        return False
    if is_label_name(column):
        return True
    return not keys.share_calendar and column is table.columns[-1]


def _is_constant_within(column: RawColumn, sequence: RawColumn) -> bool:
    frame = pl.DataFrame({"sequence": sequence.texts, "value": column.texts})
    return frame.n_unique() == sequence.texts.n_unique()
