"""Searches; most with a training that is a formula, so that what is best is known and TensorFlow is not needed."""

import gc
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest
import yaml

from tdcli.report.terminal.study import trial_line
from tdcli.runs.stored import TrialState
from tdcli.runs.study import make_study_folder
from tdcli.services.runs.report import report_study
from tdcli.services.samples.prepare import DatasetCache, load_data, prepare
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.services.tune.budget import training_bytes
from tdcli.services.tune.outcome import TrialEnding, TrialOutcome
from tdcli.services.tune.results import StudyResults, TrialResult, read_results
from tdcli.services.tune.sampling import suggest_settings
from tdcli.services.tune.search import SearchResult, run_search
from tdcli.services.tune.setup import SearchRequest, prepare_search
from tdcli.services.tune.stale_trials import MAX_RETRIES, WORKER_ATTRIBUTE, fail_dead_trials
from tdcli.services.tune.study import open_study
from tdcli.text.errors import ExecutionError, SpecError

SPEC = """architecture: {kind: many-to-one, input: {timesteps: 4, features: 2}, recurrent: {units: 3}, outputs: 1}
data: {source: npy, x: x.npy, y: y.npy}
split: {validation: 0.25}
training: {epochs: 4, batch_size: 8, optimizer: {name: adam}, seed: 5}
search:
  architecture.recurrent.units: {low: 1, high: 30}
  training.optimizer.learning_rate: {low: 1e-4, high: 1e-2, log: true}
  architecture.recurrent.cell: [LSTM, GRU]
"""
JOURNAL = "study.journal"
"""Where the trials are, unless a test is of databases (`storage=None`): a trial in SQLite takes five times as long."""
DEAD = 2**22 + 1
"""More than the number of any process under Linux."""


def trained(value: float) -> TrialOutcome:
    return TrialOutcome(TrialEnding.TRAINED, value, epochs=4)


def units_of(compiled: Compiled) -> int:
    return int(vars(compiled.plan.steps[0].layer)["units"])


def distance(compiled: Compiled, *_: Any) -> TrialOutcome:
    """Stand for a training: the best is a GRU of 20 units."""
    return trained((units_of(compiled) - 20) ** 2 + (compiled.plan.steps[0].layer.title() != "GRU"))


