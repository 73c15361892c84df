"""Shapes are written in one way, and an unknown size as Python and Keras write it."""

import pytest

from tdcli.shapes import Shape, format_axes, format_shape

SHAPES = [(None, 5, 1), (None, None, 8), (32, 10, 3), (40,), (None,), (None, None, None, 3)]


@pytest.mark.parametrize("shape", SHAPES)
def test_sizes_are_written_as_python_writes_a_tuple(shape: Shape) -> None:
    assert format_shape(shape, batch=None) == str(shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_batch_is_named_whatever_its_size(shape: Shape) -> None:
    assert format_shape(shape) == str(("batch", *shape[1:])).replace("'", "")


def test_names_of_axes_are_written_as_sizes_are() -> None:
    assert format_axes(("batch", "time", "channels")) == "(batch, time, channels)"
    assert format_axes(("batch",)) == "(batch,)"
