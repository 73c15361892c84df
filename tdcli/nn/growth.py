"""A loss that grows far beyond what it was, before it stops being a number."""

from collections.abc import Sequence

from tdcli.nn.loop import Loop
from tdcli.nn.state import Row
from tdcli.text.diagnostic import Diagnostic

MILLIONFOLD = 1e6


class Growth:
    """Compares the loss with that of the first call, and speaks once."""

    def __init__(self) -> None:
        self.first: float | None = None
        self.told = False

    def remarks(self, loop: Loop, ended: Sequence[Row]) -> tuple[Diagnostic, ...]:
        """Return a warning where the loss is a million times what it was at first, and above 1; nothing afterwards."""
        found = [(int(row["epoch"]), row["loss"]) for row in ended]
        if float(loop.trained.valid) > 0:
            found.append((int(loop.epoch), float(loop.trained.loss) / float(loop.trained.valid)))
        if self.first is None and found:
            self.first = found[0][1]
        grown = next((each for each in found if each[1] > max(MILLIONFOLD * abs(self.first or 0.0), 1.0)), None)
        if grown is None or self.told or not self.first or not loop.is_finite():
            return ()
        self.told = True
        return (_grown(self.first, *grown, rate=float(loop.optimizer.learning_rate)),)


def _grown(first: float, epoch: int, loss: float, rate: float) -> Diagnostic:
    message = f"the loss grew from {first:.3g} to {loss:.3g} in epoch {epoch}, more than a millionfold"
    why = f"at a learning rate of {rate:g} the updates overshoot, and training diverges"
    help = ("clip the gradients: `optimizer: {name: adam, clipnorm: 1.0}`", "lower the learning rate")
    return Diagnostic("loss-not-finite", message, why=why, help=help, severity="warning")