@pytest.fixture
def spec(beside_arrays: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    spec = beside_arrays(SPEC, (40, 4, 2))
    monkeypatch.chdir(spec.parent)
    return spec


def searched(
    spec: Path, trials: int, *settings: str, training: Callable[..., TrialOutcome] = distance, **options: Any
) -> SearchResult:
    """Search with a function in the place of the training of a trial."""
    return run_search(asked(spec, trials, *settings, **options), lambda *_: None, train_trial=training)


def asked(spec: Path, trials: int, *settings: str, storage: str | None = JOURNAL, **options: Any) -> SearchRequest:
    return SearchRequest(spec, settings, trials, spec.parent / "studies", storage=storage, **options)


@contextmanager
def opened(spec: Path, storage: str | None = JOURNAL) -> Iterator[optuna.Study]:
    """Open the study as another process would."""
    folder = make_study_folder(spec.parent / "studies", "spec")
    with closing(open_study(prepare_search(asked(spec, 1)), folder, storage)) as search:
        yield search.study


def begun(study: optuna.Study, host: str = os.uname().nodename) -> optuna.Trial:
    """Begin a trial in a process of which nothing more is heard."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Heartbeat of storage")
        trial = study.ask()
    trial.set_user_attr(WORKER_ATTRIBUTE, {"host": host, "pid": DEAD, "born": 0.0})
    return trial


def values(results: StudyResults) -> list[tuple[dict[str, str], float | None]]:
    return [(each.settings, each.value) for each in results.trials]


def test_the_best_spec_is_that_of_the_best_trial_and_ready_for_training(spec: Path) -> None:
    found = searched(spec, 12)
    assert found.results.counts == {"trained": 12}
    best = min(found.results.trials, key=lambda each: each.value or 0.0)
    assert found.results.best == best
    compiled = compile_spec(found.folder.best)
    assert compiled.spec.search is None
    assert compiled.spec.name == "spec"
    assert str(vars(compiled.plan.steps[0].layer)["units"]) == best.settings["architecture.recurrent.units"]
    assert compiled.spec.training.optimizer.learning_rate == float(best.settings["training.optimizer.learning_rate"])
    written = yaml.safe_load(found.folder.best.read_text(encoding="utf-8"))
    assert written["data"]["x"] == str(spec.parent / "x.npy")
    assert read_results(found.folder) == found.results


def test_what_decides_the_figure_is_found_to_matter(spec: Path) -> None:
    importance = searched(spec, 25).results.importance
    assert next(iter(importance)) == "architecture.recurrent.units"
    assert sum(importance.values()) == pytest.approx(1)


@pytest.mark.parametrize("storage", [None, JOURNAL])
def test_a_search_that_went_on_drew_what_one_in_a_go_draws(storage: str | None, spec: Path) -> None:
    whole = searched(spec, 14, "name=whole")
    searched(spec, 5, storage=storage)
    parted = searched(spec, 14, storage=storage)
    assert values(parted.results) == values(whole.results)
    assert searched(spec, 9, storage=storage).results.trials == parted.results.trials


def test_a_search_for_something_else_is_refused_with_what_changed(spec: Path) -> None:
    searched(spec, 1)
    with pytest.raises(SpecError, match=r"`training.epochs` changed from 4 to 5"):
        searched(spec, 2, "training.epochs=5")
    spec.write_text(SPEC.replace("high: 30", "high: 31"), encoding="utf-8")
    with pytest.raises(SpecError, match=r"`search.architecture.recurrent.units.high` changed from 30 to 31"):
        searched(spec, 2)


def test_a_search_on_other_data_is_refused(spec: Path) -> None:
    searched(spec, 1)
    np.save(spec.parent / "y.npy", np.zeros(40, "float32"))
    with pytest.raises(SpecError, match="the data changed"):
        searched(spec, 2)


def test_trials_that_would_be_judged_by_another_figure_are_rejected(spec: Path) -> None:
    results = searched(spec, 3, "search={training.early_stopping: [null, {monitor: val_mae}]}").results
    assert {each.settings["training.early_stopping"]: each.state for each in results.trials} == {
        "null": "trained",
        "{monitor: val_mae}": "turned away",
    }
    with pytest.raises(SpecError, match="changes what `val_loss` measures"):
        searched(spec, 3, "name=other", "search={training.loss: [mse, mae]}")


@pytest.mark.parametrize(
    ("setting", "message"),
    [("search=null", "has no `search` section"), ("split.validation=null", "compared on the validation set")],
)
def test_without_anything_to_try_or_to_compare_by_a_search_is_refused(setting: str, message: str, spec: Path) -> None:
    with pytest.raises(SpecError, match=message):
        searched(spec, 1, setting)


def test_accuracy_is_better_when_higher(spec: Path) -> None:
    settings = ("training.metrics=[cosine_similarity]", "training.monitor=val_cosine_similarity")
    results = searched(spec, 6, *settings, training=lambda compiled, *_: trained(units_of(compiled) / 30)).results
    assert results.maximize
    assert results.best
    assert results.best.value == max(each.value or 0.0 for each in results.trials)
    assert [value for _, value in results.best_so_far()] == sorted(value for _, value in results.best_so_far())


def test_what_the_budget_forbids_is_rejected_and_does_not_count(spec: Path) -> None:
    """An LSTM of n units on 2 features has 4 n (n + 3) parameters, a GRU 3 n (n + 4) (Keras: two biases)."""
    results = searched(spec, 8, max_params=500).results
    assert results.counts["trained"] == 8
    assert results.counts["turned away"] > 0
    for each in results.trials:
        units = int(each.settings["architecture.recurrent.units"])
        lstm = each.settings["architecture.recurrent.cell"] == "LSTM"
        count = (4 * units * (units + 3) if lstm else 3 * units * (units + 4)) + units + 1
        assert (each.state == "trained") == (count <= 500)
        assert each.parameters == (count if each.state == "trained" else None)
        assert each.reason == (
            "" if count <= 500 else f"the model has {count:,} parameters, but `--max-params` allows 500"
        )


def test_memory_is_judged_by_the_plan_for_a_batch(spec: Path) -> None:
    least = training_bytes(compile_spec(spec, ["architecture.recurrent.units=15"]).plan, 8)
    results = searched(
        spec, 6, "search={architecture.recurrent.units: [10, 15, 16, 20]}", max_memory=f"{least}B"
    ).results
    assert results.counts["trained"] == 6
    for each in results.trials:
        assert (each.state == "trained") == (int(each.settings["architecture.recurrent.units"]) <= 15)


@pytest.mark.parametrize(("size", "message"), [("much", "is not a valid size"), ("1GB", "needs the length")])
def test_a_memory_that_cannot_be_judged_is_refused(size: str, message: str, spec: Path) -> None:
    with pytest.raises(SpecError, match=message):
        searched(spec, 1, "architecture.input.timesteps=null", "data.padding=0.0", max_memory=size)


def test_what_the_plan_refuses_is_rejected_with_the_plans_reason(spec: Path) -> None:
    layers = "[{Conv1D: {filters: 2, kernel_size: 3}}, Flatten, {Dense: {units: 1}}]"
    chain = f"architecture={{kind: layers, input: [4, 2], layers: {layers}}}"
    space = "search={architecture.layers.0.Conv1D.kernel_size: [2, 5]}"
    results = searched(spec, 4, chain, space, training=lambda *_: trained(1.0)).results
    kernels = {each.state: each.settings["architecture.layers.0.Conv1D.kernel_size"] for each in results.trials}
    assert kernels == {"trained": "2", "turned away": "5"}
    assert all(each.reason for each in results.trials if each.state == "turned away")


def test_a_search_without_success_ends_with_the_usual_reason_and_loads_no_tensorflow(spec: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from tdcli.services.tune import search
from tdcli.services.tune.setup import SearchRequest
from tdcli.text.errors import SpecError
search.MAX_REJECTED = 6
try:
    request = SearchRequest(Path({str(spec)!r}), (), 3, Path({str(spec.parent)!r}), max_params=1)
    search.run_search(request, lambda *_: None)
except SpecError as error:
    print(error)
print(sorted({{"tensorflow", "keras", "optuna"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    told, loaded = done.stdout.splitlines()
    often = "6 trials in a row were rejected, 6 of them for this reason: the model has "
    assert told.startswith(often)
    count, limit = told.removeprefix(often).split(" parameters, but ")
    assert (count.replace(",", "").isdecimal(), limit) == (True, "`--max-params` allows 1")
    assert loaded == "['optuna']"


def test_reasons_that_differ_in_numbers_alone_are_one_reason(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = iter(["it has 1,203", "no such file", "it has 17", "no file", "it has 1.5"])
    monkeypatch.setattr("tdcli.services.tune.search.MAX_REJECTED", 5)
    monkeypatch.setattr("tdcli.services.tune.trial_runner.incomparability", lambda *_: next(reasons))
    with pytest.raises(SpecError, match="5 trials in a row were rejected, 3 of them for this reason: it has 1,203"):
        searched(spec, 1)


@pytest.mark.parametrize(("silence", "shown"), [(0.0, 4), (3600.0, 0)])
def test_rejected_trials_are_shown_where_nothing_else_is(
    silence: float, shown: int, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tdcli.services.tune.search.MAX_REJECTED", 4)
    monkeypatch.setattr("tdcli.services.tune.search.SILENT_SECONDS", silence)
    told: list[str] = []
    with pytest.raises(SpecError):
        run_search(asked(spec, 3, max_params=1), lambda trial, results: told.append(trial_line(trial, results)))
    assert [each.startswith("0/3  trial ") for each in told] == [True] * shown
    assert all("rejected: the model has " in each and " but `--max-params` allows 1  " in each for each in told)


def test_the_same_settings_are_not_trained_twice(spec: Path) -> None:
    units: list[int] = []

    def counting(compiled: Compiled, *_: Any) -> TrialOutcome:
        units.append(units_of(compiled))
        return distance(compiled)

    results = searched(spec, 6, "search={architecture.recurrent.units: [10, 15]}", training=counting).results
    assert sorted(units) == [10, 15]
    assert results.counts == {"trained": 6}
    assert len(results.ranked) == 2
    for each in results.trials:
        first = next(other for other in results.trials if other.settings == each.settings)
        assert each.value == first.value
        assert (each.same_as, each.epochs) == ((None, 4) if each is first else (first.number, 0))
    again = next(each for each in results.trials if each.same_as is not None)
    assert f"same as trial {again.same_as}  units" in trial_line(again, results)


def test_a_report_can_be_had_before_the_first_trial_is_over(spec: Path) -> None:
    reports: list[int] = []

    def reported(compiled: Compiled, *_: Any) -> TrialOutcome:
        reports.append(len(report_study(spec.parent / "studies" / "spec").results.trials))
        return distance(compiled)

    searched(spec, 2, training=reported)
    assert reports == [0, 1]


def test_a_rejected_trial_does_not_count_as_done() -> None:
    states = ("trained", "pruned", "turned away", "failed", "running")
    trials = tuple(TrialResult(number, TrialState(state), {}) for number, state in enumerate(states))
    assert StudyResults("a", "val_loss", maximize=False, wanted=4, trials=trials, importance={}).done == 2


def test_trials_whose_loss_means_something_else_are_rejected(spec: Path) -> None:
    results = searched(spec, 3, "search={data.scale: [none, standard]}").results
    assert {each.settings["data.scale"]: each.state for each in results.trials} == {
        "none": "trained",
        "standard": "turned away",
    }


def test_a_training_that_fails_is_kept_with_its_reason_and_the_search_goes_on(spec: Path) -> None:
    def failing(compiled: Compiled, *_: Any) -> TrialOutcome:
        if units_of(compiled) > 10:
            raise ExecutionError.of("loss-not-finite", "the loss became nan")
        return distance(compiled)

    results = searched(spec, 5, training=failing).results
    assert results.counts["trained"] == 5
    assert {each.reason for each in results.trials if each.state == "failed"} == {"the loss became nan"}


def test_nothing_but_failures_ends_a_search(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> TrialOutcome:
        raise ExecutionError.of("loss-not-finite", "the loss became nan")

    monkeypatch.setattr("tdcli.services.tune.search.MAX_FAILED", 3)
    with pytest.raises(ExecutionError, match="3 trials in a row failed, the last one because the loss became nan"):
        searched(spec, 5, training=failing)


def test_a_trial_that_is_worse_than_the_median_is_ended(spec: Path) -> None:
    """Units are the loss of every epoch: those above the median of the others are left after a quarter of them."""

    def followed(compiled: Compiled, prepared: Any, prunes: Callable[[int, float], bool], stops: Any) -> TrialOutcome:
        units = float(units_of(compiled))
        said = [prunes(epoch, units) for epoch in (1, 2, 3, 4)]
        return TrialOutcome(TrialEnding.PRUNED, epochs=4) if any(said) else trained(units)

    results = searched(spec, 12, training=followed).results
    assert len(results.trials) == 12
    whole = [each.value or 0.0 for each in results.trials[:4]]
    assert all(each.state == "trained" for each in results.trials[:4])
    pruned = [each for each in results.trials if each.state == "pruned"]
    assert pruned
    assert all((each.value or 0.0) > min(whole) for each in pruned)


@pytest.mark.parametrize("storage", [None, JOURNAL])
def test_a_trial_whose_process_is_gone_is_marked_and_its_settings_are_tried_again(
    storage: str | None, spec: Path
) -> None:
    with opened(spec, storage) as study:
        settings = suggest_settings(begun(study), compile_spec(spec).spec.search or {})
    results = searched(spec, 3, storage=storage).results
    assert [each.state for each in results.trials] == ["failed", "trained", "trained", "trained"]
    assert results.trials[0].reason == "its process was killed"
    assert results.trials[1].settings == results.trials[0].settings
    assert results.trials[1].settings["architecture.recurrent.units"] == str(settings["architecture.recurrent.units"])


def test_settings_that_kill_every_process_are_given_up(spec: Path) -> None:
    space = compile_spec(spec).spec.search or {}
    with opened(spec) as study:
        for _ in range(3):
            suggest_settings(begun(study), space)
            fail_dead_trials(study, make_study_folder(spec.parent / "studies", "spec"))
    results = searched(spec, 1).results
    assert [each.state for each in results.trials] == ["failed", "failed", "failed", "trained"]
    assert results.trials[0].settings == results.trials[2].settings != results.trials[3].settings


def test_ctrl_c_marks_the_trial_and_the_same_command_trains_it_again(spec: Path) -> None:
    def interrupted(compiled: Compiled, prepared: Any, prunes: Any, stops: Callable[[], bool]) -> TrialOutcome:
        os.kill(os.getpid(), signal.SIGINT)
        assert stops()
        return TrialOutcome(TrialEnding.INTERRUPTED, epochs=1)

    for times in range(1, MAX_RETRIES + 2):
        found = searched(spec, 3, training=interrupted)
        assert found.signal == signal.SIGINT
        said = [(each.state, each.reason) for each in found.results.trials]
        assert said == [*[("failed", "interrupted")] * times, ("waiting", "")]
    results = searched(spec, 3).results
    assert results.counts == {"trained": 3, "failed": times}
    assert all(each.settings == results.trials[0].settings for each in results.trials[: times + 1])


def test_a_second_ctrl_c_leaves_the_training_at_once_and_its_settings_are_tried_again(spec: Path) -> None:
    def interrupted(*_: Any) -> TrialOutcome:
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError

    found = searched(spec, 3, training=interrupted)
    assert found.signal == signal.SIGINT
    assert [each.state for each in found.results.trials] == ["failed", "waiting"]
    again = searched(spec, 1).results.trials
    assert [each.state for each in again] == ["failed", "trained"]
    assert again[0].settings == again[1].settings


def test_an_error_nobody_foresaw_fails_the_trial_and_ends_the_search(spec: Path) -> None:
    def broken(*_: Any) -> TrialOutcome:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        searched(spec, 3, training=broken)
    with opened(spec) as study:
        assert [each.state for each in study.trials] == [optuna.trial.TrialState.FAIL]


def test_a_trial_takes_the_spec_that_the_search_started_with(spec: Path) -> None:
    """The file is edited, and then broken, while the first trial is trained."""
    rates: list[float] = []

    def edited(compiled: Compiled, *_: Any) -> TrialOutcome:
        rates.append(float(vars(compiled.plan.steps[0].layer)["dropout"]))
        text = SPEC.replace("{units: 3}", "{units: 3, dropout: 0.5}").replace("epochs: 4", "epochs: 9")
        spec.write_text(text if len(rates) == 1 else "no spec: [", encoding="utf-8")
        return distance(compiled)

    found = searched(spec, 4, training=edited)
    assert rates == [0.0] * 4
    assert found.results.counts == {"trained": 4}
    assert compile_spec(found.folder.best).spec.training.epochs == 4


def test_a_trial_gives_signs_of_life_as_long_as_it_is_trained(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[int] = []
    before = threading.active_count()
    monkeypatch.setattr(optuna.storages.RDBStorage, "get_heartbeat_interval", lambda self: 0.01)
    monkeypatch.setattr(optuna.storages.RDBStorage, "record_heartbeat", lambda self, trial: beats.append(trial))

    def patient(compiled: Compiled, *_: Any) -> TrialOutcome:
        before = len(beats)
        while len(beats) < before + 3:
            time.sleep(0.01)
        return distance(compiled)

    searched(spec, 2, training=patient, storage=None)
    assert set(beats) == {1, 2}
    assert threading.active_count() == before


def test_a_trial_of_another_machine_without_signs_of_life_is_tried_again(spec: Path) -> None:
    with opened(spec, None) as study:
        trial = begun(study, "elsewhere")
        suggest_settings(trial, compile_spec(spec).spec.search or {})
    with closing(sqlite3.connect(spec.parent / "studies" / "spec" / "study.db")) as database, database:
        database.execute("INSERT INTO trial_heartbeats (trial_id, heartbeat) VALUES (1, '2020-01-01 00:00:00')")
    trials = searched(spec, 2, storage=None).results.trials
    assert [each.state for each in trials] == ["failed", "trained", "trained"]
    assert trials[0].settings == trials[1].settings


@pytest.mark.parametrize("storage", [None, JOURNAL])
def test_a_trial_that_another_process_took_for_dead_is_left_to_it(storage: str | None, spec: Path) -> None:
    """As after a machine was asleep; the trial is marked while it is trained."""

    def asleep(compiled: Compiled, prepared: Any, prunes: Callable[[int, float], bool], stops: Any) -> TrialOutcome:
        with opened(spec, storage) as other:
            if len(other.trials) == 1:
                other.tell(0, state=optuna.trial.TrialState.FAIL)
                prunes(1, 2.0)
        return distance(compiled)

    results = searched(spec, 2, training=asleep, storage=storage).results
    assert [(each.number, each.state) for each in results.trials] == [(0, "failed"), (1, "trained"), (2, "trained")]


def test_a_study_that_was_written_with_attributes_of_old_is_read_and_goes_on(spec: Path) -> None:
    """The names and words are those of studies that version 0.1 wrote."""
    complete, pruned, failed = (getattr(optuna.trial.TrialState, name) for name in ("COMPLETE", "PRUNED", "FAIL"))
    old: list[tuple[Any, float | None, dict[str, Any]]] = [
        (complete, 9.0, {"worker": {"host": "a", "pid": 1, "born": 0.0}, "parameters": 99, "epochs": 4}),
        (complete, 9.0, {"parameters": 99, "same as": 0, "epochs": 0}),
        (pruned, 8.0, {"parameters": 70, "epochs": 2}),
        (pruned, None, {"refused": "it is too large"}),
        (failed, None, {"parameters": 12, "failure": "the loss became nan"}),
        (failed, None, {"parameters": 12, "failure": "interrupted", "epochs": 1}),
        (failed, None, {"parameters": 12, "failure": "not needed"}),
        (failed, None, {}),
    ]
    with opened(spec, None) as study:
        for state, value, attributes in old:
            trial = begun(study)
            suggest_settings(trial, compile_spec(spec).spec.search or {})
            for name, each in attributes.items():
                trial.set_user_attr(name, each)
            if state is pruned and value is not None:
                trial.report(value, 1)
            study.tell(trial, value if state is complete else None, state)
    results = searched(spec, 4, storage=None).results
    told = [(each.number, each.state, each.value, each.epochs, each.reason, each.same_as) for each in results.trials]
    assert told[:7] == [
        (0, "trained", 9.0, 4, "", None),
        (1, "trained", 9.0, 0, "", 0),
        (2, "pruned", 8.0, 2, "", None),
        (3, "turned away", None, None, "it is too large", None),
        (4, "failed", None, None, "the loss became nan", None),
        (5, "failed", None, 1, "interrupted", None),
        (7, "failed", None, None, "its process was killed", None),
    ]
    assert [(each.number, each.state) for each in results.trials[7:]] == [(8, "trained")]
    assert results.trials[0].parameters == 99


def test_trials_of_others_count_and_one_too_many_is_left(spec: Path) -> None:
    """Another process begins the last trial between the look at the study and the begin of ours."""
    with opened(spec) as other, pytest.MonkeyPatch.context() as patch:
        first = begun(other, "elsewhere")

        def waited(*_: Any) -> bool:
            other.tell(first, 7.0)
            return True

        patch.setattr("tdcli.services.tune.search.count_trials", lambda study, *_: 0 if len(study.trials) < 2 else 1)
        patch.setattr("tdcli.services.tune.search.is_monitored", waited)
        results = searched(spec, 1).results
    assert [each.number for each in results.trials] == [0]


def test_a_journal_does_not_wait_for_a_machine_that_is_silent(spec: Path) -> None:
    with opened(spec) as study:
        begun(study, "elsewhere")
    assert searched(spec, 2).results.counts == {"trained": 1, "running": 1}


def test_data_are_read_again_only_where_the_trial_reads_other_ones(spec: Path) -> None:
    compiled = compile_spec(spec)
    first = load_data(compiled)
    data = DatasetCache.seeded_with(compiled, first)
    assert data.load(compile_spec(spec, ["architecture.recurrent.units=9", "training.batch_size=4"])) is first
    assert data.load(compile_spec(spec, ["data.scale=standard"])) is not first


def test_a_database_is_not_a_journal_and_its_url_is_named(spec: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "kept.db")) as database:
        database.execute("create table a (b)")
        database.commit()
    with pytest.raises(SpecError, match=r"kept.db` is a database") as raised:
        searched(spec, 1, storage=str(tmp_path / "kept.db"))
    assert raised.value.diagnostics[0].help == (f"write `--storage sqlite:///{tmp_path / 'kept.db'}`",)


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"[1]\n", b"\xff\xfe\n", b"5"])
def test_a_file_that_is_not_a_journal_is_left_as_it_is(content: bytes, spec: Path, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(content)
    with pytest.raises(SpecError, match=r"table.csv` is not a journal"):
        searched(spec, 1, storage=str(tmp_path / "table.csv"))
    assert (tmp_path / "table.csv").read_bytes() == content


@pytest.mark.parametrize(
    ("storage", "message"),
    [
        ("sqlite:////nowhere/at/all.db", "unable to open database file"),
        (
            "postgresql://me:secret@127.0.0.1:1/study",
            r"postgresql\+psycopg://me:\*\*\*@127.0.0.1:1/study` cannot be opened",
        ),
        ("mysql://me:secret@localhost/study", "`mysql` needs MySQLdb, which is not installed"),
        ("zebra://me:secret@localhost/study", "SQLAlchemy does not support the database `zebra`"),
        ("://secret", "neither a valid URL nor a path"),
        ("/proc/nowhere/study.journal", "the journal `/proc/nowhere/study.journal` cannot be opened"),
    ],
)
def test_a_storage_that_cannot_be_opened_is_reported_without_its_password(
    storage: str, message: str, spec: Path
) -> None:
    with pytest.raises(SpecError, match=message) as raised:
        searched(spec, 1, storage=storage)
    assert "secret" not in "".join(f"{each.message}{each.why}{each.help}" for each in raised.value.diagnostics)


def test_the_best_so_far_never_gets_worse() -> None:
    trials = tuple(
        TrialResult(number, TrialState.TRAINED, {}, value) for number, value in enumerate([3.0, 4.0, 1.0, 2.0])
    )
    results = StudyResults("a", "val_loss", maximize=False, wanted=4, trials=trials, importance={})
    assert results.best_so_far() == [(0, 3.0), (1, 3.0), (2, 1.0), (3, 1.0)]


def test_a_training_leaves_nothing_of_its_graph(spec: Path) -> None:
    """TensorFlow keeps the gradients of an LSTM of our own, and their graph with them, unless they are let go."""
    from tdcli.services.tune.trial_training import train_trial

    def operations() -> int:
        gc.collect()
        return sum(type(each).__name__ == "Operation" for each in gc.get_objects())

    data = "data={source: synthetic, task: sine, samples: 20}"
    compiled = compile_spec(spec, ["training.epochs=1", "architecture.input={timesteps: 2, features: 1}", data])
    before = operations()
    outcome = train_trial(compiled, prepare(compiled), lambda *_: False, lambda: False)
    assert (outcome.ending, outcome.epochs) == (TrialEnding.TRAINED, 1)
    assert operations() <= before
