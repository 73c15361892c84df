"""Build the Keras model of a spec and save it.

TensorFlow is imported only after the spec has been found valid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tdcli.runs.files import write_whole
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.text.errors import ExecutionError, SpecError


@dataclass(frozen=True)
class BuiltModel:
    """A saved model, and its number of parameters as counted by Keras."""

    path: Path
    parameters: int


def build_spec(spec: Path, settings: Sequence[str] = (), output: Path | None = None) -> BuiltModel:
    """Build the model of a spec with initial weights and save it, by default as NAME.keras.

    Raises SpecError if the spec is invalid or the output has another file ending, and ExecutionError if Keras and the
    plan disagree on shapes or parameters.
    """
    compiled = compile_spec(spec, settings)
    path = output or Path(f"{compiled.spec.name}.keras")
    if path.suffix != ".keras":
        raise SpecError.of("wrong-option", f"`{path}` does not end in `.keras`", f"write `-o {path.stem}.keras`")
    return _build_and_save(compiled, path)


def _build_and_save(compiled: Compiled, path: Path) -> BuiltModel:
    from tdcli.nn.model.build import build_model
    from tdcli.nn.runtime.tensorflow import seeded

    plan, training = compiled.plan, compiled.spec.training
    with seeded(training.seed, training.deterministic):
        model = build_model(plan)
    counted, planned = model.count_params(), plan.parameters
    if counted != planned or model.output_shape != plan.output_shape:
        message = f"Keras builds {counted:,} parameters and the output shape {model.output_shape}, "
        message += f"but the plan has {planned:,} and {plan.output_shape}"
        raise ExecutionError.of("count-mismatch", message, "report this spec as a bug in tdcli")
    write_whole(path, model.save)
    return BuiltModel(path, counted)
