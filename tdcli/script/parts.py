"""Write what `load_data()` does for every source: parts, the form of the targets, scaling."""

from __future__ import annotations

from tdcli.script.python import Call, function_lines, literal, wrapped_lines
from tdcli.script.scaling import scaling_lines
from tdcli.script.split import has_part, split_lines
from tdcli.services.specs.compile import Compiled
from tdcli.signature import Signature

HEAD = "def load_data() -> dict[str, tuple[np.ndarray, np.ndarray]]:"
MEANING = "Return x and y of each set"


def part_names(compiled: Compiled) -> list[str]:
    """Return the names of the parts that the script has."""
    split, data = compiled.spec.split, compiled.spec.data
    own = [name for name in ("validation", "test") if getattr(data, name, None)]
    rest = ["test"] if split.test is None and split.train not in (None, "rest") and not own else []
    return ["train", *(n for n in ("validation", "test") if has_part(split, n) or n in own or n in rest)]


def split_code(body: list[str], compiled: Compiled) -> tuple[list[str], list[list[str]]]:
    """Return the lines that part x and y, and the function that says how."""
    split = compiled.spec.split
    if not split.has_parts:
        return [*body, 'data = {"train": (x, y)}'], []
    body = [*body, f"samples = split(len(x){', y' if split.stratify else ''})"]
    return [*body, "data = {name: (x[each], y[each]) for name, each in samples.items()}"], [split_lines(split)]


def load_data_functions(compiled: Compiled, body: list[str], policy: str, unscaled: list[int]) -> list[list[str]]:
    """Return `scaling` if something is scaled, and `load_data` with the given lines and what follows the parts."""
    signature = compiled.signature
    fitted = policy in ("standard", "minmax")
    found = [scaling_lines(policy)] if fitted else []
    body = [*body, *(_fit_lines(signature, unscaled, policy) if fitted else [])]
    body += ["for name, (x, y) in data.items():", *(f"    {line}" for line in _target_lines(compiled, signature))]
    x = {"pixels": "x / 255", "none": "x"}.get(policy, "(x - x_shift) / x_scale")
    if fitted and signature.mask_value is not None:
        body += [f"    real = (x != {signature.mask_value}).any(axis=-1, keepdims=True)"]
        x = f"np.where(real, {x}, {literal(signature.mask_value)})"
    y = "(y - y_shift) / y_scale" if fitted and signature.scales(policy) else "y"
    body += [*wrapped_lines("data[name] = ", Call("", (x, y)), indent=4), "return data"]
    meaning = f"{MEANING}, with scaling fitted on the training set." if fitted else f"{MEANING}."
    return [*found, function_lines(HEAD, meaning, body)]


def _fit_lines(signature: Signature, unscaled: list[int], policy: str) -> list[str]:
    """Return the lines that fit the scaling on the training part; padded steps do not count."""
    body = ['x, y = data["train"]']
    values = "x" if signature.mask_value is None else f"x[(x != {signature.mask_value}).any(axis=-1)]"
    body.append(f"x_shift, x_scale = scaling({values})")
    if unscaled:
        body.append(f"x_shift[{unscaled}], x_scale[{unscaled}] = 0, 1")
    if signature.scales(policy):
        body.append(f"y_shift, y_scale = scaling(y.reshape(-1, {signature.units}))")
    return body


def _target_lines(compiled: Compiled, signature: Signature, name: str = "y") -> list[str]:
    """Return the lines that give the target the form that loss and metrics read."""
    objective = compiled.objective
    if not objective.classes:
        return [f'{name} = {name}.reshape(len({name}), {_shape_arguments(signature)}).astype("float32")']
    form = objective.form(objective.loss)
    if form == "binary":
        return [f'{name} = {name}[..., None].astype("float32")']
    forms = {objective.form(metric) for metric in objective.metrics}
    if form == "one-hot" or "one-hot" in forms - {"sparse"}:
        return [f'{name} = np.eye({objective.units}, dtype="float32")[{name}]']
    return []


def _shape_arguments(signature: Signature) -> str:
    sizes = ["-1" if size is None else str(size) for size in signature.output_shape[1:]]
    return ", ".join(sizes)
