"""Build the Keras model of a spec and save it."""

from dataclasses import dataclass
from pathlib import Path

from tdcli.nn.model.build import build_model
from tdcli.nn.runtime.tensorflow import seeded
from tdcli.runs.files import write_whole
from tdcli.services.specs.compile import Compiled
from tdcli.text.errors import ExecutionError


@dataclass(frozen=True)
class BuiltModel:
    """A saved model, and the number of its parameters as Keras counts them."""

    path: Path
    parameters: int


def build_and_save(compiled: Compiled, path: Path) -> BuiltModel:
    """Build and save with new weights. Raises ExecutionError if Keras and the plan count differently."""
    plan, training = compiled.plan, compiled.spec.training
    with seeded(training.seed, training.deterministic):
        model = build_model(plan)
    counted, planned = model.count_params(), plan.parameters
    if counted != planned or model.output_shape != plan.output_shape:
        message = f"Keras counts {counted:,} parameters and gives {model.output_shape}, "
        message += f"the plan has {planned:,} and {plan.output_shape}"
        raise ExecutionError.of("count-mismatch", message, "this is a fault of tdcli: please report the spec")
    write_whole(path, model.save)
    return BuiltModel(path, counted)
