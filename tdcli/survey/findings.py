"""The values that a survey returns."""

from dataclasses import dataclass

from tdcli.text.diagnostic import Diagnostic

Curve = tuple[float, ...]

PART_NOUNS = {"train": "training", "validation": "validation", "test": "test"}


@dataclass(frozen=True)
class TargetLeak(Diagnostic):
    """A warning of a feature that holds the target."""

    feature: str = ""


@dataclass(frozen=True)
class Outlier:
    """A value that repeats far outside of the others, which are from `low` to `high`; leads: the first cell is it."""

    value: float
    count: int
    low: float
    high: float
    leads: bool


@dataclass(frozen=True)
class ColumnSummary:
    """A column of a table as it stands in the files, before anything is filled, dropped or encoded.

    role: feature, target, order, group, weight; kind: number or text; missing: cells that are empty or listed in
    `na_values`; wrong: those of a column of numbers that are none. A text column has no range but distinct texts.
    outliers: of features and targets.
    """

    name: str
    role: str
    kind: str
    missing: int
    wrong: int
    minimum: float | None
    mean: float | None
    maximum: float | None
    deviation: float | None
    distinct: int | None
    outliers: tuple[Outlier, ...] = ()


@dataclass(frozen=True)
class PartSummary:
    """A part's samples.

    first, last: what they are called in the data; shares: of the samples of each stretch of the data, in order, how
    much belongs to this part; empty where the part has files of its own.
    """

    name: str
    samples: int
    first: str
    last: str
    shares: Curve


@dataclass(frozen=True)
class ValueSummary:
    """Range, mean and standard deviation of so many values."""

    count: int
    minimum: float
    mean: float
    maximum: float
    deviation: float


@dataclass(frozen=True)
class FeatureSummary:
    """What the model reads or learns, in the data's units, in each part by name."""

    name: str
    is_target: bool
    parts: dict[str, ValueSummary]


@dataclass(frozen=True)
class TimeSummary:
    """The time axis of a table, from first to last.

    step: the usual one between two rows, as text; repeated: rows whose time another has; irregular: other steps, less
    those over gaps that the spec minds; missing: rows that a regular grid has between them; off_grid: steps that are no
    whole number of usual ones.
    """

    columns: tuple[str, ...]
    first: str
    last: str
    step: str
    repeated: int
    irregular: int
    missing: int = 0
    off_grid: int = 0


@dataclass(frozen=True)
class LengthSummary:
    """How long sequences are: counts between `edges`, of which there is one more."""

    minimum: int
    mean: float
    maximum: int
    edges: tuple[int, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class SamplePreview:
    """One sample: its name in the data, its answer, and some of its features over time."""

    name: str
    answer: str
    features: dict[str, Curve]


@dataclass(frozen=True)
class BatchPreview:
    """Samples as the layers read them, scaled. `steps`: some timesteps of the first sample by feature."""

    x_shape: tuple[int, ...]
    y_shape: tuple[int, ...]
    dtype: str
    x: ValueSummary
    y: ValueSummary | None
    padded: float
    steps: tuple[int, ...]
    features: dict[str, Curve]


@dataclass(frozen=True)
class Survey:
    """All that there is to say of a spec's data; `faults` are what kept some of it from being seen.

    index: what samples are told apart by in the data: a line, a sequence, a number.
    """

    name: str
    source: str
    index: str
    input_shape: tuple[int | None, ...]
    output_shape: tuple[int | None, ...]
    columns: tuple[ColumnSummary, ...] = ()
    timestamps: TimeSummary | None = None
    parts: tuple[PartSummary, ...] = ()
    features: tuple[FeatureSummary, ...] = ()
    classes: dict[str, dict[str, int]] | None = None
    lengths: LengthSummary | None = None
    glimpses: tuple[SamplePreview, ...] = ()
    batch: BatchPreview | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    faults: tuple[Diagnostic, ...] = ()
