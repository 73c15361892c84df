"""Read sections of `source: npy`: arrays in NPY, NPZ and HDF5 files."""

from collections.abc import Mapping
from typing import Any

from tdcli.data.arrays.parts import ArrayOptions, load_array_file, load_arrays
from tdcli.data.dataset import Dataset, Part
from tdcli.data.load import FileRequest, LoadRequest
from tdcli.signature import Signature
from tdcli.sources.npy import Npy


def load(section: Npy, request: LoadRequest) -> Dataset:
    """Split the arrays and scale them. Raises SpecError with the file and the first bad sample."""
    return load_arrays(section.files(request.folder), _array_options(section), request)


def load_file(section: Npy, request: FileRequest, signature: Signature, fitted: Mapping[str, Any]) -> Part:
    """Read another `x`, and with `targets` its `y`, as one part. Raises SpecError."""
    return load_array_file(request, _array_options(section), signature, fitted)


def _array_options(section: Npy) -> ArrayOptions:
    return ArrayOptions(
        filler=section.padding_value or 0.0,
        scale=section.scale,
        stream=section.stream,
        classes=section.classes,
        class_names=section.class_names,
    )
