"""Find the class of a kind, and read the `architecture` section with it."""

from typing import Annotated, Any

from pydantic import BeforeValidator, InstanceOf
from pydantic_core import PydanticCustomError

from tdcli.architectures.core.base import Architecture
from tdcli.layers.core.keras_config import format_model, is_model
from tdcli.layers.core.registry import find_layer
from tdcli.text.nearest import suggest
from tdcli.text.registry import find_module, module_names
from tdcli.text.section import invalid, invalid_at
from tdcli.text.violation import describe_value

_KINDS = "tdcli.architectures"


def kinds() -> tuple[str, ...]:
    """Return the names of all kinds in a spec, such as `many-to-one`."""
    return tuple(name.replace("_", "-") for name in module_names(_KINDS))


def find_kind(kind: str) -> type[Architecture] | None:
    """Return the class of a kind; None if there is none."""
    found = find_module(_KINDS, kind.replace("-", "_")) if kind in kinds() else None
    classes = [member for member in vars(found).values() if _is_kind_of(member, found)] if found else []
    return classes[0] if classes else None


def _is_kind_of(candidate: Any, found: Any) -> bool:
    is_architecture = isinstance(candidate, type) and issubclass(candidate, Architecture)
    return is_architecture and candidate.__module__ == found.__name__


def read_architecture(value: Any) -> Architecture:
    """Make an Architecture from a mapping with a `kind`."""
    if isinstance(value, Architecture):
        return value
    if not isinstance(value, dict):
        message = f"`architecture` must be a mapping of keys, got {describe_value(value)}"
        raise invalid("wrong-type", message, "start with `kind: many-to-one`")
    if "kind" not in value and is_model(value):
        raise keras_config_error(value)
    if "kind" not in value:
        raise invalid("missing-key", "`kind` is missing", _known_kinds())
    name = value["kind"]
    if not isinstance(name, str):
        raise invalid_at(
            "kind", invalid("wrong-type", f"`kind` must be text, got {describe_value(name)}", _known_kinds())
        )
    kind = find_kind(name)
    if kind is None:
        raise invalid_at("kind", invalid("wrong-value", f"there is no kind `{name}`", suggest(name, kinds(), "kinds")))
    return kind.model_validate(value)


def keras_config_error(value: dict[str, Any]) -> PydanticCustomError:
    """Return the error of a Keras model's configuration that is given as an architecture or as a whole spec."""
    message = "this is the configuration of a Keras model, not a spec"
    return invalid("missing-key", message, f"write `{format_model(value, find_layer)}`")


def _known_kinds() -> str:
    return "write `kind:` and one of " + ", ".join(kinds())


AnyArchitecture = Annotated[InstanceOf[Architecture], BeforeValidator(read_architecture)]
