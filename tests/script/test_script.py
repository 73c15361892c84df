"""The script that is written is one that its reader would keep: it lints, it runs, and it does what `train` does."""

import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tdcli.nn.model.build import build_core
from tdcli.nn.runtime.tensorflow import keras
from tdcli.nn.training.train import train
from tdcli.script.document import render_script, write_script
from tdcli.services.samples.prepare import Prepared, prepare
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.services.train.job import training_inputs
from tdcli.text.errors import SpecError

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
WITH_DATA = [path for path in SPECS if re.search("^data:", path.read_text(encoding="utf-8"), re.MULTILINE)]
SHORT = ("training.epochs=2", "training.shuffle=false", "training.early_stopping=null")
TRAINED = {
    "basic_motions": ("architecture.layers.1.MaxPooling1D.pool_size=32",),
    "conv_lstm": ("architecture.input.timesteps=2", "data.samples=60"),
    "encoder_decoder": ("architecture.input.timesteps=3", "architecture.output_timesteps=2", "data.samples=60"),
    "indoor_movement": (),
    "many_to_many": ("architecture.input.timesteps=3", "data.length=3"),
    "temperature": ("architecture.input.timesteps=3", "training.batch_size=500"),
}
"""Each source, layout and form of target, with the settings that leave few steps in time, and few batches.

None has dropout, whose draws differ.
"""
WEIGHTS = ("balanced", "{walking: 3.0, running: 0.5}")


def loaded(compiled: Compiled, folder: Path) -> ModuleType:
    """Write the script and execute it as a module."""
    path = folder / "script.py"
    write_script(compiled, path)
    module = ModuleType("script")
    module.__file__ = str(path)
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), vars(module))  # noqa: S102 (it is what is tested)
    return module


def test_there_is_a_script_for_every_spec_with_data() -> None:
    assert len(WITH_DATA) == 14


