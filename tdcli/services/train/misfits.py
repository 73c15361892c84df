"""Why a model cannot start from the weights of another run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tdcli.plan.plan import Plan
from tdcli.services.evaluate.open_model import Opened
from tdcli.services.samples.prepare import data_section
from tdcli.services.specs.compile import Compiled
from tdcli.services.specs.defaults import entries, flat
from tdcli.services.train.resume import differences
from tdcli.sources.core.section import DataSection
from tdcli.sources.tables.columns import chosen
from tdcli.sources.tables.table import Table
from tdcli.text.diagnostic import UserError
from tdcli.text.yaml_writer import inline_yaml


def refuse_misfits(origin: Opened, compiled: Compiled, path: Path) -> None:
    """Raise UserError with all that keeps a spec's model from starting from a run's weights, scaling and codes."""
    found = [*_of_model(origin.compiled, compiled), *_of_data(origin, compiled)]
    if found:
        message = f"the weights of `{path}` do not fit: {'; '.join(found)}"
        why = "weights go with their layers, and with the scaling, the codes and the columns that they were trained on"
        raise UserError.of("resume-mismatch", message, "take the changes back, or train without `--from`", why=why)


def _of_model(before: Compiled, now: Compiled) -> Iterator[str]:
    old, new = before.plan, now.plan
    if _layers(old) != _layers(new):
        yield from _of_layers(before, now)
    signatures = [each.signature for each in (before, now)]
    for what in ("takes", "activation"):
        was, is_now = (getattr(each, what) for each in signatures)
        if was != is_now:
            name = "the target" if what == "takes" else "the outputs' activation"
            yield f"{name} was {was}, is {is_now}"


def _layers(plan: Plan) -> list[tuple[str, int, str]]:
    """Return the layers that have weights, and how these come about, which their shapes decide."""
    steps = [step for step in plan.steps if step.parameters.total]
    return [(step.title, step.parameters.total, step.parameters.formula) for step in steps]


def _of_layers(before: Compiled, now: Compiled) -> Iterator[str]:
    """Say which settings of the architecture changed; where the data alone changed it, which layers."""
    old, new = (_architecture(each) for each in (before, now))
    changed = list(differences(old, new))
    yield from changed or [f"the layers with weights were {_named(before.plan)}, are {_named(now.plan)}"]


def _architecture(compiled: Compiled) -> dict[str, Any]:
    return {each.dotted: each.value for each in flat(entries(compiled)) if each.way[0] == "architecture"}


def _named(plan: Plan) -> str:
    return ", ".join(f"`{title}` ({count:,})" for title, count, _ in _layers(plan))


def _of_data(origin: Opened, compiled: Compiled) -> Iterator[str]:
    old, new, learnt = data_section(origin.compiled), data_section(compiled), origin.record["learnt"]
    features = tuple(learnt.get("features", ()))
    told = {
        "the features were": (features, _features(new, compiled)),
        "the targets were": (tuple(origin.record["targets"]), tuple(getattr(new, "target", ()))),
        "`data.target_change` was": tuple(getattr(each, "target_change", False) for each in (old, new)),
        "`data.scale` was": (_scale(old, features), _scale(new, features)),
        "`data.encode` was": (_encodings(old, features), _encodings(new, features)),
        "the classes were": (learnt.get("classes"), _listed(new, "classes") or learnt.get("classes")),
        "`data.class_names` was": _class_names(old, new, learnt.get("classes")),
    }
    for what, (was, is_now) in told.items():
        if was != is_now:
            yield f"{what} {_text(was)}, {'are' if what.endswith('were') else 'is'} {_text(is_now)}"
    yield from _of_values(new, learnt.get("values", {}))


def _features(section: DataSection, compiled: Compiled) -> tuple[str, ...]:
    return section.feature_columns(compiled.header.columns) if isinstance(section, Table) else ()


def _scale(section: DataSection, features: tuple[str, ...]) -> Any:
    """Return how each column is scaled, however that is written."""
    if not isinstance(section, Table):
        return getattr(section, "scale", "none")
    one_hot = {name for name, form in _encodings(section, features).items() if form == "one-hot"}
    columns = [name for name in (*features, *section.target) if name not in one_hot]
    each = {name: chosen(section.scale, name, "standard") for name in columns}
    return next(iter(each.values())) if len(set(each.values())) == 1 else each


def _encodings(section: DataSection, features: tuple[str, ...]) -> dict[str, str]:
    encodings = section.encode if isinstance(section, Table) else {}
    return {name: encoding.form for name, encoding in encodings.items() if name in features}


def _listed(section: DataSection, key: str) -> list[str] | None:
    listed = getattr(section, key, None)
    return list(listed) if listed else None


def _class_names(old: DataSection, new: DataSection, classes: list[str] | None) -> tuple[Any, Any]:
    """Return the names before and now; where they were not listed before, only their order can be another one."""
    before, now = _listed(old, "class_names"), _listed(new, "class_names")
    known = before or (classes if now and classes and set(now) == set(classes) else now)
    return known, now or known


def _of_values(section: DataSection, learnt: dict[str, list[str]]) -> Iterator[str]:
    """Say which columns are to have other values than the weights know, where these are listed."""
    for name, encoding in section.encode.items() if isinstance(section, Table) else ():
        known = learnt.get(name)
        if known and encoding.values and list(encoding.values) != known:
            yield f"the values of `{name}` were {_text(known)}, are {_text(encoding.values)}"


def _text(value: Any) -> str:
    return inline_yaml(list(value) if isinstance(value, tuple) else value)
