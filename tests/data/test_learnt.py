"""Data that are read with what was fitted on others: the same scaling, codes and classes, whatever they hold."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tdcli.data.dataset import Dataset
from tdcli.data.load import LoadRequest, load
from tdcli.signature import Signature
from tdcli.sources.core.registry import read_data_section
from tdcli.sources.core.section import DataSection
from tdcli.sources.core.split import Split
from tdcli.text.errors import SpecError

FIRST = "v,wind\n1,SE\n2,NW\n3,SE\n4,NW\n"
SECOND = "v,wind\n10,NW\n20,NW\n30,NW\n40,NW\n"


def reread(work: Any, section: DataSection, signature: Signature, learnt: dict[str, Any]) -> Dataset:
    return load(section, LoadRequest(work.folder, signature, Split(), 0, learnt))


def through_json(data: Dataset) -> dict[str, Any]:
    return json.loads(json.dumps(dict(data.fitted)))


def test_tables_keep_scaling_and_codes_bit_for_bit(work: Any, model: Callable[..., Signature]) -> None:
    keys = {"target": "v", "encode": {"wind": "one-hot"}}
    first = work.load(work.csv(FIRST, **keys), model(features=3, activation="linear"))
    again = reread(work, work.csv(SECOND, **keys), model(features=3, activation="linear"), through_json(first))
    assert again.fitted == first.fitted
    assert again.feature_names == ("v", "wind=NW", "wind=SE")
    assert np.asarray(again.train.x)[:, 0].tolist() == [[10, 1, 0], [20, 1, 0], [30, 1, 0]]
    for name in ("x_scaling", "y_scaling"):
        ours, theirs = getattr(again, name), getattr(first, name)
        assert (ours.mean.dtype, ours.mean.tobytes()) == (np.float32, theirs.mean.tobytes())
        assert ours.variance.tobytes() == theirs.variance.tobytes()
    assert again.inputs(np.float32([[[2, 0, 0]]])).tolist() == first.inputs(np.float32([[[2, 0, 0]]])).tolist()


def test_data_that_were_not_scaled_are_not_scaled_when_read_again(work: Any, model: Callable[..., Signature]) -> None:
    first = work.load(work.csv(FIRST, features="v", target="v", scale="none"), model())
    again = reread(work, work.csv(SECOND, features="v", target="v"), model(activation="linear"), through_json(first))
    assert (again.x_scaling, again.y_scaling) == (None, None)


def test_all_that_was_fitted_is_handed_on_though_this_source_does_not_know_it(
    work: Any, model: Callable[..., Signature]
) -> None:
    learnt = {**work.load(work.csv(FIRST, features="v", target="v"), model()).fitted, "season": 24}
    assert reread(work, work.csv(SECOND, features="v", target="v"), model(), learnt).fitted == learnt


def test_arrays_keep_the_codes_of_their_labels(work: Any, model: Callable[..., Signature]) -> None:
    signature = model(units=3, activation="softmax")
    work.save(x=np.ones((4, 1, 1)), y=["b", "a", "c", "a"])
    first = work.load(work.npy(scale="minmax"), signature)
    work.save(x=np.full((3, 1, 1), 7), y=["c", "b", "c"])
    again = reread(work, work.npy(scale="minmax"), signature, through_json(first))
    assert (again.train.y.tolist(), again.classes) == ([2, 1, 2], ("a", "b", "c"))
    assert again.x_scaling.mean.tolist() == [1]
    work.save(x=np.ones((1, 1, 1)), y=["d"])
    with pytest.raises(SpecError, match="label `d`") as caught:
        reread(work, work.npy(scale="minmax"), signature, through_json(first))
    assert "without `--from`" in caught.value.diagnostics[0].help[0]


def test_sequences_keep_the_codes_of_their_labels(work: Any, model: Callable[..., Signature]) -> None:
    keys = {"layout": "sequences", "sequence": "s", "features": "v", "target": "label"}
    signature = model(timesteps=None, units=2, activation="softmax", mask_value=0.0)
    first = work.load(work.csv("s,v,label\np,1,no\nq,3,yes\n", **keys), signature)
    again = reread(work, work.csv("s,v,label\nr,9,yes\n", **keys), signature, through_json(first))
    assert (again.train.y.tolist(), again.classes) == ([1], ("no", "yes"))
    assert again.x_scaling.mean.tolist() == [2]


def test_clips_keep_the_codes_of_their_folders(work: Any, camera: Any) -> None:
    signature = Signature("cnn-lstm", (None, 2, 4, 4, 3), (None, 2), activation="softmax")
    section = read_data_section({"source": "frames", "path": "clips"})
    for name in ("run/1", "walk/1"):
        camera.images(f"clips/{name}", camera.noise(2, 4, 4))
    first = work.load(section, signature)
    other = read_data_section({"source": "frames", "path": "others"})
    for name in ("walk/1", "run/1", "walk/2"):
        camera.images(f"others/{name}", camera.noise(2, 4, 4))
    again = reread(work, other, signature, through_json(first))
    assert dict(zip(again.train.index.tolist(), again.train.y.tolist(), strict=True)) == {
        "run/1": 0, "walk/1": 1, "walk/2": 1,
    }  # fmt: skip
    for name in ("run/1", "fly/1"):
        camera.images(f"unknown/{name}", camera.noise(2, 4, 4))
    with pytest.raises(SpecError, match="classes that are not in the training set: `fly`"):
        reread(work, read_data_section({"source": "frames", "path": "unknown"}), signature, through_json(first))


def test_made_up_samples_are_scaled_as_what_was_trained_on(work: Any, model: Callable[..., Signature]) -> None:
    section = read_data_section({"source": "synthetic", "task": "sine"})
    learnt = {"scaling": {"x": {"mean": [5.0], "variance": [4.0]}, "y": None}}
    again = reread(work, section, model(timesteps=4, activation="linear"), learnt)
    assert again.x_scaling.mean.tolist() == [5]
