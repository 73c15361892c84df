"""Padding as people bring it: inside TimeDistributed, behind RepeatVector, in front, and before attention."""

from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest

from tdcli.nn.batches.tensors import build_tensors
from tdcli.nn.model.build import build_core
from tdcli.nn.model.serving import serving_model
from tdcli.nn.runtime.tensorflow import keras
from tdcli.nn.training.objective import loss_sum
from tdcli.services.evaluate.evaluate import evaluate_with_outputs, score_outputs
from tdcli.services.evaluate.open_model import EvaluationSet, load_held_out_part, open_model
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.services.specs.warnings import warnings_for
from tdcli.services.train.job import TrainingJob
from tdcli.services.train.train import train_job
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError

CASES = Path(__file__).parent


def case(name: str, folder: Path) -> Path:
    """Copy a case's files, and return the path of its spec."""
    copytree(CASES / name.partition("-")[0], folder, dirs_exist_ok=True)
    return folder / f"{name}.yaml"


def diagnostic(spec: Path) -> Diagnostic:
    with pytest.raises(SpecError) as caught:
        compile_spec(spec)
    (found,) = caught.value.diagnostics
    return found


def rewritten(spec: Path, *pairs: tuple[str, str]) -> Compiled:
    """Follow an advice: put a text in place of another, and compile."""
    text = spec.read_text(encoding="utf-8")
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    spec.write_text(text, encoding="utf-8")
    return compile_spec(spec)


@pytest.mark.parametrize("name", ["A07-right", "A07-right2", "A13-right", "A20-right", "A33-right", "A33-wrong2"])
def test_what_is_sound_has_neither_fault_nor_warning(name: str, tmp_path: Path) -> None:
    assert warnings_for(compile_spec(case(name, tmp_path))) == ()


@pytest.mark.parametrize("name", ["A07-wrong", "A07-wrong2"])
def test_a_mask_of_words_within_a_sentence_is_refused_at_the_embedding(name: str, tmp_path: Path) -> None:
    spec = case(name, tmp_path)
    found = diagnostic(spec)
    assert (found.name, found.help) == ("mask-lost", ("remove `mask_zero: true`",))
    assert found.span is not None
    assert found.span.source[found.span.column - 1 :].startswith("Embedding")
    assert warnings_for(rewritten(spec, (", mask_zero: true", ""))) == ()


@pytest.mark.parametrize("name", ["A13-wrong", "A13-wrong2"])
def test_answers_behind_repeat_vector_are_refused_where_padded_ones_are_not_told(name: str, tmp_path: Path) -> None:
    spec = case(name, tmp_path)
    found = diagnostic(spec)
    assert (found.name, found.message.partition(" returns")[0]) == ("mask-lost", "`RepeatVector`")
    assert "add `return_sequences: true` to the `LSTM` on line 6" in found.help[0]
    mended = rewritten(spec, ("    - RepeatVector: {n: 7}\n", ""), ("units: 8,", "units: 8, return_sequences: true,"))
    assert prepare(mended).data.train.y_valid is not None


def test_answers_as_long_as_their_inputs_are_trained_on_up_to_their_lengths(tmp_path: Path) -> None:
    """The loss is the mean over real steps, as NumPy computes it from the model's answers."""
    spec = case("A13-wrong2", tmp_path)
    assert "`target_lengths: A08_len.npy`" in diagnostic(spec).help[1]
    compiled = rewritten(spec, ("padding: 0}", "padding: 0, target_lengths: A08_len.npy}"))
    data, core = prepare(compiled).data, build_core(compiled.plan)
    whole = build_tensors(data.train, data, None, integers=False)
    real = np.arange(7) < np.load(tmp_path / "A08_len.npy")[data.train.index][:, None]
    outputs = core(whole.x, mask=whole.mask)
    chances = np.take_along_axis(outputs.numpy(), np.asarray(data.train.y)[..., None], axis=-1)[..., 0]
    loss = loss_sum(compiled.objective, whole.target, outputs, whole.loss_weight)
    assert float(loss) / real.sum() == pytest.approx(-np.log(chances[real]).mean(), rel=1e-5)


@pytest.mark.parametrize("name", ["A33-wrong", "A33-wrong5", "A33-wrong6"])
def test_padding_in_front_is_not_cut_off_as_if_it_were_behind(name: str, tmp_path: Path) -> None:
    spec = case(name, tmp_path)
    found = diagnostic(spec)
    assert found.name == "padded-in-front"
    assert found.help[0] == "write `lengths: null` and `padding: 0` in `data` to mask the timesteps that hold 0"
    number = "-1000" if name == "A33-wrong6" else "0"
    train = prepare(rewritten(spec, (f"lengths: A08_len.npy, padding: {number}", "padding: 0"))).data.train
    lengths = np.load(tmp_path / "A08_len.npy")[train.index]
    assert train.valid is not None
    np.testing.assert_array_equal(train.valid, np.arange(7) >= 7 - lengths[:, None])


