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


def errors_by_step(answers: Answers) -> tuple[Array, Array]:
    """Return the root mean squared error at each step `(steps,)`, the model's and the baseline's."""
    return _rmse(answers, answers.outputs), _rmse(answers, np.asarray(answers.baseline))


def residuals(answers: Answers) -> Array:
    """Return what the model says less what is true, `(values,)`; padded steps do not count."""
    difference = answers.outputs - np.asarray(answers.part.y)
    values = np.ravel(difference if answers.part.y_valid is None else difference[answers.part.y_valid])
    return np.asarray(values[np.isfinite(values)])


def courses(answers: Answers, most: int = 3) -> tuple[Course, ...]:
    """Return a course for each target over a stretch of samples; where samples have steps, one for each of a few."""
    truth, said, baseline = (_grid(answers, each) for each in (answers.part.y, answers.outputs, answers.baseline))
    if truth.shape[1] == 1:
        first = max(0, (len(truth) - MOST_SHOWN) // 2)
        stretch = slice(first, first + MOST_SHOWN)
        names = answers.evaluation.targets or ("output",)
        return tuple(
            Course(names[place % len(names)], *(each[stretch, 0, place] for each in (truth, said, baseline)))
            for place in range(min(most, truth.shape[2]))
        )
    chosen = np.unique(np.linspace(0, len(truth) - 1, most).astype(int)).tolist()
    steps, called = _steps(answers.part, truth.shape[1]), answers.part.index
    of_sample = ((place, (each[place][steps[place], 0] for each in (truth, said, baseline))) for place in chosen)
    return tuple(Course(f"sample {called[place]}", *values) for place, values in of_sample)


def worst_examples(answers: Answers, classes: tuple[str, ...], most: int = 5) -> tuple[Example, ...]:
    """Return the samples that were got most wrong: with the least probability for what is true, or furthest off."""
    part, y = answers.part, np.asarray(answers.part.y)
    if y.dtype.kind == "i":
        sure = _sure(answers.outputs, y)
        worst = np.argsort(_least(part, sure), kind="stable")[:most]
        return tuple(_class_example(answers, classes, int(each), sure) for each in worst)
    off = np.abs(_grid(answers, answers.outputs) - _grid(answers, y)).max(axis=2)
    furthest = np.where(_steps(part, off.shape[1]), off, 0).max(axis=1)
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


def _steps(part: Part, steps: int) -> Array:
    """Return which steps of the targets are real, `(samples, steps)`."""
    return np.ones((len(part), steps), bool) if part.y_valid is None else part.y_valid


def _rmse(answers: Answers, said: Array) -> Array:
    squares = ((_grid(answers, said) - _grid(answers, answers.part.y)) ** 2).mean(axis=2, dtype=np.float64)
    real = _steps(answers.part, squares.shape[1])
    return np.asarray(np.sqrt((squares * real).sum(axis=0) / np.maximum(real.sum(axis=0), 1)))


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
    return Example(place, str(answers.part.index[place]), names[0], names[1], float(chances[worst]))


def _number_example(answers: Answers, place: int) -> Example:
    y, said = (_grid(answers, each)[place] for each in (answers.part.y, answers.outputs))
    off = np.where(_steps(answers.part, len(y))[place][:, None], np.abs(said - y), 0)
    step, target = np.unravel_index(int(off.argmax()), off.shape)
    where = f" at step {step}" if len(y) > 1 else ""
    true, guess = f"{y[step, target]:.4g}{where}", f"{said[step, target]:.4g}"
    return Example(place, str(answers.part.index[place]), true, guess, None)
