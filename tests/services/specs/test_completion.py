"""A shell completes the keys and values of the spec on its command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tdcli.services.specs.completion import complete_setting

SPECS = Path(__file__).parents[3] / "specs"
CNN_LSTM = SPECS / "cnn_lstm.yaml"


@pytest.mark.parametrize(
    ("incomplete", "expected"),
    [
        ("training.ep", ["training.epochs="]),
        ("architecture.cnn.0.Conv2D.fil", ["architecture.cnn.0.Conv2D.filters="]),
        ("architecture.recurrent.unr", ["architecture.recurrent.unroll="]),
        ("training.shuffle=", ["training.shuffle=true", "training.shuffle=false"]),
        ("training.loss=mean_sq", ["training.loss=mean_squared_error", "training.loss=mean_squared_logarithmic_error"]),
        ("architecture.outputs.activation=softm", ["architecture.outputs.activation=softmax"]),
        ("zebra", []),
        ("training.epochs=", []),
    ],
)
def test_keys_and_values_are_those_of_the_spec(incomplete: str, expected: list[str]) -> None:
    assert sorted(complete_setting(CNN_LSTM, incomplete)) == sorted(expected)


@pytest.mark.parametrize("path", [None, Path("nowhere.yaml"), SPECS])
def test_without_a_sound_spec_the_training_is_completed(path: Path | None) -> None:
    assert complete_setting(path, "training.ba") == ["training.batch_size="]


def test_a_shell_is_answered() -> None:
    """Typer's protocol for bash: words so far, and the number of the one to complete."""
    words = ["tdcli", "train", str(CNN_LSTM), "--set", "training.ep"]
    asked = {"_TDCLI_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    script = "import sys; sys.argv = ['tdcli']; from tdcli.__main__ import main; main()"
    command = [sys.executable, "-c", script]
    answer = subprocess.run(command, env={**os.environ, **asked}, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["training.epochs="]
