"""The Spec: all sections of a document."""

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from tdcli.architectures.core.registry import AnyArchitecture, keras_config_error
from tdcli.layers.core.keras_config import is_model
from tdcli.sources.core.registry import AnyData
from tdcli.sources.core.split import Split
from tdcli.spec.search import Space
from tdcli.spec.training import Training
from tdcli.text.section import Section


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
