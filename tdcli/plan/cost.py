"""Compute the cost of a plan from its shapes: multiply-adds, memory of activations, size of weights."""

from dataclasses import dataclass

from tdcli.layers.core.arithmetic import multiply_known, product
from tdcli.plan.plan import Plan
from tdcli.plan.step import BYTES_PER_NUMBER, Step


@dataclass(frozen=True)
class Cost:
    """The cost of a step or of a whole plan. A figure is None if a length is unknown.

    multiply_adds: matrix products and convolutions in the forward pass of one sample. A multiplication
    and its addition count as one. Biases, activations and the products of gates do not count.
    inference_bytes: the most memory that the activations of a batch take at one time, which is the
    input and the output of one step. training_bytes: the activations that all steps keep for the
    backward pass. Recurrent layers keep their gates and states at every timestep. weight_bytes: by dtype.
    """

    multiply_adds: int | None
    inference_bytes: int | None
    training_bytes: int | None
    weight_bytes: dict[str, int]


def cost_of_step(step: Step, batch_size: int) -> Cost:
    """Return the cost of a step for a batch."""
    bytes_each = batch_size * BYTES_PER_NUMBER[step.layer.dtype or "float32"]
    alive = (product(step.input_shape[1:]), product(step.output_shape[1:]))
    inference = None if None in alive else sum(size for size in alive if size is not None) * bytes_each
    training = multiply_known(step.layer.activation_count(step.input_shape), bytes_each)
    return Cost(step.layer.multiply_adds(step.input_shape), inference, training, _weight_bytes([step]))


def cost_of_plan(plan: Plan, batch_size: int) -> Cost:
    """Return the cost of all steps for a batch. Training also keeps the input."""
    costs = [cost_of_step(step, batch_size) for step in plan.steps]
    read = multiply_known(product(plan.input_shape[1:]), batch_size * BYTES_PER_NUMBER["float32"])
    alive = [cost.inference_bytes for cost in costs]
    largest = None if None in alive else max(size for size in alive if size is not None)
    kept = _sum([read, *(cost.training_bytes for cost in costs)])
    return Cost(_sum([cost.multiply_adds for cost in costs]), largest, kept, _weight_bytes(plan.steps))


def _weight_bytes(steps: tuple[Step, ...] | list[Step]) -> dict[str, int]:
    """Return the bytes of the weights in their own dtypes, and with all of them in one dtype."""
    total = sum(step.parameters.total for step in steps)
    return {
        "as_is": sum(step.bytes for step in steps),
        **{name: total * BYTES_PER_NUMBER[name] for name in ("float32", "float16")},
    }


def _sum(sizes: list[int | None]) -> int | None:
    return None if None in sizes else sum(size for size in sizes if size is not None)
