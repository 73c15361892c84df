"""A forecast of many steps is the model's own, fed with what it said before."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tdcli.nn.runtime.tensorflow import keras
from tdcli.services.evaluate.forecast import forecast
from tdcli.services.evaluate.open_model import TrainedModel, open_model
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import compile_spec
from tdcli.services.train.train import train_spec
from tdcli.text.diagnostic import UserError

SPEC = """architecture: {kind: KIND, input: {timesteps: 4}, recurrent: {units: 3}, outputs: OUTPUTS}
data: {source: csv, path: log.csv, features: [v, w], target: [w, v], MORE}
training: {epochs: 1}
"""
COLUMNS = ["v", "w"]


def trained(folder: Path, kind: str = "many-to-one", outputs: str = "2", more: str = "ahead: 1") -> TrainedModel:
    lines = [f"{'ab'[row % 2]},{row % 7},{row % 5},{row % 3}" for row in range(40)]
    (folder / "log.csv").write_text("\n".join(["g,v,w,z", *lines]) + "\n", encoding="utf-8")
    spec = SPEC if "features" not in more else SPEC.replace("features: [v, w], target: [w, v], ", "")
    spec = spec.replace("KIND", kind).replace("OUTPUTS", outputs).replace("MORE", more)
    (folder / "spec.yaml").write_text(spec, encoding="utf-8")
    compiled = compile_spec(folder / "spec.yaml")
    return open_model(train_spec(compiled, prepare(compiled), folder / "runs", "a test", lambda _: None).run.path)


def by_hand(run: TrainedModel, window: np.ndarray, steps: int, horizon: int) -> np.ndarray:
    """Feed a Keras model its own predictions, of which `w` comes first and `v` second."""
    model = keras.saving.load_model(run.model)
    found: list[np.ndarray] = []
    while len(found) < horizon:
        outputs = model.predict(window[None].astype("float32"), verbose=0)
        new = outputs[0][-steps:] if outputs.ndim == 3 else outputs[0].reshape(steps, 2)
        found += list(new)
        window = np.concatenate([window, new[:, ::-1]])[-4:]
    return np.stack(found)[:horizon]


@pytest.mark.parametrize(
    ("kind", "outputs", "more", "steps"),
    [
        ("many-to-one", "2", "ahead: 1", 1),
        ("many-to-one", "6", "steps: 3", 3),
        ("many-to-many", "2", "ahead: 1", 1),
        ("many-to-one", "2", "target_change: true", 1),
        ("many-to-one", "2", "stride: 5", 1),
    ],
)
def test_a_forecast_is_the_models_own_fed_back(kind: str, outputs: str, more: str, steps: int, tmp_path: Path) -> None:
    run = trained(tmp_path, kind, outputs, more)
    last = np.array([[row % 7, row % 5] for row in range(36, 40)], float)
    found = forecast(run, None, 5, None)
    assert found.table.columns == ["sample", "ahead", "w", "v"]
    assert found.table["sample"].to_list() == [42, 43, 44, 45, 46]  # the table ends with line 41
    np.testing.assert_allclose(found.outputs[0], by_hand(run, last, steps, 5), rtol=1e-4, atol=1e-5)


def test_each_group_has_a_forecast_of_its_own(tmp_path: Path) -> None:
    run = trained(tmp_path, more="group: g")
    found = forecast(run, None, 2, 3)
    assert found.table.rows()[0][:2] == ("a", 1)
    assert found.table["g"].to_list() == ["a", "a", "b", "b"]
    for place, first in enumerate((32, 33)):
        last = np.array([[row % 7, row % 5] for row in range(first, 40, 2)], float)
        np.testing.assert_allclose(found.outputs[place], by_hand(run, last, 1, 2), rtol=1e-4, atol=1e-5)


def test_groups_of_a_file_in_another_dialect_have_the_same_forecasts(tmp_path: Path) -> None:
    run = trained(tmp_path, more="group: g")
    expected = forecast(run, None, 3, None)
    lines = (tmp_path / "log.csv").read_text(encoding="utf-8").splitlines()
    data = section = run.compiled.spec.data
    assert section is not None
    keys = {"separator": ";", "decimal": ",", "header": 2, "encoding": "utf-16-le", "thousands": "."}
    spec = run.compiled.spec.model_copy(update={"data": data.model_copy(update=keys)})
    other = replace(run, compiled=replace(run.compiled, spec=spec))
    text = "\n".join(["a title", lines[0].replace(",", ";"), *(f"{line},0".replace(",", ";", 3) for line in lines[1:])])
    (tmp_path / "log.csv").write_text(text, encoding="utf-16-le")
    assert forecast(other, None, 3, None).table.equals(expected.table)


@pytest.mark.parametrize(
    ("more", "message"),
    [("features: [v, z], target: [v, w]", "but `z` is not predicted"), ("ahead: 2", "predicts from 2 rows ahead on")],
)
def test_a_model_that_cannot_feed_itself_is_refused(more: str, message: str, tmp_path: Path) -> None:
    spec = SPEC if "features" not in more else SPEC.replace("features: [v, w], target: [w, v], ", "")
    lines = [f"{row % 7},{row % 5},{row % 3}" for row in range(40)]
    (tmp_path / "log.csv").write_text("\n".join(["v,w,z", *lines]) + "\n", encoding="utf-8")
    spec = spec.replace("KIND", "many-to-one").replace("OUTPUTS", "2").replace("MORE", more)
    (tmp_path / "spec.yaml").write_text(spec, encoding="utf-8")
    compiled = compile_spec(tmp_path / "spec.yaml")
    run = open_model(train_spec(compiled, prepare(compiled), tmp_path / "runs", "a test", lambda _: None).run.path)
    with pytest.raises(UserError, match=message):
        forecast(run, None, 3, None)


def test_a_feature_that_is_known_ahead_is_named_with_what_to_train_today(tmp_path: Path) -> None:
    run = trained(tmp_path, outputs="1", more="features: [v, g], target: v, encode: {g: {as: one-hot, values: [a, b]}}")
    with pytest.raises(UserError, match="but `g` is not predicted") as caught:
        forecast(run, None, 3, None)
    (help,) = caught.value.diagnostics[0].help
    assert help.startswith("train with `steps: 7` and `outputs: 7`")
