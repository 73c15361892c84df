"""Questions from the field about models that answer with frames."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tdcli.data.dataset import Part
from tdcli.report.pages.frames import frame_pictures
from tdcli.services.evaluate.evaluate import EvaluatedOutputs, Evaluation
from tdcli.services.evaluate.examples import worst_examples
from tdcli.services.evaluate.forecast_curves import forecast_curves
from tdcli.services.evaluate.predict import to_table, write_predictions
from tdcli.services.evaluate.residuals import residuals
from tdcli.services.evaluate.score import fit_baseline, score_outputs_of_part
from tdcli.services.evaluate.score_numbers import baseline_outputs
from tdcli.services.runs.report import _true_and_predicted_frames
from tdcli.services.specs.compile import compile_spec
from tdcli.text.errors import SpecError

NEXT_FRAME = """architecture:
  kind: layers
  input: [5, 8, 8, 3]
  layers:
    - ConvLSTM2D: {filters: 8, kernel_size: 3, padding: same, return_sequences: true}
    - ConvLSTM2D: {filters: 8, kernel_size: 3, padding: same, return_sequences: false}
    - Conv2D: {filters: 3, kernel_size: 1, padding: same}
    - Activation: {activation: softmax}
data: {source: npy, x: x.npy, y: y.npy}
training: {epochs: 1, loss: categorical_crossentropy}
"""
RNG = np.random.default_rng(0)
X = RNG.random((6, 5, 8, 8, 3)).astype("float32")
RECORD = {"classes": None, "targets": []}


def part_of(y: np.ndarray, x: np.ndarray = X) -> Part:
    return Part(x, y, np.arange(10, 10 + len(y)))


def answers(y: np.ndarray, outputs: np.ndarray) -> EvaluatedOutputs:
    part = part_of(y)
    known = {"mean": y.reshape(-1, y.shape[-1]).mean(axis=0).tolist()}
    scores = score_outputs_of_part(part, outputs, known)
    return EvaluatedOutputs(part, outputs, Evaluation("", "", len(part), scores, ()), baseline_outputs(part, known))


def test_a_frame_a_step_wants_sequences_from_the_last_conv_lstm(tmp_path: Path) -> None:
    """A03: the cure is named, and once it is followed, that the target is no class."""
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "y.npy", X)
    path = tmp_path / "spec.yaml"
    path.write_text(NEXT_FRAME, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        compile_spec(path)
    (found,) = caught.value.diagnostics
    assert found.message.endswith("did you mean `return_sequences: true` in the last ConvLSTM?")
    assert "TimeDistributed" in found.help[0]
    assert "`activation: sigmoid` and `loss: mse`" in found.help[1]
    layers = [
        "    - ConvLSTM2D: {filters: 8, kernel_size: 3, padding: same, return_sequences: true}",
        "    - TimeDistributed: {Conv2D: {filters: 3, kernel_size: 1, padding: same, activation: sigmoid}}",
    ]
    start, end = NEXT_FRAME.split("    - ConvLSTM2D", 1)[0], NEXT_FRAME[NEXT_FRAME.index("data:") :]
    path.write_text(start + "\n".join([*layers, end.replace("categorical_crossentropy", "mse")]), encoding="utf-8")
    assert compile_spec(path).plan.output_shape == (None, 5, 8, 8, 3)


def test_real_valued_frames_are_not_classes(tmp_path: Path) -> None:
    from tdcli.services.samples.prepare import prepare

    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "y.npy", X[:, 0])
    path = tmp_path / "spec.yaml"
    path.write_text(NEXT_FRAME, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        prepare(compile_spec(path))
    (found,) = caught.value.diagnostics
    assert "`softmax` outputs sum to 1" in found.message
    assert found.help[0] == "write `activation: sigmoid` in the last layer and `loss: mse` for numbers from 0 to 1"
    text = NEXT_FRAME.replace("softmax", "sigmoid").replace("categorical_crossentropy", "mse")
    path.write_text(text, encoding="utf-8")
    assert prepare(compile_spec(path)).data.train.y.shape == (6, 8, 8, 3)


@pytest.mark.parametrize("shape", [(6, 8, 8, 3), (6, 5, 8, 8, 3), (6, 5, 4), (6, 4)])
def test_predictions_of_any_rank_are_kept_as_npy_and_have_a_column_a_value_as_csv(
    shape: tuple[int, ...], tmp_path: Path
) -> None:
    outputs = RNG.random(shape).astype("float32")
    found = to_table(outputs, part_of(outputs), RECORD)
    write_predictions(found, tmp_path / "out.npy")
    write_predictions(found, tmp_path / "out.csv")
    assert np.array_equal(np.load(tmp_path / "out.npy"), outputs)
    table = pl.read_csv(tmp_path / "out.csv")
    steps = shape[1] if len(shape) in (3, 5) else 1
    assert len(table) == shape[0] * steps
    values = table.select(pl.selectors.starts_with("output")).to_numpy()
    assert np.allclose(values, outputs.reshape(len(values), -1))
    if len(shape) == 5:
        assert table["step"].to_list() == list(range(5)) * 6
        assert np.allclose(table["output[7,2,1]"], outputs[:, :, 7, 2, 1].ravel())


def test_classes_of_pixels_have_a_column_each(tmp_path: Path) -> None:
    outputs = RNG.dirichlet([1, 1], size=(6, 2, 3)).astype("float32")
    table = to_table(outputs, part_of(outputs), {"classes": ["sea", "land"], "targets": []}).table
    assert table.columns[:4] == ["sample", "class[0,0]", "p(sea)[0,0]", "p(land)[0,0]"]
    assert table["class[1,2]"].to_list() == [["sea", "land"][each] for each in outputs[:, 1, 2].argmax(axis=-1)]


def test_frames_too_large_for_a_table_are_written_as_npy(tmp_path: Path) -> None:
    outputs = RNG.random((2, 40, 40, 3)).astype("float32")
    found = to_table(outputs, part_of(outputs), RECORD)
    with pytest.raises(SpecError, match="40 x 40 x 3 needs 4,800 columns") as caught:
        write_predictions(found, tmp_path / "out.csv")
    assert caught.value.diagnostics[0].help == ("write the frames as an array with `-o predictions.npy`",)
    write_predictions(found, tmp_path / "out.npy")
    assert np.load(tmp_path / "out.npy").shape == (2, 40, 40, 3)


def test_the_steps_of_frames_are_those_of_time() -> None:
    y = RNG.random((6, 5, 8, 8, 3))
    outputs = y + np.arange(5)[:, None, None, None]
    scores = answers(y, outputs).evaluation.scores
    assert [each.step for each in scores.steps] == [1, 2, 3, 4, 5]
    assert np.allclose([each.figures["rmse"] for each in scores.steps], [0, 1, 2, 3, 4])
    assert np.isclose(scores.figures["rmse"], np.sqrt(np.mean((outputs - y) ** 2)))
    one = answers(y[:, 0], outputs[:, 1])
    assert one.evaluation.scores.steps == ()
    assert np.isclose(one.evaluation.scores.figures["mae"], np.abs(outputs[:, 1] - y[:, 0]).mean())


def test_charts_of_frames_show_their_means_and_all_their_values() -> None:
    y = RNG.random((6, 5, 8, 8, 3))
    found = answers(y, y + 0.5)
    assert np.allclose(forecast_curves(found)[0].truth, y[0].mean(axis=(1, 2, 3)))
    (off,) = residuals(found)
    assert len(off.values) == y.size
    assert np.allclose(off.model, 0.5)


def test_the_value_that_is_furthest_off_is_named_by_its_place() -> None:
    y = RNG.random((6, 8, 8, 3))
    outputs = y.copy()
    outputs[4, 2, 7, 1] += 9
    worst = worst_examples(answers(y, outputs), ())[0]
    assert worst.name == "14"
    assert worst.location == (2, 7, 1)


def test_the_pixel_whose_class_is_least_sure_is_named_by_its_place() -> None:
    y = np.zeros((6, 4, 4), np.int32)
    outputs = np.broadcast_to(np.array([0.9, 0.1], np.float32), (6, 4, 4, 2)).copy()
    outputs[3, 1, 2] = [0.2, 0.8]
    part = part_of(y)
    known = naive_of(part)
    found = EvaluatedOutputs(
        part, outputs, Evaluation("", "", 6, score_outputs_of_part(part, outputs, known, ("a", "b")), ())
    )
    worst = worst_examples(found, ("a", "b"))[0]
    assert (worst.name, worst.truth, worst.predicted, worst.location) == ("13", "a", "b", (1, 2))


def naive_of(part: Part) -> dict[str, object]:
    from tdcli.data.dataset import Dataset

    return fit_baseline(Dataset(part, classes=("a", "b")))


def test_a_report_has_the_frames_that_were_expected_and_predicted() -> None:
    y = RNG.random((6, 8, 8, 3))
    shown = _true_and_predicted_frames(answers(y, 1 - y), 2)
    assert shown is not None
    assert np.array_equal(shown[0][0], y[2])
    assert np.array_equal(shown[1][0], 1 - y[2])
    assert len(frame_pictures(shown[1], (0.0, 1.0))) == 1
