"""A process finds its place in what a scheduler says, before TensorFlow is loaded."""

import json
from typing import Any

import pytest

from tdcli.nn.runtime.cluster import WorkerInfo, current_worker, is_alone
from tdcli.text.errors import SpecError

HOSTS = ["a:1", "b:1", "c:1"]


def tf_config(role: str = "worker", index: int = 0, **cluster: list[str]) -> dict[str, str]:
    return {"TF_CONFIG": json.dumps({"cluster": cluster, "task": {"type": role, "index": index}})}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, WorkerInfo()),
        ({"TF_CONFIG": ""}, WorkerInfo()),
        ({"TF_CONFIG": "{}"}, WorkerInfo()),
        (tf_config(worker=["a:1"]), WorkerInfo()),
        (tf_config(index=2, worker=HOSTS), WorkerInfo(2, 3, "TF_CONFIG")),
        (tf_config("chief", chief=["a:1"], worker=HOSTS), WorkerInfo(0, 4, "TF_CONFIG")),
        (tf_config(index=1, chief=["a:1"], worker=HOSTS), WorkerInfo(2, 4, "TF_CONFIG")),
        ({"SLURM_PROCID": "3", "SLURM_STEP_NUM_TASKS": "8"}, WorkerInfo(3, 8, "SLURM")),
        ({"SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1"}, WorkerInfo()),
        ({"SLURM_JOB_ID": "7", "SLURM_NTASKS": "8"}, WorkerInfo()),  # in a batch script, outside srun
    ],
)
def test_a_process_finds_its_place(environment: dict[str, str], expected: WorkerInfo) -> None:
    assert current_worker(environment) == expected
    assert is_alone(environment) == (expected.count == 1)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"TF_CONFIG": "{"}, "cannot be read"),
        ({"TF_CONFIG": "[]"}, "cannot be read"),
        ({"TF_CONFIG": '{"cluster": 3}'}, "cannot be read"),
        ({"TF_CONFIG": '{"cluster": {"worker": "ab:1"}}'}, "cannot be read"),
        (tf_config(worker=["a", "b"]), "cannot be read"),
        (tf_config(worker=["a:1", "a:1"]), "cannot be read"),
        (tf_config(worker=HOSTS, ps=["d:1"]), "`ps`, which does not train"),
        (tf_config("evaluator", worker=HOSTS), "`evaluator`, which does not train"),
        (tf_config(index=3, worker=HOSTS), "`worker` 3, but lists 3"),
        (tf_config("chief", worker=HOSTS), "`chief` 0, but lists 0"),
    ],
)
def test_a_cluster_that_cannot_train_is_refused_by_name(environment: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError) as refused:
        current_worker(environment)
    assert words in str(refused.value)
    assert is_alone(environment)


def test_slurm_tasks_share_the_ports_of_their_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    from tdcli.nn.distributed.strategy import _cluster_resolver

    variables = {"PROCID": "2", "STEP_NUM_TASKS": "4", "STEP_NODELIST": "n[01-02]", "STEP_TASKS_PER_NODE": "2(x2)"}
    for name, value in variables.items():
        monkeypatch.setenv(f"SLURM_{name}", value)
    resolver = _cluster_resolver(current_worker())
    assert resolver.cluster_spec().as_dict() == {"worker": ["n01:8888", "n01:8889", "n02:8888", "n02:8889"]}
    assert (resolver.task_type, resolver.task_id) == ("worker", 2)
