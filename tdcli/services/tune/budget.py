"""Limit what a trial may cost, judged by its plan alone."""

from dataclasses import dataclass

from tdcli.plan.cost import cost_of_plan
from tdcli.plan.plan import Plan
from tdcli.services.samples.memory import weight_bytes
from tdcli.services.specs.compile import Compiled
from tdcli.text.errors import SpecError
from tdcli.text.quantities import format_bytes, parse_bytes


@dataclass(frozen=True)
class Budget:
    """Limits on a model: parameters, and bytes of weights and of what a batch keeps. None means no limit."""

    parameters: int | None = None
    memory: int | None = None

    def excess(self, compiled: Compiled) -> str:
        """Return by how much a spec exceeds the budget; empty if it does not."""
        count = compiled.plan.parameters
        if self.parameters is not None and count > self.parameters:
            return f"`--max-params` allows for {self.parameters:,} parameters: it has {count:,}"
        needed = training_bytes(compiled.plan, compiled.spec.training.batch_size) if self.memory is not None else None
        if self.memory is not None and needed is not None and needed > self.memory:
            return f"`--max-memory` allows for {format_bytes(self.memory)}: it takes {format_bytes(needed)}"
        return ""


def parse_budget(compiled: Compiled, parameters: int | None, memory: str | None) -> Budget:
    """Read the options. Raises SpecError if the memory is not a valid size, or cannot be judged for this spec."""
    size = None if memory is None else parse_bytes(memory)
    if memory is not None and size is None:
        raise SpecError.of("wrong-option", f"`--max-memory {memory}` is no size", "write it as `2GB` or `500MB`")
    if size is not None and training_bytes(compiled.plan, 1) is None:
        message = "`--max-memory` needs to know how long sequences are, and `timesteps` is null"
        raise SpecError.of("wrong-option", message, "use `--max-params`, or give `timesteps` a number")
    return Budget(parameters, size)


def training_bytes(plan: Plan, batch_size: int) -> int | None:
    """Return the least memory that training needs without its data, in bytes; None if a length is unknown."""
    kept = cost_of_plan(plan, batch_size).training_bytes
    return None if kept is None else weight_bytes(plan) + kept
