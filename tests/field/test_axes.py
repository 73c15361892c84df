"""Axes of the input that are not what the layers take: cases from the field, and their neighbours."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tdcli.services.specs.compile import compile_spec
from tdcli.services.specs.fix import fix_spec
from tdcli.services.specs.warnings import warnings_for
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError
from tdcli.text.yaml_reader import parse_document

HERE = Path(__file__).parent
Judge = Callable[..., list[Diagnostic]]


def judged(path: Path) -> list[Diagnostic]:
    """Return the faults of a spec, or else its warnings."""
    try:
        return list(warnings_for(compile_spec(path)))
    except SpecError as error:
        return list(error.diagnostics)


def case(name: str) -> list[Diagnostic]:
    return judged(HERE / name.partition("-")[0] / f"{name}.yaml")


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Write a spec, and beside it arrays of zeros of these shapes; return what is said of it."""

    def said(architecture: str, x: tuple[int, ...] = (), y: tuple[int, ...] = (), more: str = "") -> list[Diagnostic]:
        text = f"architecture: {architecture}\n{more}"
        if x:
            np.save(tmp_path / "x.npy", np.zeros(x, "float32"))
            np.save(tmp_path / "y.npy", np.zeros(y or x[:1], "float32"))
            text += "data: {source: npy, x: x.npy, y: y.npy}\n"
        (tmp_path / "spec.yaml").write_text(text, encoding="utf-8")
        return judged(tmp_path / "spec.yaml")

    return said


SERIES = "{{kind: many-to-one, input: {{timesteps: {}, features: {}}}, recurrent: {{units: 2}}, outputs: 1}}"
FRAMES = (
    "{{kind: cnn-lstm, input: {{timesteps: 4, frame: {}}}, cnn: [{{Conv2D: {{filters: 2, kernel_size: {}}}}}, Flatten],"
    " recurrent: {{units: 2}}, outputs: 1}}"
)
CHAIN = "{{kind: layers, input: {}, layers: [{}]}}"
LSTM = "{LSTM: {units: 2}}, {Dense: {units: 1}}"
VIDEO = "{TimeDistributed: {Conv2D: {filters: 2, kernel_size: 3}}}, {TimeDistributed: Flatten}, " + LSTM
PICTURE = "{Conv2D: {filters: 2, kernel_size: 3}}, Flatten, {Dense: {units: 1}}"


@pytest.mark.parametrize("name", ["A09-right", "A12-right", "A41-right", "A44-right"])
def test_a_correct_case_gets_no_warning(name: str) -> None:
    assert case(name) == []


@pytest.mark.parametrize(
    ("name", "severity"), [("A12-wrong", "error"), ("A12-wrong2", "warning"), ("A12-wrong3", "warning")]
)
def test_channels_first_are_told_whether_or_not_the_layers_fit(name: str, severity: str) -> None:
    (found,) = case(name)
    assert (found.name, found.severity) == ("channels-first", severity)
    assert "`[32, 32, 3]`" in found.why
    assert found.help == ("write `frame: [32, 32, 3]`, and save the data as `x.transpose(0, 1, 3, 4, 2)`",)
    assert not found.fix


@pytest.mark.parametrize("shape", [(2, 8, 3, 32, 32), (2, 4, 1, 9, 7), (2, 3, 20, 30)])
def test_the_transposition_puts_channels_last(shape: tuple[int, ...], judge: Judge) -> None:
    """NumPy's own `moveaxis` is the judge."""
    x = np.random.default_rng(0).normal(size=shape)
    layers, sizes = (VIDEO, shape[1:]) if len(shape) == 5 else (PICTURE, shape[1:])
    (found,) = judge(CHAIN.format(list(sizes), layers), shape)
    assert found.name == "channels-first"
    assert np.array_equal(eval(found.help[0].split("`")[3], {"x": x}), np.moveaxis(x, len(shape) - 3, -1))  # noqa: S307


@pytest.mark.parametrize(
    "architecture",
    [
        FRAMES.format("[1, 32, 9]", "[1, 3]"),
        FRAMES.format("[4, 32, 9]", 3),
        FRAMES.format("[3, 9, 1]", 2),
        FRAMES.format("[8, 32, 32]", 3),
        CHAIN.format("[3, 32, 32]", "{Permute: {dims: [2, 3, 1]}}, {Conv2D: {filters: 2, kernel_size: 3}}, Flatten"),
        CHAIN.format("[3, 32, 32]", "{TimeDistributed: {Conv1D: {filters: 2, kernel_size: 3}}}, Flatten"),
    ],
)
def test_rows_that_look_like_channels_are_left_alone(architecture: str, judge: Judge) -> None:
    assert judge(architecture) == []


