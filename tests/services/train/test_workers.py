"""Several processes train as one does, and one that is killed costs no more than what follows the last checkpoint.

A script as well: `python tests/services/train/test_workers.py --count 20 --seed 1`.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil
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
KILLED = f"""architecture:
  {{kind: many-to-one, input: {{timesteps: 5, features: 2}}, recurrent: {{units: 6}}, outputs: 1}}
{ARRAYS}
split: {{validation: 0.2}}
training: {{epochs: 40, batch_size: 8, checkpoint: {{every_epochs: 5}}}}
"""
READY = "compiling the training graph"
LONGEST = 4.0
"""Seconds that the killed training takes at most from there on."""


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


def trained_here(spec: Path, runs: Path) -> Path:
    """Train in this process, and return the run's folder."""
    from tdcli.services.samples.prepare import prepare
    from tdcli.services.specs.compile import compile_spec
    from tdcli.services.train.job import TrainingJob
    from tdcli.services.train.train import train_job

    compiled = compile_spec(spec)
    return train_job(TrainingJob(compiled, prepare(compiled), runs, "tdcli train")).run.path


def killed(spec: Path, run: Path, victim: int, after: float) -> tuple[int, str]:
    """Train in two workers, kill one of them, and return how the first one ended and what it said."""
    with train(spec, run, "--workers", "2") as first:
        assert first.stderr
        assert any(READY in line for line in first.stderr)
        (other,) = psutil.Process(first.pid).children()
        time.sleep(after)
        with contextlib.suppress(psutil.NoSuchProcess):
            (other if victim else first).send_signal(signal.SIGKILL)
        said = first.communicate(timeout=60)[1]
        psutil.wait_procs([other], timeout=60)
    return first.returncode, said


def campaign(count: int, seed: int, folder: Path) -> list[str]:
    """Kill one of two workers `count` times and go on with 1 to 3; say what went otherwise than it should."""
    spec, drawn = written(folder, KILLED), random.Random(seed)
    whole = trained_here(spec, folder)
    wrong = []
    for number in range(count):
        run, victim, after = folder / str(number), drawn.randrange(2), drawn.uniform(0, LONGEST)
        workers = drawn.choice([(), ("--workers", "2"), ("--workers", "3")])
        code, said = killed(spec, run, victim, after)
        ended = code == 0 or (code == 1 and "lost-worker" in said if victim else code == -signal.SIGKILL)
        with train(spec, run, *workers) as again:
            said_again = again.communicate(timeout=300)[1]
        alike = again.returncode == 0 and np.allclose(figures(run), figures(whole), rtol=1e-3)
        if not (ended and alike):
            wrong.append(f"worker {victim} killed after {after:.2f} s, on with {workers}: {code}, {said} {said_again}")
    return wrong


@pytest.mark.long
def test_one_of_two_workers_that_is_killed_stops_the_other_and_the_same_command_goes_on(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    assert campaign(1, seed, tmp_path) == [], f"seed {seed}"


def test_too_few_workers_and_too_small_batches_are_refused(tmp_path: Path, tdcli: Callable[..., Any]) -> None:
    spec = written(tmp_path, KILLED)
    ended = tdcli("train", spec, "--workers", 1)
    assert (ended.code, "write `--workers 2`" in ended.err) == (2, True)
    ended = tdcli("train", spec, "--workers", 2, "--folds", 2)
    assert (ended.code, "`--workers` goes with a single training" in ended.err) == (2, True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = campaign(arguments.count, arguments.seed, Path(name))
    sys.stdout.write(f"{arguments.count - len(found)} of {arguments.count} went on to the same end; others: {found}\n")
