"""Find out which process of a cluster this is.

Does not import TensorFlow, which reads the same environment variables when it starts.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tdcli.text.errors import ExecutionError, SpecError

TRAINERS = ("chief", "worker")
"""The roles that train, in the order in which TensorFlow numbers them."""


class WorkerLostError(ExecutionError):
    """Another process of the training is missing or has ended."""


@dataclass(frozen=True)
class WorkerInfo:
    """One process among `count` that train together.

    manager: `SLURM` or `TF_CONFIG`, the source of this information. It is empty for a single process.
    """

    index: int = 0
    count: int = 1
    manager: str = ""
    fingerprint: bytes = b""
    """A value that must be equal in all processes."""
    find_lost: Callable[[], str] = field(default=lambda: "", compare=False)
    """Returns a description of another process that is known to have ended, or an empty string."""

    @property
    def is_alone(self) -> bool:
        """Whether this process trains alone."""
        return self.count == 1

    @property
    def is_chief(self) -> bool:
        """Whether this is the process that prints and writes files."""
        return self.index == 0


ALONE = WorkerInfo()


def current_worker(environment: Mapping[str, str] = os.environ) -> WorkerInfo:
    """Return this process, from `TF_CONFIG`, or from SLURM if `srun` started it.

    Raises SpecError if `TF_CONFIG` is not valid for training.
    """
    if environment.get("TF_CONFIG"):
        return _read_tf_config(environment["TF_CONFIG"])
    tasks, rank = environment.get("SLURM_STEP_NUM_TASKS", "1"), environment.get("SLURM_PROCID", "0")
    is_task = tasks.isdecimal() and rank.isdecimal() and int(tasks) > 1
    return WorkerInfo(int(rank), int(tasks), "SLURM") if is_task else ALONE


def is_alone(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether this process trains alone. A `TF_CONFIG` that is not valid counts as alone."""
    try:
        return current_worker(environment).is_alone
    except SpecError:
        return True


def _read_tf_config(text: str) -> WorkerInfo:
    """Read the format of https://www.tensorflow.org/guide/distributed_training#TF_CONFIG."""
    try:
        config = json.loads(text)
        cluster = {role: _check_addresses(listed) for role, listed in config.get("cluster", {}).items()}
        task = config.get("task", {})
        role, number = str(task.get("type", "worker")), int(task.get("index", 0))
    except (ValueError, TypeError, AttributeError):
        help = 'write it as {"cluster": {"worker": ["host:port", ...]}, "task": {"type": "worker", "index": 0}}'
        raise SpecError.of("wrong-cluster", "`TF_CONFIG` cannot be read", help) from None
    if sum(map(len, cluster.values())) < 2:
        return ALONE
    _check_roles(cluster, role, number)
    before = len(cluster.get("chief", ())) if role == "worker" else 0
    return WorkerInfo(before + number, sum(len(cluster.get(name, ())) for name in TRAINERS), "TF_CONFIG")


def _check_addresses(listed: Any) -> list[str]:
    """Return the addresses of a role. Raises ValueError if they are not a list of different `host:port`."""
    if not isinstance(listed, list) or len(set(map(str, listed))) < len(listed):
        raise ValueError
    for address in listed:
        host, _, port = str(address).rpartition(":")
        if not (host and port.isdecimal()):
            raise ValueError
    return listed


def _check_roles(cluster: Mapping[str, list[Any]], role: str, number: int) -> None:
    """Raise SpecError for roles that do not train, and for a task that is not in the cluster."""
    help = "list all processes as `worker`; one of them can be `chief`"
    for other in (role, *cluster):
        if other not in TRAINERS:
            raise SpecError.of("wrong-cluster", f"`TF_CONFIG` has the role `{other}`, which does not train", help)
    if not 0 <= number < len(cluster.get(role, ())):
        listed = len(cluster.get(role, ()))
        message = f"`TF_CONFIG` says that this process is `{role}` {number}, but lists {listed} with this role"
        raise SpecError.of("wrong-cluster", message, "set `index` to the number of this process in its role, from 0")
