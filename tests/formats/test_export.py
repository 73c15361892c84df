"""An export computes what Keras computes, in its own runtime, and takes along what reading data needs."""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import pytest
from ai_edge_litert.interpreter import Interpreter

from tdcli.formats.core.registry import ENDINGS, open_model_file
from tdcli.formats.keras import File
from tdcli.nn.export import litert, saved_model
from tdcli.nn.export import onnx as onnx_format
from tdcli.nn.export.core.options import ExportOptions
from tdcli.nn.model.build import build_model
from tdcli.nn.model.export_graph import prepare_for_litert, prepare_for_onnx
from tdcli.nn.runtime.tensorflow import keras
from tdcli.plan.plan import Plan
from tdcli.services.evaluate.evaluate import evaluate
from tdcli.services.evaluate.open_model import file_part, load_held_out_part, open_model
from tdcli.services.evaluate.predict import predict
from tdcli.services.export.export import ExportResult
from tdcli.services.export.export_run import export_run
from tdcli.services.export.request import ExportRequest, Quantization, check_request
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import compile_spec
from tdcli.services.train.job import TrainingJob
from tdcli.services.train.train import train_job
from tdcli.text.errors import ExecutionError, SpecError

SPECS = Path(__file__).parents[2] / "specs"
LENGTH = 3
"""Timesteps of models that take any number."""

FEW = "architecture.input.timesteps=2"
"""A setting: an unrolled graph has one copy of the recurrent layers for each timestep."""

FOR_BOTH: dict[str, list[str]] = {
    "encoder_decoder": [FEW, "architecture.output_timesteps=2"],
    "cnn_lstm": [FEW],
    "conv_lstm": [FEW],
    "basic_motions": ["architecture.layers.1.MaxPooling1D.pool_size=64"],  # which leaves the LSTM one timestep
    "indoor_movement": [],
    "variable_length": [],
    "volume_series": [FEW],
}
"""Shipped specs that together hold the layers of every kind, with settings that make them short."""

FOR_ONNX_TOO = ("one_to_one", "one_to_many", "many_to_one", "many_to_many", "sequence_labelling")
"""Shipped specs of the remaining kinds, with no layer that those above do not hold."""

SPEC = """name: tiny
architecture: {kind: many-to-one, input: {timesteps: 2, features: 3}, recurrent: {units: 64}, outputs: 1}
data: {source: csv, path: log.csv, order: t, features: [v, k], target: v, encode: {k: one-hot}, target_change: true}
split: {validation: 0.2, test: 0.2}
training: {epochs: 2, batch_size: 8}
"""
SEQUENCES = """name: lengths
architecture: {kind: many-to-one, input: {timesteps: null, features: 1}, recurrent: {units: 3},
  outputs: {units: 1, activation: sigmoid}}
data: {source: csv, layout: sequences, path: log.csv, sequence: s, features: [v], target: y, padding: -1}
split: {validation: 0.2}
training: {epochs: 1, batch_size: 8}
"""


def write_onnx(model: Any, path: Path) -> None:
    onnx_format.write(model, path, ExportOptions(0))


def write_litert(model: Any, path: Path, timesteps: int) -> None:
    litert.write(model, path, ExportOptions(timesteps))


def model_of(name: str) -> tuple[Any, int, np.ndarray]:
    """Return a shipped spec's model, its timesteps, and samples for it."""
    plan = plan_of(name)
    keras.utils.set_random_seed(1)
    shape = (3, *(size or LENGTH for size in plan.input_shape[1:]))
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape) if plan.input_dtype == "float32" else rng.integers(0, 3, shape)
    return build_model(plan), shape[1], x.astype(plan.input_dtype)


def plan_of(name: str) -> Plan:
    return compile_spec(SPECS / f"{name}.yaml", FOR_BOTH.get(name, [])).plan


