"""Report clips that cannot be used: damaged ones, and those with too few frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tdcli.data.clips.stored_clips import StoredClips
from tdcli.sources.clips.clip_diagnostics import list_names, short_clips_diagnostic
from tdcli.sources.core.section import DataDiagnostic
from tdcli.text.change import as_helps
from tdcli.text.diagnostic import Diagnostic, Span
from tdcli.text.errors import SpecError


@dataclass(frozen=True)
class ClipCheck:
    """Which decoded clips are rejected.

    skips_damaged: whether damaged clips are skipped; a folder with only damaged clips is rejected all the same
    timesteps: the timesteps that a clip must have; None if short clips are padded
    """

    skips_damaged: bool
    timesteps: int | None

    def refuse(self, found: Mapping[str, StoredClips]) -> None:
        """Raise SpecError with all damaged clips, or with those that are too short.

        found: the clips, by the key of `data` that names their folder
        """
        self._refuse_damaged(list(found.values()), "repair or remove them, or write `damaged: skip` in `data`")
        for key, clips in found.items():
            short = self._short(clips)
            if short:
                raise _error_at_clip(short_clips_diagnostic(short, self.timesteps or 0, key), clips, next(iter(short)))

    def refuse_for_trained(self, clips: StoredClips) -> None:
        """Check other clips for a trained model, whose spec cannot change, in the same way."""
        self._refuse_damaged([clips], "repair or remove them")
        short = self._short(clips)
        if short:
            diagnostic = short_clips_diagnostic(short, self.timesteps or 0, "path")
            diagnostic = replace(diagnostic, help=("remove the shorter clips",))
            raise _error_at_clip(diagnostic, clips, next(iter(short)))

    def _refuse_damaged(self, found: Sequence[StoredClips], help: str) -> None:
        damaged = [diagnostic for clips in found for diagnostic in _damaged_diagnostics(clips)]
        if damaged and not self.skips_damaged:
            total = sum(len(clips.listing.clips) for clips in found)
            raise SpecError(_unreadable_clip(f"{len(damaged)} of {total} clips cannot be decoded", help), *damaged)
        for clips in found:
            if not len(clips.names):
                message = f"none of the clips in `{clips.listing.folder}` can be decoded"
                raise SpecError(_unreadable_clip(message, "repair them, or choose another folder"), *damaged)

    def _short(self, clips: StoredClips) -> dict[str, int]:
        return {} if self.timesteps is None else clips.short(self.timesteps)


def left_out_notes(clips: StoredClips) -> Iterator[str]:
    """Yield notes on the clips and files of a folder that were skipped."""
    if clips.damaged:
        count = f"{len(clips.damaged)} of {len(clips.listing.clips)} clips"
        yield f"skipped {count} because they are damaged: {list_names(list(clips.damaged))}"
    if clips.listing.others:
        names = list_names(clips.listing.others)
        yield f"skipped everything in `{clips.listing.folder}` that is not a video, image or folder of images: {names}"


def _damaged_diagnostics(clips: StoredClips) -> Iterator[Diagnostic]:
    places = _clip_spans(clips)
    for name, reason in clips.damaged.items():
        yield _unreadable_clip(f"`{name}`: {reason}").at(places[name])


def _error_at_clip(diagnostic: DataDiagnostic, clips: StoredClips, name: str) -> SpecError:
    return SpecError.of(
        diagnostic.name, diagnostic.message, *diagnostic.help, span=_clip_spans(clips)[name], why=diagnostic.why
    )


def _clip_spans(clips: StoredClips) -> dict[str, Span]:
    return {clip.name: Span(str(clip.files[0])) for clip in clips.listing.clips}


def _unreadable_clip(message: str, *help: str) -> Diagnostic:
    return Diagnostic("unreadable-data", message, helps=as_helps(help))
