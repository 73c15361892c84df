"""A training that cannot fit is refused before TensorFlow is loaded, with what fits."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import compile_spec
from tdcli.text.errors import SpecError

SPEC = """architecture: {kind: many-to-one, input: {timesteps: 50, features: 4}, recurrent: {units: 64}, outputs: 1}
data: {source: npy, x: x.npy, y: y.npy}
training: {batch_size: 500}
"""


@pytest.fixture
def spec(beside_arrays: Callable[..., Path]) -> Path:
    return beside_arrays(SPEC, (600, 50, 4))


def limited(monkeypatch: pytest.MonkeyPatch, available: int) -> None:
    monkeypatch.setattr("tdcli.services.samples.memory.available_memory", lambda: available)


def test_the_batch_size_that_fits_is_named_and_does_fit(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, 10_000_000)
    with pytest.raises(SpecError) as caught:
        prepare(compile_spec(spec))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.name == "out-of-memory"
    assert diagnostic.message.startswith("a batch of 500 needs ")
    assert diagnostic.span is not None
    assert diagnostic.span.line == 3
    (size,) = re.findall(r"write `batch_size: (\d+)`", " ".join(diagnostic.help))
    assert 1 <= int(size) < 500
    prepare(compile_spec(spec, [f"training.batch_size={size}"]))


def test_where_no_batch_fits_none_is_named(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, 500_000)
    with pytest.raises(SpecError) as caught:
        prepare(compile_spec(spec))
    assert "batch_size" not in " ".join(caught.value.diagnostics[0].help)


def test_a_batch_counts_no_more_samples_than_there_are(spec: Path) -> None:
    prepare(compile_spec(spec, ["training.batch_size=1000000000"]))
