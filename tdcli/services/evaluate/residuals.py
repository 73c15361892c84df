"""Where a model is off: step by step, and on which samples most."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Part, samples_at
from tdcli.services.evaluate.evaluate import Answers
from tdcli.services.evaluate.frames import are_frames, by_mean, by_value
from tdcli.services.evaluate.score_classes import codes
from tdcli.services.evaluate.score_numbers import in_grid, real_steps, target_names

MOST_SHOWN = 240

FRAMES = "frames"
"""What the values of frames are called together."""

OfFrames = Callable[[Array, Part], Array]
"""What is taken of frames, as `(rows, steps, 1)`."""


@dataclass(frozen=True)
class Course:
    """Truth and forecast along one axis: over steps ahead of one sample, or over samples in the order of the data.

    baseline, baseline_name: the best of the target's; times: when each value is of, empty where nothing tells it.
    """

    title: str
    truth: Array
    predicted: Array
    baseline: Array
    baseline_name: str
    over_steps: bool = False
    times: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """A sample and what was said of it. sure: the probability of what is true; None for numbers.

    position: its place in the part.
    """

    position: int
    name: str
    truth: str
    said: str
    sure: float | None


@dataclass(frozen=True)
class Residuals:
    """What the model says of one target less what is true, `(values,)`, and how far it and the baseline are off.

    model, baseline: root mean squared errors, `(steps,)`; baseline_name: the best of the target's. Padded steps do not
    count, nor what is not finite.
    """

    target: str
    values: Array
    model: Array
    baseline: Array
    baseline_name: str


@dataclass(frozen=True)
class _Target:
    """One target of all samples, `(samples, steps)`."""

    name: str
    truth: Array
    said: Array
    baseline: Array
    baseline_name: str


def _targets_of(answers: Answers, most: int, of_frames: OfFrames) -> tuple[_Target, ...]:
    """Return the first targets, each by itself: they may have different units. of_frames: what is taken of frames."""

    def grid(values: Array | None) -> Array:
        frames = are_frames(answers.outputs)
        return of_frames(np.asarray(values), answers.part) if frames else _grid(answers, values)

    truth, said = grid(answers.part.y), grid(answers.outputs)
    names = (FRAMES,) if are_frames(answers.outputs) else target_names(truth, answers.evaluation.targets)
    found = []
    for place, name in enumerate(names[:most]):
        best = answers.evaluation.scores.best_for(name)
        baseline = grid(answers.baselines[best])
        found.append(_Target(name, truth[..., place], said[..., place], baseline[..., place], best))
    return tuple(found)


def residuals(answers: Answers, most: int = 3) -> tuple[Residuals, ...]:
    """Return the residuals of the first targets."""
    targets = _targets_of(answers, most, by_value)
    return tuple(_residuals(each, real_steps(answers.part, each.truth)) for each in targets)


def _residuals(target: _Target, real: Array) -> Residuals:
    off = target.said - target.truth
    counted = off[real & np.isfinite(off)]
    of_baseline = _rmse(target.baseline - target.truth, real)
    return Residuals(target.name, counted, _rmse(off, real), of_baseline, target.baseline_name)


def _rmse(off: Array, real: Array) -> Array:
    squares = np.where(real, off.astype(np.float64) ** 2, 0)
    return np.asarray(np.sqrt(squares.sum(axis=0) / np.maximum(real.sum(axis=0), 1)))


def courses(answers: Answers, most: int = 3) -> tuple[Course, ...]:
    """Return a course for each target over a stretch of samples; where these have steps, over the steps of some.

    Of frames it is that of their mean.
    """
    targets = _targets_of(answers, most, by_mean)
    count, steps = targets[0].truth.shape
    if steps == 1:
        first = max(0, (count - MOST_SHOWN) // 2)
        times = _times(answers.part, np.arange(count)[first : first + MOST_SHOWN])
        chosen = np.s_[first : first + MOST_SHOWN, 0]
        return tuple(_course(each, _titled(each), chosen, times) for each in targets)
    samples = np.unique(np.linspace(0, count - 1, most if len(targets) == 1 else 1).astype(int)).tolist()
    real = real_steps(answers.part, targets[0].truth)
    return tuple(
        _course(
            each,
            f"{_titled(each)}, sample {answers.part.title(sample)}",
            (sample, real[sample]),
            tuple(np.array(_times(answers.part, np.array([sample])) or [""] * steps)[real[sample]]),
            over_steps=True,
        )
        for sample in samples
        for each in targets
    )


def _titled(target: _Target) -> str:
    return f"mean of {target.name}" if target.name == FRAMES else target.name


def _times(part: Part, samples: Array) -> tuple[str, ...]:
    """Return when the values are of, one sample's after the other's; nothing where no column tells it."""
    return () if part.times is None else tuple(part.times.take(samples).texts().ravel().tolist())


def _course(target: _Target, title: str, chosen: Any, times: tuple[str, ...], *, over_steps: bool = False) -> Course:
    truth, said, baseline = (values[chosen] for values in (target.truth, target.said, target.baseline))
    return Course(title, truth, said, baseline, target.baseline_name, over_steps, times if any(times) else ())


def worst_examples(answers: Answers, classes: tuple[str, ...], most: int = 5) -> tuple[Example, ...]:
    """Return the samples that were got most wrong: with the least probability for what is true, or furthest off."""
    part, y = answers.part, np.asarray(answers.part.y)
    if y.dtype.kind == "i":
        sure = _sure(answers.outputs, y)
        worst = np.argsort(_least(part, sure), kind="stable")[:most]
        return tuple(_class_example(answers, classes, int(each), sure) for each in worst)
    off = _in_spreads(answers)
    worst = np.argsort(-off.max(axis=(1, 2)), kind="stable")[:most]
    return tuple(_number_example(answers, int(each), off) for each in worst)


def first_of_each_class(answers: Answers, classes: tuple[str, ...], most: int = 4) -> tuple[Example, ...]:
    """Return one sample of each class; of numbers the first samples."""
    y = np.asarray(answers.part.y)
    if y.dtype.kind != "i":
        off = _in_spreads(answers)
        return tuple(_number_example(answers, place, off) for place in range(min(most, len(y))))
    places = np.unique(y.reshape(len(y), -1)[:, 0], return_index=True)[1][:most]
    return tuple(_class_example(answers, classes, int(each), _sure(answers.outputs, y)) for each in places)


def sample(part: Part, position: int) -> Array:
    """Return the real steps of a sample, `(time, ...)`."""
    x: Array = samples_at(part.x, np.array([position]))[0]
    return x if part.valid is None else x[part.valid[position]]


def _grid(answers: Answers, values: Array | None) -> Array:
    """Return numbers as `(samples, steps, targets)`; of frames every value is a step."""
    found = np.asarray(values)
    return found.reshape(len(found), -1, 1) if are_frames(found) else in_grid(found, answers.evaluation.targets)


def _in_spreads(answers: Answers) -> Array:
    """Return how far each value is off over how far its target is off on the whole, for targets have own units.

    Padded steps are not off; what is not finite is infinitely far.
    """
    said, truth = (_grid(answers, each).astype(np.float64) for each in (answers.outputs, answers.part.y))
    off = np.abs(np.where(real_steps(answers.part, truth)[..., None], said - truth, 0))
    whole = np.sqrt((np.where(np.isfinite(off), off, 0) ** 2).mean(axis=(0, 1)))
    return np.asarray(np.nan_to_num(off / np.where(whole > 0, whole, 1), nan=np.inf, posinf=np.inf))


def _steps(part: Part, steps: int) -> Array:
    """Return which steps of the targets are real, `(samples, steps)`; of frames every value is a step."""
    if part.y_valid is None:
        return np.ones((len(part), steps), bool)
    return np.repeat(part.y_valid, steps // part.y_valid.shape[1], axis=1)


def _sure(outputs: Array, y: Array) -> Array:
    """Return the probability of the true class, of y's shape."""
    if outputs.shape[-1] == 1:
        return np.asarray(np.where(y == 1, outputs[..., 0], 1 - outputs[..., 0]))
    return np.asarray(np.take_along_axis(outputs, y[..., None], axis=-1)[..., 0])


