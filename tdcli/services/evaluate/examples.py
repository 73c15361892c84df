"""Choose samples to look at: those with the worst predictions, and one of each class."""

from dataclasses import dataclass

import numpy as np

from tdcli.data.dataset import Array, Part, take_samples
from tdcli.services.evaluate.evaluate import EvaluatedOutputs
from tdcli.services.evaluate.output_layout import are_frames
from tdcli.services.evaluate.score_classes import predicted_codes
from tdcli.services.evaluate.score_numbers import real_steps, target_names
from tdcli.services.evaluate.targets import number_grid


@dataclass(frozen=True)
class SampleExample:
    """A sample and its worst prediction, which is a class or a number.

    position: the sample's index among the evaluated samples.
    location: the index of the value in the sample: its timestep in a sequence, or its index along each axis of frames.
    target: the name of the target, if there are several.
    confidence: the probability of the true class.
    """

    position: int
    name: str
    truth: str | float
    predicted: str | float
    location: tuple[int, ...] = ()
    target: str = ""
    confidence: float | None = None


def worst_examples(answers: EvaluatedOutputs, classes: tuple[str, ...], most: int = 5) -> tuple[SampleExample, ...]:
    """Return the samples whose true class has the lowest probability, or whose numbers have the largest errors."""
    part, y = answers.part, np.asarray(answers.part.y)
    if y.dtype.kind == "i":
        confidence = _confidence(answers.outputs, y)
        worst = np.argsort(_least(part, confidence), kind="stable")[:most]
        return tuple(_class_example(answers, classes, int(position), confidence) for position in worst)
    errors = _relative_errors(answers)
    worst = np.argsort(-errors.max(axis=(1, 2)), kind="stable")[:most]
    return tuple(_number_example(answers, int(position), errors) for position in worst)


def examples_of_each_class(
    answers: EvaluatedOutputs, classes: tuple[str, ...], most: int = 4
) -> tuple[SampleExample, ...]:
    """Return one sample of each class, or the first samples if the targets are numbers."""
    y = np.asarray(answers.part.y)
    if y.dtype.kind != "i":
        errors = _relative_errors(answers)
        return tuple(_number_example(answers, position, errors) for position in range(min(most, len(y))))
    positions = np.unique(y.reshape(len(y), -1)[:, 0], return_index=True)[1][:most]
    confidence = _confidence(answers.outputs, y)
    return tuple(_class_example(answers, classes, int(position), confidence) for position in positions)


def real_steps_of_sample(part: Part, position: int) -> Array:
    """Return the real timesteps of a sample, `(time, ...)`."""
    x: Array = take_samples(part.x, np.array([position]))[0]
    return x if part.valid is None else x[part.valid[position]]


def _relative_errors(answers: EvaluatedOutputs) -> Array:
    """Return the error of each value divided by the RMSE of its target, because targets have different units.

    Padded timesteps have the error 0. Values that are not finite have an infinite error.
    """
    predicted, truth = (number_grid(answers, each).astype(np.float64) for each in (answers.outputs, answers.part.y))
    errors = np.abs(np.where(real_steps(answers.part, truth)[..., None], predicted - truth, 0))
    whole = np.sqrt((np.where(np.isfinite(errors), errors, 0) ** 2).mean(axis=(0, 1)))
    return np.asarray(np.nan_to_num(errors / np.where(whole > 0, whole, 1), nan=np.inf, posinf=np.inf))


def _real_values(part: Part, values: int) -> Array:
    """Return which target values are not padding, `(samples, values)`. Each number of a frame is one value."""
    if part.y_valid is None:
        return np.ones((len(part), values), bool)
    return np.repeat(part.y_valid, values // part.y_valid.shape[1], axis=1)


def _confidence(outputs: Array, y: Array) -> Array:
    """Return the probability of the true class, with the shape of y."""
    if outputs.shape[-1] == 1:
        return np.asarray(np.where(y == 1, outputs[..., 0], 1 - outputs[..., 0]))
    return np.asarray(np.take_along_axis(outputs, y[..., None], axis=-1)[..., 0])


def _least(part: Part, confidence: Array) -> Array:
    """Return the lowest value over the real timesteps of each sample."""
    if confidence.ndim == 1:
        return confidence
    values = confidence.reshape(len(confidence), -1)
    return np.asarray(np.where(_real_values(part, values.shape[1]), values, 1).min(axis=1))


def _class_example(
    answers: EvaluatedOutputs, classes: tuple[str, ...], position: int, confidence: Array
) -> SampleExample:
    """Return the value of a sample whose true class has the lowest probability."""
    arrays = (np.asarray(answers.part.y), predicted_codes(answers.outputs), confidence)
    y, predicted, chances = (np.ravel(array[position]) for array in arrays)
    real = _real_values(answers.part, len(y))[position]
    worst = int(np.where(real, chances, 2).argmin())
    truth, guess = (classes[int(code)] for code in (y[worst], predicted[worst]))
    location = _location(answers, worst) if len(y) > 1 else ()
    chance = float(chances[worst])
    return SampleExample(position, answers.part.title(position), truth, guess, location, confidence=chance)


def _number_example(answers: EvaluatedOutputs, position: int, errors: Array) -> SampleExample:
    """Return the value of a sample with the largest error. errors: `(samples, steps, targets)`."""
    truth, predicted = (number_grid(answers, each) for each in (answers.part.y, answers.outputs))
    step, target = (int(index) for index in np.unravel_index(int(errors[position].argmax()), errors[position].shape))
    name = target_names(truth, answers.evaluation.targets)[target] if truth.shape[2] > 1 else ""
    location = _location(answers, step) if truth.shape[1] > 1 else ()
    true, guess = (float(array[position, step, target]) for array in (truth, predicted))
    return SampleExample(position, answers.part.title(position), true, guess, location, name)


def _location(answers: EvaluatedOutputs, index: int) -> tuple[int, ...]:
    """Return the index of a value along each axis of a sample."""
    if not are_frames(answers.outputs):
        return (index,)
    return tuple(int(each) for each in np.unravel_index(index, np.asarray(answers.part.y).shape[1:]))
