"""Where a model is off: step by step, and on which samples most."""

from dataclasses import dataclass

import numpy as np

from tdcli.data._dataset import Array, Part, samples_at
from tdcli.services.evaluate import Answers
from tdcli.services.score import codes

MOST_SHOWN = 240


@dataclass(frozen=True)
class Course:
    """Truth and forecast along one axis: over steps ahead of one sample, or over samples in the order of the data."""

    title: str
    truth: Array
    predicted: Array
    baseline: Array
    over_steps: bool = False


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

    model, baseline: root mean squared errors, `(steps,)`. Padded steps do not count, nor what is not finite.
    """

    target: str
    values: Array
    model: Array
    baseline: Array


def residuals(answers: Answers, most: int = 3) -> tuple[Residuals, ...]:
    """Return the residuals of the first targets, each by itself: they may have different units."""
    truth, said, baseline = (_grid(answers, each) for each in (answers.part.y, answers.outputs, answers.baseline))
    real = _steps(answers.part, truth.shape[1])
    return tuple(
        _residuals(name, truth[..., place], said[..., place], baseline[..., place], real)
        for place, name in enumerate(_targets(answers, truth)[:most])
    )


def _residuals(target: str, truth: Array, said: Array, baseline: Array, real: Array) -> Residuals:
    off = said - truth
    counted = off[real & np.isfinite(off)]
    return Residuals(target, counted, _rmse(off, real), _rmse(baseline - truth, real))


def _rmse(off: Array, real: Array) -> Array:
    squares = np.where(real, off.astype(np.float64) ** 2, 0)
    return np.asarray(np.sqrt(squares.sum(axis=0) / np.maximum(real.sum(axis=0), 1)))


def courses(answers: Answers, most: int = 3) -> tuple[Course, ...]:
    """Return a course for each target over a stretch of samples; where these have steps, over the steps of some."""
    truth, said, baseline = (_grid(answers, each) for each in (answers.part.y, answers.outputs, answers.baseline))
    names = _targets(answers, truth)[:most]
    if truth.shape[1] == 1:
        first = max(0, (len(truth) - MOST_SHOWN) // 2)
        stretch = slice(first, first + MOST_SHOWN)
        return tuple(
            Course(name, truth[stretch, 0, place], said[stretch, 0, place], baseline[stretch, 0, place])
            for place, name in enumerate(names)
        )
    samples = np.unique(np.linspace(0, len(truth) - 1, most if len(names) == 1 else 1).astype(int)).tolist()
    real = _steps(answers.part, truth.shape[1])

    def _along(sample: int, place: int) -> tuple[Array, Array, Array]:
        steps = real[sample]
        return truth[sample][steps, place], said[sample][steps, place], baseline[sample][steps, place]

    return tuple(
        Course(f"{name}, sample {answers.part.title(sample)}", *_along(sample, place), over_steps=True)
        for sample in samples
        for place, name in enumerate(names)
    )


def worst_examples(answers: Answers, classes: tuple[str, ...], most: int = 5) -> tuple[Example, ...]:
    """Return the samples that were got most wrong: with the least probability for what is true, or furthest off."""
    part, y = answers.part, np.asarray(answers.part.y)
    if y.dtype.kind == "i":
        sure = _sure(answers.outputs, y)
        worst = np.argsort(_least(part, sure), kind="stable")[:most]
        return tuple(_class_example(answers, classes, int(each), sure) for each in worst)
    off = np.abs(_grid(answers, answers.outputs) - _grid(answers, y)).max(axis=2)
    furthest = np.nan_to_num(np.where(_steps(part, off.shape[1]), off, 0), nan=np.inf).max(axis=1)
    return tuple(_number_example(answers, int(each)) for each in np.argsort(-furthest, kind="stable")[:most])


def first_of_each_class(answers: Answers, classes: tuple[str, ...], most: int = 4) -> tuple[Example, ...]:
    """Return one sample of each class; of numbers the first samples."""
    y = np.asarray(answers.part.y)
    if y.dtype.kind != "i":
        return tuple(_number_example(answers, place) for place in range(min(most, len(y))))
    places = np.unique(y.reshape(len(y), -1)[:, 0], return_index=True)[1][:most]
    return tuple(_class_example(answers, classes, int(each), _sure(answers.outputs, y)) for each in places)


def sample(part: Part, position: int) -> Array:
    """Return the real steps of a sample, `(time, ...)`."""
    x: Array = samples_at(part.x, np.array([position]))[0]
    return x if part.valid is None else x[part.valid[position]]


def _grid(answers: Answers, values: Array | None) -> Array:
    """Return numbers as `(samples, steps, targets)`."""
    found = np.asarray(values)
    targets = len(answers.evaluation.targets) or found.shape[-1]
    if found.ndim == 3:
        return found
    targets = targets if found.shape[1] % targets == 0 else found.shape[1]
    return found.reshape(len(found), -1, targets)


def _targets(answers: Answers, grid: Array) -> tuple[str, ...]:
    """Return the names of the last axis of a grid."""
    names = answers.evaluation.targets
    return names if len(names) == grid.shape[2] else tuple(f"output {place}" for place in range(grid.shape[2]))


def _steps(part: Part, steps: int) -> Array:
    """Return which steps of the targets are real, `(samples, steps)`."""
    return np.ones((len(part), steps), bool) if part.y_valid is None else part.y_valid


def _sure(outputs: Array, y: Array) -> Array:
    """Return the probability of the true class, of y's shape."""
    if outputs.shape[-1] == 1:
        return np.asarray(np.where(y == 1, outputs[..., 0], 1 - outputs[..., 0]))
    return np.asarray(np.take_along_axis(outputs, y[..., None], axis=-1)[..., 0])


def _least(part: Part, sure: Array) -> Array:
    """Return for each sample the least of its steps."""
    if sure.ndim == 1:
        return sure
    return np.asarray(np.where(_steps(part, sure.shape[1]), sure, 1).min(axis=1))


def _class_example(answers: Answers, classes: tuple[str, ...], place: int, sure: Array) -> Example:
    y, said = np.atleast_1d(np.asarray(answers.part.y)[place]), np.atleast_1d(codes(answers.outputs)[place])
    chances = np.atleast_1d(sure[place])
    real = np.ones(len(y), bool) if answers.part.y_valid is None else answers.part.y_valid[place]
    worst = int(np.where(real, chances, 2).argmin())
    step = f" at step {worst}" if len(y) > 1 else ""
    names = [classes[int(code)] + step for code in (y[worst], said[worst])]
    return Example(place, answers.part.title(place), names[0], names[1], float(chances[worst]))


def _number_example(answers: Answers, place: int) -> Example:
    y, said = (_grid(answers, each)[place] for each in (answers.part.y, answers.outputs))
    off = np.where(_steps(answers.part, len(y))[place][:, None], np.abs(said - y), 0)
    step, target = np.unravel_index(int(off.argmax()), off.shape)
    where = f" at step {step}" if len(y) > 1 else ""
    true, guess = f"{y[step, target]:.4g}{where}", f"{said[step, target]:.4g}"
    return Example(place, answers.part.title(place), true, guess, None)
