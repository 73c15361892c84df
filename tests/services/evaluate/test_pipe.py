"""Rows through a pipe give what the same rows in a file give, as soon as they can."""

import csv
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tdcli.data.dataset import Array
from tdcli.formats.core.base import as_float32
from tdcli.formats.keras import File
from tdcli.services.evaluate.open_model import TrainedModel, file_part
from tdcli.services.evaluate.pipe import stream_predictions
from tdcli.services.evaluate.predict import predict
from tdcli.services.evaluate.row_buffers import PipeRow, SlidingWindows, WholeSequences
from tdcli.services.export.export_run import export_run
from tdcli.services.export.request import ExportRequest
from tdcli.text.errors import SpecError

Untrained = Callable[[str, Path], TrainedModel]

COLUMNS = "t,g,v,w,k"
WINDOWS = """architecture: {kind: KIND, input: {timesteps: 4, features: 4}, recurrent: {units: 3}, outputs: 1}
data: {source: csv, path: log.csv, order: t, features: [v, w, k], target: v, encode: {k: one-hot}, MORE}
"""
SEQUENCES = """architecture: {kind: KIND, input: {timesteps: null, features: 2}, recurrent: {units: 3}, outputs: 1}
data: {source: csv, layout: sequences, path: log.csv, sequence: g, features: [v, w], target: t, padding: -9}
"""
CASES = {
    "windows": (WINDOWS, "many-to-one", "ahead: 2"),
    "an output a step": (WINDOWS, "many-to-many", "ahead: 1"),
    "groups": (WINDOWS, "many-to-one", "group: g"),
    "groups by turns, missing cells filled forward": (WINDOWS, "many-to-one", "group: g, missing: {w: forward-fill}"),
    "missing cells filled forward": (WINDOWS, "many-to-one", "missing: {w: forward-fill}, skip: 1"),
    "rows with missing cells dropped": (WINDOWS, "many-to-one", "missing: {w: drop}"),
    "another dialect": (WINDOWS, "many-to-one", 'separator: ";", decimal: ",", header: 3, comment: "#", skip: 1'),
    "groups in another dialect, without a header": (
        WINDOWS,
        "many-to-one",
        'separator: ";", decimal: ",", group: g, header: [t, g, v, w, k], comment: "#"',
    ),
    "sequences": (SEQUENCES, "many-to-many", ""),
}


