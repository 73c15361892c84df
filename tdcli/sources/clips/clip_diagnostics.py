"""Check folders of clips, first by themselves and then against a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tdcli.shapes import Shape
from tdcli.signature import Signature
from tdcli.sources.clips.clips import Listing, list_by_class
from tdcli.sources.core.classes import Labels, diagnose_class_key, label_text
from tdcli.sources.core.paths import missing_path_help
from tdcli.sources.core.section import DataDiagnostic, Header

CHANNELS = (1, 3, 4)
MOST_NAMES = 3


def inspect_clips(folder: Path, key: str, *, skips_damaged: bool = False) -> Header:
    """List a folder. The key paths of its diagnostics start with `key`, the key that names the folder."""
    try:
        found = list_by_class(folder)
        lost = {} if skips_damaged else {clip.name: clip.lost for clip in found.clips if clip.lost}
    except OSError as error:
        return Header(diagnostics=(DataDiagnostic((key,), "unreadable-data", *_unlistable(folder, error)),))
    frames = {clip.name: clip.frames for clip in found.clips if clip.frames is not None}
    diagnostics = (*_diagnose_folders(found, key), *_diagnose_missing_clips(lost, key))
    return Header(diagnostics=diagnostics, samples=len(found.clips), classes=found.classes, timesteps=frames)


def _unlistable(folder: Path, error: OSError) -> tuple[str, str, tuple[str, ...]]:
    return f"cannot read the folder `{folder}`: {error.strerror}", "", missing_path_help(folder)


def _diagnose_folders(found: Listing, key: str) -> Iterator[DataDiagnostic]:
    labels = [label_text(name) for name in found.classes]
    if len(set(labels)) < 2:
        message = f"`{found.folder}` has {_count_folders(found.classes)}, but a model needs at least two classes"
        help = "create a folder for each class in it, and put the clips there"
        yield DataDiagnostic((key,), "class-mismatch", message, help=(help,))
    elif len(set(labels)) < len(labels):
        message = f"two folders in `{found.folder}` name the same class: {list_names(found.classes)}"
        yield DataDiagnostic((key,), "class-mismatch", message, help=("move their clips into one folder",))
    empty = [name for name in found.classes if not any(clip.label == name for clip in found.clips)]
    for name in empty:
        message = f"`{found.folder / name}` has no videos, images or folders of images"
        yield DataDiagnostic((key,), "unreadable-data", message, help=("add clips to the folder, or remove it",))


def _diagnose_missing_clips(lost: Mapping[str, Path | None], key: str) -> Iterator[DataDiagnostic]:
    """Report broken symbolic links. `lost` maps the name of a clip to its first broken link."""
    if lost:
        name, file = next(iter(lost.items()))
        more = f"; {len(lost) - 1} more clips have broken links" if len(lost) > 1 else ""
        message = f"`{name}` is damaged: `{file}` is a link to a file that does not exist{more}"
        help = "fix or remove the link, or write `damaged: skip` in `data`"
        yield DataDiagnostic((key,), "unreadable-data", message, help=(help,))


def _count_folders(classes: tuple[str, ...]) -> str:
    return f"one folder, `{classes[0]}`" if len(classes) == 1 else f"{len(classes) or 'no'} folders"


def diagnose_clip_model(signature: Signature) -> Iterator[DataDiagnostic]:
    """Report a model that does not take a fixed number of images, or that outputs more than one class per clip."""
    step, key_path = signature.step_shape, ("source",)
    if len(step) != 3 or step[2] not in CHANNELS:
        message = f"images have a height, a width and 1, 3 or 4 channels, but the model takes {list(step)}"
        yield DataDiagnostic(key_path, "rank-mismatch", message, help=(_frame_help(step),))
    if signature.timesteps is None:
        message = "clips are stored with a fixed number of frames, but the model takes any number"
        help = "write `timesteps: 16`, or another number of frames; with `padding`, shorter clips are accepted"
        yield DataDiagnostic(key_path, "timesteps-mismatch", message, help=(help,))
    if signature.returns_sequences:
        message = "each clip has one class, but the model outputs one per timestep"
        help = "remove `return_sequences`, or save frames and labels as arrays and write `source: npy`"
        yield DataDiagnostic(key_path, "target-mismatch", message, help=(help,))


def _frame_help(step: Shape) -> str:
    if len(step) == 3 and step[0] in CHANNELS:
        return f"write `frame: {[*step[1:], step[0]]}` in the architecture's `input`, with the channels last"
    return "write `frame: [64, 64, 3]`, or `frame: [64, 64, 1]` for greyscale, in the architecture's `input`"


def diagnose_clip_classes(header: Header, wanted: Labels | None, signature: Signature) -> Iterator[DataDiagnostic]:
    """Compare the folders with the model's outputs, with the classes in the spec, and with the other sets.

    Yields nothing for fewer than two classes, which the header's own diagnostics report.
    """
    known = {label_text(name) for name in header.classes}
    if len(known) < 2:
        return
    diagnostic = diagnose_class_key("path", header.classes, signature)
    if diagnostic:
        yield diagnostic
    if wanted and set(wanted) != known:
        message = f"`classes` lists {list_names(wanted)}, but the folders are {list_names(header.classes)}"
        help = "list every folder once, or remove `classes`"
        yield DataDiagnostic(("classes",), "class-mismatch", message, help=(help,))
    for part, other in header.others.items():
        unknown = [name for name in other.classes if label_text(name) not in known]
        if unknown:
            message = f"the {part} set has classes that the training set does not have: {list_names(unknown)}"
            yield DataDiagnostic((part,), "class-mismatch", message, help=("rename its folders to those of `path`",))


def diagnose_clip_lengths(header: Header, key: str, every: int, signature: Signature) -> Iterator[DataDiagnostic]:
    """Report clips with too few frames, if every `every`-th frame is used. Knows only clips that are folders or images.

    The number of frames in a video or an animated image is known only when it is decoded.
    """
    wanted = signature.timesteps or 0
    lengths = {name: -(-frames // every) for name, frames in header.timesteps.items()}
    short = {name: frames for name, frames in lengths.items() if frames < wanted}
    if short:
        yield short_clips_diagnostic(short, wanted, key, maskable=not signature.stops_mask)


def short_clips_diagnostic(short: Mapping[str, int], wanted: int, key: str, *, maskable: bool = True) -> DataDiagnostic:
    """Return the diagnostic of clips with fewer frames than the model takes.

    short: the number of frames by clip. maskable: whether the model can mask the missing timesteps.
    """
    name, frames = next(iter(short.items()))
    more = f"; {len(short) - 1} more clips are too short" if len(short) > 1 else ""
    message = f"`{name}` has {frames} frame{'' if frames == 1 else 's'}, but the model takes {wanted}{more}"
    helps: tuple[str, ...] = (f"write `timesteps: {min(short.values())}` in the architecture's `input`",)
    if maskable:
        helps = (*helps, "or write `padding: -1` in `data` to mask the missing timesteps")
    why = "a folder of images is one clip; an image directly in the folder of a class is a clip of one frame"
    return DataDiagnostic((key,), "timesteps-mismatch", message, why if frames == 1 else "", helps)


def list_names(names: Sequence[str]) -> str:
    """Write the first few names, and the number of the others.

    >>> list_names(["a", "b", "c", "d", "e"])
    '`a`, `b`, `c` and 2 more'
    """
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(f"`{each}`" for each in names[:MOST_NAMES]) + more
