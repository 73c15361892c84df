"""Write the whole script."""

from __future__ import annotations

import os
from pathlib import Path

from tdcli.plan.plan import Plan
from tdcli.runs.files import write_text
from tdcli.script.data import data_functions
from tdcli.script.model import model_lines
from tdcli.script.parts import part_names
from tdcli.script.python import function_lines, literal
from tdcli.script.training import compile_lines, counts_steps, fit_lines
from tdcli.script.weights import weight_lines
from tdcli.services.specs.compile import Compiled
from tdcli.shapes import format_shape
from tdcli.text.errors import SpecError


def render_script(compiled: Compiled, folder: Path) -> str:
    """Return the script, with paths relative to `folder`. Raises SpecError for what cannot be written as a script."""
    weights = [weight_lines(compiled)] if compiled.spec.training.class_weight is not None else []
    functions = [
        *data_functions(compiled),
        _build_function(compiled),
        *weights,
        _train_function(compiled),
        _main_function(compiled),
    ]
    body = "\n\n\n".join("\n".join(each) for each in functions)
    return f'{_header_lines(compiled, folder, body)}\n\n\n{body}\n\n\nif __name__ == "__main__":\n    main()\n'


def _header_lines(compiled: Compiled, folder: Path, body: str) -> str:
    plan = compiled.plan
    total = plan.parameters
    title = f'"""{plan.name}: {plan.kind}, {total:,} parameters.\n\n{_shapes(plan)}\n"""'
    modules = ["import keras", "import numpy as np", *(["import polars as pl"] if "pl." in body else [])]
    reads = "FOLDER" in body
    imports = ["from pathlib import Path\n"] if reads else []
    place = os.path.relpath(compiled.folder.resolve(), folder.resolve())
    home = "Path(__file__).parent" + ("" if place == "." else f" / {literal(Path(place).as_posix())}")
    constants = [*([f"FOLDER = {home}"] if reads else []), f"SEED = {compiled.spec.training.seed}"]
    return "\n".join([title, "", *imports, *modules, "from keras import layers", "", *constants])


def _shapes(plan: Plan) -> str:
    return f"{format_shape(plan.input_shape)} -> {format_shape(plan.output_shape)}"


def _build_function(compiled: Compiled) -> list[str]:
    body = [*model_lines(compiled.plan), *compile_lines(compiled.spec.training, compiled.objective), "return model"]
    given = "steps_per_epoch: int" if counts_steps(compiled.spec.training) else ""
    return function_lines(f"def build_model({given}) -> keras.Model:", "Return the compiled model.", body)


def _train_function(compiled: Compiled) -> list[str]:
    validates = "validation" in part_names(compiled)
    monitor = compiled.spec.training.monitor or ("val_loss" if validates else "loss")
    body = fit_lines(compiled.spec.training, monitor, validates=validates)
    return function_lines(
        "def train(model: keras.Model, data: dict) -> keras.callbacks.History:", "Fit the model.", body
    )


def _main_function(compiled: Compiled) -> list[str]:
    training = compiled.spec.training
    policy = [f"keras.config.set_dtype_policy({literal(training.dtype_policy)})"]
    steps = f'-(-len(data["train"][0]) // {training.batch_size})'
    body = [
        "keras.utils.set_random_seed(SEED)",
        *([] if training.dtype_policy == "float32" else policy),
        "data = load_data()",
        f"model = build_model({steps if counts_steps(training) else ''})",
        "model.summary()",
        "train(model, data)",
        *(['print(model.evaluate(*data["test"], return_dict=True))'] if "test" in part_names(compiled) else []),
        f"model.save({literal(compiled.spec.name + '.keras')})",
    ]
    return function_lines("def main() -> None:", "Load, train, evaluate and save.", body)


def write_script(compiled: Compiled, path: Path) -> None:
    """Write the script atomically. Raises SpecError if the file exists, and ExecutionError."""
    if path.exists():
        raise SpecError.of("wrong-option", f"`{path}` already exists", "choose another name, or remove the file")
    write_text(path, render_script(compiled, path.parent))
