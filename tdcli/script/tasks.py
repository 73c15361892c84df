"""Write `make(rng)`, which makes the samples of a synthetic task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tdcli.script.python import function_lines, literal
from tdcli.signature import Signature
from tdcli.sources.core.classes import outputs_for_classes
from tdcli.sources.tasks.core.task import Task
from tdcli.sources.tasks.echo import Echo
from tdcli.sources.tasks.moving_dot import MovingDot
from tdcli.sources.tasks.pressure_grid import PressureGrid
from tdcli.sources.tasks.random_video import RandomVideo
from tdcli.sources.tasks.sine import Sine
from tdcli.sources.tasks.volume_series import VolumeSeries

Lines = list[str]
HEAD = "def make(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:"


def task_function(task: Task, signature: Signature) -> Lines:
    """Return the function that makes x and y; the same generator gives the same as `tdcli train` trains on."""
    return function_lines(HEAD, f"Make the samples of the task `{task.task}`.", _BODIES[task.task](task, signature))


def _echo(task: Echo, signature: Signature) -> Lines:
    x, y = task.shapes(signature)
    return [
        f'values = (np.arange({task.length}) / {task.length}).astype("float32")',
        f"return values.reshape({literal(x)}), values.reshape({literal(y)})",
    ]


def _sine(task: Sine, signature: Signature) -> Lines:
    steps, features = task.steps(signature), signature.step_shape[0]
    own = signature.output_shape[1] if signature.own_steps else signature.units
    ahead = 1 if signature.per_step else own
    y = f"waves[:, {steps}:, :1]" if signature.own_steps else f"waves[:, {steps}:, 0]"
    return [
        f"frequencies = {task.frequency or f'rng.uniform(0.02, 0.1, ({task.samples}, 1, 1))'}",
        f"times = np.arange({steps + (ahead or 1)})[:, None] * frequencies",
        f"phases = rng.random(({task.samples}, 1, 1)) + np.arange({features}) / {2 * (features or 1)}",
        "waves = np.sin(2 * np.pi * (times + phases))",
        f"waves = waves + {task.noise} * rng.standard_normal(waves.shape)",
        'waves = waves.astype("float32")',
        f"return waves[:, :{steps}], {f'waves[:, 1 : {steps + 1}, :1]' if signature.per_step else y}",
    ]


def _random_video(task: RandomVideo, signature: Signature) -> Lines:
    shape = (task.samples, task.steps(signature), *signature.step_shape)
    places = shape[:1] if not signature.returns_sequences else (task.samples, signature.output_shape[1] or shape[1])
    return [
        f"x = rng.random({literal(shape)}, dtype=np.float32)",
        f"return x, rng.integers({outputs_for_classes(signature)}, size={literal(places)})",
    ]


def _moving_dot(task: MovingDot, signature: Signature) -> Lines:
    steps, (*sizes, channels) = task.steps(signature), signature.step_shape
    count = task.samples
    return [
        f"sizes = np.array({literal(sizes)})",
        f"labels = rng.integers({outputs_for_classes(signature)}, size={count})",
        f"motion = np.zeros(({count}, {len(sizes)}), int)",
        f"motion[np.arange({count}), {len(sizes) - 1} - labels // 2] = np.where(labels % 2, 1, -1)",
        "start = rng.integers(sizes, size=motion.shape)",
        f"path = start[:, None] + np.arange({steps})[:, None] * motion[:, None]",
        f'x = np.zeros({literal((count, steps, *sizes, channels))}, "float32")',
        f"samples = np.arange({count})[:, None]",
        f"x[samples, np.arange({steps}), *np.moveaxis(path % sizes, -1, 0)] = 1",
        f'x = (x + {task.noise} * rng.standard_normal(x.shape)).astype("float32")',
        f"return x, {_labels_per_step(signature, steps)}",
    ]


def _pressure_grid(task: PressureGrid, signature: Signature) -> Lines:
    steps, (height, width, channels) = task.steps(signature), signature.step_shape
    count = task.samples
    return [
        f"labels = rng.integers(2, size={count})",
        f"sway = 0.03 * rng.standard_normal(({count}, {steps}, 2)).cumsum(axis=1)",
        f"sway += rng.uniform(-0.1, 0.1, ({count}, 1, 2))",
        "",
        "def patch(aside: float, wide: float) -> np.ndarray:",
        f"    rows = np.linspace(-0.5, 0.5, {height}) - sway[..., :1]",
        f"    columns = np.linspace(-0.5, 0.5, {width}) - sway[..., 1:] - aside",
        "    distance = rows[..., :, None] ** 2 + columns[..., None, :] ** 2",
        "    return np.exp(-distance / (2 * wide**2))",
        "",
        "feet = patch(-0.25, 0.12) + patch(0.25, 0.12)",
        "pressed = np.where(labels[:, None, None, None], patch(0.0, 0.3), feet)",
        f"force = rng.uniform(0.8, 1.2, ({count}, 1, 1, 1)) * {height} * {width} / 5",
        "x = pressed / pressed.sum(axis=(2, 3), keepdims=True) * force",
        f"x = np.repeat(x[..., None], {channels}, axis=-1)",
        f'x = (x + {task.noise} * rng.standard_normal(x.shape)).astype("float32")',
        f"return x, {_labels_per_step(signature, steps)}",
    ]


def _volume_series(task: VolumeSeries, signature: Signature) -> Lines:
    steps, (*sizes, channels) = task.steps(signature), signature.step_shape
    count = task.samples
    return [
        f"labels = rng.integers(2, size={count})",
        f"small, large = rng.uniform(0.1, 0.2, {count}), rng.uniform(0.3, 0.4, {count})",
        f"share = np.linspace(0, 1, {steps})",
        "share = np.where(labels[:, None], share, 1 - share)",
        "radius = small[:, None] * (1 - share) + large[:, None] * share",
        f"middle = rng.uniform(-0.1, 0.1, ({count}, 3))",
        f"axes = [np.linspace(-0.5, 0.5, size) for size in {literal(tuple(sizes))}]",
        'axes = np.meshgrid(*axes, indexing="ij")',
        "far = sum(",
        "    (axis - middle[:, place, None, None, None]) ** 2",
        "    for place, axis in enumerate(axes)",
        ")",
        "x = np.exp(-far[:, None] / (2 * radius[..., None, None, None] ** 2))",
        f"x = np.repeat(x[..., None], {channels}, axis=-1)",
        f'x = (x + {task.noise} * rng.standard_normal(x.shape)).astype("float32")',
        f"return x, {_labels_per_step(signature, steps)}",
    ]


def _labels_per_step(signature: Signature, steps: int) -> str:
    if not signature.returns_sequences:
        return "labels"
    return f"np.repeat(labels[:, None], {signature.output_shape[1] or steps}, axis=1)"


_BODIES: dict[str, Callable[[Any, Signature], Lines]] = {
    "echo": _echo,
    "sine": _sine,
    "random-video": _random_video,
    "moving-dot": _moving_dot,
    "pressure-grid": _pressure_grid,
    "volume-series": _volume_series,
}
