"""Write `windows(x, y, start, stop)`, which cuts windows from a table, and the bounds of the parts."""

from __future__ import annotations

from tdcli.script.columns import features_in_file, name_list, numeric_columns, scaling_policy
from tdcli.script.parts import load_data_functions, part_names
from tdcli.script.python import Call, wrapped_lines
from tdcli.script.split import has_part
from tdcli.script.table import encoded_names, is_filled, table_lines
from tdcli.services.specs.compile import Compiled
from tdcli.signature import Signature
from tdcli.sources.tables.windows import Windows
from tdcli.text.errors import SpecError


def window_functions(compiled: Compiled, data: Windows, signature: Signature) -> list[list[str]]:
    """Return the functions for windows. Raises SpecError for what the script does not support."""
    split, features = compiled.spec.split, features_in_file(data, compiled)
    if split.by not in (None, "time"):
        raise SpecError.of("cannot-write-script", "the script splits windows by time only", "remove `by` from `split`")
    if split.without_dates() != split or split.each_group:
        raise SpecError.of(
            "cannot-write-script",
            "the script splits windows by counts and fractions only",
            "give a fraction such as `0.2`",
        )
    measured = is_filled(data, data.target)
    if measured and signature.per_step:
        message = "the script does not support a target per timestep with missing values"
        raise SpecError.of("cannot-write-script", message, "`tdcli train` leaves these timesteps out of the loss")
    policy, unscaled = scaling_policy(data, features)
    body = ["table = read_table()"]
    body += wrapped_lines("x = ", Call("table.select", (name_list(encoded_names(data, features)),)), ".to_numpy()")
    body += wrapped_lines("y = ", Call("table.select", (name_list(data.target),)), ".to_numpy()")
    body += ['measured = table["measured"].to_numpy()'] if measured else []
    given = "x, y, measured" if measured else "x, y"
    body += [*_bound_lines(compiled), "data = {"]
    gap = data.reach(signature) if split.gap == "auto" else split.gap
    intervals = _intervals(compiled, gap)
    body += [f'    "{name}": windows({given}, {start}, {stop}),' for name, (start, stop) in intervals.items()]
    what = "Return the rows in order, without missing numbers."
    table = table_lines(data, numeric_columns(data, features), what, compiled.folder)
    return [
        table,
        _window_lines(data, signature, measured=measured),
        *load_data_functions(compiled, [*body, "}"], policy, unscaled),
    ]


def _bound_lines(compiled: Compiled) -> list[str]:
    """Return the lines that name the rows where parts end."""
    split = compiled.spec.split
    test = split.test if split.test not in (None, "rest") else 0
    train = f"len(x) - {_count_text(test, 'len(x)')}" if test else "len(x)"
    if split.train not in (None, "rest"):
        train = _count_text(split.train, "len(x)")
    found = [f"trained = {train}"]
    if has_part(split, "validation"):
        found.append(f"validated = trained - {_count_text(split.validation, 'trained')}")
    return found


def _count_text(amount: object, of: str) -> str:
    return f"round({amount} * {of})" if isinstance(amount, float) else str(amount)


def _intervals(compiled: Compiled, gap: int) -> dict[str, tuple[str, str]]:
    """Return the rows that each part answers: those that train, then those that validate, then those that test."""
    before = f" - {gap}" if gap else ""
    tests = "test" in part_names(compiled)
    end = f"trained{before}" if tests else "trained"
    if not has_part(compiled.spec.split, "validation"):
        found = {"train": ("0", end)}
    else:
        found = {"train": ("0", f"validated{before}"), "validation": ("validated", end)}
    return found | ({"test": ("trained", "len(x)")} if tests else {})


def _window_lines(data: Windows, signature: Signature, *, measured: bool) -> list[str]:
    """Return `windows(x, y, start, stop)`: those whose answers are rows of a part, and were measured."""
    last = signature.timesteps or 1
    known = f"np.arange({last})" if signature.per_step else f"{last - 1}"
    ahead = str(data.ahead) if signature.per_step else f"np.arange({data.ahead}, {data.ahead + data.steps})"
    body = [
        f"first = np.arange(0, len(x) - {data.reach(signature) - 1}, {data.stride})[:, None]",
        f"answers = first + {known} + {ahead}",
        "inside = (answers.min(axis=1) >= start) & (answers.max(axis=1) < stop)",
        *(["inside &= measured[answers].all(axis=1)"] if measured else []),
        "first, answers = first[inside], answers[inside]",
        f"rows = first + np.arange({last})",
        "targets = y[answers]",
    ]
    body += [f"targets = targets - y[first + {known}]"] if data.target_change else []
    body += [] if signature.returns_sequences else ["targets = targets.reshape(len(first), -1)"]
    body.append('return x[rows].astype("float32"), targets.astype("float32")')
    arrays = [f"{name}: np.ndarray" for name in ("x", "y", *(["measured"] if measured else []))]
    head = [
        "def windows(",
        f"    {', '.join(arrays)}, start: int, stop: int",
        ") -> tuple[np.ndarray, np.ndarray]:",
    ]
    learnt = "changes" if data.target_change else "targets"
    meaning = f'    """Return windows of {last} rows and the {learnt} of the rows of a set."""'
    return [*head, meaning, *(f"    {line}" for line in body)]
