"""Limit the parameters and the memory of a trial, which are computed from its plan."""

from dataclasses import dataclass

from tdcli.plan.cost import cost_of_plan
from tdcli.plan.plan import Plan
from tdcli.services.samples.memory import weight_bytes
from tdcli.services.specs.compile import Compiled
from tdcli.text.errors import SpecError
from tdcli.text.quantities import format_bytes, parse_bytes


@dataclass(frozen=True)
class Budget:
    """Limits on the parameters of a model, and on the bytes of its weights and of a batch. None means no limit."""

    parameters: int | None = None
    memory: int | None = None

    def excess(self, compiled: Compiled) -> str:
        """Return how a spec exceeds the budget, or an empty text if it does not."""
        count = compiled.plan.parameters
        if self.parameters is not None and count > self.parameters:
            return f"the model has {count:,} parameters, but `--max-params` allows {self.parameters:,}"
        needed = training_bytes(compiled.plan, compiled.spec.training.batch_size) if self.memory is not None else None
        if self.memory is not None and needed is not None and needed > self.memory:
            return f"the training needs {format_bytes(needed)}, but `--max-memory` allows {format_bytes(self.memory)}"
        return ""


def parse_budget(compiled: Compiled, parameters: int | None, memory: str | None) -> Budget:
    """Read the options. Raises SpecError if the memory is not a valid size, or cannot be computed for this spec."""
    size = None if memory is None else parse_bytes(memory)
    if memory is not None and size is None:
        message = f"`--max-memory {memory}` is not a valid size"
        raise SpecError.of("wrong-option", message, "write a size such as `2GB` or `500MB`")
    if size is not None and training_bytes(compiled.plan, 1) is None:
        message = "`--max-memory` needs the length of sequences, but `timesteps` is null"
        raise SpecError.of("wrong-option", message, "use `--max-params`, or set `timesteps` to a number")
    return Budget(parameters, size)


def training_bytes(plan: Plan, batch_size: int) -> int | None:
    """Return the least bytes that a training needs without its data, or None if a length is unknown."""
    kept = cost_of_plan(plan, batch_size).training_bytes
    return None if kept is None else weight_bytes(plan) + kept
