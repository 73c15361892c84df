"""What this machine and this installation compute with."""

import platform
from dataclasses import dataclass
from typing import Any

import tdcli
from tdcli.machine import available_cores, available_memory
from tdcli.nn.runtime.tensorflow import build_info, devices, threads, versions
from tdcli.plan.cudnn import CudnnUse, cudnn_uses
from tdcli.plan.plan import Plan
from tdcli.services.machine.extras import Extra, extras


@dataclass(frozen=True)
class Environment:
    """Versions, devices, threads, what TensorFlow was built with, extras; of a spec its recurrent layers."""

    versions: dict[str, str]
    devices: dict[str, str]
    cores: int
    threads: dict[str, int]
    memory_bytes: int
    tensorflow_build: dict[str, Any]
    extras: tuple[Extra, ...]
    recurrent: tuple[CudnnUse, ...]


def environment(plan: Plan | None) -> Environment:
    """Look around."""
    return Environment(
        versions={"tdcli": tdcli.__version__, "python": platform.python_version(), **versions()},
        devices=devices(),
        cores=available_cores(),
        threads=threads(),
        memory_bytes=available_memory(),
        tensorflow_build=build_info(),
        extras=extras(),
        recurrent=cudnn_uses(plan) if plan else (),
    )
