"""JSON that tdcli wrote and reads again, checked as any input: somebody may have changed the file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, from_json

from tdcli.runs.files import regular_bytes
from tdcli.text.diagnostic import Diagnostic, UserError
from tdcli.text.section import requirement

Whole = Annotated[int, Field(ge=0, lt=2**63)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Season = Annotated[int, Field(ge=1, lt=2**31)]
Names = tuple[str, ...]
Figures = dict[str, Number | None]
"""Results by name; None where they are not finite."""


class Stored(BaseModel):
    """A mapping with keys of a type each. Keys of other versions are passed over, and any may be absent."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow", strict=True, frozen=True)


class _File(Stored):
    bytes: Whole
    sha256: str


class _Constants(Stored):
    mean: tuple[Number, ...]
    variance: tuple[Number, ...]


class _Scaling(Stored):
    x: _Constants | None
    y: _Constants | None


class _Frequency(Stored):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    unit: Literal["microsecond", "month", "business day", "number"]
    count: Number
    day: Whole = 1
    on_weekdays: bool = False


class Learnt(Stored):
    """What was fitted on the training part."""

    features: Names = ()
    values: dict[str, Names] = Field(default_factory=dict)
    classes: Names = ()
    season: Season = 1
    time_formats: Names = ()
    frequency: _Frequency = _Frequency(unit="number", count=1.0)
    scaling: _Scaling = _Scaling(x=None, y=None)


class Naive(Stored):
    """What a forecaster without a model knows."""

    majority: Whole = 0
    shares: tuple[Number, ...] = ()
    mean: tuple[Number, ...] = ()
    season: Season = 1
    scale: tuple[Number | None, ...] = ()
    scales: dict[str, tuple[Number | None, ...]] = Field(default_factory=dict)


class _Start(Stored):
    run: str
    best_epoch: Whole
    data: dict[str, _File]


class Record(Stored):
    """The record of a training, and what of it travels with a model."""

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
    metrics: Names = ()
    monitor: str = ""
    classes: Names | None = None
    features: Names = ()
    targets: Names = ()
    fractions: bool = False
    learnt: Learnt = Learnt()
    naive: Naive = Naive()
    state: str = ""
    origin: _Start | None = Field(None, alias="from")


class Exported(Record):
    """What travels with an exported model."""

    spec: str = ""
    padding: Number | None = None


class Progress(Stored):
    """How far a training came."""

    epochs: Whole = 0
    best_epoch: Whole = 0
    seconds: Number | None = None
    best: Figures = Field(default_factory=dict)
    last: Figures = Field(default_factory=dict)


class _Result(Stored):
    title: str
    run: str
    figures: dict[str, float]
    baseline: dict[str, float]


class Summary(Stored):
    """What several trainings of one spec came to."""

    name: str
    command: str
    results: Annotated[tuple[_Result, ...], Field(min_length=1)]


class TrialState(StrEnum):
    """What became of a trial of a search, in the words that users read and in the order of their tables."""

    TRAINED = "trained"
    PRUNED = "pruned"
    REJECTED = "turned away"
    FAILED = "failed"
    RUNNING = "running"
    WAITING = "waiting"


class _Trial(Stored):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    number: Whole
    state: TrialState
    settings: dict[str, str]
    value: Number | None = None
    seconds: Number | None = None
    epochs: Whole | None = None
    parameters: Whole | None = None
    reason: str = ""
    same_as: Whole | None = None


class Study(Stored):
    """What became of the trials of a search."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: str
    monitor: str
    maximize: bool
    wanted: Whole
    trials: tuple[_Trial, ...]
    importance: dict[str, Number]


Model = TypeVar("Model", bound=Stored)


class NoJson(ValueError):
    """A file is absent, or holds no JSON object."""


def read_json(path: Path) -> tuple[bytes, dict[str, Any]]:
    """Return a file's bytes and its JSON object. Raises NoJson."""
    try:
        data = regular_bytes(path)
        values = from_json(data)
    except (OSError, ValueError) as error:
        raise NoJson(getattr(error, "strerror", None) or str(error)) from None
    if not isinstance(values, dict):
        raise NoJson("it is not a mapping")
    return data, values


def check_stored(model: type[Stored], data: bytes | str, place: str, name: str, help: str) -> None:
    """Raise UserError with a message for each key whose value is of another type; place: what holds the JSON."""
    try:
        model.model_validate_json(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise UserError(*(_fault(each, place, name, help) for each in details)) from None


def _fault(details: ErrorDetails, place: str, name: str, help: str) -> Diagnostic:
    said = f"`{place}`: `{_key(details)}` {requirement(details)}" if details["loc"] else f"`{place}` is not valid JSON"
    return Diagnostic(name, said, help=(help,))


def _key(details: ErrorDetails) -> str:
    """Return the way to a value, as `results[0].title`."""
    text = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in details["loc"])
    return text.removeprefix(".")
