"""Several processes train as one does. What becomes of one that is killed: `benchmarks/killed_workers.py`."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ARRAYS = "data: {source: npy, x: x.npy, y: y.npy, scale: standard, stream: true}"
# 74 samples train, so that the last batch has fewer samples than there are copies; padded steps are masked, and
# BatchNormalization stands before and behind them; a penalty on outputs is a mean over samples, one on weights is not.
ALIKE = f"""architecture:
  kind: layers
  input: [5, 2]
  layers:
    - Masking: {{mask_value: 0.0}}
    - Dense: {{units: 4, use_bias: false}}
    - BatchNormalization
    - LSTM: {{units: 6}}
    - Dense: {{units: 4, use_bias: false, kernel_regularizer: l2, activity_regularizer: l2}}
    - BatchNormalization
    - Dense: {{units: 1}}
{ARRAYS}
split: {{validation: 0.2}}
training: {{epochs: 10, batch_size: 73, metrics: [mae], optimizer: {{name: adam, clipnorm: 0.1}}}}
"""


def written(folder: Path, text: str) -> Path:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(93, 5, 2)).astype("float32")
    x[::3, 3:] = 0  # padding, where the model masks it
    np.save(folder / "x.npy", x)
    np.save(folder / "y.npy", rng.normal(size=93).astype("float32"))
    (folder / "spec.yaml").write_text(text, encoding="utf-8")
    return folder / "spec.yaml"


def train(
    spec: Path, run: Path, *options: str, before: Sequence[str] = (), **variables: str
) -> "subprocess.Popen[str]":
    command = [*before, sys.executable, "-m", "tdcli", "train", str(spec), "--run", str(run), *options]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env={**os.environ, **variables}, **pipes)


def figures(run: Path) -> list[list[float]]:
    return np.loadtxt(run / "history.csv", delimiter=",", skiprows=1).tolist()


def weights(run: Path) -> list[Any]:
    from tdcli.nn.runtime.tensorflow import keras

    variables = keras.models.load_model(run / "last.keras").variables
    return [each.numpy() for each in variables if "seed" not in each.path]


@contextlib.contextmanager
def two_hosts() -> Iterator[list[tuple[list[str], str]]]:
    """Give two hosts, each as what runs a command there and its address: two network namespaces, where these can be
    made, else this machine twice.
    """
    names = [f"tdcli-{os.getpid()}-{number}" for number in (1, 2)]
    cables = [f"td{os.getpid()}-{number}" for number in (1, 2)]
    addresses = ["10.77.0.1", "10.77.0.2"]
    commands = [f"ip netns add {name}" for name in names]
    commands += [f"ip link add {cables[0]} netns {names[0]} type veth peer name {cables[1]} netns {names[1]}"]
    for name, cable, address in zip(names, cables, addresses, strict=True):
        commands += [f"ip -n {name} addr add {address}/24 dev {cable}"]
        commands += [f"ip -n {name} link set {device} up" for device in ("lo", cable)]
    try:
        made = shutil.which("ip") is not None and all(
            subprocess.run(each.split(), check=False, capture_output=True).returncode == 0 for each in commands
        )
        if made:
            yield [(["ip", "netns", "exec", name], address) for name, address in zip(names, addresses, strict=True)]
        else:
            yield [([], "127.0.0.1"), ([], "127.0.0.1")]
    finally:
        for name in names if shutil.which("ip") else []:
            subprocess.run(f"ip netns delete {name}".split(), check=False, capture_output=True)


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in held]


@pytest.mark.long
def test_two_hosts_train_as_one_process_does(tmp_path: Path, tdcli: Callable[..., Any]) -> None:
    spec = written(tmp_path, ALIKE)
    with two_hosts() as hosts:
        addresses = [f"{address}:{port}" for (_, address), port in zip(hosts, free_ports(2), strict=True)]
        workers = []
        for number, (before, _) in enumerate(hosts):
            config = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": number}}
            run = tmp_path / f"of_{number}"
            workers.append(train(spec, run, before=before, TF_CONFIG=json.dumps(config)))
        assert tdcli("train", spec, "--run", tmp_path / "alone").code == 0
        said = [worker.communicate(timeout=240) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], said
    assert said[1] == ("", "")
    assert not (tmp_path / "of_1").exists()
    assert np.allclose(figures(tmp_path / "of_0"), figures(tmp_path / "alone"), rtol=1e-5)
    for ours, theirs in zip(weights(tmp_path / "of_0"), weights(tmp_path / "alone"), strict=True):
        assert np.abs(ours - theirs).max() <= 1e-5 * np.abs(theirs).max()


@pytest.mark.long
def test_a_machine_of_two_devices_trains_as_one_of_one_does(tmp_path: Path, tdcli: Callable[..., Any]) -> None:
    accumulated = ALIKE.replace("adam", "adamw, use_ema: true, gradient_accumulation_steps: 2")
    spec = written(tmp_path, accumulated.replace(", activity_regularizer: l2", ""))  # docs/workers.md says why
    code = """
import sys, tensorflow as tf
devices = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(devices[0], [tf.config.LogicalDeviceConfiguration()] * 2)
import tdcli.nn.training.train
from tdcli.nn.distributed.replicas import Replicas
tdcli.nn.training.train.connect_replicas = lambda *_: Replicas(tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]))
from tdcli.__main__ import main
main()
"""
    command = [sys.executable, "-c", code, "train", str(spec), "--run", str(tmp_path / "two"), "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert tdcli("train", spec, "--run", tmp_path / "alone").code == 0
        said = process.communicate(timeout=240)[1]
    assert process.returncode == 0, said
    assert np.allclose(figures(tmp_path / "two"), figures(tmp_path / "alone"), rtol=1e-5)
    for ours, theirs in zip(weights(tmp_path / "two"), weights(tmp_path / "alone"), strict=True):
        assert np.abs(ours - theirs).max() <= 2e-5 * np.abs(theirs).max()


def test_too_few_workers_and_too_small_batches_are_refused(tmp_path: Path, tdcli: Callable[..., Any]) -> None:
    spec = written(tmp_path, ALIKE)
    ended = tdcli("train", spec, "--workers", 1)
    assert (ended.code, "write `--workers 2`" in ended.err) == (2, True)
    ended = tdcli("train", spec, "--workers", 2, "--folds", 2)
    assert (ended.code, "`--workers` cannot be combined with `--folds` or `--seeds`" in ended.err) == (2, True)