def rows(count: int, *, missing: bool, by_turns: bool = False) -> list[str]:
    """Return rows of three groups, one after the other or by turns."""
    groups = ["abc"[row % 3 if by_turns else row * 3 // count] for row in range(count)]
    cells = [(row, groups[row], row % 7, row % 5, "xy"[row % 2]) for row in range(count)]
    texts = [list(map(str, each)) for each in cells]
    for each in texts[5::9] if missing else []:
        each[3] = ""
    return [",".join(each) for each in texts]


def in_another_dialect(lines: list[str], *, named: bool) -> list[str]:
    """Return the lines with semicolons, also at their ends, decimal commas and a comment, below two lines of title."""
    head, *below = [";".join([line.replace(",", ";"), ";"]) for line in lines]
    below = [re.sub(r"([0-9]+);", r"\1,0;", line) for line in below]
    return [*(["a title", "", head] if named else []), "# a comment; and more", *below]


def write_case(case: str, folder: Path) -> str:
    """Write the table of a case, and return its spec."""
    spec, kind, more = CASES[case]
    lines = [COLUMNS, *rows(27, missing="missing" in case, by_turns="turns" in case)]
    lines = in_another_dialect(lines, named="without" not in case) if "dialect" in case else lines
    (folder / "log.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return spec.replace("KIND", kind).replace("MORE", more)


def arrivals(lines: list[str], sizes: tuple[int, ...]) -> Iterator[list[str]]:
    """Yield the lines in pieces of these sizes, over and over."""
    while lines:
        for size in sizes:
            yield lines[:size]
            lines = lines[size:]


class Eager(File):
    """A model that is opened once for all pieces, and whose graph is never traced."""

    def outputs(self, x: Array) -> Array:
        return self.model(as_float32(x)).numpy()  # type: ignore[no-any-return]


Answer = tuple[str, list[float]]


def answers(texts: list[str]) -> list[Answer]:
    """Return what is said of each sample, in the order in which it is said."""
    readers = [csv.DictReader(io.StringIO(text)) for text in texts]
    return [
        (row["sample"], [float(value) for name, value in row.items() if name not in ("sample", "step", "g", "time")])
        for reader in readers
        for row in reader
    ]


def group(answer: Answer) -> str:
    return answer[0].split(":")[0]


@pytest.mark.parametrize("case", CASES)
def test_a_pipe_gives_what_a_file_gives_in_whatever_pieces_it_comes(
    case: str, tmp_path: Path, untrained: Untrained, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = untrained(write_case(case, tmp_path), tmp_path)
    if case != "windows":  # which Keras's own `predict` answers
        file = Eager(run.model)
        for module in ("pipe", "predict"):
            monkeypatch.setattr(f"tdcli.services.evaluate.{module}.open_model_file", lambda _: file)
    lines = (tmp_path / "log.csv").read_text(encoding="utf-8").splitlines()
    whole = answers([predict(run, file_part(run, tmp_path / "log.csv", future=True)).to_csv()])
    if case == "an output a step":  # of which the newest row's alone is new
        whole = [(str(int(sample) + 3), values) for sample, values in whole[3::4]]
    for sizes in ((2,), (3, 1, 20), (1000,)):
        piped = answers([each.to_csv() for each in stream_predictions(run, arrivals(lines, sizes), None)])
        if "group" in case:  # the file gives one after the other
            assert sorted(set(map(group, piped))) == ["a", "b", "c"]
            piped.sort(key=group)
        else:
            assert [sample for sample, _ in piped] == [sample for sample, _ in whole]
        assert [values for _, values in piped] == [pytest.approx(values, rel=1e-4, abs=1e-5) for _, values in whole]


@pytest.fixture(scope="module")
def windows(untrained: Untrained, tmp_path_factory: pytest.TempPathFactory) -> TrainedModel:
    folder = tmp_path_factory.mktemp("windows")
    return untrained(write_case("windows", folder), folder)


@pytest.fixture(scope="module")
def onnx(windows: TrainedModel) -> Path:
    """The model as an ONNX file, which a process computes without the seconds that TensorFlow takes to start."""
    run = windows.model.parent
    return export_run(run, ExportRequest("onnx", run / "model.onnx")).path


def test_a_prediction_comes_before_the_next_row(onnx: Path) -> None:
    lines = [COLUMNS, *rows(45, missing=False)]
    command = [sys.executable, "-m", "tdcli", "predict", str(onnx), "--data", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("\n".join(lines[:5]) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "sample,v\n"
        assert process.stdout.readline().startswith("7,")  # line 5 is the window's last, the prediction two rows on
        process.stdin.write(lines[5] + "\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith("8,")
        process.stdin.close()
        assert process.stdout.read() == ""
    assert process.returncode == 0


def test_a_reader_that_leaves_ends_the_command_quietly(onnx: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "tdcli", "predict", str(onnx)]
    ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, "")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "standard input is empty"),
        (["t,g,v,k"], "has no column `w`"),
        ([COLUMNS, *rows(3, missing=False)], "the pipe sent 3 rows, but one window needs 4 consecutive rows"),
        (
            [COLUMNS, *rows(4, missing=False), "9,a,2,1,x,7"],
            "line 6 of standard input has 6 cells, but the header has 5",
        ),
        ([COLUMNS, *rows(4, missing=False), "9,a,2"], "line 6, column `w` of `standard input` has no value"),
        ([COLUMNS, *rows(9, missing=False), '9,a,2,"1,x'], "line 11, column `w` of `standard input`"),
        ([COLUMNS, '9,a,2,"1,x', *rows(2000, missing=False)], "line 2 of standard input opens a double quote"),
        ([COLUMNS, *rows(9, missing=False), "9,a,2,oops,x"], "line 11, column `w` of `standard input`"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line_in_the_pipe(
    lines: list[str], message: str, windows: TrainedModel
) -> None:
    with pytest.raises(SpecError, match=message):
        list(stream_predictions(windows, arrivals(lines, (2,)), None))


def test_a_window_slides_over_each_group_and_every_window_ends_on_a_new_row() -> None:
    sliding = SlidingWindows(3, (0,))
    named = [PipeRow(line, [group]) for line, group in enumerate("aabaab")]
    assert list(sliding.take(named[:3])) == []
    assert [[row.line for row in stretch] for stretch in sliding.take(named[3:5])] == [[0, 1, 3, 4]]
    assert [[row.line for row in stretch] for stretch in sliding.take([PipeRow(9, ["a"])])] == [[3, 4, 9]]


def test_a_sequence_is_whole_once_another_begins_or_the_pipe_ends() -> None:
    whole = WholeSequences((0,))
    assert list(whole.take([PipeRow(0, ["a"]), PipeRow(1, ["a"])])) == []
    assert [[row.line for row in each] for each in whole.take([PipeRow(2, ["b"]), PipeRow(3, ["c"])])] == [[0, 1], [2]]
    assert [[row.line for row in each] for each in whole.end()] == [[3]]