@pytest.mark.parametrize("name", ["A44-wrong", "A44-wrong2", "A44-advice"])
def test_the_batch_is_never_written(name: str) -> None:
    (found,) = case(name)
    assert found.name == "batch-in-input"
    assert "`input` does not include the batch" in found.why
    assert found.help == ("write `input: [4, 3]`",)
    assert found.span is not None
    assert found.span.source.lstrip().startswith("input:")


@pytest.mark.parametrize(
    ("architecture", "more", "shape"),
    [
        (CHAIN.format("[null, 4, 3]", LSTM), "", "[4, 3]"),
        (CHAIN.format("[null, 28, 28, 1]", PICTURE), "", "[28, 28, 1]"),
        (CHAIN.format("[16, 4, 3]", LSTM), "training: {batch_size: 16}\n", "[4, 3]"),
    ],
)
def test_the_batch_is_told_without_data_too(architecture: str, more: str, shape: str, judge: Judge) -> None:
    (found,) = judge(architecture, more=more)
    assert (found.name, found.help) == ("batch-in-input", (f"write `input: {shape}`",))


def test_the_number_of_samples_is_not_a_frame(judge: Judge) -> None:
    frames = FRAMES.format("[4, 8, 8, 3]", 3).replace("timesteps: 4", "timesteps: 10")
    (found,) = judge(frames, (10, 4, 8, 8, 3))
    assert (found.name, found.help) == ("batch-in-input", ("write `input: {timesteps: 4, frame: [8, 8, 3]}`",))


def test_an_axis_in_front_of_the_samples_is_told_before_anything_of_time() -> None:
    (found,) = case("A44-advice2")
    assert found.name == "data-length-mismatch"
    assert found.help == ("remove the leading axis of size 1: `x[0]`",)


def test_targets_with_the_samples_second_are_told_once(judge: Judge) -> None:
    (found,) = judge(SERIES.format(4, 3), (8, 4, 3), (1, 8))
    assert (found.name, found.help) == (
        "data-length-mismatch",
        ("put the samples first: `y.transpose(1, 0)`",),
    )


@pytest.mark.parametrize(("name", "help"), [("A44-wrong3", "[4, 3]"), ("A44-advice3", "[4, 1]")])
def test_sizes_are_written_as_their_kind_takes_them(name: str, help: str) -> None:
    assert [each.help for each in case(name)] == [(f"write `input: {help}`",)]


def test_sizes_without_names_are_told_with_them(judge: Judge) -> None:
    (found,) = judge("{kind: many-to-one, input: [4, 3], recurrent: {units: 2}, outputs: 1}")
    assert found.help == ("write `input: {timesteps: 4, features: 3}`",)


def test_a_picture_is_reported_to_have_no_time_and_its_rows_are_not_made_steps(tmp_path: Path) -> None:
    shutil.copytree(HERE / "A41", tmp_path / "A41")
    path = tmp_path / "A41" / "A41-wrong2.yaml"
    (found,) = judged(path)
    assert (found.name, found.fix) == ("time-axis-missing", ())
    assert "add a time axis: `[timesteps, 32, 32, 1]`" in found.help[0]
    assert not any("TimeDistributed: Flatten" in help for help in found.help)
    text = path.read_bytes()
    assert fix_spec(path) == 0
    assert path.read_bytes() == text


@pytest.mark.parametrize(
    ("sizes", "is_a_picture"),
    [("[32, 32, 3]", True), ("[28, 28, 1]", True), ("[24, 40, 3]", True), ("[100, 40, 1]", False)],
)
def test_rows_of_a_picture_are_not_flattened_into_steps_but_those_of_a_spectrogram(
    sizes: str, is_a_picture: bool, judge: Judge
) -> None:
    (found,) = judge(CHAIN.format(sizes, "{Conv2D: {filters: 2, kernel_size: 3}}, " + LSTM))
    assert found.name == ("time-axis-missing" if is_a_picture else "frames-not-flattened")
    assert found.help[0].startswith(f"add a time axis: `[timesteps, {sizes[1:]}`") is is_a_picture
    assert not found.fix


