"""Load the data of a training, and check them before TensorFlow is loaded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Dataset, Part
from tdcli.data.load import LoadRequest, load, prefetch
from tdcli.data.progress import ProgressCallback, no_progress
from tdcli.services.machine.extras import require_extra
from tdcli.services.samples.fingerprints import fingerprints
from tdcli.services.samples.memory import refuse_too_large
from tdcli.services.specs.compile import Compiled
from tdcli.sources.core.section import DataSection
from tdcli.spec.schedules import Plateau
from tdcli.spec.spec import Spec
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError


@dataclass(frozen=True)
class Origin:
    """What a training takes over from an earlier one.

    fitted: all that was fitted together with the weights, in the form of `Dataset.fitted`.
    record: the run that the weights come from, in the form of `run.json`. None if the weights were initialized.
    model: the file with the weights at the start of the first epoch. None if a checkpoint has them.
    """

    fitted: Mapping[str, Any]
    record: Mapping[str, Any] | None = None
    model: Path | None = None


@dataclass(frozen=True)
class Prepared:
    """Loaded data, a weight for each class code (None: equal weights), and what the training takes over."""

    data: Dataset
    class_weights: Array | None
    origin: Origin | None = None

    @cached_property
    def fingerprints(self) -> dict[str, dict[str, Any]]:
        """The size and hash of each file that was read. Computing them takes a while."""
        return fingerprints(self.data)


def prepare(
    compiled: Compiled,
    read: Callable[[Compiled], Dataset] | None = None,
    origin: Origin | None = None,
    on_loading: ProgressCallback = no_progress,
) -> Prepared:
    """Load the data, and check that they fit the plan. `read` replaces `load_data`. Raises SpecError."""
    data = read(compiled) if read else load_data(compiled, origin.fitted if origin else None, on_loading=on_loading)
    _check_monitor(compiled, data)
    refuse_too_large(compiled, data)
    return Prepared(data, _class_weights(compiled, data), origin)


def prefetch_data(compiled: Compiled, progress: ProgressCallback = no_progress, path: Path | None = None) -> None:
    """Do the slow work of a source, such as decoding clips, before its data or `path` are loaded. Raises SpecError."""
    section = data_section(compiled)
    check_extra(section)
    signature = compiled.signature
    try:
        prefetch(section, compiled.folder, signature, progress, path)
    except SpecError as error:
        if path is not None:
            raise
        raise error.with_diagnostics(locate(each, compiled) for each in error.diagnostics) from None


def check_extra(section: DataSection) -> None:
    """Raise SpecError if the data need an extra that is not installed."""
    if section.extra:
        require_extra(section.extra, f"`source: {section.source}`")


def load_data(
    compiled: Compiled,
    fitted: Mapping[str, Any] | None = None,
    *,
    judged: bool = False,
    on_loading: ProgressCallback = no_progress,
) -> Dataset:
    """Read the data of a spec, and scale and encode them. Raises SpecError.

    fitted: the scaling and encodings of an earlier training; without them, they are fitted on the training set.
    judged: whether the held-out data get baselines. on_loading: called with the progress of slow reading.
    """
    section, spec = data_section(compiled), compiled.spec
    check_extra(section)
    signature = compiled.signature
    try:
        return load(
            section,
            LoadRequest(
                compiled.folder, signature, spec.split, data_seed(spec), fitted, judged=judged, progress=on_loading
            ),
        )
    except SpecError as error:
        raise error.with_diagnostics(locate(each, compiled) for each in error.diagnostics) from None


def data_seed(spec: Spec) -> int:
    """Return the seed for random choices in the data."""
    return spec.training.seed if spec.split.seed is None else spec.split.seed


def locate(diagnostic: Diagnostic, compiled: Compiled) -> Diagnostic:
    """Return the diagnostic located at the section that it concerns, unless it points to a cell of a file."""
    section = diagnostic.section or ("data",)
    return diagnostic if diagnostic.span else diagnostic.at(compiled.document.key_span(section))


def data_section(compiled: Compiled) -> DataSection:
    """Return the data section. Raises SpecError if the spec has none."""
    if compiled.spec.data is None:
        message = f"`{compiled.document.path}` has no `data` section"
        raise SpecError.of("missing-key", message, "add one, such as `data: {source: csv, path: data.csv}`")
    return compiled.spec.data


def _check_monitor(compiled: Compiled, data: Dataset) -> None:
    training, objective = compiled.spec.training, compiled.objective
    known = [*objective.names]
    if data.validation is not None:
        known += [f"val_{name}" for name in objective.names]
    schedule = training.schedule
    for key_path, monitor in (
        (("training", "schedule", "monitor"), schedule.monitor if isinstance(schedule, Plateau) else None),
        (("training", "monitor"), training.monitor),
        (("training", "early_stopping", "monitor"), training.early_stopping and training.early_stopping.monitor),
    ):
        if monitor and monitor not in known:
            helps: tuple[str, ...] = ("known here: " + ", ".join(f"`{name}`" for name in known),)
            if monitor.startswith("val_") and data.validation is None:
                helps = ("add a validation set with `split: {validation: 0.2}`", *helps)
            span = compiled.document.span(key_path)
            raise SpecError.of("unknown-monitor", f"the metric `{monitor}` is not measured", *helps, span=span)


def _class_weights(compiled: Compiled, data: Dataset) -> Array | None:
    wanted, objective = compiled.spec.training.class_weight, compiled.objective
    if wanted is None:
        return None
    span = compiled.document.span(("training", "class_weight"))
    if not objective.classes:
        message = "`class_weight` needs classes, but the targets are numbers"
        raise SpecError.of("wrong-value", message, "remove `class_weight`", span=span)
    count = max(2, objective.units)
    if wanted == "balanced":
        return balanced_weights(data.train, count)
    weights, names = np.ones(count, np.float32), data.classes or ()
    for name, weight in wanted.items():
        code = names.index(name) if name in names else _code(name, count)
        if code is None:
            known = ", ".join(f"`{each}`" for each in names) or f"0 to {count - 1}"
            raise SpecError.of("wrong-value", f"there is no class `{name}`", f"known here: {known}", span=span)
        weights[code] = weight
    return weights


def _code(name: str, count: int) -> int | None:
    return int(name) if name.isdecimal() and int(name) < count else None


def balanced_weights(part: Part, count: int) -> Array:
    """Return the weight `n / (classes * n_class)` of each class, so that all classes have the same total weight.

    The counts are over samples, or over real timesteps if each timestep has a class. The formula is scikit-learn's
    (`compute_class_weight`).
    """
    codes = np.asarray(part.y)
    real = codes[part.y_valid] if part.y_valid is not None else codes.ravel()
    counts = np.bincount(real, minlength=count)
    return (len(real) / (count * np.maximum(counts, 1))).astype(np.float32)


class DatasetCache:
    """Keeps the data of the last spec, and reads again only for a spec with other data.

    judged: whether the held-out data get baselines.
    """

    def __init__(self, *, judged: bool = False) -> None:
        self.judged = judged
        self.key: Any = None
        self.data: Dataset | None = None

    @classmethod
    def seeded_with(cls, compiled: Compiled, data: Dataset) -> "DatasetCache":
        """Return a cache with the data that were already read for a spec."""
        cache = cls()
        cache.key, cache.data = _cache_key(compiled), data
        return cache

    def load(self, compiled: Compiled) -> Dataset:
        """Return the data of a spec. Raises SpecError."""
        key = _cache_key(compiled)
        if self.data is None or key != self.key:
            self.data = None  # two data sets may not fit into memory
            self.data, self.key = load_data(compiled, judged=self.judged), key
        return self.data


def _cache_key(compiled: Compiled) -> Any:
    """Return everything that decides which data are read, and how they are split and scaled."""
    spec = compiled.spec
    return spec.data, spec.split, compiled.signature, data_seed(spec)