@pytest.mark.parametrize(("name", "end"), [("A33-wrong4", "start"), ("A20-advice", "end")])
def test_zeros_of_several_lengths_at_one_end_are_remarked_on(name: str, end: str, tmp_path: Path) -> None:
    spec = case(name, tmp_path)
    (warning,) = warnings_for(compile_spec(spec))
    assert (warning.name, warning.severity) == ("masking-missing", "warning")
    assert f"32 of 40 samples {end} with up to 4 timesteps of zeros" in warning.message
    assert warnings_for(rewritten(spec, ("output_dim: 8}", "output_dim: 8, mask_zero: true}"))) == ()


def test_zeros_inside_of_samples_are_values(tmp_path: Path) -> None:
    spec = case("A33-wrong4", tmp_path)
    x = np.load(tmp_path / "A33_x.npy")
    x[::2, 4] = 0
    np.save(tmp_path / "A33_x.npy", x)
    assert warnings_for(compile_spec(spec)) == ()


@pytest.mark.parametrize("save", ["npz", "h5"])
def test_arrays_in_archives_are_looked_at_alike(save: str, tmp_path: Path) -> None:
    spec = case("A33-wrong", tmp_path)
    arrays = {name: np.load(tmp_path / f"{name}.npy") for name in ("A33_v", "A18_y", "A08_len")}
    _save(tmp_path / f"all.{save}", arrays)
    text = spec.read_text(encoding="utf-8")
    for name in arrays:
        text = text.replace(f"{name}.npy", f"all.{save}/{name}")
    spec.write_text(text, encoding="utf-8")
    assert diagnostic(spec).name == "padded-in-front"


def _save(path: Path, arrays: dict[str, Any]) -> None:
    if path.suffix == ".npz":
        np.savez(path, **arrays)
        return
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file[name] = array


def test_attention_over_a_mask_is_that_of_keras_whatever_the_padding_holds(tmp_path: Path) -> None:
    compiled = compile_spec(case("A20-right", tmp_path))
    core = build_core(compiled.plan)
    ids = np.load(tmp_path / "A08_x.npy")
    stock = _stock_model()
    stock.set_weights(core.get_weights())
    np.testing.assert_allclose(core(ids, mask=ids != 0).numpy(), stock(ids).numpy(), rtol=1e-5, atol=1e-6)
    table = core.get_weights()
    table[0][0] += 5
    core.set_weights(table)
    np.testing.assert_allclose(core(ids, mask=ids != 0).numpy(), stock(ids).numpy(), rtol=1e-5, atol=1e-6)


def _stock_model() -> Any:
    layers, ids = keras.layers, keras.Input((7,), dtype="int32")
    read = layers.Embedding(20, 8, mask_zero=True)(ids)
    read = layers.Bidirectional(layers.LSTM(8, return_sequences=True))(read)
    attended = layers.GlobalAveragePooling1D()(layers.MultiHeadAttention(1, 8)(read, read))
    return keras.Model(ids, layers.Dense(1, activation="sigmoid")(attended))


def test_scores_and_baselines_do_not_see_padded_answers(tmp_path: Path) -> None:
    spec = case("A13-wrong2", tmp_path)
    padding = np.arange(7) >= np.load(tmp_path / "A08_len.npy")[:, None]
    parts: list[EvaluationSet] = []
    naive: list[Any] = []
    for filler in (0, 1):
        y = np.load(tmp_path / "A08_y.npy")
        y[padding] = np.eye(3)[filler]
        np.save(tmp_path / "A08_y.npy", y)
        if not parts:
            compiled = rewritten(spec, ("padding: 0}", "padding: 0, target_lengths: A08_len.npy}"))
            outcome = train_job(TrainingJob(compiled, prepare(compiled), tmp_path / "runs", "a test"))
            run = open_model(outcome.run.path)
        parts.append(load_held_out_part(run))
        naive.append(prepare(compiled).data.naive)
    first = evaluate_with_outputs(run, parts[0])
    assert first.evaluation.scores == score_outputs(run, parts[1].part, first.outputs)
    assert naive[0] == naive[1]


def test_the_saved_model_answers_as_the_core_at_real_steps(tmp_path: Path) -> None:
    compiled = compile_spec(case("A20-right", tmp_path))
    core = build_core(compiled.plan)
    serving_model(core, compiled.plan).save(tmp_path / "model.keras")
    model = keras.saving.load_model(tmp_path / "model.keras")
    ids = np.load(tmp_path / "A08_x.npy")
    expected = core(ids, mask=ids != 0).numpy()
    np.testing.assert_allclose(model(ids).numpy(), expected, rtol=1e-5, atol=1e-6)
    weights = model.get_weights()
    weights[0][0] += 5  # the vector of token 0, which is padding
    model.set_weights(weights)
    np.testing.assert_allclose(model(ids).numpy(), expected, rtol=1e-5, atol=1e-6)
