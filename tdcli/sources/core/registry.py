"""Turn the `data` section of a spec into a DataSection: `source: csv` refers to the file `sources/csv.py`."""

from types import ModuleType
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, InstanceOf

from tdcli.sources.core.section import DataSection
from tdcli.text.nearest import suggest
from tdcli.text.registry import find_module, module_names
from tdcli.text.section import invalid, invalid_at
from tdcli.text.violation import describe_value

Kind = TypeVar("Kind", bound=DataSection)

_PACKAGE = "tdcli.sources"


def source_names() -> tuple[str, ...]:
    """Return the valid values of `source:`, sorted."""
    return module_names(_PACKAGE)


def find_source(name: str) -> type[DataSection] | None:
    """Return the class in a source's file; None if there is no such source."""
    found = find_module(_PACKAGE, name)
    return own_class(found, DataSection) if found else None  # type: ignore[type-abstract] # a subclass of it is found


def own_class(found: ModuleType, base: type[Kind]) -> type[Kind] | None:
    """Return the subclass of `base` that a module defines itself, rather than imports."""
    classes = (each for each in vars(found).values() if isinstance(each, type) and issubclass(each, base))
    return next((each for each in classes if each.__module__ == found.__name__), None)


def read_data_section(value: Any) -> DataSection:
    """Create the section. Raises Pydantic's errors, each with its path from the data section."""
    if isinstance(value, DataSection):
        return value
    if not isinstance(value, dict):
        message = f"`data` must be a mapping of keys, got {describe_value(value)}"
        raise invalid("wrong-type", message, "start with `source: csv`")
    name = value.get("source")
    if name is None:
        help = f"write `source:` followed by one of {', '.join(source_names())}"
        raise invalid("missing-key", "`source` is missing", help)
    source = find_source(name) if isinstance(name, str) else None
    if source is None:
        unknown = invalid("wrong-value", f"there is no source `{name}`", suggest(str(name), source_names(), "sources"))
        raise invalid_at("source", unknown)
    return source.read(value)


AnyData = Annotated[InstanceOf[DataSection], BeforeValidator(read_data_section)]
