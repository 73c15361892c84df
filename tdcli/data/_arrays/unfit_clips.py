"""Clips that cannot be taken: damaged ones, and those with too few frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tdcli.data._arrays.clip_frames import Form
from tdcli.data._arrays.stored_clips import StoredClips
from tdcli.data._base import refuse
from tdcli.data._clip_faults import listed_names, short_fault
from tdcli.text.diagnostic import Diagnostic, Span, UserError

if TYPE_CHECKING:
    from tdcli.data.frames import Frames


def refuse_unfit(section: Frames, found: Sequence[StoredClips], form: Form) -> None:
    """Raise UserError with all damaged clips, unless they are to be skipped, or with those that are too short."""
    damaged = [fault for clips in found for fault in _damaged(clips)]
    if damaged and section.damaged == "error":
        total = sum(len(clips.listing.clips) for clips in found)
        help = "mend or remove them, or write `damaged: skip` in `data`"
        raise UserError(_fault(f"{len(damaged)} of {total} clips cannot be decoded", help), *damaged)
    for clips in found:
        if not len(clips.names):
            message = f"none of the clips of `{clips.listing.folder}` can be decoded"
            raise UserError(_fault(message, "mend them, or name another folder"), *damaged)
        short = clips.short(form.shape[0]) if section.padding is None else {}
        if short:
            refuse([short_fault(short, form.shape[0], "path")])


def left_out(clips: StoredClips) -> Iterator[str]:
    """Say what of a folder was left out."""
    if clips.damaged:
        count = f"{len(clips.damaged)} of {len(clips.listing.clips)} clips are damaged"
        yield f"{count} and left out: {listed_names(list(clips.damaged))}"
    if clips.listing.others:
        names = listed_names(clips.listing.others)
        yield f"neither videos, images, nor folders of images, and left out of `{clips.listing.folder}`: {names}"


def _damaged(clips: StoredClips) -> Iterator[Diagnostic]:
    files = {clip.name: clip.files[0] for clip in clips.listing.clips}
    for name, reason in clips.damaged.items():
        yield _fault(f"`{name}`: {reason}").at(Span(str(files[name])))


def _fault(message: str, *help: str) -> Diagnostic:
    return Diagnostic("unreadable-data", message, help=help)
