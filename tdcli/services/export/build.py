"""A spec to a saved Keras model."""

from dataclasses import dataclass
from pathlib import Path

from tdcli.nn.model.build import build_model
from tdcli.nn.runtime.tensorflow import set_seed
from tdcli.runs.files import write_whole
from tdcli.services.specs.compile import Compiled
from tdcli.text.diagnostic import WorkFailure


@dataclass(frozen=True)
class Built:
    """Where the model was saved, and Keras's own count, which equals the plan's."""

    path: Path
    parameters: int


def build(compiled: Compiled, path: Path) -> Built:
    """Build and save with fresh weights. Raises WorkFailure if Keras counts otherwise than the plan."""
    plan, training = compiled.plan, compiled.spec.training
    set_seed(training.seed, training.deterministic)
    model = build_model(plan)
    counted, planned = model.count_params(), plan.trainable + plan.non_trainable
    if counted != planned or model.output_shape != plan.output_shape:
        message = f"Keras counts {counted:,} parameters and gives {model.output_shape}, "
        message += f"the plan has {planned:,} and {plan.output_shape}"
        raise WorkFailure.of("count-mismatch", message, "this is a fault of tdcli: please report the spec")
    write_whole(path, model.save)
    return Built(path, counted)
