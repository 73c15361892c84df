"""The commands that messages suggest."""

import shlex
from pathlib import Path

from tdcli.runs.folder import RunFolder
from tdcli.services.specs.compile import Compiled
from tdcli.text.diagnostic import COMMAND_LINE


def start_command(path: Path, compiled: Compiled) -> str:
    """Return the command that starts a new run from the weights of another."""
    spans = compiled.document.spans.values()
    settings = dict.fromkeys(span.source for span in spans if span.path == COMMAND_LINE)
    options = [word for setting in settings for word in ("--set", setting)]
    return shlex.join(["tdcli", "train", str(compiled.document.path), *options, "--from", str(path)])


def resume_command(run: RunFolder) -> str:
    """Return the command that resumes a run."""
    return shlex.join(["tdcli", "train", str(run.spec), "--resume", str(run.path)])
