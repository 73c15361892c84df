"""Describe the machine and the installation that train and predict."""

import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tdcli.machine import available_cores, available_memory
from tdcli.nn.runtime.tensorflow import build_info, devices, threads, versions
from tdcli.plan.cudnn import CudnnUse, cudnn_uses
from tdcli.services.machine.extras import Extra, user_extras
from tdcli.services.specs.compile import compile_spec
from tdcli.version import __version__


@dataclass(frozen=True)
class Environment:
    """The versions, devices, threads, TensorFlow build and extras. recurrent: how layers of a spec use cuDNN."""

    versions: dict[str, str]
    devices: dict[str, str]
    cores: int
    threads: dict[str, int]
    memory_bytes: int
    tensorflow_build: dict[str, Any]
    extras: tuple[Extra, ...]
    recurrent: tuple[CudnnUse, ...]


def describe_environment(spec: Path | None = None) -> Environment:
    """Return the environment, and how recurrent layers of a spec use cuDNN. Raises SpecError for an invalid spec."""
    plan = compile_spec(spec).plan if spec else None
    return Environment(
        versions={"tdcli": __version__, "python": platform.python_version(), **versions()},
        devices=devices(),
        cores=available_cores(),
        threads=threads(),
        memory_bytes=available_memory(),
        tensorflow_build=build_info(),
        extras=user_extras(),
        recurrent=cudnn_uses(plan) if plan else (),
    )
