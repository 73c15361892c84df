"""`load_data()`: what `tdcli train` reads, in NumPy and Polars."""

from __future__ import annotations

from typing import Any

from tdcli.data._columns import FOR_ALL
from tdcli.data._signature import Signature
from tdcli.script.parting import has_part, split_lines
from tdcli.script.python import Call, function, lines, literal
from tdcli.script.scaling import one_policy, scaling_lines
from tdcli.script.table import feature_names, table_lines
from tdcli.script.tasks import task_lines
from tdcli.services.compile import Compiled
from tdcli.text.diagnostic import UserError

HEAD = "def load_data() -> dict[str, tuple[np.ndarray, np.ndarray]]:"
MEANING = "Return x and y of each part"


def data_lines(compiled: Compiled) -> list[list[str]]:
    """Return the functions that read the data, `load_data` last. Raises UserError for what cannot be written."""
    data = compiled.spec.data
    if data is None:
        raise UserError.of("missing-key", "`data` is missing", "add a `data` section: the script is to train")
    makers = {"npy": _npy, "csv": _csv, "synthetic": _synthetic}
    return makers[data.source](compiled, data, compiled.plan.signature(compiled.spec.training.loss))


def parts(compiled: Compiled) -> list[str]:
    """Return the names of the parts that the script has."""
    split, data = compiled.spec.split, compiled.spec.data
    own = [name for name in ("validation", "test") if getattr(data, name, None)]
    rest = ["test"] if split.test is None and split.train not in (None, "rest") and not own else []
    return ["train", *(n for n in ("validation", "test") if has_part(split, n) or n in own or n in rest)]


def _synthetic(compiled: Compiled, data: Any, signature: Signature) -> list[list[str]]:
    if compiled.spec.split.stratify and not compiled.objective.classes:
        raise UserError.of("cannot-write-script", "there are no classes to share out", "leave `stratify` out")
    body, found = _parted(["x, y = make(np.random.default_rng([SEED, 0]))"], compiled)
    return [task_lines(data, signature), *found, *_finished(compiled, body, "none", [])]


def _targets(compiled: Compiled, signature: Signature, name: str = "y") -> list[str]:
    """Return the lines that give the target the form that loss and metrics read."""
    objective = compiled.objective
    if not objective.classes:
        return [f'{name} = {name}.reshape(len({name}), {_places(signature)}).astype("float32")']
    form = objective.form(objective.loss)
    if form == "binary":
        return [f'{name} = {name}[..., None].astype("float32")']
    forms = {objective.form(metric) for metric in objective.metrics}
    if form == "one-hot" or "one-hot" in forms - {"sparse"}:
        return [f'{name} = np.eye({objective.units}, dtype="float32")[{name}]']
    return []


def _places(signature: Signature) -> str:
    sizes = ["-1" if size is None else str(size) for size in signature.output_shape[1:]]
    return ", ".join(sizes)


def _npy(compiled: Compiled, data: Any, signature: Signature) -> list[list[str]]:
    if data.lengths or data.padding is not None or data.classes is not None:
        message = "the script has no words for `lengths`, `padding` and `classes` of arrays"
        raise UserError.of("cannot-write-script", message, "leave them out, or save the arrays as they are to be read")
    body, found = _parted(_loaded(data), compiled)
    for name in ("validation", "test"):
        if getattr(data, name):
            body += [*_loaded(getattr(data, name)), f'data["{name}"] = (x, y)']
    return [*found, *_finished(compiled, body, data.scale, [])]


def _parted(body: list[str], compiled: Compiled) -> tuple[list[str], list[list[str]]]:
    """Return the lines that part x and y, and the function that says how."""
    split = compiled.spec.split
    if not split.has_parts:
        return [*body, 'data = {"train": (x, y)}'], []
    body = [*body, f"samples = split(len(x){', y' if split.stratify else ''})"]
    return [*body, "data = {name: (x[each], y[each]) for name, each in samples.items()}"], [split_lines(split)]


def _loaded(files: Any) -> list[str]:
    return [f"{name} = np.load(FOLDER / {literal(getattr(files, name))})" for name in ("x", "y")]


def _finished(compiled: Compiled, body: list[str], policy: str, unscaled: list[int]) -> list[list[str]]:
    """Return `scaling` if something is scaled, and `load_data` with the given lines and what follows the parts."""
    signature = compiled.plan.signature(compiled.spec.training.loss)
    fitted = policy in ("standard", "minmax")
    found = [scaling_lines(policy)] if fitted else []
    body = [*body, *(_fitted_lines(compiled, signature, unscaled) if fitted else [])]
    body += ["for name, (x, y) in data.items():", *(f"    {line}" for line in _targets(compiled, signature))]
    x = {"pixels": "x / 255", "none": "x"}.get(policy, "(x - x_shift) / x_scale")
    if fitted and signature.mask_value is not None:
        body += [f"    real = (x != {signature.mask_value}).any(axis=-1, keepdims=True)"]
        x = f"np.where(real, {x}, {literal(signature.mask_value)})"
    y = "(y - y_shift) / y_scale" if fitted and _scales_targets(compiled, signature) else "y"
    body += [*lines("data[name] = ", Call("", (x, y)), indent=4), "return data"]
    meaning = f"{MEANING}, scaled by what the training part teaches." if fitted else f"{MEANING}."
    return [*found, function(HEAD, meaning, body)]


