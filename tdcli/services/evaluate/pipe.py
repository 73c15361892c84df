"""Predict for rows from a pipe as soon as they arrive. The rows are read by the same rules as a file."""

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np

from tdcli.data.dataset import Array, Part
from tdcli.data.tables.files.cells import TooFewRowsError
from tdcli.data.tables.files.number_texts import is_missing
from tdcli.formats.core.base import ModelFile
from tdcli.formats.core.registry import open_model_file
from tdcli.services.evaluate.arriving_rows import STDIN_NAME, invalid_csv, join_rows
from tdcli.services.evaluate.open_model import TrainedModel, apply_rewrites, file_part, open_model
from tdcli.services.evaluate.predict import Predictions, model_outputs, to_table
from tdcli.services.evaluate.row_buffers import PipeRow, RowBuffer, SlidingWindows, WholeSequences
from tdcli.services.samples.prepare import data_section
from tdcli.sources.core.section import raise_if_any
from tdcli.sources.tables.columns import chosen
from tdcli.sources.tables.header import MARK_NAMES, TableError, TextHeader, header_of
from tdcli.sources.tables.header_columns import diagnose_columns
from tdcli.sources.tables.sequences import Sequences
from tdcli.sources.tables.table import Table
from tdcli.sources.tables.text import parse_rows
from tdcli.sources.tables.windows import Windows
from tdcli.text.errors import SpecError

FIRST_ROW = 2
"""The line of the first row of a written file, after the header."""


def check_pipe(run: TrainedModel) -> Table:
    """Return the data section of a table. Raises SpecError if its rows cannot be predicted as they arrive."""
    section = data_section(run.compiled)
    if not isinstance(section, Table):
        message = f"a pipe sends rows of CSV, but this model reads `source: {section.source}`"
        raise SpecError.of("wrong-option", message, "pass a file with `--data FILE`")
    if "interpolate" in section.missing.values():
        message = "`missing: interpolate` needs later rows, which a pipe has not sent yet"
        raise SpecError.of("wrong-option", message, "pass a file, or train with `missing: forward-fill`")
    return section


def predict_pipe(
    path: Path, read_lines: Callable[[str], Iterable[list[str]]], decimals: int | None = None
) -> Iterator[Predictions]:
    """Open a run or an exported model, and yield predictions for lines of CSV as `stream_predictions` does.

    read_lines: called with the encoding of the spec's files; yields new lines as they arrive. Raises SpecError if
    `path` is not a model, or if the model does not read a table.
    """
    run = open_model(path)
    yield from stream_predictions(run, read_lines(check_pipe(run).encoding or "utf-8"), decimals)


def stream_predictions(run: TrainedModel, arrivals: Iterable[list[str]], decimals: int | None) -> Iterator[Predictions]:
    """Yield predictions for new lines of CSV as they arrive. The lines use the CSV dialect of the spec.

    Windows move by one row, whatever the `stride` of the spec. A sequence is predicted when the next one starts or the
    pipe ends. Raises SpecError with the line number of a row that cannot be read.
    """
    found = 0
    with tempfile.TemporaryDirectory() as name:
        reader = _PipeReader(run, Path(name) / STDIN_NAME, decimals)
        whole = join_rows(arrivals, reader.dialect, reader.separator)
        for predictions in chain(chain.from_iterable(map(reader.take, whole)), reader.end()):
            found += 1
            yield predictions
    if not found:
        rows, timesteps = reader.rows, run.compiled.plan.input_shape[1] or 1
        message = f"the pipe sent {rows:,} rows, but one window needs {timesteps:,} consecutive rows"
        raise TooFewRowsError.of("too-few-rows", message, "send more rows")


