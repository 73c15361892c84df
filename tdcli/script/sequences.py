"""Labelled sequences in a table: `read()`, padded at their ends."""

from __future__ import annotations

from typing import Any

from tdcli.script.columns import features_of, policy_of, read_columns, selected
from tdcli.script.parts import finished, parted
from tdcli.script.python import Call, function, lines, literal
from tdcli.script.table import feature_names, table_lines
from tdcli.services.specs.compile import Compiled
from tdcli.signature import Signature
from tdcli.text.diagnostic import UserError


def sequences(compiled: Compiled, data: Any, signature: Signature) -> list[list[str]]:
    """Return the functions for labelled sequences. Raises UserError for what has no plain words."""
    features = features_of(data, compiled)
    if signature.per_step or (compiled.objective.classes and data.classes is None):
        message = "the script has no words for a target a step, nor for classes that are learnt"
        raise UserError.of("cannot-write-script", message, "list the `classes`, or save the sequences as `.npy`")
    policy, unscaled = policy_of(data, features)
    names = feature_names(data, features)
    steps = signature.timesteps
    reading = [
        f"groups = read_table().partition_by({literal(data.sequence)}, maintain_order=True)",
        f"steps = {steps or 'max(len(group) for group in groups)'}",
        f'x = np.full((len(groups), steps, {len(names)}), {data.padding}, dtype="float32")',
        "for place, group in enumerate(groups):",
        *lines("values = ", Call("group.select", (selected(names),)), ".to_numpy()[:steps]", indent=4),
        "    x[place, : len(values)] = values",
        f"y = np.array([group[0, {literal(data.target[0])}] for group in groups])",
        *([f"y = np.array([{literal(list(data.classes))}.index(str(each)) for each in y])"] if data.classes else []),
        "return x, y",
    ]
    reader = function(
        "def read() -> tuple[np.ndarray, np.ndarray]:", "Return the sequences, padded at their ends.", reading
    )
    body, found = parted(["x, y = read()"], compiled)
    what = "Return the rows in order, without missing numbers."
    table = table_lines(data, read_columns(data, features), what, compiled.folder)
    return [table, reader, *found, *finished(compiled, body, policy, unscaled)]