def test_every_script_is_clean_to_linter_and_formatter(tmp_path: Path) -> None:
    for path in WITH_DATA:
        write_script(compile_spec(path), tmp_path / f"{path.stem}.py")
    for command in (["check", "--select", "E,F,I,B,UP,SIM", "--ignore", "B905"], ["format", "--check"]):
        arguments = [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", str(tmp_path)]
        ended = subprocess.run(arguments, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("path", WITH_DATA, ids=lambda path: path.stem)
def test_the_scripts_model_and_data_are_those_that_train_takes(path: Path, tmp_path: Path) -> None:
    compiled = compile_spec(path)
    module, expected = loaded(compiled, tmp_path), prepare(compiled).data
    model = module.build_model()
    assert model.input_shape == compiled.plan.input_shape
    assert model.output_shape == compiled.plan.output_shape
    assert model.count_params() == compiled.plan.trainable + compiled.plan.non_trainable

    data = module.load_data()
    parts = {"train": expected.train, "validation": expected.validation, "test": expected.test}
    assert set(data) == {name for name, part in parts.items() if part is not None}
    for name, (x, _) in data.items():
        part: Any = parts[name]
        scaled = part.x if expected.x_scaling is None else expected.x_scaling.scaled(part.x)
        real = np.ones(x.shape[:2], bool) if part.valid is None else part.valid
        np.testing.assert_allclose(x[real], scaled[real], rtol=1e-4, atol=1e-5, err_msg=name)


def assert_same_losses(compiled: Compiled, prepared: Prepared, module: ModuleType) -> None:
    """Train by the script and by `train` from the same weights; compare the losses of every epoch.

    Keras computes a few small batches eagerly in less time than it takes to trace a graph of them.
    """
    training = compiled.spec.training
    ours = train(training_inputs(compiled, prepared)).history
    keras.utils.set_random_seed(training.seed)
    core = build_core(compiled.plan)
    model = module.build_model()
    model.set_weights(core.get_weights())
    model.run_eagerly = True
    history = module.train(model, module.load_data()).history
    for key in {"loss", "val_loss"} & history.keys():
        np.testing.assert_allclose(history[key], [row[key] for row in ours], rtol=1e-4, err_msg=key)


def few_movements(folder: Path) -> Path:
    """Write every twelfth row of the first shipped sequences, which differ in length."""
    header, *rows = (ROOT / "specs" / "data" / "indoor_movement.csv").read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows[::12] if int(row.split(",")[0]) <= 80]
    path = folder / "indoor_movement.csv"
    path.write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", TRAINED)
def test_two_epochs_of_the_script_have_the_losses_of_train(name: str, tmp_path: Path) -> None:
    settings = [*SHORT, *TRAINED[name]]
    if name == "indoor_movement":
        settings.append(f"data.path={few_movements(tmp_path)}")
    compiled = compile_spec(ROOT / "specs" / f"{name}.yaml", settings)
    assert_same_losses(compiled, prepare(compiled), loaded(compiled, tmp_path))


@pytest.mark.parametrize("weights", WEIGHTS)
def test_classes_weigh_what_train_gives_them(weights: str, tmp_path: Path) -> None:
    settings = [*SHORT, *TRAINED["basic_motions"], f"training.class_weight={weights}"]
    compiled = compile_spec(ROOT / "specs" / "basic_motions.yaml", settings)
    prepared = prepare(compiled)
    assert prepared.class_weights is not None
    module = loaded(compiled, tmp_path)
    expected = prepared.class_weights[prepared.data.train.y]
    np.testing.assert_allclose(module.class_weights(module.load_data()["train"][1]), expected, rtol=1e-6)
    if weights != "balanced":  # which weighs all alike here: every class has as many samples
        assert_same_losses(compiled, prepared, module)


RESIDUAL = """architecture:
  kind: layers
  input: [6, 4]
  layers:
    - Residual:
        - Dense: {units: 8, activation: relu, kernel_regularizer: {L2: {l2: 0.01}}}
        - Residual: [{Dense: {units: 8, kernel_initializer: he_normal}}]
        - Dense: {units: 4}
    - MultiHeadAttention: {num_heads: 2, key_dim: 2}
    - GlobalAveragePooling1D
    - Dense: {units: 1}
data: {source: synthetic, task: sine, samples: 8}
training: {optimizer: {name: adamw, learning_rate: 1e-3, clipnorm: 1.0}, early_stopping: {patience: 3}}
"""


def test_residual_blocks_attention_and_objects_are_written_as_keras_has_them(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(RESIDUAL, encoding="utf-8")
    compiled = compile_spec(tmp_path / "spec.yaml")
    module = loaded(compiled, tmp_path)
    model = module.build_model()
    core = build_core(compiled.plan)
    model.set_weights(core.get_weights())
    x = np.random.default_rng(0).normal(size=(3, 6, 4)).astype("float32")
    np.testing.assert_allclose(model.predict(x, verbose=0), core.predict(x, verbose=0), rtol=1e-5, atol=1e-6)
    assert isinstance(model.optimizer, keras.optimizers.AdamW)
    assert model.layers[1].kernel_regularizer.l2 == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("data.group=pm2.5", "does not support `group`"),
        ("data.missing=drop", "does not support `missing: drop`"),
        ("data.path=[data/pollution.csv, data/pollution.csv]", "does not support several files"),
        ("data.scale={TEMP: minmax}", "applies one scaling to all columns"),
        ("split={by: random, validation: 0.1}", "splits windows by time"),
        ("data=null", "`data` is missing"),
    ],
)
def test_what_a_script_cannot_write_is_refused_by_name(setting: str, message: str) -> None:
    compiled = compile_spec(ROOT / "specs" / "pollution.yaml", [setting])
    with pytest.raises(SpecError, match=re.escape(message)):
        render_script(compiled, Path())


DIALECTS = {
    "semicolons and decimal commas": ("v;w\n{}", "{},5;{}", 'separator: ";", decimal: ","'),
    "a preamble and a comment": ("title\n\n# here\nv,w\n{}", "{},{}", 'header: 3, comment: "#"'),
    "units": ("v,w\nm,s\n{}", "{},{}", "skip: 1"),
    "no header": ("{}", "{}\t{}", 'separator: "\\t", header: [v, w]'),
    "numbers that stand for nothing": ("v,w\n-9,1\n2,-9.0\n{}", "{},{}", "na_values: -9, missing: 0"),
    "separators at the ends": ("v,w,,\n{}\n,,,", "{},{},,", ""),
    "row numbers without a name": ("v,w\n{}", "{2},{0},{1}", "ignore: ['']"),
    "another encoding": ("v,w,é\n{}", "{},{},ö", "encoding: cp1252, ignore: é"),
}


@pytest.mark.parametrize("case", DIALECTS)
def test_a_script_reads_a_table_in_its_dialect(case: str, tmp_path: Path) -> None:
    text, row, more = DIALECTS[case]
    rows = "\n".join(row.format(each % 7, each % 5, each) for each in range(40))
    encoding = "cp1252" if "encoding" in case else "utf-8"
    (tmp_path / "t.csv").write_text(text.format(rows) + "\n", encoding=encoding)
    spec = f"""architecture: {{kind: many-to-one, input: {{timesteps: 3}}, recurrent: {{units: 2}}, outputs: 1}}
data: {{source: csv, path: t.csv, target: v, features: [v, w], {more}}}
"""
    (tmp_path / "spec.yaml").write_text(spec, encoding="utf-8")
    compiled = compile_spec(tmp_path / "spec.yaml")
    module, expected = loaded(compiled, tmp_path), prepare(compiled).data
    x = module.load_data()["train"][0]
    assert expected.x_scaling is not None
    np.testing.assert_allclose(x, expected.x_scaling.scaled(np.asarray(expected.train.x)), rtol=1e-4, atol=1e-5)


