"""Files that were made to do harm are refused before anything of them is run."""

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from tdcli.formats.keras import File
from tdcli.formats.onnx import File as OnnxFile
from tdcli.nn.start import keras
from tdcli.runs.folder import RunFolder
from tdcli.services.state import read_state
from tdcli.text.diagnostic import UserError

RAN = "was-run"
"""The file that hostile code would leave."""


class Leaves:
    """Unpickled, it leaves a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Path]]:
        return Path.touch, (self.path,)


@keras.saving.register_keras_serializable("elsewhere")
class Custom(keras.layers.Dense):  # type: ignore[misc]
    """A layer whose code is not in the file."""


def saved(folder: Path, layer: Any) -> Path:
    model = keras.Sequential([keras.Input((4, 3)), layer])
    model.save(folder / "hostile.keras")
    return folder / "hostile.keras"


def rewritten(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Change the configuration of a sound archive by hand."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    change(config)
    members["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refused(path: Path, reason: str) -> None:
    with pytest.raises(UserError, match=reason) as caught:
        _ = File(path).model
    assert caught.value.diagnostics[0].name == "unsafe-model"


def test_a_lambda_is_refused_even_inside_a_wrapper(tmp_path: Path) -> None:
    mark = str(tmp_path / RAN)
    layer = keras.layers.Lambda(lambda x: open(mark, "w") and x, output_shape=(3,))  # noqa: PTH123, SIM115
    Path(mark).unlink(missing_ok=True)
    path = saved(tmp_path, keras.layers.TimeDistributed(layer))
    Path(mark).unlink(missing_ok=True)
    refused(path, "it has a `Lambda`, which holds Python code")
    assert not Path(mark).exists()


def test_a_custom_object_is_refused_though_it_is_registered_here(tmp_path: Path) -> None:
    refused(saved(tmp_path, Custom(2)), "`elsewhere>Custom` is a custom object")


def test_an_object_of_another_module_is_refused_and_the_module_not_imported(tmp_path: Path) -> None:
    def change(config: dict[str, Any]) -> None:
        config["config"]["layers"][1] |= {"module": "antigravity", "class_name": "Run", "registered_name": None}

    refused(rewritten(saved(tmp_path, keras.layers.Dense(2)), change), "loading it would import `antigravity`")


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "..\\outside", "C:\\outside"])
def test_an_archive_whose_files_leave_its_folder_is_refused(name: str, tmp_path: Path) -> None:
    path = saved(tmp_path, keras.layers.Dense(2))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")
    refused(path, "would be written outside its folder")


def test_an_archive_that_becomes_far_larger_than_it_is_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, keras.layers.Dense(2))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("bomb", "w") as bomb:
        for _ in range(200):
            bomb.write(bytes(2**20))
    assert path.stat().st_size < 2**20
    refused(path, "its files take 210 MB, the archive")


def test_a_configuration_nested_beyond_measure_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "deep.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "[" * 100_000 + "]" * 100_000)
    with pytest.raises(UserError, match="cannot be read as a Keras model"):
        _ = File(path).model


def test_the_state_of_a_run_is_never_unpickled(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    np.savez(run.state, history=np.array([Leaves(tmp_path / RAN)], object))
    with pytest.raises(UserError, match=r"no sound `state\.npz`"):
        read_state(run)
    assert not (tmp_path / RAN).exists()


def test_pickled_bytes_under_the_name_of_a_model_or_a_state_are_not_run(tmp_path: Path) -> None:
    content = pickle.dumps(Leaves(tmp_path / RAN))
    for name in ("m.keras", "state.npz"):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match="cannot be read as a Keras model"):
        _ = File(tmp_path / "m.keras").model
    with pytest.raises(UserError, match=r"no sound `state\.npz`"):
        read_state(RunFolder(tmp_path))
    assert not (tmp_path / RAN).exists()


def test_the_state_of_a_run_that_fills_the_memory_is_refused(tmp_path: Path) -> None:
    run, array = RunFolder(tmp_path), io.BytesIO()
    np.save(array, np.zeros(2**25))
    with zipfile.ZipFile(run.state, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("00000.npy", array.getvalue())
    with pytest.raises(UserError, match="its files take 268 MB, the archive"):
        read_state(run)


def test_an_onnx_file_that_would_read_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(bytes(16))
    weights = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[4], data_location=TensorProto.EXTERNAL)
    weights.external_data.add(key="location", value="secret")
    shape = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 4]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Add", ["x", "w"], ["y"])], "g", shape[:1], shape[1:], [weights])
    (tmp_path / "m.onnx").write_bytes(helper.make_model(graph).SerializeToString())
    with pytest.raises(UserError, match="its weights `w` would be read from another file"):
        OnnxFile(tmp_path / "m.onnx").metadata()
    assert onnx.load(tmp_path / "m.onnx", load_external_data=False).graph.initializer
