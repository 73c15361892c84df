"""Files that were made to do harm are refused before anything of them is run."""

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from tdcli.formats.keras import File
from tdcli.formats.litert import File as LiteRTFile
from tdcli.formats.onnx import File as OnnxFile
from tdcli.nn.runtime.tensorflow import keras
from tdcli.runs.folder import RunFolder
from tdcli.services.train.checkpoint import read_state
from tdcli.text.errors import SpecError

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
    with pytest.raises(SpecError, match=reason) as caught:
        _ = File(path).model
    assert caught.value.diagnostics[0].name == "unsafe-model"


def test_a_lambda_is_refused_even_inside_a_wrapper(tmp_path: Path) -> None:
    mark = str(tmp_path / RAN)
    layer = keras.layers.Lambda(lambda x: open(mark, "w") and x, output_shape=(3,))  # noqa: PTH123, SIM115
    Path(mark).unlink(missing_ok=True)
    path = saved(tmp_path, keras.layers.TimeDistributed(layer))
    Path(mark).unlink(missing_ok=True)
    refused(path, "it has a `Lambda`, which contains Python code")
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
    refused(path, "its files expand to 210 MB from")


def test_a_configuration_nested_beyond_measure_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "deep.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "[" * 100_000 + "]" * 100_000)
    with pytest.raises(SpecError, match="cannot be read as a Keras model"):
        _ = File(path).model


def test_the_state_of_a_run_is_never_unpickled(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    np.savez(run.state, history=np.array([Leaves(tmp_path / RAN)], object))
    with pytest.raises(SpecError, match=r"`state\.npz` is damaged"):
        read_state(run)
    assert not (tmp_path / RAN).exists()


def test_pickled_bytes_under_the_name_of_a_model_or_a_state_are_not_run(tmp_path: Path) -> None:
    content = pickle.dumps(Leaves(tmp_path / RAN))
    for name in ("m.keras", "state.npz"):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SpecError, match="cannot be read as a Keras model"):
        _ = File(tmp_path / "m.keras").model
    with pytest.raises(SpecError, match=r"`state\.npz` is damaged"):
        read_state(RunFolder(tmp_path))
    assert not (tmp_path / RAN).exists()


