"""A run is followed until it ends."""

from pathlib import Path

import pytest

from tdcli.services.runs import watch
from tdcli.services.runs.watch import EndedRun, TrainingView, WatchedRun, watch_run

SPEC = Path(__file__).parents[3] / "specs" / "layers.yaml"


def test_a_run_is_viewed_as_long_as_it_runs_and_once_more_when_it_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last epoch may end between the view before and the end."""
    (tmp_path / "run.json").write_text('{"format": 1}', encoding="utf-8")
    (tmp_path / "spec.yaml").write_text(SPEC.read_text(encoding="utf-8"), encoding="utf-8")
    states = ["running", "running", "done"]
    rows = iter(["epoch,loss", "1,0.5", "2,0.4"])

    def next_state(watched: WatchedRun) -> str:
        with (tmp_path / "history.csv").open("a", encoding="utf-8") as file:
            file.write(f"{next(rows)}\n")
        return states.pop(0)

    monkeypatch.setattr(WatchedRun, "state", property(next_state))
    monkeypatch.setattr(watch, "REFRESH_SECONDS", 0.0)
    views: list[TrainingView] = []
    ended = watch_run(tmp_path, views.append)
    assert [len(view.history) for view in views] == [0, 1, 2]
    assert ended == EndedRun(tmp_path.name, "done", 2, views[0].epochs)
