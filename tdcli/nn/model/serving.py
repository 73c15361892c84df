"""Build the model that is saved. It reads raw values, returns the data's units, and has only stock Keras layers.

The trained core is wrapped in a mask of padded timesteps and in `Normalization` layers. These have constants instead
of weights, so the parameter count is that of the spec. A model that was trained on changes adds the last known value
to its outputs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tdcli.data.dataset import Dataset, Scaling
from tdcli.layers.masking import Masking
from tdcli.nn.model.chain import apply_layer, core_steps, inputs_of
from tdcli.nn.runtime.tensorflow import keras, using_channels_last, using_dtype_policy
from tdcli.nn.runtime.types import KerasLayer, KerasModel, Tensor
from tdcli.plan.plan import Plan
from tdcli.plan.step import Step


@dataclass(frozen=True)
class UnitConversion:
    """The conversion of raw values to inputs of the core, and of the core's outputs to the data's units.

    origin_columns: the indexes of the features with the values that predicted changes are added to.
    """

    x_scaling: Scaling | None = None
    y_scaling: Scaling | None = None
    origin_columns: tuple[int, ...] = ()

    @classmethod
    def from_data(cls, data: Dataset) -> "UnitConversion":
        """Return the conversion for loaded data."""
        columns: tuple[int, ...] = ()
        if data.target_change:
            columns = tuple(data.feature_names.index(name) for name in data.target_names)
        return cls(data.x_scaling, data.y_scaling, columns)


def serving_model(core: KerasModel, plan: Plan, units: UnitConversion | None = None) -> KerasModel:
    """Return a Functional model that contains the core's layers and shares their weights.

    The added layers compute in 32 bits, whatever dtype policy the caller has set.
    """
    with using_channels_last(), using_dtype_policy("float32"):
        return _serving_model(core, plan, units or UnitConversion())


def _serving_model(core: KerasModel, plan: Plan, units: UnitConversion) -> KerasModel:
    inputs = keras.Input(plan.input_shape[1:], dtype=plan.input_dtype, name="input")
    values, mask = _mark_padding(inputs, plan)
    tensors = [_scale_values(values, units.x_scaling, name="scale", invert=False)]
    for layer, step in zip(core.layers[1:], core_steps(plan), strict=True):
        mask_arguments = _mask_arguments(layer, step, mask) if mask is not None and step.masked else {}
        tensors.append(apply_layer(layer, step.layer, inputs_of(step, tensors), **mask_arguments))
    outputs = _scale_values(tensors[-1], units.y_scaling, name="unscale", invert=True)
    return keras.Model(inputs, _add_known_values(outputs, inputs, plan, units.origin_columns), name=core.name)


def _mark_padding(inputs: Tensor, plan: Plan) -> tuple[Tensor, Tensor | None]:
    """Mark padded timesteps with a Masking layer. For frames it crashes in Keras 3.15, so compute the mask directly."""
    if plan.mask_value is None:
        return inputs, None
    if len(plan.input_shape) == 3:
        first = plan.steps[0]
        name = first.name if isinstance(first.layer, Masking) else "masking"
        return keras.layers.Masking(plan.mask_value, name=name)(inputs), None
    axes = tuple(range(2, len(plan.input_shape)))
    return inputs, keras.ops.any(keras.ops.not_equal(inputs, plan.mask_value), axis=axes)


def _mask_arguments(layer: KerasLayer, step: Step, mask: Tensor) -> dict[str, Any]:
    """Return the mask arguments of a layer that receives no mask from its input tensor."""
    if step.layer.self_attention:
        return {"query_mask": mask, "value_mask": mask}
    reads = isinstance(layer, keras.layers.RNN | keras.layers.Bidirectional | keras.layers.GlobalAveragePooling1D)
    return {"mask": mask} if reads else {}


def _scale_values(values: Tensor, scaling: Scaling | None, name: str, invert: bool) -> Tensor:
    if scaling is None:
        return values
    mean, variance = scaling.mean.tolist(), scaling.variance.tolist()
    return keras.layers.Normalization(mean=mean, variance=variance, invert=invert, name=name)(values)


def _add_known_values(outputs: Tensor, inputs: Tensor, plan: Plan, columns: Sequence[int]) -> Tensor:
    """Add the last known value of each target.

    With one output per timestep it is the value of that timestep. Otherwise the value of the last timestep is added to
    every predicted timestep.
    """
    if not columns:
        return outputs
    steps = _known_steps(plan)
    known = [inputs[(slice(None), *steps, slice(column, column + 1))] for column in columns]
    ahead = (plan.output_shape[-1] or 0) // len(columns)
    origin = keras.layers.Concatenate(name="last_known")(known * ahead) if len(known) * ahead > 1 else known[0]
    return keras.layers.Add(name="add_change")([outputs, origin])


def _known_steps(plan: Plan) -> tuple[Any, ...]:
    """Return the index along time of the values that changes are added to. Sequences of outputs keep the axis."""
    if plan.signature().per_step:
        return (slice(None),)
    return (slice(-1, None),) if len(plan.output_shape) == 3 else (-1,)
