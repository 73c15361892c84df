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
    """What a spec file says. `data` and `training` may be left out where a command needs none."""

    meanings: ClassVar[dict[str, str]] = {
        "spec": "version of the format",
        "name": "run folders are named after it; left out: the file's name",
        "search": "what `tdcli tune` tries: a range or a list of values by the path that `--set` takes",
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