def assert_computes(path: Path, x: np.ndarray, expected: np.ndarray) -> None:
    """Ask a file for the outputs of several samples, and of one."""
    outputs = open_model_file(path).outputs(x)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())
    np.testing.assert_allclose(open_model_file(path).outputs(x[:1]), outputs[:1], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", FOR_BOTH)
def test_onnx_and_litert_compute_what_keras_computes(name: str, tmp_path: Path) -> None:
    model, timesteps, x = model_of(name)
    write_onnx(model, tmp_path / "m.onnx")
    write_litert(model, tmp_path / "m.tflite", timesteps)
    expected = np.asarray(model(x))
    assert_computes(tmp_path / "m.onnx", x, expected)
    assert_computes(tmp_path / "m.tflite", x, expected)
    operators = {each["op_name"] for each in Interpreter(model_path=str(tmp_path / "m.tflite"))._get_ops_details()}
    assert operators
    assert not [each for each in operators if each.startswith(("Flex", "CUSTOM"))]  # built-in ones alone


@pytest.mark.parametrize("name", FOR_ONNX_TOO)
def test_onnx_computes_what_keras_computes(name: str, tmp_path: Path) -> None:
    model, _, x = model_of(name)
    write_onnx(model, tmp_path / "m.onnx")
    assert_computes(tmp_path / "m.onnx", x, np.asarray(model(x)))


def test_litert_is_tried_with_every_layer_that_onnx_is_tried_with() -> None:
    tried, more = ({step.title for name in names for step in plan_of(name).steps} for names in (FOR_BOTH, FOR_ONNX_TOO))
    assert len(tried) > 10
    assert more <= tried


MASKED = """architecture:
  kind: layers
  input: {{shape: [{timesteps}], dtype: int32}}
  layers:
    - Embedding: {{input_dim: 30, output_dim: 8, mask_zero: true}}
{layers}
    - Dense: {{units: 3, activation: softmax}}
"""
EVERY_STEP = "    - Bidirectional: {{{cell}: {{units: 6, return_sequences: true}}}}\n"
LAST_STEP = "    - Bidirectional: {{{cell}: {{units: 4}}}}\n"
PADDED = np.array([[5, 0, 0], [7, 2, 0], [1, 9, 4], [6, 3, 8]], np.int32)


def masked_model(timesteps: int | None, layers: str, folder: Path) -> Any:
    """Build a model whose recurrent layers are told which steps are padding."""
    text = MASKED.format(timesteps="null" if timesteps is None else timesteps, layers=layers)
    (folder / "spec.yaml").write_text(text, encoding="utf-8")
    keras.utils.set_random_seed(1)
    return build_model(compile_spec(folder / "spec.yaml").plan)


# An LSTM of any length is converted with its mask in `indoor_movement`.
@pytest.mark.parametrize(
    ("timesteps", "layers"),
    [(None, EVERY_STEP.format(cell="GRU")), (3, LAST_STEP.format(cell="SimpleRNN"))],
    ids=["every step of any length", "last step of three"],
)
def test_padded_steps_are_left_alone_in_both_directions(timesteps: int | None, layers: str, tmp_path: Path) -> None:
    model = masked_model(timesteps, layers, tmp_path)
    write_onnx(model, tmp_path / "m.onnx")
    write_litert(model, tmp_path / "m.tflite", 3)
    expected = np.asarray(model(PADDED))
    for path in (tmp_path / "m.onnx", tmp_path / "m.tflite"):
        np.testing.assert_allclose(open_model_file(path).outputs(PADDED), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("cell", ["LSTM", "GRU", "SimpleRNN"])
def test_what_is_converted_leaves_padded_steps_alone_whatever_the_cell(cell: str, tmp_path: Path) -> None:
    model = masked_model(None, EVERY_STEP.format(cell=cell) + LAST_STEP.format(cell=cell), tmp_path)
    for copy in (prepare_for_onnx(model), prepare_for_litert(model, 3)):
        np.testing.assert_allclose(copy(PADDED), model(PADDED), rtol=1e-4, atol=1e-6)


def test_an_onnx_file_takes_any_batch_and_any_length_where_the_model_does(tmp_path: Path) -> None:
    model, _, x = model_of("variable_length")
    write_onnx(model, tmp_path / "m.onnx")
    shape = onnx.load(tmp_path / "m.onnx").graph.input[0].type.tensor_type.shape
    assert [size.dim_param or size.dim_value for size in shape.dim] == ["batch", "time", x.shape[2]]
    shorter = x[:, :2]
    np.testing.assert_allclose(
        open_model_file(tmp_path / "m.onnx").outputs(shorter), model(shorter), rtol=1e-4, atol=1e-6
    )


def test_a_graph_for_many_timesteps_is_no_larger_than_one_for_few(tmp_path: Path) -> None:
    def nodes(timesteps: int) -> int:
        setting = f"architecture.input.timesteps={timesteps}"
        write_onnx(build_model(compile_spec(SPECS / "volume_series.yaml", [setting]).plan), tmp_path / "m.onnx")
        return len(onnx.load(tmp_path / "m.onnx").graph.node)

    assert nodes(4) == nodes(12)


def test_a_layer_that_litert_has_no_operator_for_is_named(tmp_path: Path) -> None:
    inputs = keras.Input((4, 3))
    model = keras.Model(inputs, keras.ops.erfinv(keras.ops.tanh(inputs)))
    with pytest.raises(SpecError, match=r"LiteRT has no built-in operator for `tf\.Erfinv`"):
        write_litert(model, tmp_path / "m.tflite", 4)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with weights enough to make small."""
    folder = tmp_path_factory.mktemp("run")
    rows = [f"{row},{row % 7},{'ab'[row % 2]}" for row in range(80)]
    (folder / "log.csv").write_text("\n".join(["t,v,k", *rows]) + "\n", encoding="utf-8")
    return trained(SPEC, folder)


@pytest.fixture(scope="module")
def sequences(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sequences")
    rows = [f"{s},{step},{s % 2}" for s in range(20) for step in range(1 + s % 3)]
    (folder / "log.csv").write_text("\n".join(["s,v,y", *rows]) + "\n", encoding="utf-8")
    return trained(SEQUENCES, folder)


def trained(spec: str, folder: Path) -> Path:
    (folder / "spec.yaml").write_text(spec, encoding="utf-8")
    compiled = compile_spec(folder / "spec.yaml")
    return train_job(TrainingJob(compiled, prepare(compiled), folder / "runs", "a test")).run.path


def exported(run: Path, format: str, folder: Path, **options: Any) -> ExportResult:
    name = format.replace("-", "_")
    return export_run(run, ExportRequest(format, folder / f"m{ENDINGS[name]}", **options))


@pytest.fixture(scope="module")
def exports(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], ExportResult]:
    """Return the run's export in a format, as it is; it is not to be changed."""
    folder = tmp_path_factory.mktemp("exports")
    return cache(lambda wanted: exported(run, wanted, folder))


class Said(NamedTuple):
    """The figures of a model on the held-out part, and what it predicts of a new file."""

    figures: dict[str, float]
    predictions: str


def said_by(path: Path, folder: Path) -> Said:
    model, new = open_model(path), folder / "new.csv"
    new.write_text("t,v,k\n1,3,a\n2,4,b\n3,5,a\n4,6,b\n5,0,a\n", encoding="utf-8")
    figures = evaluate(model, load_held_out_part(model)).scores.figures
    return Said(figures, predict(model, file_part(model, new, future=True), decimals=3).to_csv())


@pytest.fixture(scope="module")
def said_by_run(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Said:
    return said_by(run, tmp_path_factory.mktemp("new"))


@pytest.mark.parametrize("format", ["keras", "onnx", "litert"])
def test_an_export_predicts_and_scores_as_the_run_does(
    format: str, exports: Callable[[str], ExportResult], said_by_run: Said, tmp_path: Path
) -> None:
    done = exports(format)
    assert done.difference < 1e-5
    record = open_model(done.path).record
    assert (record["name"], record["features"]) == ("tiny", ["v", "k=a", "k=b"])
    said = said_by(done.path, tmp_path)
    assert said.figures == pytest.approx(said_by_run.figures, rel=1e-5)
    assert said.predictions == said_by_run.predictions


def test_a_saved_model_takes_raw_numbers_and_carries_the_metadata(run: Path, tmp_path: Path) -> None:
    done = exported(run, "saved-model", tmp_path)
    assert done.difference < 1e-5
    file = open_model_file(done.path, "saved_model")
    assert file.metadata()["learnt"]["values"] == {"k": ["a", "b"]}
    with pytest.raises(SpecError, match="is a SavedModel, which can run arbitrary code"):
        open_model(done.path)
    with pytest.raises(SpecError, match="already exists"):
        exported(run, "saved-model", tmp_path)


def test_a_litert_file_pads_shorter_sequences_and_refuses_longer_ones(sequences: Path, tmp_path: Path) -> None:
    done = exported(sequences, "litert", tmp_path, timesteps=4)
    assert done.difference < 1e-5
    whole, alone = open_model(sequences), open_model(done.path)
    expected, found = (predict(each, load_held_out_part(each)).outputs for each in (whole, alone))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    with pytest.raises(SpecError, match="reads 4 timesteps, but the longest sample has 9"):
        open_model_file(done.path).outputs(np.zeros((1, 9, 1), np.float32))


@pytest.mark.parametrize("quantization", list(Quantization))
def test_a_quantized_file_is_smaller_and_says_what_that_costs(
    quantization: Quantization, run: Path, exports: Callable[[str], ExportResult], said_by_run: Said, tmp_path: Path
) -> None:
    small = exported(run, "litert", tmp_path, quantization=quantization)
    assert small.bytes < 0.9 * exports("litert").bytes
    before, after = small.scores
    assert before.figures == said_by_run.figures
    assert after.figures["rmse"] == pytest.approx(before.figures["rmse"], rel=0.2)
    assert after.figures != before.figures


def test_an_export_that_differs_from_keras_is_not_left_behind(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def perturbed(model: Any, path: Path, options: ExportOptions) -> None:
        model.set_weights([each + 0.01 for each in model.get_weights()])
        write(model, path, options)
        model.set_weights([each - 0.01 for each in model.get_weights()])

    write = onnx_format.write
    monkeypatch.setattr(onnx_format, "write", perturbed)
    with pytest.raises(ExecutionError, match=r"the export was deleted, because it differs from Keras by"):
        exported(run, "onnx", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_keras_model_of_any_origin_is_exported_and_compared_on_given_or_made_up_samples(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((5, 2)), keras.layers.GRU(4), keras.layers.Dense(1)])
    model.save(tmp_path / "own.keras")
    np.save(tmp_path / "x.npy", np.ones((4, 5, 2), np.float32))
    own, wanted = tmp_path / "own.keras", ExportRequest("onnx", tmp_path / "own.onnx")
    assert export_run(own, wanted).title.startswith("random inputs")
    done = export_run(own, ExportRequest("keras", tmp_path / "same.keras"), tmp_path / "x.npy")
    assert (done.samples, done.title) == (4, "x.npy")
    np.save(tmp_path / "x.npy", np.ones((4, 6, 2), np.float32))
    with pytest.raises(SpecError, match=r"has the shape \(4, 6, 2\), but the model needs \(None, 5, 2\)"):
        export_run(own, wanted, tmp_path / "x.npy")
    with pytest.raises(SpecError, match="has no metadata of `tdcli export`"):
        open_model(tmp_path / "own.onnx")


@pytest.mark.parametrize(
    ("format", "options", "message"),
    [
        ("onnx", {"output": Path("m.tflite")}, "does not end in `.onnx`"),
        ("onnx", {"quantization": Quantization.INT8}, "`--quantize` needs `--format litert`"),
        ("keras", {"timesteps": 3}, "`--timesteps` needs `--format litert`"),
    ],
)
def test_options_that_exclude_each_other_are_refused(format: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        check_request(ExportRequest(format, **options))


def test_a_length_other_than_the_models_is_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="the model needs 2 timesteps, but `--timesteps` is 3"):
        exported(run, "litert", tmp_path, timesteps=3)


def test_a_missing_runtime_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tdcli.services.machine.extras._version", lambda package: None)
    with pytest.raises(SpecError, match="needs onnxruntime, tf2onnx, which is not installed") as caught:
        check_request(ExportRequest("onnx"))
    assert caught.value.diagnostics[0].help == ('run `pip install "tdcli[onnx]"`',)


@pytest.mark.parametrize("format", ["onnx", "litert"])
def test_predicting_with_an_export_loads_no_tensorflow(format: str, exports: Callable[[str], ExportResult]) -> None:
    code = (
        "import sys; sys.argv = ['tdcli', 'predict', sys.argv[1]]\n"
        "from tdcli.cli.app import main\n"
        "try:\n    main()\n"
        "finally:\n    assert not {'tensorflow', 'keras'} & set(sys.modules)\n"
    )
    command = [sys.executable, "-c", code, str(exports(format).path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("sample,v\n")
    assert ended.stderr == ""


@pytest.mark.parametrize("name", ["m.onnx", "m.tflite", "m.keras"])
def test_a_damaged_file_is_reported(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"not a model at all" * 10)
    with pytest.raises(SpecError, match=r"m\.\w+` (cannot be read as|has no metadata)"):
        open_model(tmp_path / name)


def test_the_metadata_of_a_keras_file_do_not_keep_keras_from_reading_it(
    exports: Callable[[str], ExportResult],
) -> None:
    path = exports("keras").path
    x = np.zeros((2, 2, 3), np.float32)
    np.testing.assert_array_equal(keras.saving.load_model(path).predict(x, verbose=0), File(path).outputs(x))
    assert json.loads(json.dumps(File(path).metadata()))["kind"] == "many-to-one"


def test_a_saved_model_of_frames_keeps_its_mask(tmp_path: Path) -> None:
    model, _, x = model_of("indoor_movement")
    saved_model.write(model, tmp_path / "m", ExportOptions(0))
    outputs = open_model_file(tmp_path / "m").outputs(x)
    np.testing.assert_allclose(outputs, model(x), rtol=1e-5, atol=1e-6)
