"""A model that does not fit into memory is no fault of the program."""

from pathlib import Path

import pytest

from tdcli.nn.model.build import build_model
from tdcli.services.specs.compile import compile_spec
from tdcli.text.errors import ExecutionError


def test_a_model_too_large_for_the_memory_is_reported_with_its_size(tmp_path: Path) -> None:
    """A kernel of 10^18 numbers is more than a 64-bit machine can address."""
    spec = tmp_path / "spec.yaml"
    layers = "[{Dense: {units: 1000000000}}]"
    spec.write_text(f"architecture: {{kind: layers, input: [2, 1000000000], layers: {layers}}}\n", encoding="utf-8")
    with pytest.raises(ExecutionError) as caught:
        build_model(compile_spec(spec).plan)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.name == "out-of-memory"
    assert "1000000000 x 1000000000 numbers" in diagnostic.message
