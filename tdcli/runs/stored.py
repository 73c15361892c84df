"""JSON files that tdcli wrote and reads again. They are validated like any input, since they may have been changed."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, from_json

from tdcli.runs.files import read_regular_file
from tdcli.text.change import Help
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError
from tdcli.text.pydantic_errors import describe_requirement

Whole = Annotated[int, Field(ge=0, lt=2**63)]
FiniteNumber = Annotated[float, Field(allow_inf_nan=False)]
Season = Annotated[int, Field(ge=1, lt=2**31)]
NameList = tuple[str, ...]
StoredFigures = dict[str, FiniteNumber | None]
"""Metrics by name; None if they are not finite."""


class StoredModel(BaseModel):
    """A mapping whose keys have types. Keys of other versions are ignored, and any key may be absent."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow", strict=True, frozen=True)


class _File(StoredModel):
    bytes: Whole
    sha256: str


class _Constants(StoredModel):
    mean: tuple[FiniteNumber, ...]
    variance: tuple[FiniteNumber, ...]


class _Scaling(StoredModel):
    x: _Constants | None
    y: _Constants | None


class _Frequency(StoredModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    unit: Literal["microsecond", "month", "business day", "number"]
    count: FiniteNumber
    day: Whole = 1
    on_weekdays: bool = False


class FittedRecord(StoredModel):
    """The values that were fitted on the training set."""

    features: NameList = ()
    values: dict[str, NameList] = Field(default_factory=dict)
    classes: NameList = ()
    season: Season = 1
    time_formats: NameList = ()
    frequency: _Frequency = _Frequency(unit="number", count=1.0)
    scaling: _Scaling = _Scaling(x=None, y=None)


class BaselineRecord(StoredModel):
    """The values of the training set that baselines need."""

    majority: Whole = 0
    shares: tuple[FiniteNumber, ...] = ()
    mean: tuple[FiniteNumber, ...] = ()
    season: Season = 1
    scale: tuple[FiniteNumber | None, ...] = ()
    scales: dict[str, tuple[FiniteNumber | None, ...]] = Field(default_factory=dict)


class _OriginRecord(StoredModel):
    run: str
    best_epoch: Whole
    data: dict[str, _File]


class RunRecord(StoredModel):
    """The record of a training. A part of it is stored with a model."""

    name: str = ""
    kind: str = ""
    parameters: Whole = 0
    input_shape: tuple[Whole | None, ...] | None = None
    started: str = ""
    command: str = ""
    pid: Whole = 0
    seed: Whole = 0
    versions: dict[str, str] = Field(default_factory=dict)
    samples: dict[str, Whole] = Field(default_factory=dict)
    data: dict[str, _File] = Field(default_factory=dict)
    loss: Any = None
    metrics: NameList = ()
    monitor: str = ""
    classes: NameList | None = None
    features: NameList = ()
    targets: NameList = ()
    fractions: bool = False
    learnt: FittedRecord = FittedRecord()
    naive: BaselineRecord = BaselineRecord()
    state: str = ""
    origin: _OriginRecord | None = Field(None, alias="from")


class ExportRecord(RunRecord):
    """The record that is stored with an exported model."""

    spec: str = ""
    padding: FiniteNumber | None = None


class StoredMetrics(StoredModel):
    """The progress of a training."""

    epochs: Whole = 0
    best_epoch: Whole = 0
    seconds: FiniteNumber = 0.0
    best: StoredFigures = Field(default_factory=dict)
    last: StoredFigures = Field(default_factory=dict)


class _RepeatRecord(StoredModel):
    title: str
    run: str
    figures: dict[str, float]
    baseline: dict[str, float]


class RepeatsRecord(StoredModel):
    """The results of several trainings of one spec."""

    name: str
    command: str
    results: Annotated[tuple[_RepeatRecord, ...], Field(min_length=1)]


class TrialState(StrEnum):
    """The state of a trial of a search. Files contain these words, and tables have this order."""

    TRAINED = "trained"
    PRUNED = "pruned"
    REJECTED = "turned away"
    FAILED = "failed"
    RUNNING = "running"
    WAITING = "waiting"

    @property
    def label(self) -> str:
        """The word that people read. Files have an older word for rejected trials, which programs know from 0.1.

        >>> TrialState.REJECTED.label
        'rejected'
        """
        return self.name.lower()


class _TrialRecord(StoredModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    number: Whole
    state: TrialState
    settings: dict[str, str]
    value: FiniteNumber | None = None
    seconds: FiniteNumber | None = None
    epochs: Whole | None = None
    parameters: Whole | None = None
    reason: str = ""
    same_as: Whole | None = None


class StudyRecord(StoredModel):
    """The results of a search."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: str
    monitor: str
    maximize: bool
    wanted: Whole
    trials: tuple[_TrialRecord, ...]
    importance: dict[str, FiniteNumber]


Model = TypeVar("Model", bound=StoredModel)


class InvalidJsonError(ValueError):
    """A file is absent, or does not contain a JSON object."""


def read_json(path: Path) -> tuple[bytes, dict[str, Any]]:
    """Return a file's bytes and its JSON object. Raises InvalidJsonError."""
    try:
        data = read_regular_file(path)
        values = from_json(data)
    except (OSError, ValueError) as error:
        raise InvalidJsonError(getattr(error, "strerror", None) or str(error)) from None
    if not isinstance(values, dict):
        raise InvalidJsonError("it is not a mapping")
    return data, values


def check_stored(model: type[StoredModel], data: bytes | str, place: str, name: str, help: str) -> None:
    """Raise SpecError with a message for each value of the wrong type. `place` is the name of the file."""
    try:
        model.model_validate_json(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise SpecError(*(_stored_diagnostic(each, place, name, help) for each in details)) from None


def _stored_diagnostic(details: ErrorDetails, place: str, name: str, help: str) -> Diagnostic:
    said = (
        f"`{place}`: `{_key_text(details)}` {describe_requirement(details)}"
        if details["loc"]
        else f"`{place}` is not valid JSON"
    )
    return Diagnostic(name, said, helps=(Help(help),))


def _key_text(details: ErrorDetails) -> str:
    """Return the path to a value, as `results[0].title`."""
    text = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in details["loc"])
    return text.removeprefix(".")
