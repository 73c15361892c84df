"""A forecast of many steps is the model's own, fed with what it said before."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tdcli.nn.runtime.tensorflow import keras
from tdcli.services.evaluate.forecast import forecast
from tdcli.services.evaluate.open_model import TrainedModel
from tdcli.text.errors import SpecError

SPEC = """architecture: {kind: KIND, input: {timesteps: 4}, recurrent: {units: 3}, outputs: OUTPUTS}
data: {source: csv, path: log.csv, features: [v, w], target: [w, v], MORE}
"""
COLUMNS = ["v", "w"]


def spec(kind: str = "many-to-one", outputs: str = "2", more: str = "ahead: 1") -> str:
    text = SPEC if "features" not in more else SPEC.replace("features: [v, w], target: [w, v], ", "")
    return text.replace("KIND", kind).replace("OUTPUTS", outputs).replace("MORE", more)


@pytest.fixture
def run_of(untrained: Callable[[str, Path], TrainedModel], tmp_path: Path) -> Callable[..., TrainedModel]:
    """Open a run over a table of two groups by turns: `run_of(kind="many-to-one", outputs="2", more="ahead: 1")`."""
    lines = [f"{'ab'[row % 2]},{row % 7},{row % 5},{row % 3}" for row in range(40)]
    (tmp_path / "log.csv").write_text("\n".join(["g,v,w,z", *lines]) + "\n", encoding="utf-8")
    return lambda *words, **options: untrained(spec(*words, **options), tmp_path)


def by_hand(run: TrainedModel, window: np.ndarray, steps: int, horizon: int) -> np.ndarray:
    """Feed a Keras model its own predictions, of which `w` comes first and `v` second."""
    model = keras.saving.load_model(run.model)
    found: list[np.ndarray] = []
    while len(found) < horizon:
        outputs = model(window[None].astype("float32")).numpy()
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
def test_a_forecast_is_the_models_own_fed_back(
    kind: str, outputs: str, more: str, steps: int, run_of: Callable[..., TrainedModel]
) -> None:
    run = run_of(kind, outputs, more)
    last = np.array([[row % 7, row % 5] for row in range(36, 40)], float)
    found = forecast(run, None, 5, None)
    assert found.table.columns == ["sample", "ahead", "w", "v"]
    assert found.table["sample"].to_list() == [42, 43, 44, 45, 46]  # the table ends with line 41
    np.testing.assert_allclose(found.outputs[0], by_hand(run, last, steps, 5), rtol=1e-4, atol=1e-5)


def test_each_group_has_a_forecast_of_its_own(run_of: Callable[..., TrainedModel]) -> None:
    run = run_of(more="group: g")
    found = forecast(run, None, 2, 3)
    assert found.table.rows()[0][:2] == ("a", 1)
    assert found.table["g"].to_list() == ["a", "a", "b", "b"]
    assert found.count == 4
    assert forecast(run, None, 2, 0).table["v"].dtype == pl.Int64
    for place, first in enumerate((32, 33)):
        last = np.array([[row % 7, row % 5] for row in range(first, 40, 2)], float)
        np.testing.assert_allclose(found.outputs[place], by_hand(run, last, 1, 2), rtol=1e-4, atol=1e-5)


def test_groups_of_a_file_in_another_dialect_have_the_same_forecasts(
    run_of: Callable[..., TrainedModel], tmp_path: Path
) -> None:
    run = run_of(more="group: g")
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
    [("features: [v, z], target: [v, w]", "but `z` is not predicted"), ("ahead: 2", "this model starts 2 rows ahead")],
)
def test_a_model_that_cannot_feed_itself_is_refused(
    more: str, message: str, run_of: Callable[..., TrainedModel]
) -> None:
    with pytest.raises(SpecError, match=message):
        forecast(run_of(more=more), None, 3, None)


def test_a_feature_that_is_known_ahead_is_named_with_what_to_train_today(
    run_of: Callable[..., TrainedModel],
) -> None:
    run = run_of(outputs="1", more="features: [v, g], target: v, encode: {g: {as: one-hot, values: [a, b]}}")
    with pytest.raises(SpecError, match="but `g` is not predicted") as caught:
        forecast(run, None, 3, None)
    (help,) = caught.value.diagnostics[0].help
    assert help == "train with `steps: 3` in `data` and `outputs: 3` in `architecture` to predict 3 rows at once"


def test_a_model_that_predicts_all_rows_at_once_needs_no_future_features(run_of: Callable[..., TrainedModel]) -> None:
    run = run_of(outputs="3", more="features: [v, z], target: v, steps: 3")
    found = forecast(run, None, 3, None)
    last = np.array([[row % 7, row % 3] for row in range(36, 40)], "float32")
    expected = keras.saving.load_model(run.model)(last[None]).numpy()
    np.testing.assert_allclose(found.outputs.ravel(), expected.ravel(), rtol=1e-5)
    assert found.notes == ()
    assert forecast(run, None, 2, None).table.height == 2
    with pytest.raises(SpecError, match="`--horizon 4` feeds predictions back, but `z` is not predicted"):
        forecast(run, None, 4, None)
