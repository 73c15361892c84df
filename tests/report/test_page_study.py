"""A report on a search, while it goes on and when it is over."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tdcli.report.pages.study import render_study_page
from tdcli.report.terminal.study import render_study, shorten_setting, trial_json, trial_line
from tdcli.runs.stored import TrialState
from tdcli.runs.study import StudyFolder
from tdcli.services.runs.report import report_study
from tdcli.services.tune.results import StudyResults, TrialResult, write_results
from tdcli.text.errors import SpecError

HOSTILE = "</text><script>alert(1)</script>"
UNITS, RATE, CELL = "architecture.recurrent.units", "training.optimizer.learning_rate", "architecture.recurrent.cell"
TRIALS = (
    TrialResult(0, TrialState.TRAINED, {UNITS: "8", RATE: "0.0001", CELL: "LSTM"}, 0.9, 12.0, 5, 361),
    TrialResult(1, TrialState.REJECTED, {UNITS: "128", RATE: "0.01", CELL: "GRU"}, reason="too large"),
    TrialResult(2, TrialState.TRAINED, {UNITS: "16", RATE: "0.0123456", CELL: "GRU"}, 0.5, 14.0, 5, 913),
    TrialResult(3, TrialState.PRUNED, {UNITS: "4", RATE: "0.001", CELL: "LSTM"}, 1.5, 4.0, 2, 117),
    TrialResult(4, TrialState.FAILED, {UNITS: "4", RATE: "0.1", CELL: "LSTM"}, reason=HOSTILE),
    TrialResult(5, TrialState.RUNNING, {UNITS: "4", RATE: "0.1", CELL: "LSTM"}),
)
RESULTS = StudyResults("air", "val_loss", maximize=False, wanted=9, trials=TRIALS, importance={RATE: 0.75, UNITS: 0.25})


def page_of(results: StudyResults, folder: Path) -> str:
    write_results(StudyFolder(folder), results)
    return render_study_page(report_study(folder))


def test_a_page_shows_what_was_found_and_what_was_rejected(tmp_path: Path) -> None:
    page = page_of(RESULTS, tmp_path)
    headings = re.findall("<h2>(.*?)</h2>", page)
    assert headings == [
        "The best trials", "The best so far", "What matters", "By setting", "Rejected or failed trials",
    ]  # fmt: skip
    assert "val_loss 0.5 by trial 2; the first had 0.9; the search is still running." in page
    assert "2 trials trained, 1 pruned, 1 rejected, 1 failed, 1 running, 12 epochs in all" in page
    assert "trial 1, rejected: too large" in page
    assert "turned away" not in page
    assert "<script>" not in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_before_the_first_trial_is_over_there_is_a_page_too(tmp_path: Path) -> None:
    page = page_of(replace(RESULTS, trials=TRIALS[5:], importance={}), tmp_path)
    assert "No trial is finished yet; 1 trial running." in page


def test_a_line_tells_a_trials_settings_and_whether_it_is_the_best() -> None:
    assert trial_line(TRIALS[2], RESULTS) == "3/9  trial 2  val_loss 0.5 *  units 16  learning_rate 0.01235  cell GRU"
    assert "pruned after 2 epochs" in trial_line(TRIALS[3], RESULTS)
    assert trial_line(TRIALS[1], RESULTS).startswith("3/9  trial 1  rejected: too large  units 128")
    assert shorten_setting("1e-05") == "1e-05"


def test_programs_read_the_word_for_rejected_trials_that_files_have() -> None:
    assert '"state": "turned away"' in trial_json(TRIALS[1])
    assert '"turned away": 1' in str(render_study(RESULTS, "json"))


def test_the_table_as_json_has_the_best_trial() -> None:
    assert '"best": {"number": 2,' in str(render_study(RESULTS, "json"))


@pytest.mark.parametrize("text", ["", "[]", '{"trials": [{}]}'])
def test_a_file_that_does_not_hold_results_is_refused(text: str, tmp_path: Path) -> None:
    StudyFolder(tmp_path).results.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=r"study\.json"):
        report_study(tmp_path)


def test_a_state_that_no_trial_can_have_is_refused(tmp_path: Path) -> None:
    write_results(StudyFolder(tmp_path), RESULTS)
    results = StudyFolder(tmp_path).results
    results.write_text(results.read_text(encoding="utf-8").replace("turned away", "zebra"), encoding="utf-8")
    with pytest.raises(SpecError, match=r"`trials\[1\].state` must be 'trained', .* got text \"zebra\""):
        report_study(tmp_path)
