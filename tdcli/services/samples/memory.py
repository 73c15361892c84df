"""Estimate from the plan whether a training fits into memory, before TensorFlow is loaded."""

import math

from tdcli.data.dataset import Dataset, Part, is_streamed
from tdcli.machine import available_memory
from tdcli.plan.cost import cost_of_plan
from tdcli.plan.plan import Plan
from tdcli.plan.step import BYTES_PER_NUMBER
from tdcli.services.specs.compile import Compiled
from tdcli.text.errors import SpecError
from tdcli.text.quantities import format_bytes

COPIES_OF_WEIGHTS = 4
"""The weights, their gradients, the best weights and those of the saved model."""

MEASURED = 2
"""The most bytes that a batch needs per byte that its layers keep. Measured: 1.7, with gradients and oneDNN buffers."""


def refuse_too_large(compiled: Compiled, data: Dataset) -> None:
    """Raise SpecError, with a batch size that fits, if a training needs more memory than is available."""
    plan = compiled.plan
    of_sample = cost_of_plan(plan, 1).training_bytes
    if of_sample is None:
        return
    samples = min(compiled.spec.training.batch_size, len(data.train))
    held = weight_bytes(plan) + sum(_sample_bytes(part) for part in (data.train, data.validation) if part)
    available = available_memory()
    if held + samples * of_sample <= available:
        return
    message = f"a batch of {samples:,} needs at least {format_bytes(samples * of_sample)}, and weights and data need "
    message += f"{format_bytes(held)}, but only {format_bytes(available)} are available"
    fits = math.floor((available - held) / (MEASURED * of_sample))
    cures = (f"write `batch_size: {fits}`",) if fits > 0 else ()
    key_path = ("training", "batch_size") if fits > 0 else ("architecture",)
    raise SpecError.of(
        "out-of-memory",
        message,
        *cures,
        "use fewer units or filters, or shorter windows; `tdcli summary --cost` shows what each layer needs",
        span=compiled.document.span(key_path),
        why="the outputs of every layer for the whole batch stay in memory until the backward pass",
    )


def weight_bytes(plan: Plan) -> int:
    """Return the bytes that a training needs for the weights, independent of the batch size."""
    return COPIES_OF_WEIGHTS * plan.parameters * BYTES_PER_NUMBER["float32"]


def _sample_bytes(part: Part) -> int:
    """Return the bytes that samples need as tensors. Streamed samples need none."""
    return 0 if is_streamed(part) else part.x.size * BYTES_PER_NUMBER["float32"]
