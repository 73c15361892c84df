"""The loss and the metrics: those of the spec, or those that outputs and target suggest."""

from dataclasses import dataclass

from tdcli.data._signature import Signature
from tdcli.spec._losses import is_for_classes
from tdcli.spec.training import Training
from tdcli.text.diagnostic import UserError


@dataclass(frozen=True)
class Objective:
    """What is minimised and what is shown. `classes`: the target is a code; `units`: the model's outputs."""

    loss: str
    metrics: tuple[str, ...]
    classes: bool
    units: int

    def form(self, name: str) -> str:
        """Say how a loss or metric wants a target: `numbers`, `sparse`, `one-hot` or `binary`."""
        if not self.classes:
            return "numbers"
        if self.units == 1:
            return "binary"
        return "sparse" if name == "accuracy" or name.startswith("sparse_") else "one-hot"

    @property
    def names(self) -> tuple[str, ...]:
        """Return what a training reports: the loss and the metrics."""
        return ("loss", *self.metrics)


def objective_of(training: Training, signature: Signature) -> Objective:
    """Fill in what the spec leaves out.

    Softmax and one sigmoid unit mean classes, and crossentropy; several sigmoid units a yes or
    no each; any other activation numbers, and their squared error.
    """
    classes = signature.takes == "classes"
    default = ("accuracy",) if classes or signature.activation == "sigmoid" else ("mae", "rmse")
    metrics = default if training.metrics is None else tuple(dict.fromkeys(training.metrics))
    loss = training.loss or _suggested_loss(signature)
    _check(loss, metrics, classes, signature)
    return Objective(loss, metrics, classes, signature.units)


def _suggested_loss(signature: Signature) -> str:
    if signature.activation == "softmax":
        return "sparse_categorical_crossentropy"
    return "binary_crossentropy" if signature.activation == "sigmoid" else "mse"


def _check(loss: str, metrics: tuple[str, ...], classes: bool, signature: Signature) -> None:
    """Raise UserError where loss, metrics and outputs contradict each other."""
    if signature.activation == "softmax" and signature.units == 1:
        why = "softmax makes shares that sum to one, and here there is one share"
        help = "`activation: sigmoid` tells two classes apart; leave the activation out for a number"
        raise UserError.of("softmax-over-one", "a softmax over one unit is always 1", help, why=why)
    yes_or_no_each = signature.activation == "sigmoid" and loss.startswith("categorical") and signature.units > 1
    if "categorical" in loss and not classes and not yes_or_no_each:
        message = f"`{loss}` needs a softmax over the classes; the outputs have {_outputs(signature)}"
        raise UserError.of("loss-mismatch", message, "write `activation: softmax`, or leave `loss` out")
    if "categorical" in loss and signature.units == 1:
        message = f"`{loss}` needs one unit a class; there is one unit in all"
        raise UserError.of("loss-mismatch", message, "use `units: 2, activation: softmax`, or binary_crossentropy")
    if not classes and signature.activation != "sigmoid":
        wrong = [name for name in metrics if is_for_classes(name)]
        if wrong:
            message = f"the metric `{wrong[0]}` compares classes; the outputs have {_outputs(signature)}"
            raise UserError.of("metrics-mismatch", message, "use mae or rmse, or outputs with softmax or sigmoid")


def _outputs(signature: Signature) -> str:
    return f"the activation {signature.activation}" if signature.activation else "no activation"
