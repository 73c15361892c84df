"""Find the reasons why a model cannot start from the weights of another run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tdcli.plan.plan import Plan
from tdcli.services.evaluate.open_model import TrainedModel
from tdcli.services.samples.prepare import data_section
from tdcli.services.specs.compile import Compiled
from tdcli.services.train.settings import differences, is_under, settings_of
from tdcli.sources.core.section import DataSection
from tdcli.sources.tables.columns import chosen
from tdcli.sources.tables.table import Table
from tdcli.text.errors import SpecError
from tdcli.text.yaml_writer import to_inline_yaml


def refuse_misfits(origin: TrainedModel, compiled: Compiled, path: Path) -> None:
    """Raise SpecError with all reasons why a spec cannot start from the weights, scaling and encodings of a run."""
    found = [*_model_misfits(origin.compiled, compiled), *_data_misfits(origin, compiled)]
    if found:
        message = f"the weights of `{path}` do not fit: {'; '.join(found)}"
        why = "weights fit only the layers, columns, scaling and encodings that they were trained with"
        raise SpecError.of("resume-mismatch", message, "undo the changes, or train without `--from`", why=why)


def _model_misfits(before: Compiled, now: Compiled) -> Iterator[str]:
    old, new = before.plan, now.plan
    if _weighted_layers(old) != _weighted_layers(new):
        yield from _layer_misfits(before, now)
    signatures = [compiled.signature for compiled in (before, now)]
    for what in ("takes", "activation"):
        was, is_now = (getattr(signature, what) for signature in signatures)
        if was != is_now:
            name = "the target" if what == "takes" else "the activation of the outputs"
            yield f"{name} changed from {was} to {is_now}"


def _weighted_layers(plan: Plan) -> list[tuple[str, int, str]]:
    """Return the layers with weights, with the number of weights and its formula, which depend on the shapes."""
    steps = [step for step in plan.steps if step.parameters.total]
    return [(step.title, step.parameters.total, step.parameters.formula) for step in steps]


def _layer_misfits(before: Compiled, now: Compiled) -> Iterator[str]:
    """Yield the changed settings of the architecture, or the changed layers if only the data changed."""
    changed = list(differences(_architecture_settings(before), _architecture_settings(now)))
    yield from changed or [
        f"the layers with weights changed from {_list_layers(before.plan)} to {_list_layers(now.plan)}"
    ]


def _architecture_settings(compiled: Compiled) -> dict[str, Any]:
    return {key: value for key, value in settings_of(compiled).items() if is_under(key, ("architecture",))}


def _list_layers(plan: Plan) -> str:
    return ", ".join(f"`{title}` ({count:,})" for title, count, _ in _weighted_layers(plan))


def _data_misfits(origin: TrainedModel, compiled: Compiled) -> Iterator[str]:
    old, new, learnt = data_section(origin.compiled), data_section(compiled), origin.record["learnt"]
    features = tuple(learnt.get("features", ()))
    compared = {
        "the features": (features, _feature_columns(new, compiled)),
        "the targets": (tuple(origin.record["targets"]), tuple(getattr(new, "target", ()))),
        "`data.target_change`": tuple(getattr(section, "target_change", False) for section in (old, new)),
        "`data.scale`": (_scale(old, features), _scale(new, features)),
        "`data.encode`": (_encodings(old, features), _encodings(new, features)),
        "the classes": (learnt.get("classes"), _list_at(new, "classes") or learnt.get("classes")),
        "`data.class_names`": _class_names(old, new, learnt.get("classes")),
    }
    for what, (was, is_now) in compared.items():
        if was != is_now:
            yield f"{what} changed from {_as_yaml(was)} to {_as_yaml(is_now)}"
    yield from _value_misfits(new, learnt.get("values", {}))


def _feature_columns(section: DataSection, compiled: Compiled) -> tuple[str, ...]:
    return section.feature_columns(compiled.header.columns) if isinstance(section, Table) else ()


def _scale(section: DataSection, features: tuple[str, ...]) -> Any:
    """Return how each column is scaled, independent of the notation in the spec."""
    if not isinstance(section, Table):
        return getattr(section, "scale", "none")
    one_hot = {name for name, form in _encodings(section, features).items() if form == "one-hot"}
    columns = [name for name in (*features, *section.target) if name not in one_hot]
    scales = {name: chosen(section.scale, name, "standard") for name in columns}
    return next(iter(scales.values())) if len(set(scales.values())) == 1 else scales


def _encodings(section: DataSection, features: tuple[str, ...]) -> dict[str, str]:
    encodings = section.encode if isinstance(section, Table) else {}
    return {name: encoding.form for name, encoding in encodings.items() if name in features}


def _list_at(section: DataSection, key: str) -> list[str] | None:
    listed = getattr(section, key, None)
    return list(listed) if listed else None


def _class_names(old: DataSection, new: DataSection, classes: list[str] | None) -> tuple[Any, Any]:
    """Return the old and the new names. If there was no list before, only their order can differ."""
    before, now = _list_at(old, "class_names"), _list_at(new, "class_names")
    known = before or (classes if now and classes and set(now) == set(classes) else now)
    return known, now or known


def _value_misfits(section: DataSection, learnt: dict[str, list[str]]) -> Iterator[str]:
    """Yield the columns whose listed values differ from those that the weights were trained with."""
    for name, encoding in section.encode.items() if isinstance(section, Table) else ():
        known = learnt.get(name)
        if known and encoding.values and list(encoding.values) != known:
            yield f"the values of `{name}` changed from {_as_yaml(known)} to {_as_yaml(encoding.values)}"


def _as_yaml(value: Any) -> str:
    return to_inline_yaml(list(value) if isinstance(value, tuple) else value)
