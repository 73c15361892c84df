"""Choose the loss and the metrics: those of the spec, or defaults for the outputs and the target."""

from dataclasses import dataclass
from typing import ClassVar

from tdcli.signature import Signature
from tdcli.sources.core.classes import outputs_for, outputs_for_numbers, outputs_for_yes_or_no
from tdcli.spec.loss_outputs import outputs_text, unmet_need
from tdcli.spec.losses import is_for_classes
from tdcli.spec.training import Training
from tdcli.text.change import as_helps
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError


class LossError(SpecError):
    """The loss cannot be computed from the outputs."""

    section: ClassVar[tuple[str, ...]] = ("training", "loss")


class MissingActivationError(LossError):
    """The loss needs outputs with another activation. `activation` is its name."""

    def __init__(self, diagnostic: Diagnostic, activation: str) -> None:
        super().__init__(diagnostic)
        self.activation = activation


class MetricsError(SpecError):
    """A metric cannot be computed from the outputs."""

    section: ClassVar[tuple[str, ...]] = ("training", "metrics")


@dataclass(frozen=True)
class Objective:
    """The loss and the metrics of a training.

    classes: whether the target is a class code. units: the number of outputs.
    """

    loss: str
    metrics: tuple[str, ...]
    classes: bool
    units: int

    def form(self, name: str) -> str:
        """Return the form of the target for a loss or metric: `numbers`, `sparse`, `one-hot` or `binary`."""
        if not self.classes:
            return "numbers"
        if self.units == 1:
            return "binary"
        return "sparse" if name == "accuracy" or name.startswith("sparse_") else "one-hot"

    @property
    def names(self) -> tuple[str, ...]:
        """The names that a training reports: the loss and the metrics."""
        return ("loss", *self.metrics)


def resolve_objective(training: Training, signature: Signature) -> Objective:
    """Return the loss and the metrics of the spec, or their defaults. Raises SpecError if they contradict the outputs.

    Softmax and one sigmoid unit mean classes, with crossentropy. Several sigmoid units mean several binary targets,
    with binary crossentropy. Any other activation means numbers, with the squared error.
    """
    classes = signature.takes == "classes"
    loss = training.loss or _suggested_loss(signature)
    of_classes = classes or ("crossentropy" in loss and not signature.learns_fractions)
    default = ("accuracy",) if of_classes else ("mae", "rmse")
    metrics = default if training.metrics is None else tuple(dict.fromkeys(training.metrics))
    _check_outputs(loss, metrics if training.metrics else (), signature)
    _check_metrics(metrics, classes, signature)
    return Objective(loss, metrics, classes, signature.units)


def _suggested_loss(signature: Signature) -> str:
    if signature.sums_to_one:
        return "sparse_categorical_crossentropy"
    return "binary_crossentropy" if signature.activation == "sigmoid" else "mse"


def _check_outputs(loss: str, metrics: tuple[str, ...], signature: Signature) -> None:
    if signature.sums_to_one and signature.units == 1:
        why = "softmax turns the outputs into probabilities that sum to 1"
        instead = (
            f"{outputs_for_yes_or_no(signature)} for two classes",
            f"{outputs_for_numbers(signature)} for a number",
        )
        raise SpecError.of("softmax-over-one", "a softmax over one unit is always 1", *instead, why=why)
    if "categorical" in loss and signature.units == 1:
        message = f"`{loss}` needs one output per class, but the model has one output"
        help = f"{outputs_for(2, signature)} for two classes"
        raise LossError.of("loss-mismatch", message, help)
    if loss == "cosine_similarity" and signature.units == 1:
        why = "it compares directions, and the direction of a single number is its sign, which has no gradient"
        message = "`cosine_similarity` needs several outputs, but the model has one"
        raise LossError.of("loss-mismatch", message, "write `loss: mse`", why=why)
    need = unmet_need(loss, signature)
    if need and need.strict:
        helps = (
            f"write `activation: {need.activation}` in the last layer",
            *_default_loss_helps(loss, metrics, signature),
        )
        message = f"`{loss}` needs {need.text}, but {outputs_text(signature)}"
        mismatch = Diagnostic("loss-mismatch", message, why=need.why, helps=as_helps(helps), section=LossError.section)
        raise MissingActivationError(mismatch, need.activation)


def _default_loss_helps(loss: str, metrics: tuple[str, ...], signature: Signature) -> tuple[str, ...]:
    """Return the help to use the default loss; none if that is a loss for numbers and the metrics are for classes."""
    suggested = _suggested_loss(signature)
    if suggested == "mse" and any(is_for_classes(name) for name in metrics):
        return ()
    if suggested == "mse" and "crossentropy" in loss:
        return ("remove `loss` if the target is a number",)
    return (f"remove `loss` to train with `{suggested}`",)


def _check_metrics(metrics: tuple[str, ...], classes: bool, signature: Signature) -> None:
    if classes or signature.probabilities:
        return
    wrong = [name for name in metrics if is_for_classes(name)]
    if wrong:
        message = f"the metric `{wrong[0]}` compares classes, but {outputs_text(signature)}"
        several = signature.units > 1
        instead = outputs_for(signature.units, signature) if several else outputs_for_yes_or_no(signature)
        helps = ("write `metrics: [mae, rmse]` for numbers", f"{instead} for classes")
        raise MetricsError.of("metrics-mismatch", message, *helps)
