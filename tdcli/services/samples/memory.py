"""Whether a training fits into memory, from the plan's cost, before TensorFlow is loaded."""

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
"""The weights themselves, their gradients, the best ones, the saved model's."""

MEASURED = 2
"""What a batch takes, at most, for each byte that its layers keep (seen: 1.7, gradients and oneDNN's scratch)."""


def refuse_too_large(compiled: Compiled, data: Dataset) -> None:
    """Raise SpecError with the batch size that fits, where the least that training needs is more than there is."""
    plan = compiled.plan
    of_sample = cost_of_plan(plan, 1).training_bytes
    if of_sample is None:
        return
    samples = min(compiled.spec.training.batch_size, len(data.train))
    held = weight_bytes(plan) + sum(_sample_bytes(part) for part in (data.train, data.validation) if part)
    available = available_memory()
    if held + samples * of_sample <= available:
        return
    message = f"a batch of {samples:,} needs {format_bytes(samples * of_sample)} at least, weights and data "
    message += f"{format_bytes(held)}; there are {format_bytes(available)}"
    fits = math.floor((available - held) / (MEASURED * of_sample))
    cures = (f"write `batch_size: {fits}`",) if fits > 0 else ()
    key_path = ("training", "batch_size") if fits > 0 else ("architecture",)
    raise SpecError.of(
        "out-of-memory",
        message,
        *cures,
        "`tdcli summary --cost` shows what each layer keeps: fewer units or filters, or shorter windows",
        span=compiled.document.span(key_path),
        why="what every layer gives for a whole batch is kept for the backward pass",
    )


def weight_bytes(plan: Plan) -> int:
    """Return the bytes that a training holds for the weights, whatever the batch."""
    return COPIES_OF_WEIGHTS * plan.parameters * BYTES_PER_NUMBER["float32"]


def _sample_bytes(part: Part) -> int:
    """Return the bytes that a part's samples take as tensors; those that are streamed take none."""
    return 0 if is_streamed(part) else part.x.size * BYTES_PER_NUMBER["float32"]