class _PipeReader:
    """Writes blocks of rows into a file, predicts for it, and numbers the predictions by the lines of the pipe."""

    def __init__(self, run: TrainedModel, path: Path, decimals: int | None) -> None:
        self.section = check_pipe(run)
        self.run = apply_rewrites(run, **({"stride": 1} if isinstance(self.section, Windows) else {}))
        self.path, self.decimals, self.line, self.rows = path, decimals, 1, 0
        self.dialect, self.separator = self.section.dialect, self.section.dialect.separator_of(path)
        self.header: TextHeader | None = None
        self.last: dict[tuple[str, str], str] = {}

    @cached_property
    def file(self) -> ModelFile:
        """The model. Its runtime is loaded at the first prediction, so that errors in the rows are reported earlier."""
        return open_model_file(self.run.model)

    def take(self, lines: list[str]) -> Iterator[Predictions]:
        if self.header is None:
            lines = self._begin(lines)
        rows = [
            PipeRow(self.line + row.first - 1, row.cells) for row in parse_rows(lines, self.dialect, self.separator)
        ]
        self.line += len(lines)
        rows = [row for row in rows if row.cells or (self.header and self.header.width == 1)]
        skipped = max(0, self.section.skip - self.rows)
        self.rows += len(rows)
        known = [self._filled(row) for row in rows[skipped:]]
        for stretch in self.stretches.take(known) if known else ():
            yield from self._predicted(stretch)

    def end(self) -> Iterator[Predictions]:
        if self.header is None:
            raise SpecError.of(
                "unreadable-data", f"{STDIN_NAME} is empty", "send a header line that names the columns first"
            )
        for stretch in self.stretches.end():
            yield from self._predicted(stretch)

    def _begin(self, lines: list[str]) -> list[str]:
        """Read the header if it has arrived, and return the lines after it."""
        preamble = self.dialect.header - self.line if isinstance(self.dialect.header, int) else 0
        self.line += min(preamble, len(lines))
        lines = lines[max(0, preamble) :]
        first = next(parse_rows(lines, self.dialect, self.separator), None)
        if first is None:
            self.line += len(lines)
            return []
        self.header = self._read_header(lines)
        self.line += self.header.last
        features = tuple(self.run.record["learnt"]["features"])
        raise_if_any(diagnose_columns(self.section.named(features, ()), self.header.names, self.path))
        section = self.section
        names = (section.sequence,) if isinstance(section, Sequences) else vars(section).get("group") or ()
        self.columns = tuple(self.header.names.index(name) for name in names)
        self.stretches = self._stretches()
        return lines[self.header.last :]

    def _read_header(self, lines: list[str]) -> TextHeader:
        names = self.dialect.header
        try:
            return header_of(lines, replace(self.dialect, header=1 if isinstance(names, int) else names), self.path)
        except TableError as error:
            raise SpecError.of("unreadable-data", f"{STDIN_NAME} {error}", error.help) from None
        except csv.Error as error:
            raise invalid_csv(error) from None
        except UnicodeError:
            encoding = self.dialect.encoding or "UTF-8"
            raise SpecError.of(
                "unreadable-data", f"{STDIN_NAME} is not {encoding} text", f"send CSV in {encoding}"
            ) from None

    @property
    def _names(self) -> tuple[tuple[str, ...], int]:
        """The names of the columns, and the number of cells per line."""
        return (self.header.names, self.header.width) if self.header else ((), 0)

    def _stretches(self) -> RowBuffer:
        if isinstance(self.section, Sequences):
            return WholeSequences(self.columns)
        return SlidingWindows(self.run.compiled.plan.input_shape[1] or 1, self.columns)

    def _filled(self, row: PipeRow) -> PipeRow:
        """Forward-fill missing cells. This happens here because the source row may no longer be in the window."""
        names, width = self._names
        if len(row.cells) > width:
            message = f"line {row.line} of {STDIN_NAME} has {len(row.cells)} cells, but the header has {width}"
            mark = MARK_NAMES.get(self.separator, f"`{self.separator}`")
            raise SpecError.of("unreadable-data", message, f"enclose text that contains {mark} in double quotes")
        row.cells.extend([""] * (width - len(row.cells)))
        group = row.name(self.columns)
        for place, name in enumerate(names):
            if chosen(self.section.missing, name, "error") == "forward-fill":
                missing = is_missing(row.cells[place], self.section.na_values, self.dialect)
                row.cells[place] = self.last.get((group, name), row.cells[place]) if missing else row.cells[place]
                self.last[group, name] = row.cells[place]
        return row

    def _predicted(self, stretch: Sequence[PipeRow]) -> Iterator[Predictions]:
        with self.path.open("w", encoding="utf-8", newline="") as file:
            names = self._names[0]
            csv.writer(file).writerows([names, *(row.cells[: len(names)] for row in stretch)])
        try:
            part = file_part(self.run, self.path, future=True).part
        except TooFewRowsError:
            return  # a dropped row interrupts every window
        except SpecError as error:
            raise _renumber_lines(error, stretch) from None
        outputs = model_outputs(self.file, part)
        if isinstance(self.section, Windows):
            outputs, part = self._newest(outputs, part, stretch, self.section.ahead)
        yield to_table(outputs, part, self.run.record, self.decimals)

    def _newest(self, outputs: Array, part: Part, stretch: Sequence[PipeRow], ahead: int) -> tuple[Array, Part]:
        """Return the prediction of each window for its newest row, named by the line of the pipe that it predicts.

        With groups, whose rows may alternate, that line is not known yet. The name is then the group and the newest
        row.
        """
        rows = part.index - ahead - FIRST_ROW
        times = part.times
        if self.run.compiled.signature.per_step:
            outputs, rows = outputs[:, -1], rows + outputs.shape[1] - 1
            times = times and replace(times, offsets=times.offsets[-1:])
        newest = [stretch[int(row)] for row in rows]
        names = [f"{row.name(self.columns)}:{row.line}" if self.columns else row.line + ahead for row in newest]
        return outputs, Part(part.x, None, np.array(names), keys=part.keys, times=times)


def _renumber_lines(error: SpecError, stretch: Sequence[PipeRow]) -> SpecError:
    """Return an error with the line numbers of the pipe in place of those of the written file."""

    def line(match: re.Match[str]) -> str:
        return f"line {stretch[int(match[1]) - FIRST_ROW].line}"

    def renumbered(text: str) -> str:
        return re.sub(r"\bline (\d+)", line, text)

    return SpecError(*(replace(each, message=renumbered(each.message), span=None) for each in error.diagnostics))