def test_a_kind_of_one_step_is_told_the_kind_of_many(judge: Judge) -> None:
    (found,) = judge("{kind: one-to-one, input: {features: 3}, recurrent: {units: 2}, outputs: 1}", (6, 5, 3))
    assert found.help == ("write `kind: many-to-one` and `input: {timesteps: 5, features: 3}`",)


def test_a_head_of_one_answer_needs_no_wrapper(judge: Judge) -> None:
    frames = FRAMES.format("[8, 8, 3]", 3).replace("outputs", "head: [{TimeDistributed: {Dense: {units: 3}}}], outputs")
    (found,) = judge(frames)
    assert (found.name, found.help) == ("sequences-not-returned", ("write `Dense` without `TimeDistributed`",))


@pytest.mark.parametrize("name", ["A41-wrong", "A41-advice"])
def test_one_step_is_not_a_sequence(name: str) -> None:
    (found,) = case(name)
    assert (found.name, found.severity) == ("one-step-sequence", "warning")


@pytest.mark.parametrize(
    "layers",
    [
        "{Reshape: {target_shape: [4, 3]}}, " + LSTM,
        "Flatten, {RepeatVector: {n: 12}}, " + LSTM,
        "{Reshape: {target_shape: [1, 12]}}, {Dense: {units: 2}}",
    ],
)
def test_more_steps_than_one_are_a_sequence(layers: str, judge: Judge) -> None:
    assert judge(CHAIN.format("[3, 4]", layers)) == []


@pytest.mark.parametrize(
    "layers",
    ["{TimeDistributed: {Conv2D: {filters: 2, kernel_size: 3}}}", "{ConvLSTM2D: {filters: 2, kernel_size: 3}}"],
)
def test_frames_over_time_are_not_read_from_one_picture(layers: str, judge: Judge) -> None:
    (found,) = judge(CHAIN.format("[32, 32, 3]", layers), (6, 32, 32, 3))
    assert (found.name, found.help) == ("wrong-rank", ("add a time axis: `[timesteps, 32, 32, 3]`",))


@pytest.mark.parametrize(
    ("architecture", "x", "help"),
    [
        (CHAIN.format("[10, 32, 32]", VIDEO), (6, 10, 32, 32), "input: [10, 32, 32, 1]"),
        (CHAIN.format("[10, 9, 8]", "{ConvLSTM2D: {filters: 2, kernel_size: 3}}"), (), "input: [10, 9, 8, 1]"),
        (CHAIN.format("[32, 32]", PICTURE), (6, 32, 32), "input: [32, 32, 1]"),
        (FRAMES.format("[8, 8]", 3), (6, 4, 8, 8), "input: {timesteps: 4, frame: [8, 8, 1]}"),
    ],
)
def test_missing_channels_are_one(architecture: str, x: tuple[int, ...], help: str, judge: Judge) -> None:
    (found,) = judge(architecture, x)
    assert found.name == "wrong-rank"
    assert "the channels axis is missing" in found.why
    assert found.help == (f"write `{help}` on line 1, and add the axis to the data: `x[..., np.newaxis]`",)


NEW_AXIS = "x[..., np.newaxis]"


@pytest.mark.parametrize(
    ("architecture", "x", "name", "helps"),
    [
        (
            SERIES.format(24, 3), (60, 3, 24), "axes-swapped",
            ("save it as `x.transpose(0, 2, 1)`", "write `input: {timesteps: 3, features: 24}` if the data is correct"),
        ),
        (
            SERIES.format(24, 1), (60, 24), "rank-mismatch",
            ("add a feature axis: `x[..., np.newaxis]`",),
        ),
        (
            SERIES.format(1, 3), (60, 3), "rank-mismatch",
            ("add a time axis of one timestep: `x[:, np.newaxis]`",),
        ),
        (
            SERIES.format(24, 3), (60, 72), "rank-mismatch",
            ("if each row of `x` holds one timestep after another, reshape it: `x.reshape(-1, 24, 3)`",),
        ),
        (
            SERIES.format(24, 3), (60, 24, 3, 1), "rank-mismatch",
            ("remove the axis of size 1: `x.squeeze(3)`",),
        ),
        (
            SERIES.format(24, 3), (24, 3), "rank-mismatch",
            (
                f"if the columns are timesteps, write `input: {{timesteps: 3, features: 1}}`, and save `{NEW_AXIS}`",
                "if it is a single sample, add the batch axis: `x[np.newaxis]`",
            ),
        ),
        (CHAIN.format("[10, 32, 32]", VIDEO), (6, 10, 32, 32, 1), "rank-mismatch", ("write `input: [10, 32, 32, 1]`",)),
        (CHAIN.format("[32, 32, 3]", VIDEO), (6, 5, 32, 32, 3), "rank-mismatch", ("write `input: [5, 32, 32, 3]`",)),
    ],
)  # fmt: skip
def test_the_data_is_told_by_how_its_axes_differ(
    architecture: str, x: tuple[int, ...], name: str, helps: tuple[str, ...], judge: Judge
) -> None:
    (found,) = judge(architecture, x)
    assert (found.name, found.help) == (name, helps)


