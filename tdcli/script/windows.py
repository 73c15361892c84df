"""Windows over a table: `windows(x, y, start, stop)`, and the rows where parts end."""

from __future__ import annotations

from typing import Any

from tdcli.data._signature import Signature
from tdcli.script.columns import features_of, policy_of, read_columns, selected
from tdcli.script.parting import has_part
from tdcli.script.parts import finished, parts
from tdcli.script.python import Call, lines
from tdcli.script.table import feature_names, table_lines
from tdcli.services.compile import Compiled
from tdcli.text.diagnostic import UserError


def windows(compiled: Compiled, data: Any, signature: Signature) -> list[list[str]]:
    """Return the functions for windows. Raises UserError for what has no plain words."""
    split, features = compiled.spec.split, features_of(data, compiled)
    if split.by not in (None, "time"):
        raise UserError.of("cannot-write-script", "the script parts windows by time", "leave `by` out of `split`")
    policy, unscaled = policy_of(data, features)
    body = ["table = read_table()"]
    body += lines("x = ", Call("table.select", (selected(feature_names(data, features)),)), ".to_numpy()")
    body += lines("y = ", Call("table.select", (selected(data.target),)), ".to_numpy()")
    body += [*_bounds(compiled), "data = {"]
    body += [f'    "{name}": windows(x, y, {start}, {stop}),' for name, (start, stop) in _intervals(compiled).items()]
    what = "Return the rows in order, without missing numbers."
    table = table_lines(data, read_columns(data, features), what, compiled.folder)
    return [table, _window_lines(data, signature, split), *finished(compiled, [*body, "}"], policy, unscaled)]


def _bounds(compiled: Compiled) -> list[str]:
    """Return the lines that name the rows where parts end."""
    split = compiled.spec.split
    test = split.test if split.test not in (None, "rest") else 0
    train = f"len(x) - {_share(test, 'len(x)')}" if test else "len(x)"
    if split.train not in (None, "rest"):
        train = _share(split.train, "len(x)")
    found = [f"trained = {train}"]
    if has_part(split, "validation"):
        found.append(f"validated = trained - {_share(split.validation, 'trained')}")
    return found


def _share(amount: Any, of: str) -> str:
    return f"round({amount} * {of})" if isinstance(amount, float) else str(amount)


def _intervals(compiled: Compiled) -> dict[str, tuple[str, str]]:
    """Return each part's rows: those that train, then those that validate, then those that test."""
    validates = has_part(compiled.spec.split, "validation")
    found = {"train": ("0", "validated" if validates else "trained")}
    if validates:
        found["validation"] = ("validated", "trained")
    if "test" in parts(compiled):
        found["test"] = ("trained", "len(x)")
    return found


def _window_lines(data: Any, signature: Signature, split: Any) -> list[str]:
    """Return `windows(x, y, start, stop)`: those whose rows, targets included, keep the gap to the next part."""
    reach = data.reach(signature)
    gap = reach if split.gap == "auto" else split.gap
    ahead = str(data.ahead) if signature.per_step else f"np.arange({data.ahead}, {data.ahead + data.steps})"
    body = [
        f"first = np.arange(0, len(x) - {reach - 1}, {data.stride})",
        f"inside = (first + {gap} <= stop) | (stop == len(x))",
        "first = first[(first >= start) & (first < stop) & inside]",
        f"rows = first[:, None] + np.arange({signature.timesteps})",
        f"known = {'rows' if signature.per_step else 'rows[:, -1:]'}",
        f"targets = y[known + {ahead}]",
    ]
    body += ["targets = targets - y[known]"] if data.target_change else []
    body += [] if signature.returns_sequences else ["targets = targets.reshape(len(first), -1)"]
    body.append('return x[rows].astype("float32"), targets.astype("float32")')
    head = [
        "def windows(",
        "    x: np.ndarray, y: np.ndarray, start: int, stop: int",
        ") -> tuple[np.ndarray, np.ndarray]:",
    ]
    learnt = "the changes that follow" if data.target_change else "the targets that follow"
    meaning = f'    """Return windows of {signature.timesteps} rows of a part, and {learnt}."""'
    return [*head, meaning, *(f"    {line}" for line in body)]
