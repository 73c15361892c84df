"""What tests of several packages need."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def beside_arrays(tmp_path: Path) -> Callable[[str, tuple[int, ...]], Path]:
    """Write a spec, and beside it `x.npy` of this shape and `y.npy` with a number a sample, both noise."""

    def written(text: str, shape: tuple[int, ...]) -> Path:
        rng = np.random.default_rng(0)
        np.save(tmp_path / "x.npy", rng.normal(size=shape).astype("float32"))
        np.save(tmp_path / "y.npy", rng.normal(size=shape[0]).astype("float32"))
        (tmp_path / "spec.yaml").write_text(text, encoding="utf-8")
        return tmp_path / "spec.yaml"

    return written


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
