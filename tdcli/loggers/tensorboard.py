"""Log to TensorBoard. `tensorboard --logdir runs` shows all logged runs."""

from collections.abc import Mapping
from typing import Any

from tensorboard.plugins.hparams import api as hparams

from tdcli.loggers.core.base import Logger
from tdcli.nn.runtime.tensorflow import tf

FOLDER = "tensorboard"
"""The folder in the run folder. It contains `train` and `validation`, the names in `keras.callbacks.TensorBoard`."""


class TensorBoard(Logger):
    """Logs scalars with the tags of Keras's callback (`epoch_loss`, ...), the spec as text and its hyperparameters."""

    def begin(self, settings: Mapping[str, Any], first_epoch: int) -> None:
        """Log the spec and the settings."""
        self.writers: dict[str, Any] = {}
        with self._writer("train").as_default():
            spec = self.run.spec.read_text(encoding="utf-8")
            tf.summary.text("spec", f"```yaml\n{spec}```", step=first_epoch - 1)
            hparams.hparams(
                {name: _plain_value(value) for name, value in settings.items()}, trial_id=self.run.path.name
            )

    def epoch(self, results: Mapping[str, float]) -> None:
        """Log a point of each curve. Training and validation curves share a chart."""
        for name, value in results.items():
            part = "validation" if name.startswith("val_") else "train"
            if name != "epoch":
                with self._writer(part).as_default():
                    tf.summary.scalar(f"epoch_{name.removeprefix('val_')}", value, step=int(results["epoch"]))
        for writer in self.writers.values():
            writer.flush()

    def end(self, state: str) -> None:
        """Close the event files."""
        for writer in self.writers.values():
            writer.close()

    def _writer(self, part: str) -> Any:
        """Return the event file of the training or validation set. It is created on first use."""
        if part not in self.writers:
            self.writers[part] = tf.summary.create_file_writer(str(self.run.path / FOLDER / part))
        return self.writers[part]


def _plain_value(value: Any) -> bool | float | str:
    return value if isinstance(value, bool | int | float | str) else str(value)
