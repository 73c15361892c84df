"""What training says when it ended."""

import json

from tdcli.report.terminal.figures import written_figures
from tdcli.services.train.commands import resume_command
from tdcli.services.train.train import Outcome


def rendered_outcome(outcome: Outcome) -> str:
    """Return the best epoch's figures and what to do next."""
    ended = "interrupted" if outcome.interrupted else "done"
    lines = [f"{ended} after {outcome.epochs} epochs, {outcome.seconds:.1f} s"]
    if outcome.figures:
        lines.append(f"best epoch {outcome.best_epoch}: {written_figures(outcome.figures)}")
    if outcome.interrupted:
        return "\n".join([*lines, f"go on with: {resume_command(outcome.run)}"])
    return "\n".join([*lines, f"next: tdcli evaluate {outcome.run.path}"])


def outcome_json(outcome: Outcome) -> str:
    """Return the same as an object on one line."""
    values = {
        "run": str(outcome.run.path),
        "state": "interrupted" if outcome.interrupted else "done",
        "epochs": outcome.epochs,
        "best_epoch": outcome.best_epoch,
        "best": outcome.figures,
        "seconds": round(outcome.seconds, 3),
    }
    return json.dumps(values)
