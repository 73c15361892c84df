"""Complete `--set` in a shell: the keys of a spec, and the values of keys with a fixed set of values."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tdcli.architectures.core.registry import kinds
from tdcli.layers.core.fields import ACTIVATIONS
from tdcli.services.specs.compile import compile_spec
from tdcli.services.specs.defaults import leaf_entries, list_entries
from tdcli.spec.losses import LOSSES, METRICS
from tdcli.spec.optimizers import OPTIMIZERS
from tdcli.spec.training import Training
from tdcli.text.errors import TdcliError

VALUES: dict[str, tuple[str, ...]] = {
    "activation": ACTIVATIONS,
    "cell": ("LSTM", "GRU", "SimpleRNN"),
    "kind": kinds(),
    "loss": tuple(LOSSES),
    "metrics": tuple(METRICS),
    "optimizer": tuple(OPTIMIZERS),
}
BOOLEANS = ("true", "false")


def complete_setting(spec: Path | None, incomplete: str) -> list[str]:
    """Return the completions of an incomplete `key=value`. Errors in the spec are ignored."""
    known = dict(_keys_and_values(spec))
    key, equals, value = incomplete.partition("=")
    if not equals:
        return [f"{each}=" for each in known if each.startswith(key)]
    choices = VALUES.get(key.rpartition(".")[2], BOOLEANS if isinstance(known.get(key), bool) else ())
    return [f"{key}={choice}" for choice in choices if choice.startswith(value)]


def _keys_and_values(spec: Path | None) -> Iterator[tuple[str, Any]]:
    """Yield the keys of a spec with their values, or the keys of `training` without a valid spec."""
    try:
        found = list_entries(compile_spec(spec)) if spec else ()
    except TdcliError:
        found = ()
    if found:
        yield from ((entry.dotted, entry.value) for entry in leaf_entries(found) if entry.key_path[0] != "search")
    else:
        yield from ((f"training.{key}", field.default) for key, field in Training.model_fields.items())