def _scales_targets(compiled: Compiled, signature: Signature) -> bool:
    return not compiled.objective.classes and signature.activation in (None, "linear")


def _fitted_lines(compiled: Compiled, signature: Signature, unscaled: list[int]) -> list[str]:
    """Return the lines that fit the scaling on the training part; padded steps do not count."""
    body = ['x, y = data["train"]']
    values = "x" if signature.mask_value is None else f"x[(x != {signature.mask_value}).any(axis=-1)]"
    body.append(f"x_shift, x_scale = scaling({values})")
    if unscaled:
        body.append(f"x_shift[{unscaled}], x_scale[{unscaled}] = 0, 1")
    if _scales_targets(compiled, signature):
        body.append(f"y_shift, y_scale = scaling(y.reshape(-1, {signature.units}))")
    return body


def _csv(compiled: Compiled, data: Any, signature: Signature) -> list[list[str]]:
    if data.layout == "sequences":
        return _sequences(compiled, data, signature)
    return _windows(compiled, data, signature)


def _features(data: Any, compiled: Compiled) -> tuple[str, ...]:
    found: tuple[str, ...] = data.feature_columns(compiled.header.columns)
    return found


def _policy(data: Any, features: tuple[str, ...]) -> tuple[str, list[int]]:
    """Return the policy of the scaled columns, and the places of those that are not scaled."""
    names = feature_names(data, features)
    own = {name: data.scale.get(name, data.scale.get(FOR_ALL, "standard")) for name in (*features, *data.target)}
    encoded = {name for name in data.encode if name in features}
    policies = {policy for name, policy in own.items() if name not in encoded}
    return one_policy(policies), [place for place, name in enumerate(names) if name not in own]


def _windows(compiled: Compiled, data: Any, signature: Signature) -> list[list[str]]:
    split, features = compiled.spec.split, _features(data, compiled)
    if split.by not in (None, "time"):
        raise UserError.of("cannot-write-script", "the script parts windows by time", "leave `by` out of `split`")
    policy, unscaled = _policy(data, features)
    body = ["table = read_table()"]
    body += lines("x = ", Call("table.select", (_names(feature_names(data, features)),)), ".to_numpy()")
    body += lines("y = ", Call("table.select", (_names(data.target),)), ".to_numpy()")
    body += [*_bounds(compiled), "data = {"]
    body += [f'    "{name}": windows(x, y, {start}, {stop}),' for name, (start, stop) in _intervals(compiled).items()]
    table = table_lines(data, _read_columns(data, features), "Return the rows in order, without missing numbers.")
    return [table, _window_lines(data, signature, split), *_finished(compiled, [*body, "}"], policy, unscaled)]


def _names(names: Any) -> Call:
    return Call("", tuple(literal(name) for name in names), "[]")


def _read_columns(data: Any, features: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (*features, *data.target) if name not in data.encode))


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


def _sequences(compiled: Compiled, data: Any, signature: Signature) -> list[list[str]]:
    features = _features(data, compiled)
    if signature.per_step or (compiled.objective.classes and data.classes is None):
        message = "the script has no words for a target a step, nor for classes that are learnt"
        raise UserError.of("cannot-write-script", message, "list the `classes`, or save the sequences as `.npy`")
    policy, unscaled = _policy(data, features)
    names = feature_names(data, features)
    steps = signature.timesteps
    reading = [
        f"groups = read_table().partition_by({literal(data.sequence)}, maintain_order=True)",
        f"steps = {steps or 'max(len(group) for group in groups)'}",
        f'x = np.full((len(groups), steps, {len(names)}), {data.padding}, dtype="float32")',
        "for place, group in enumerate(groups):",
        *lines("values = ", Call("group.select", (_names(names),)), ".to_numpy()[:steps]", indent=4),
        "    x[place, : len(values)] = values",
        f"y = np.array([group[0, {literal(data.target[0])}] for group in groups])",
        *([f"y = np.array([{literal(list(data.classes))}.index(str(each)) for each in y])"] if data.classes else []),
        "return x, y",
    ]
    reader = function(
        "def read() -> tuple[np.ndarray, np.ndarray]:", "Return the sequences, padded at their ends.", reading
    )
    body, found = _parted(["x, y = read()"], compiled)
    table = table_lines(data, _read_columns(data, features), "Return the rows in order, without missing numbers.")
    return [table, reader, *found, *_finished(compiled, body, policy, unscaled)]
