"""Decoded clips to parts of a Dataset: from here on they are arrays like any others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tdcli.data.arrays.parts import load_npy_part
from tdcli.data.clips.cache import stored, writable_cache
from tdcli.data.clips.damaged import left_out, refuse_unfit, refuse_unfit_for_trained
from tdcli.data.clips.decode import Form
from tdcli.data.clips.stored_clips import StoredClips
from tdcli.data.dataset import Dataset, Part
from tdcli.data.labels import UnknownValueError
from tdcli.signature import Signature
from tdcli.sources.arrays.npy_files import NpyFiles
from tdcli.sources.clips.clip_faults import listed_names
from tdcli.sources.clips.clips import Listing, listed_anyhow, listed_by_class
from tdcli.sources.core.classes import label_text
from tdcli.sources.core.paths import near
from tdcli.sources.core.section import Shown, unseen
from tdcli.sources.core.split import Split
from tdcli.sources.npy import Arrays, Npy
from tdcli.text.diagnostic import UserError

if TYPE_CHECKING:
    from tdcli.sources.frames import Frames

TRAINED = Path()
"""The folder of a trained model's spec, which does not matter: its paths are absolute."""


def stored_clips(section: Frames, folder: Path, signature: Signature, shown: Shown = unseen) -> dict[str, StoredClips]:
    """Return the decoded clips of each part that has a folder.

    Raises UserError with all clips that are damaged, unless they are to be skipped, or too short.
    """
    form, folders = _form(section, signature), section.folders(folder)
    cache = section.cache_in(folder)
    found = {name: stored(listed_by_class(path), form, cache, shown) for name, path in folders.items()}
    refuse_unfit(section, {section.key_of(name): clips for name, clips in found.items()}, form)
    return found


def stored_path(section: Frames, path: Path, signature: Signature, shown: Shown = unseen) -> StoredClips:
    """Return the same of another folder, or of one clip, beside what was trained on. Raises UserError."""
    form = _form(section, signature)
    found = stored(_listing(path, form), form, writable_cache(section.cache_in(TRAINED)), shown)
    refuse_unfit_for_trained(section, found, form)
    return found


def load_clips(
    section: Frames,
    folder: Path,
    signature: Signature,
    split: Split,
    seed: int,
    learnt: Mapping[str, Any] | None = None,
) -> Dataset:
    """Part the decoded clips, and take those parts that have folders of their own."""
    found = stored_clips(section, folder, signature)
    classes = found["train"].listing.classes
    if learnt:
        for name, clips in found.items():
            _refuse_unknown(clips, section.folders(folder)[name], learnt["classes"])
        names = {label_text(name): name for name in classes}
        classes = tuple(names.get(label, label) for label in learnt["classes"])
    data = _as_arrays(section, found, classes).load(folder, signature, split, seed, learnt)
    parts: dict[str, Any] = {
        name: replace(part, index=found.get(name, found["train"]).names[part.index])
        for name, part in data.parts().items()
    }
    return replace(data, **parts, notes=(*data.notes, *(note for each in found.values() for note in left_out(each))))


def load_clips_of(section: Frames, path: Path, signature: Signature, learnt: dict[str, Any], *, labelled: bool) -> Part:
    """Read another folder as one part, with its classes where they are asked for and there are any."""
    clips = stored_path(section, path, signature)
    labels = clips.labels if labelled and clips.listing.classes else None
    if labels:
        _refuse_unknown(clips, path, learnt["classes"])
    files = NpyFiles(clips.frames, labels, clips.lengths if section.padding is not None else None)
    part = load_npy_part(_as_arrays(section, {"train": clips}, ()), files, signature, learnt)
    return replace(part, index=clips.names[part.index], notes=tuple(left_out(clips)))


def _refuse_unknown(clips: StoredClips, path: Path, classes: Sequence[str]) -> None:
    """Raise UserError where a folder has classes that the model does not know."""
    unknown = [name for name in clips.listing.classes if label_text(name) not in classes]
    if unknown:
        message = f"`{path}` has classes that nothing was trained on: {listed_names(unknown)}"
        known = ", ".join(f"`{name}`" for name in classes)
        raise UnknownValueError.of(
            "class-mismatch", message, f"name its folders as those that were trained on: {known}"
        )


def _form(section: Frames, signature: Signature) -> Form:
    height, width, channels = (size or 1 for size in signature.step_shape)
    return Form((signature.timesteps or 1, height, width, channels), section.sampling, section.every)


def _listing(path: Path, form: Form) -> Listing:
    try:
        listing = listed_anyhow(path, images_are_clips=form.shape[0] == 1)
    except OSError as error:
        helps = near(path, "the working directory")
        raise UserError.of("unreadable-data", f"cannot read `{path}`: {error.strerror}", *helps) from None
    if not listing.clips and path.is_file():
        message = f"`{path}` is neither a video nor an image"
        raise UserError.of("unreadable-data", message, "name a clip, or a folder with clips in it")
    if not listing.clips:
        message = f"`{path}` holds neither videos, images, nor folders of images"
        raise UserError.of("unreadable-data", message, "name a folder with clips in it, or in a folder a class")
    return listing


def _as_arrays(section: Frames, found: dict[str, StoredClips], classes: tuple[str, ...]) -> Npy:
    """Return the section that reads the decoded clips."""
    by_label = {label_text(name): name for name in classes}
    order = section.classes or tuple(by_label)
    files = {name: _files(section, clips) for name, clips in found.items()}
    own: dict[str, Any] = {name: Arrays(**each) for name, each in files.items() if name != "train"}
    return Npy(
        source="npy",
        **files["train"],
        **own,
        classes=order or None,
        class_names=tuple(by_label[label] for label in order) if by_label else None,
        padding=section.padding,
        scale=section.scale,
        stream=section.stream,
    )


def _files(section: Frames, clips: StoredClips) -> dict[str, Any]:
    paths = {"x": clips.frames, "y": clips.labels} | ({} if section.padding is None else {"lengths": clips.lengths})
    return {key: str(path.resolve()) for key, path in paths.items()}
