"""Read sections of `source: frames`: clips that are decoded once into arrays, and then read from these arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tdcli.data.arrays.parts import ArrayOptions, load_arrays, read_array_part, refuse_misfit_arrays
from tdcli.data.clips.cache import load_clips, writable_cache
from tdcli.data.clips.damaged import ClipCheck, left_out_notes
from tdcli.data.clips.decode import ClipForm
from tdcli.data.clips.stored_clips import StoredClips
from tdcli.data.dataset import Dataset, Part
from tdcli.data.labels import UnknownValueError
from tdcli.data.load import FileRequest, LoadRequest
from tdcli.data.progress import ProgressCallback, no_progress
from tdcli.signature import Signature
from tdcli.sources.arrays.npy_files import NpyFiles
from tdcli.sources.clips.clip_diagnostics import list_names
from tdcli.sources.clips.clips import Listing, list_all_clips, list_by_class
from tdcli.sources.core.classes import label_text
from tdcli.sources.core.paths import missing_path_help
from tdcli.sources.frames import Frames
from tdcli.text.errors import SpecError

TRAINED = Path()
"""Stands for the folder of a trained model's spec, which is not needed because the paths are absolute."""


def prefetch(
    section: Frames, folder: Path, signature: Signature, progress: ProgressCallback, path: Path | None
) -> None:
    """Decode the clips into the cache, or those of another folder. Raises SpecError."""
    if path is None:
        _decode_parts(section, folder, signature, progress)
    else:
        _decode_path(section, path, signature, progress)


def load(section: Frames, request: LoadRequest) -> Dataset:
    """Decode the clips that the cache lacks, split and scale. Raises SpecError with the damaged clips."""
    found = _decode_parts(section, request.folder, request.signature, request.progress)
    classes = found["train"].listing.classes
    if request.fitted:
        for name, clips in found.items():
            _check_known_classes(clips, section.folders(request.folder)[name], request.fitted["classes"])
        names = {label_text(name): name for name in classes}
        classes = tuple(names.get(label, label) for label in request.fitted["classes"])
    files = {name: _array_files(section, clips) for name, clips in found.items()}
    refuse_misfit_arrays(files, request.signature)
    data = load_arrays(files, _clip_options(section, classes), request)
    parts: dict[str, Any] = {
        name: replace(part, index=found.get(name, found["train"]).names[part.index])
        for name, part in data.parts().items()
    }
    return replace(
        data, **parts, notes=(*data.notes, *(note for each in found.values() for note in left_out_notes(each)))
    )


def load_file(section: Frames, request: FileRequest, signature: Signature, fitted: Mapping[str, Any]) -> Part:
    """Read a folder or a single clip as one part. Raises SpecError.

    A folder contains either one folder for each class, or only clips.
    """
    if request.targets is not None:
        message = "`--targets` cannot be used with clips, whose classes are the names of their folders"
        raise SpecError.of("wrong-option", message, "remove `--targets`")
    clips = _decode_path(section, request.path, signature)
    labels = clips.labels if not request.future and clips.listing.classes else None
    if labels:
        _check_known_classes(clips, request.path, fitted["classes"])
    files = NpyFiles(clips.frames, labels, clips.lengths if section.padding is not None else None)
    part = read_array_part(files, _clip_options(section, ()), signature, fitted)
    return replace(part, index=clips.names[part.index], notes=tuple(left_out_notes(clips)))


def _decode_parts(
    section: Frames, folder: Path, signature: Signature, progress: ProgressCallback
) -> dict[str, StoredClips]:
    """Return the decoded clips of each part that has a folder.

    Raises SpecError with all clips that are damaged, unless these are skipped, or with all that are too short.
    """
    form, folders = _clip_form(section, signature), section.folders(folder)
    cache = section.cache_in(folder)
    found = {name: load_clips(list_by_class(path), form, cache, progress) for name, path in folders.items()}
    _clip_check(section, form).refuse({section.key_of(name): clips for name, clips in found.items()})
    return found


def _decode_path(
    section: Frames, path: Path, signature: Signature, progress: ProgressCallback = no_progress
) -> StoredClips:
    """Return the decoded clips of another folder, or one decoded clip. Raises SpecError."""
    form = _clip_form(section, signature)
    found = load_clips(_list_clips(path, form), form, writable_cache(section.cache_in(TRAINED)), progress)
    _clip_check(section, form).refuse_for_trained(found)
    return found


def _clip_check(section: Frames, form: ClipForm) -> ClipCheck:
    return ClipCheck(
        skips_damaged=section.damaged == "skip", timesteps=form.shape[0] if section.padding is None else None
    )


def _check_known_classes(clips: StoredClips, path: Path, classes: Sequence[str]) -> None:
    """Raise SpecError if a folder has classes that the model does not know."""
    unknown = [name for name in clips.listing.classes if label_text(name) not in classes]
    if unknown:
        message = f"`{path}` has classes that are not in the training set: {list_names(unknown)}"
        known = ", ".join(f"`{name}`" for name in classes)
        raise UnknownValueError.of("class-mismatch", message, f"use the folder names of the training set: {known}")


def _clip_form(section: Frames, signature: Signature) -> ClipForm:
    height, width, channels = (size or 1 for size in signature.step_shape)
    return ClipForm((signature.timesteps or 1, height, width, channels), section.sampling, section.every)


def _list_clips(path: Path, form: ClipForm) -> Listing:
    try:
        listing = list_all_clips(path, images_are_clips=form.shape[0] == 1)
    except OSError as error:
        helps = missing_path_help(path, "the working directory")
        raise SpecError.of("unreadable-data", f"cannot read `{path}`: {error.strerror}", *helps) from None
    if not listing.clips and path.is_file():
        message = f"`{path}` is neither a video nor an image"
        raise SpecError.of("unreadable-data", message, "choose a clip, or a folder of clips")
    if not listing.clips:
        message = f"`{path}` contains no videos, images or folders of images"
        help = "choose a folder of clips, or a folder that contains one folder of clips for each class"
        raise SpecError.of("unreadable-data", message, help)
    return listing


def _clip_options(section: Frames, classes: tuple[str, ...]) -> ArrayOptions:
    """Return how to read the decoded clips. The names of the folders are the classes."""
    by_label = {label_text(name): name for name in classes}
    order = section.classes or tuple(by_label)
    return ArrayOptions(
        filler=section.padding or 0.0,
        scale=section.scale,
        stream=section.stream,
        classes=order or None,
        class_names=tuple(by_label[label] for label in order) if by_label else None,
    )


def _array_files(section: Frames, clips: StoredClips) -> NpyFiles:
    lengths = None if section.padding is None else clips.lengths.resolve()
    return NpyFiles(clips.frames.resolve(), clips.labels.resolve(), lengths)
