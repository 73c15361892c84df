"""Split the values of an evaluation by target, because targets may have different units."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tdcli.data.dataset import Array, Part
from tdcli.services.evaluate.evaluate import EvaluatedOutputs
from tdcli.services.evaluate.output_layout import are_frames
from tdcli.services.evaluate.score_numbers import target_names, to_grid

FRAMES = "frames"
"""The name of the single target of frames."""

OfFrames = Callable[[Array, Part], Array]
"""Converts frames to numbers `(rows, steps, 1)`."""


@dataclass(frozen=True)
class TargetValues:
    """One target of all samples, `(samples, steps)`. baseline, baseline_name: the best baseline of the target."""

    name: str
    truth: Array
    predicted: Array
    baseline: Array
    baseline_name: str


def split_targets(answers: EvaluatedOutputs, most: int, of_frames: OfFrames) -> tuple[TargetValues, ...]:
    """Return the first `most` targets. of_frames: converts frames to numbers."""

    def grid(values: Array | None) -> Array:
        if are_frames(answers.outputs):
            return of_frames(np.asarray(values), answers.part)
        return number_grid(answers, values)

    truth, predicted = grid(answers.part.y), grid(answers.outputs)
    names = (FRAMES,) if are_frames(answers.outputs) else target_names(truth, answers.evaluation.targets)
    targets = []
    for index, name in enumerate(names[:most]):
        best = answers.evaluation.scores.best_for(name)
        baseline = grid(answers.baselines[best])
        targets.append(TargetValues(name, truth[..., index], predicted[..., index], baseline[..., index], best))
    return tuple(targets)


def number_grid(answers: EvaluatedOutputs, values: Array | None) -> Array:
    """Return numbers as `(samples, steps, targets)`. Each value of a frame counts as one step."""
    found = np.asarray(values)
    return found.reshape(len(found), -1, 1) if are_frames(found) else to_grid(found, answers.evaluation.targets)