@pytest.mark.parametrize(
    ("x", "features", "name"),
    [((1, 100, 3), 3, "timesteps-mismatch"), ((100, 3), 3, "rank-mismatch"), ((100,), 1, "rank-mismatch")],
)
def test_one_series_is_cut_into_windows(x: tuple[int, ...], features: int, name: str, judge: Judge) -> None:
    """NumPy's `sliding_window_view` is the judge."""
    (found,) = judge(SERIES.format(24, features), x)
    assert found.name == name
    assert "source `csv`" in found.help[1]
    values = np.random.default_rng(0).normal(size=x)
    windows = eval(found.help[0].split("`")[3], {"x": values, "np": np})  # noqa: S307
    series = values.reshape(100, features)
    assert np.array_equal(windows, np.lib.stride_tricks.sliding_window_view(series, 24, axis=0).transpose(0, 2, 1))


def test_time_and_features_of_a_table_may_be_swapped(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b,c\n" + "1,2,3\n" * 60, encoding="utf-8")
    (tmp_path / "spec.yaml").write_text(
        f"architecture: {SERIES.format(3, 24)}\ndata: {{source: csv, path: t.csv, target: a, features: [a, b, c]}}\n",
        encoding="utf-8",
    )
    (found,) = judged(tmp_path / "spec.yaml")
    assert found.name == "features-mismatch"
    assert found.help[0] == "write `input: {timesteps: 24, features: 3}` if the two are swapped"


@pytest.mark.parametrize(
    ("y", "help"),
    [((6, 3, 5), "save it as `y.transpose(0, 2, 1)`"), ((6, 5, 1, 3), "remove the axis of size 1: `y.squeeze(2)`")],
)
def test_a_target_is_told_by_how_its_axes_differ(y: tuple[int, ...], help: str, judge: Judge) -> None:
    architecture = "{kind: many-to-many, input: {timesteps: 5, features: 2}, recurrent: {units: 2}, outputs: 3}"
    (found,) = judge(architecture, (6, 5, 2), y)
    assert (found.name, found.help[0]) == ("target-mismatch", help)


def test_a_repeated_vector_is_made_of_a_sequence_by_layers_that_work() -> None:
    (wrong,), (advised,) = case("A09-wrong"), case("A09-advice")
    assert [help.split("`")[1] for help in wrong.help] == ["- Flatten", "- GlobalAveragePooling1D"]
    assert advised.help == ("write `Flatten` without `TimeDistributed` on line 8",)


def test_a_help_that_leads_nowhere_is_not_printed(judge: Judge) -> None:
    """Behind an unknown number of steps Flatten gives a vector of unknown length, which an LSTM cannot read."""
    layers = "{LSTM: {units: 2, return_sequences: true}}, {Dense: {units: 3}}, {RepeatVector: {n: 2}}, " + LSTM
    (found,) = judge(CHAIN.format("[null, 3]", layers))
    assert [help.split("`")[1] for help in found.help] == ["- GlobalAveragePooling1D"]


def test_an_odd_character_shifts_no_fix(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    shutil.copy(HERE / "fix-eats-a-brace" / "fix-eats-a-brace.yaml", path)
    wrong = path.read_text(encoding="utf-8")
    assert fix_spec(path) == 1
    assert path.read_text(encoding="utf-8") == wrong.replace("unitss", "units")
    assert fix_spec(path) == 0


@pytest.mark.parametrize("odd", ["\ufeff", "\u0085", "\u2028", "😀", "é", "\t", "\u00a0", "\u200b"])
def test_spans_count_characters_as_python_does(odd: str) -> None:
    text = f'a: "{odd}{odd}b", c: 1\n'
    document = parse_document("{" + text + "}", Path("spec.yaml"))
    span = document.key_spans[("c",)]
    assert span.source[span.column - 1 : span.column] == "c"
