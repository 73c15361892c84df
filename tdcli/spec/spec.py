"""The Spec: all sections of a document."""

from dataclasses import replace
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, ValidationError, model_validator

from tdcli.architectures.core.registry import AnyArchitecture, keras_config_error
from tdcli.layers.core.keras_config import is_model
from tdcli.sources.core.registry import AnyData
from tdcli.sources.core.split import Split
from tdcli.spec.search import Space
from tdcli.spec.training import Training
from tdcli.text.change import Change, Help
from tdcli.text.section import Section, replace_helps
from tdcli.text.yaml_writer import to_inline_yaml


class Spec(Section):
    """A spec. Commands that do not train work without `data` and `training`."""

    meanings: ClassVar[dict[str, str]] = {
        "spec": "version of the format",
        "name": "name of the model and of its run folders; default: the file's name",
        "search": "values that `tdcli tune` tries: a range or a list for each dotted path, as in `--set`",
    }

    spec: Literal[1] = 1
    name: str = Field("", pattern=r"^[A-Za-z0-9][A-Za-z0-9_. -]*$")
    architecture: AnyArchitecture
    data: AnyData | None = None
    split: Split = Split()
    training: Training = Training()
    search: Space | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_of_keras(cls, values: Any) -> Any:
        if is_model(values) and "architecture" not in values:
            raise keras_config_error(values)
        return values

    @model_validator(mode="wrap")
    @classmethod
    def _suggest_group(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Suggest the columns in `data.group` for a split by group that names no column."""
        try:
            return handler(values)
        except ValidationError as error:
            helps = [_group_help(column) for column in _unused_groups(values)]
            alternatives = [replace(help, text=f"or {help.text}") for help in helps[1:]]
            raise (replace_helps(error, ("split", "by"), helps[0], *alternatives) if helps else error) from None


def _unused_groups(values: Any) -> tuple[str, ...]:
    """Return the columns in `data.group` if the split is by group; none for invalid sections."""
    data, split = (values.get("data"), values.get("split")) if isinstance(values, dict) else (None, None)
    if not (isinstance(data, dict) and isinstance(split, dict) and split.get("by") == "group"):
        return ()
    group = data.get("group")
    columns = group if isinstance(group, tuple | list) else (group,)
    return tuple(column for column in columns if isinstance(column, str))


def _group_help(column: str) -> Help:
    change = Change(("split", "group"), column)
    return Help(f"write `group: {to_inline_yaml(column)}` in `split`", (change,))