def _days(format: str) -> list[str]:
    return [(datetime(2004, 2, 20) + timedelta(days=row)).strftime(format) for row in range(40)]


TIMES = {
    "days first": ("t", _days("%d/%m/%Y"), "t"),
    "months by name": ("t", _days("%d %b %Y"), "t"),
    "months": ("t", [f"{1990 + row // 12}-{row % 12 + 1}" for row in range(40)], "t"),
    "numbers": ("t", _days("%Y%m%d"), "t"),
    "parts of a date in another order": ("day,month,year", _days("%d,%m,%Y"), "[day, month, year]"),
    "a date and an hour": ("d,h", [f"2004-03-{1 + row // 24:02},{row % 24}" for row in range(40)], "[d, h]"),
    "seconds since 1970": ("t", [str(1262304000 + 3600 * row) for row in range(40)], "t"),
    "a zone": ("t", _days("%Y-%m-%d"), "{columns: t, zone: Europe/Rome}"),
    "offsets": ("t", [f"2004-03-01T00:{row:02}:00+02:00" for row in range(40)], "t"),
}
REFUSED_TIMES = {
    "a year and a name of a month": ("year,month", _days("%Y,%B")[::20], "[year, month]"),
    "a date and hours without minutes": ("d,h", ["2004-03-01,100", "2004-03-01,30"], "[d, h]"),
    "hour 24": ("t", ["2004-03-01 23:00", "2004-03-01 24:00"], "t"),
    "Sept": ("t", ["1 Aug 2004", "1 Sept 2004"], "t"),
}


def _timed(folder: Path, header: str, times: list[str], key: str) -> Compiled:
    shuffled = [f"{time},{place * place % 11}\n" for place, time in enumerate(times)]
    shuffled = shuffled[1::2] + shuffled[::2]
    (folder / "t.csv").write_text(f"{header},v\n{''.join(shuffled)}", encoding="utf-8")
    spec = f"""architecture: {{kind: many-to-one, input: {{timesteps: 1}}, recurrent: {{units: 2}}, outputs: 1}}
data: {{source: csv, path: t.csv, target: v, features: v, time: {key}}}
"""
    (folder / "spec.yaml").write_text(spec, encoding="utf-8")
    return compile_spec(folder / "spec.yaml")


@pytest.mark.parametrize("case", TIMES)
def test_a_script_puts_rows_in_the_same_order(case: str, tmp_path: Path) -> None:
    compiled = _timed(tmp_path, *TIMES[case])
    module, expected = loaded(compiled, tmp_path), prepare(compiled).data
    assert expected.x_scaling is not None
    scaled = expected.x_scaling.scaled(np.asarray(expected.train.x))
    np.testing.assert_allclose(module.load_data()["train"][0], scaled, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("case", REFUSED_TIMES)
def test_times_that_a_script_cannot_write_are_refused(case: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="the script cannot parse times"):
        render_script(_timed(tmp_path, *REFUSED_TIMES[case]), tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "more", "what"),
    [
        ("t.csv", 'v,w\n"1,000",1\n', 'thousands: ","', "thousands separators"),
        ("t.csv", "v,w\r1,1\r", "", "lines that end with a carriage return only"),
        ("t.arff", "@attribute v numeric\n@attribute w numeric\n@data\n1,2\n", "", "`.arff` files"),
    ],
)
def test_a_dialect_that_a_script_cannot_write_is_refused(
    name: str, text: str, more: str, what: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(text.encode())
    spec = f"""architecture: {{kind: many-to-one, input: {{timesteps: 3}}, recurrent: {{units: 2}}, outputs: 1}}
data: {{source: csv, path: {name}, target: v, features: [v, w], {more}}}
"""
    (tmp_path / "spec.yaml").write_text(spec, encoding="utf-8")
    with pytest.raises(SpecError, match=f"the script does not support {what}"):
        render_script(compile_spec(tmp_path / "spec.yaml"), tmp_path)


def test_a_script_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("mine", encoding="utf-8")
    with pytest.raises(SpecError, match="already exists"):
        write_script(compile_spec(SPECS[0]), tmp_path / "mine.py")
