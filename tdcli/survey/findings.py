"""The values that a survey returns."""

from dataclasses import dataclass

from tdcli.text.diagnostic import Diagnostic

Curve = tuple[float, ...]


@dataclass(frozen=True)
class TargetLeak(Diagnostic):
    """A warning of a feature that contains the target."""

    feature: str = ""


@dataclass(frozen=True)
class Outlier:
    """A value that repeats far outside the range of the others, which is from `low` to `high`.

    leads: whether it is the value of the first cell
    """

    value: float
    count: int
    low: float
    high: float
    leads: bool


@dataclass(frozen=True)
class ColumnSummary:
    """A column of a table as it is in the files, before any value is filled, dropped or encoded.

    role: time, order, group, feature, target or weight
    kind: number or text
    missing: the number of cells that are empty or listed in `na_values`
    wrong: the number of cells in a column of numbers that are not finite numbers
    distinct: the number of different values in a column of texts, times or labels, which has no range
    outliers: the repeated outliers of a feature or target
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
    """The samples of a part.

    first, last: the names of the first and the last sample in the data
    shares: for each section of the data, in order, the share of its samples that belong to this part; empty if the
        part has its own files
    """

    name: str
    samples: int
    first: str
    last: str
    shares: Curve


@dataclass(frozen=True)
class ValueSummary:
    """Range, mean and standard deviation of `count` values."""

    count: int
    minimum: float
    mean: float
    maximum: float
    deviation: float


@dataclass(frozen=True)
class FeatureSummary:
    """A feature or target, summarized for each part by name, in the units of the data."""

    name: str
    is_target: bool
    parts: dict[str, ValueSummary]


@dataclass(frozen=True)
class TimeSummary:
    """The time axis of a table, from first to last.

    step: the usual step between two rows, as text
    repeated: the number of rows with the same time as another row
    irregular: the number of other steps, without those over gaps that the spec handles
    missing: the number of rows that are missing from a regular grid
    off_grid: the number of steps that are not a multiple of the usual step
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
    """The lengths of sequences, as counts between `edges`. There is one more edge than counts."""

    minimum: int
    mean: float
    maximum: int
    edges: tuple[int, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class SamplePreview:
    """One sample: its name in the data, its target as text, and some of its features over time."""

    name: str
    answer: str
    features: dict[str, Curve]


@dataclass(frozen=True)
class BatchPreview:
    """A batch of scaled samples as the layers read them.

    padded: the share of padded timesteps
    steps: some timesteps of the first sample, for which `features` has the values
    """

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
    """Everything that is known about the data of a spec.

    index: the noun for the name of a sample in the data, such as line, sequence or time
    faults: the errors because of which parts of the data could not be surveyed
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