def test_the_state_of_a_run_that_fills_the_memory_is_refused(tmp_path: Path) -> None:
    run, array = RunFolder(tmp_path), io.BytesIO()
    np.save(array, np.zeros(2**25))
    with zipfile.ZipFile(run.state, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("00000.npy", array.getvalue())
    with pytest.raises(SpecError, match="its files expand to 268 MB from"):
        read_state(run)


FLOAT = TensorProto.FLOAT
OUTSIDE = TensorProto(name="w", data_type=FLOAT, dims=[4], data_location=TensorProto.EXTERNAL)
OUTSIDE.external_data.add(key="location", value="secret")


def value(name: str, shape: tuple[int, ...] = (1, 4), kind: int = FLOAT) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def constant(name: str, number: Any) -> Any:
    return numpy_helper.from_array(np.array(number), name)


def model_of(nodes: list[Any], weights: tuple[Any, ...] = (), **more: Any) -> Any:
    """Return a model of `x` to `y`, both `(1, 4)`."""
    graph = helper.make_graph(nodes, "g", [value("x")], [value("y")], list(weights))
    imports = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    return helper.make_model(graph, opset_imports=imports, ir_version=8, **more)


def branch(weights: list[Any], nodes: list[Any]) -> Any:
    return helper.make_graph(nodes, "branch", [], [value("b", (4,))], weights)


def in_a_branch() -> Any:
    one = branch([OUTSIDE], [helper.make_node("Identity", ["w"], ["b"])])
    other = branch([constant("z", [0.0] * 4)], [helper.make_node("Identity", ["z"], ["b"])])
    chosen = helper.make_node("If", ["c"], ["h"], then_branch=one, else_branch=other)
    return model_of([chosen, helper.make_node("Add", ["x", "h"], ["y"])], (constant("c", number=True),))


def in_a_branch_of_a_body() -> Any:
    inner = in_a_branch().graph.node[0]
    body = helper.make_graph(
        [inner, helper.make_node("Add", ["a", "h"], ["d"]), helper.make_node("Identity", ["g"], ["go"])],
        "body",
        [value("i", (), TensorProto.INT64), value("g", (), TensorProto.BOOL), value("a")],
        [value("go", (), TensorProto.BOOL), value("d")],
        [constant("c", number=True)],
    )
    loop = helper.make_node("Loop", ["n", "t", "x"], ["y"], body=body)
    return model_of([loop], (constant("n", 1), constant("t", number=True)))


def in_a_function() -> Any:
    nodes = [helper.make_node("Constant", [], ["k"], value=OUTSIDE), helper.make_node("Add", ["a", "k"], ["b"])]
    function = helper.make_function("own", "F", ["a"], ["b"], nodes, [helper.make_opsetid("", 17)])
    return model_of([helper.make_node("F", ["x"], ["y"], domain="own")], functions=[function])


def in_an_attribute() -> Any:
    constants = helper.make_node("Constant", [], ["k"], value=OUTSIDE)
    return model_of([constants, helper.make_node("Add", ["x", "k"], ["y"])])


def in_sparse_weights(dims: tuple[int, ...] = (4,)) -> Any:
    values = TensorProto(name="w", data_type=FLOAT, dims=[1], data_location=TensorProto.EXTERNAL)
    values.external_data.add(key="location", value="secret")
    model = model_of([helper.make_node("Add", ["x", "w"], ["y"])])
    model.graph.sparse_initializer.append(
        helper.make_sparse_tensor(values, constant("at", np.array([0], np.int64)), dims)
    )
    return model


PLACES = {
    "the graph": lambda: model_of([helper.make_node("Add", ["x", "w"], ["y"])], (OUTSIDE,)),
    "a branch": in_a_branch,
    "a branch in a loop's body": in_a_branch_of_a_body,
    "a function": in_a_function,
    "an attribute": in_an_attribute,
    "sparse weights": in_sparse_weights,
}


@pytest.mark.parametrize("place", PLACES)
def test_an_onnx_file_that_would_read_other_files_is_refused(place: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(bytes(16))
    (tmp_path / "m.onnx").write_bytes(PLACES[place]().SerializeToString())
    for read in (OnnxFile.metadata, lambda file: file.outputs(np.ones((1, 4), np.float32))):
        with pytest.raises(SpecError, match="its tensor `w` would be read from another file") as caught:
            read(OnnxFile(tmp_path / "m.onnx"))
        assert caught.value.diagnostics[0].name == "unsafe-model"


def looping(times: int) -> Any:
    """Return a model that doubles its input so many times."""
    body = helper.make_graph(
        [helper.make_node("Identity", ["g"], ["go"]), helper.make_node("Add", ["a", "a"], ["d"])],
        "body",
        [value("i", (), TensorProto.INT64), value("g", (), TensorProto.BOOL), value("a")],
        [value("go", (), TensorProto.BOOL), value("d")],
    )
    return model_of(
        [helper.make_node("Loop", ["n", "t", "x"], ["y"], body=body)],
        (constant("n", times), constant("t", number=True)),
    )


def test_an_onnx_loop_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tdcli.formats.onnx.SECONDS_OF_SAMPLE", 0.2)
    (tmp_path / "m.onnx").write_bytes(looping(2**62).SerializeToString())
    with pytest.raises(SpecError, match="was stopped because it did not finish within 0 seconds"):
        OnnxFile(tmp_path / "m.onnx").outputs(np.ones((1, 4), np.float32))
    (tmp_path / "ends.onnx").write_bytes(looping(3).SerializeToString())
    assert (OnnxFile(tmp_path / "ends.onnx").outputs(np.ones((1, 4), np.float32)) == 8).all()


def test_an_onnx_tensor_larger_than_the_memory_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    nodes = [
        helper.make_node("ConstantOfShape", ["s"], ["b"]),
        helper.make_node("ReduceSum", ["b"], ["r"], keepdims=0),
        helper.make_node("Add", ["x", "r"], ["y"]),
    ]
    (tmp_path / "m.onnx").write_bytes(model_of(nodes, (constant("s", [10**13]),)).SerializeToString())
    with pytest.raises(SpecError, match="cannot be read as an ONNX model"):
        OnnxFile(tmp_path / "m.onnx").outputs(np.ones((1, 4), np.float32))
    assert capfd.readouterr().err == ""


def test_sparse_tensors_are_weighed_as_what_they_become(tmp_path: Path) -> None:
    model = in_sparse_weights((10**9, 10**9))
    del model.graph.sparse_initializer[0].values.external_data[:]
    model.graph.sparse_initializer[0].values.data_location = TensorProto.DEFAULT
    (tmp_path / "m.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(SpecError, match="its sparse tensors need"):
        OnnxFile(tmp_path / "m.onnx").metadata()


@pytest.mark.parametrize("text", ["[1, 2]", "{", "[" * 100_000])
def test_metadata_that_are_not_a_mapping_are_damage(text: str, tmp_path: Path) -> None:
    model = model_of([helper.make_node("Relu", ["x"], ["y"])])
    model.metadata_props.add(key="tdcli.json", value=text)
    (tmp_path / "m.onnx").write_bytes(model.SerializeToString())
    path = saved(tmp_path, keras.layers.Dense(2))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("tdcli.json", text)
    for file in (OnnxFile(tmp_path / "m.onnx"), File(path)):
        with pytest.raises(SpecError) as caught:
            file.metadata()
        assert caught.value.diagnostics[0].name == "unreadable-model"


def test_weights_that_an_archive_declares_and_cannot_hold_are_refused(tmp_path: Path) -> None:
    def change(config: dict[str, Any]) -> None:
        config["config"]["layers"][1]["config"]["units"] = 10**9

    refused(rewritten(saved(tmp_path, keras.layers.Dense(2)), change), "its layers declare 16 GB of weights")


def test_weights_that_an_archive_keeps_in_another_file_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, keras.layers.Dense(2))
    (tmp_path / "secret").write_bytes(bytes(24))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    weights = io.BytesIO(members["model.weights.h5"])
    with h5py.File(weights, "a") as file:
        del file["layers/dense/vars/0"]
        file.create_dataset("layers/dense/vars/0", (3, 2), "f4", external=[(str(tmp_path / "secret"), 0, 24)])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (members | {"model.weights.h5": weights.getvalue()}).items():
            archive.writestr(name, content)
    with pytest.raises(SpecError, match="cannot be read as a Keras model"):
        _ = File(path).model


def test_a_litert_process_that_dies_is_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tdcli.formats.litert.WORKER_MODULE", "tdcli.nowhere")
    (tmp_path / "m.tflite").write_bytes(b"TFL3")
    with pytest.raises(SpecError, match="cannot be read as a LiteRT model") as caught:
        LiteRTFile(tmp_path / "m.tflite").outputs(np.ones((1, 4, 2), np.float32))
    assert caught.value.diagnostics[0].why == "LiteRT crashed while it read the file"


def test_a_litert_model_that_does_not_answer_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tdcli.formats.litert.SECONDS_OF_SAMPLE", 0)
    (tmp_path / "m.tflite").write_bytes(b"TFL3")
    with pytest.raises(SpecError, match="was stopped"):
        LiteRTFile(tmp_path / "m.tflite").outputs(np.ones((1, 4, 2), np.float32))
