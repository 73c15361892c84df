"""Write `read()`, which reads labelled sequences from a table and pads them at their ends."""

from __future__ import annotations

from tdcli.script.columns import features_in_file, name_list, numeric_columns, scaling_policy
from tdcli.script.parts import load_data_functions, split_code
from tdcli.script.python import Call, function_lines, literal, wrapped_lines
from tdcli.script.table import encoded_names, table_lines
from tdcli.services.specs.compile import Compiled
from tdcli.signature import Signature
from tdcli.sources.tables.sequences import Sequences
from tdcli.text.errors import SpecError


def sequence_functions(compiled: Compiled, data: Sequences, signature: Signature) -> list[list[str]]:
    """Return the functions for labelled sequences. Raises SpecError for what the script does not support."""
    features = features_in_file(data, compiled)
    if signature.per_step or (compiled.objective.classes and data.classes is None):
        message = "the script does not support a target per timestep, or classes that are inferred"
        raise SpecError.of("cannot-write-script", message, "list the `classes`, or save the sequences as `.npy`")
    policy, unscaled = scaling_policy(data, features)
    names = encoded_names(data, features)
    steps = signature.timesteps
    reading = [
        f"groups = read_table().partition_by({literal(data.sequence)}, maintain_order=True)",
        f"steps = {steps or 'max(len(group) for group in groups)'}",
        f'x = np.full((len(groups), steps, {len(names)}), {data.padding}, dtype="float32")',
        "for place, group in enumerate(groups):",
        *wrapped_lines("values = ", Call("group.select", (name_list(names),)), ".to_numpy()[:steps]", indent=4),
        "    x[place, : len(values)] = values",
        f"y = np.array([group[0, {literal(data.target[0])}] for group in groups])",
        *([f"y = np.array([{literal(list(data.classes))}.index(str(each)) for each in y])"] if data.classes else []),
        "return x, y",
    ]
    reader = function_lines(
        "def read() -> tuple[np.ndarray, np.ndarray]:", "Return the sequences, padded at their ends.", reading
    )
    body, found = split_code(["x, y = read()"], compiled)
    what = "Return the rows in order, without missing numbers."
    table = table_lines(data, numeric_columns(data, features), what, compiled.folder)
    return [table, reader, *found, *load_data_functions(compiled, body, policy, unscaled)]
