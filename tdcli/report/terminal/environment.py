"""Render an environment as text and as JSON."""

import json
from dataclasses import asdict

from rich.console import Group, RenderableType

from tdcli.plan.cudnn import CudnnUse
from tdcli.report.terminal.table import TerminalTable, with_title
from tdcli.services.machine.extras import Extra
from tdcli.services.train.environment import Environment
from tdcli.text.quantities import format_bytes


def render_environment(found: Environment, format: str) -> RenderableType:
    """Return one line per item."""
    if format == "json":
        return json.dumps(asdict(found), indent=2)
    grid = TerminalTable.grid(padding=(0, 2, 0, 0))
    grid.add_row("versions", _join_items(found.versions))
    grid.add_row("devices", _join_items(found.devices))
    grid.add_row("cores", f"{found.cores}; threads: {_join_items(found.threads)} (0: TensorFlow's choice)")
    grid.add_row("memory", f"{format_bytes(found.memory_bytes)} available")
    grid.add_row("TensorFlow", _build_text(found.tensorflow_build))
    for extra in found.extras:
        grid.add_row(f"extra {extra.name}", _extra_text(extra))
    if not found.recurrent:
        return grid
    uses = TerminalTable()
    for heading in ("Layer", "", "cuDNN on a GPU"):
        uses.add_column(heading, overflow="fold")
    for use in found.recurrent:
        uses.add_row(use.layer, use.name, _cudnn_text(use))
    return Group(grid, with_title("recurrent layers", uses))


def _join_items(values: dict[str, str] | dict[str, int]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _build_text(build: dict[str, object]) -> str:
    if not build["cuda"]:
        return "built without CUDA: uses the CPU"
    return f"built with CUDA {build.get('cuda_version', '?')}, cuDNN {build.get('cudnn_version', '?')}"


def _extra_text(extra: Extra) -> str:
    if extra.is_installed:
        return ", ".join(f"{name} {version}" for name, version in extra.packages.items())
    return f"missing: {extra.command}"


def _cudnn_text(use: CudnnUse) -> str:
    return f"no: {', '.join(use.obstacles)}" if use.obstacles else "can be used"
