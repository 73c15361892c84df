"""What a field of `Tensors` leaves out is the same as another field."""

import numpy as np
import pytest

from tdcli.data.dataset import Dataset, Part, Scaling
from tdcli.nn.batches.tensors import Tensors, build_tensors
from tdcli.nn.runtime.tensorflow import tf

X = np.arange(24, dtype="float32").reshape(4, 3, 2)
NUMBERS = np.array([[1.0], [2.0], [3.0], [4.0]], np.float32)


def test_targets_that_are_learnt_as_they_are_and_weights_of_one_are_held_once() -> None:
    tensors = build_tensors(
        Part(X, NUMBERS, np.arange(4)), Dataset(Part(X, NUMBERS, np.arange(4))), None, integers=False
    )
    assert (tensors.measured, tensors.weight) == (None, None)
    assert tensors.metric_target is tensors.target
    assert tensors.loss_weight is tensors.valid
    assert tensors.valid.numpy().tolist() == [1, 1, 1, 1]


def test_metrics_see_the_targets_in_their_units_where_scaled_ones_are_learnt() -> None:
    part = Part(X, NUMBERS, np.arange(4))
    scaling = Scaling(np.array([2.0]), np.array([4.0]))  # mean 2, standard deviation 2
    tensors = build_tensors(part, Dataset(part, y_scaling=scaling), None, integers=False)
    assert tensors.target.numpy().ravel().tolist() == [-0.5, 0.0, 0.5, 1.0]
    assert tensors.metric_target.numpy().ravel().tolist() == [1, 2, 3, 4]


def test_classes_and_samples_weigh_the_loss_and_leave_valid_as_it_is() -> None:
    part = Part(X, np.array([0, 1, 1, 0]), np.arange(4), weight=np.array([1, 1, 0.5, 2], np.float32))
    tensors = build_tensors(part, Dataset(part), np.array([1.0, 3.0], np.float32), integers=False)
    assert tensors.loss_weight.numpy().tolist() == [1, 3, 1.5, 2]
    assert tensors.valid.numpy().tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("weight", [None, [1.0, 2.0, 3.0]])
def test_a_shard_without_samples_counts_for_nothing(weight: list[float] | None) -> None:
    weights = None if weight is None else tf.constant(weight)
    whole = Tensors(tf.zeros([3, 2]), tf.zeros([3]), valid=tf.ones([3]), weight=weights)
    empty = whole.at(tf.constant([0])).scaled_to(tf.constant(0.0))
    assert (empty.valid.numpy().tolist(), empty.loss_weight.numpy().tolist()) == ([0], [0])
    half = whole.at(tf.constant([2])).scaled_to(tf.constant(0.5)).scaled_to(tf.constant(0.5))
    assert half.loss_weight.numpy().tolist() == [1 if weight is None else 3]
    assert float(half.fraction) == 0.25


def test_samples_are_cut_to_the_longest_in_each_field_that_has_steps() -> None:
    mask = tf.constant([[True, True, False], [True, False, False]])
    steps = Tensors(tf.zeros([2, 3, 1]), tf.zeros([2, 3]), tf.cast(mask, "float32"), mask=mask, per_step=True)
    cut = steps.trimmed()
    assert [cut.x.shape[1], cut.target.shape[1], cut.valid.shape[1], cut.mask.shape[1]] == [2, 2, 2, 2]
    assert (cut.weight, cut.measured) == (None, None)