def _least(part: Part, sure: Array) -> Array:
    """Return for each sample the least of its steps."""
    if sure.ndim == 1:
        return sure
    each = sure.reshape(len(sure), -1)
    return np.asarray(np.where(_steps(part, each.shape[1]), each, 1).min(axis=1))


def _class_example(answers: Answers, classes: tuple[str, ...], place: int, sure: Array) -> Example:
    y, said, chances = (np.ravel(each[place]) for each in (np.asarray(answers.part.y), codes(answers.outputs), sure))
    real = _steps(answers.part, len(y))[place]
    worst = int(np.where(real, chances, 2).argmin())
    step = f" at {_place(answers, worst)}" if len(y) > 1 else ""
    names = [classes[int(code)] + step for code in (y[worst], said[worst])]
    return Example(place, answers.part.title(place), names[0], names[1], float(chances[worst]))


def _number_example(answers: Answers, place: int, off: Array) -> Example:
    """Return the value of a sample that is furthest off; off: `(samples, steps, targets)`."""
    truth, outputs = (_grid(answers, each) for each in (answers.part.y, answers.outputs))
    step, target = np.unravel_index(int(off[place].argmax()), off[place].shape)
    name = f"{target_names(truth, answers.evaluation.targets)[target]} " if truth.shape[2] > 1 else ""
    where = f" at {_place(answers, int(step))}" if truth.shape[1] > 1 else ""
    true, guess = f"{name}{truth[place, step, target]:.4g}{where}", f"{outputs[place, step, target]:.4g}"
    return Example(place, answers.part.title(place), true, guess, None)


def _place(answers: Answers, step: int) -> str:
    """Say where a value of a sample is: its step, or in frames its place along each axis."""
    if not are_frames(answers.outputs):
        return f"step {step + 1}"
    places = np.asarray(answers.part.y).shape[1:]
    return str([int(each) for each in np.unravel_index(step, places)])
