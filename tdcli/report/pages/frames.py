"""Embed frames as pictures in a page."""

import base64
from io import BytesIO

import numpy as np
from matplotlib.image import imsave

from tdcli.data.dataset import Array

MOST = 8


def frame_pictures(x: Array, scale: tuple[float, float] | None = None) -> list[tuple[int, str]]:
    """Return at most MOST frames of a sample `(time, ...)`, each with its step, as `data:` addresses of a PNG.

    scale: the values of black and white; None for the minimum and maximum. A series is one row of dots. Of a
    volume the middle slice is shown, and of more channels than red, green and blue their mean.
    """
    steps = np.unique(np.linspace(0, len(x) - 1, MOST).astype(int)).tolist()
    low, high = scale or (float(x.min()), float(x.max()))
    scaled = np.clip((x - low) / (high - low or 1.0), 0, 1)
    return [(step, _picture_address(scaled[step])) for step in steps]


def _picture_address(frame: Array) -> str:
    while frame.ndim > 3:
        frame = frame[len(frame) // 2]
    flat = frame[None] if frame.ndim == 2 else frame
    pixels = flat if flat.shape[-1] == 3 else np.repeat(flat.mean(axis=-1, keepdims=True), 3, axis=-1)
    buffer = BytesIO()
    imsave(buffer, np.ascontiguousarray(pixels, np.float64), format="png")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
