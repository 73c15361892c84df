"""Searches; most with a training that is a formula, so that what is best is known and TensorFlow is not needed."""

import gc
import os
import signal
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import optuna
import pytest
import yaml

from tdcli.report.terminal.study import trial_line
from tdcli.runs.study import make_study_folder
from tdcli.services import tune as module
from tdcli.services.runs.report import reported_study
from tdcli.services.samples.prepare import DataOnce, load_data, prepare
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.services.tune.budget import training_bytes
from tdcli.services.tune.results import StudyResults, TrialResult, read_results
from tdcli.services.tune.sampling import suggested
from tdcli.services.tune.search import Searched, tune
from tdcli.services.tune.setup import Request, searchable
from tdcli.services.tune.stale_trials import RETRIES, WORKER
from tdcli.services.tune.study import opened_study
from tdcli.text.diagnostic import UserError, WorkFailure

SPEC = """architecture: {kind: many-to-one, input: {timesteps: 4, features: 2}, recurrent: {units: 3}, outputs: 1}
data: {source: npy, x: x.npy, y: y.npy}
split: {validation: 0.25}
training: {epochs: 4, batch_size: 8, optimizer: {name: adam}, seed: 5}
search:
  architecture.recurrent.units: {low: 1, high: 30}
  training.optimizer.learning_rate: {low: 1e-4, high: 1e-2, log: true}
  architecture.recurrent.cell: [LSTM, GRU]
"""
DEAD = 2**22 + 1
"""More than the number of any process under Linux."""


def tried(value: float | None, *, stopped: bool = False) -> SimpleNamespace:
    return SimpleNamespace(epochs=4, value=value, stopped=stopped)


def distance(compiled: Compiled, *_: Any) -> SimpleNamespace:
    """Stand for a training: the best is a GRU of 20 units."""
    layer = compiled.plan.steps[0].layer
    return tried((vars(layer)["units"] - 20) ** 2 + (layer.title() != "GRU"))


@pytest.fixture
def spec(beside_arrays: Callable[..., Path]) -> Path:
    return beside_arrays(SPEC, (40, 4, 2))


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Any]], None]:
    """Put a function in the place of the training of a trial."""

    def put(function: Callable[..., Any]) -> None:
        stand_in = SimpleNamespace(train_trial=function)
        monkeypatch.setitem(sys.modules, "tdcli.services.tune.trial_training", stand_in)

    put(distance)
    return put


def searched(spec: Path, trials: int, *settings: str, **options: Any) -> Searched:
    return tune(asked(spec, trials, *settings, **options), lambda *_: None)


def asked(spec: Path, trials: int, *settings: str, **options: Any) -> Request:
    return Request(spec, settings, trials, spec.parent / "studies", **options)


@contextmanager
def opened(spec: Path, storage: str | None = None) -> Iterator[optuna.Study]:
    """Open the study as another process would."""
    folder = make_study_folder(spec.parent / "studies", "spec")
    with closing(opened_study(searchable(asked(spec, 1)), folder, storage)) as search:
        yield search.study


def begun(study: optuna.Study, host: str = os.uname().nodename) -> optuna.Trial:
    """Begin a trial in a process of which nothing more is heard."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Heartbeat of storage")
        trial = study.ask()
    trial.set_user_attr(WORKER, {"host": host, "pid": DEAD, "born": 0.0})
    return trial


def values(results: StudyResults) -> list[tuple[dict[str, str], float | None]]:
    return [(each.settings, each.value) for each in results.trials]


def test_the_best_spec_is_that_of_the_best_trial_and_ready_for_training(spec: Path, training: Any) -> None:
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


def test_what_decides_the_figure_is_found_to_matter(spec: Path, training: Any) -> None:
    importance = searched(spec, 25).results.importance
    assert next(iter(importance)) == "architecture.recurrent.units"
    assert sum(importance.values()) == pytest.approx(1)


@pytest.mark.parametrize("storage", [None, "study.journal"])
def test_a_search_that_went_on_drew_what_one_in_a_go_draws(
    storage: str | None, spec: Path, training: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(spec.parent)
    whole = searched(spec, 14, "name=whole")
    searched(spec, 5, storage=storage)
    parted = searched(spec, 14, storage=storage)
    assert values(parted.results) == values(whole.results)
    assert searched(spec, 9, storage=storage).results.trials == parted.results.trials


def test_a_search_for_something_else_is_refused_with_what_changed(spec: Path, training: Any) -> None:
    searched(spec, 1)
    with pytest.raises(UserError, match=r"`training.epochs` was 4, is 5"):
        searched(spec, 2, "training.epochs=5")
    spec.write_text(SPEC.replace("high: 30", "high: 31"), encoding="utf-8")
    with pytest.raises(UserError, match=r"`search.architecture.recurrent.units.high` was 30, is 31"):
        searched(spec, 2)


def test_a_search_on_other_data_is_refused(spec: Path, training: Any) -> None:
    searched(spec, 1)
    np.save(spec.parent / "y.npy", np.zeros(40, "float32"))
    with pytest.raises(UserError, match="the data are other ones"):
        searched(spec, 2)


def test_trials_that_would_be_judged_by_another_figure_are_turned_away(spec: Path, training: Any) -> None:
    results = searched(spec, 3, "search={training.early_stopping: [null, {monitor: val_mae}]}").results
    assert {each.settings["training.early_stopping"]: each.state for each in results.trials} == {
        "null": "trained",
        "{monitor: val_mae}": "turned away",
    }
    with pytest.raises(UserError, match="changes what `val_loss` means"):
        searched(spec, 3, "name=other", "search={training.loss: [mse, mae]}")


@pytest.mark.parametrize(
    ("setting", "message"),
    [("search=null", "has no `search` section"), ("split.validation=null", "compared by a validation part")],
)
def test_without_anything_to_try_or_to_compare_by_a_search_is_refused(setting: str, message: str, spec: Path) -> None:
    with pytest.raises(UserError, match=message):
        searched(spec, 1, setting)


def test_accuracy_is_better_when_higher(spec: Path, training: Any) -> None:
    training(lambda compiled, *_: tried(vars(compiled.plan.steps[0].layer)["units"] / 30))
    results = searched(
        spec, 6, "training.metrics=[cosine_similarity]", "training.monitor=val_cosine_similarity"
    ).results
    assert results.maximize
    assert results.best
    assert results.best.value == max(each.value or 0.0 for each in results.trials)
    assert [value for _, value in results.best_so_far()] == sorted(value for _, value in results.best_so_far())


def test_what_the_budget_forbids_is_turned_away_and_does_not_count(spec: Path, training: Any) -> None:
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
        assert each.reason == ("" if count <= 500 else f"`--max-params` allows for 500 parameters: it has {count:,}")


def test_memory_is_judged_by_the_plan_for_a_batch(spec: Path, training: Any) -> None:
    least = training_bytes(compile_spec(spec, ["architecture.recurrent.units=15"]).plan, 8)
    results = searched(
        spec, 6, "search={architecture.recurrent.units: [10, 15, 16, 20]}", max_memory=f"{least}B"
    ).results
    assert results.counts["trained"] == 6
    for each in results.trials:
        assert (each.state == "trained") == (int(each.settings["architecture.recurrent.units"]) <= 15)


@pytest.mark.parametrize(("size", "message"), [("much", "is no size"), ("1GB", "how long sequences are")])
def test_a_memory_that_cannot_be_judged_is_refused(size: str, message: str, spec: Path) -> None:
    with pytest.raises(UserError, match=message):
        searched(spec, 1, "architecture.input.timesteps=null", "data.padding=0.0", max_memory=size)


def test_what_the_plan_refuses_is_turned_away_with_the_plans_reason(spec: Path, training: Any) -> None:
    layers = "[{Conv1D: {filters: 2, kernel_size: 3}}, Flatten, {Dense: {units: 1}}]"
    chain = f"architecture={{kind: layers, input: [4, 2], layers: {layers}}}"
    space = "search={architecture.layers.0.Conv1D.kernel_size: [2, 5]}"
    training(lambda compiled, *_: tried(1.0))
    results = searched(spec, 4, chain, space).results
    kernels = {each.state: each.settings["architecture.layers.0.Conv1D.kernel_size"] for each in results.trials}
    assert kernels == {"trained": "2", "turned away": "5"}
    assert all(each.reason for each in results.trials if each.state == "turned away")


def test_a_search_in_vain_ends_with_the_most_frequent_reason_and_never_loads_tensorflow(spec: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from tdcli.services import tune
from tdcli.services.tune.setup import Request
from tdcli.text.diagnostic import UserError
tune.MOST_TURNED_AWAY = 6
try:
    tune.tune(Request(Path({str(spec)!r}), (), 3, Path({str(spec.parent)!r}), max_params=1), lambda *_: None)
except UserError as error:
    print(error)
print(sorted({{"tensorflow", "keras", "optuna"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    told, loaded = done.stdout.splitlines()
    often = "6 trials in a row were turned away, 6 of them as this one: `--max-params` allows for 1 parameters: it has "
    assert told.startswith(often)
    assert told.removeprefix(often).replace(",", "").isdecimal()
    assert loaded == "['optuna']"


def test_reasons_that_differ_in_numbers_alone_are_one_reason(
    spec: Path, training: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reasons = iter(["it has 1,203", "no such file", "it has 17", "no file", "it has 1.5"])
    monkeypatch.setattr(module, "MOST_TURNED_AWAY", 5)
    monkeypatch.setattr("tdcli.services.tune.trials.incomparable", lambda *_: next(reasons))
    with pytest.raises(UserError, match="5 trials in a row were turned away, 3 of them as this one: it has 1,203"):
        searched(spec, 1)


@pytest.mark.parametrize(("silence", "shown"), [(0.0, 4), (3600.0, 0)])
def test_trials_that_are_turned_away_are_shown_where_nothing_else_is(
    silence: float, shown: int, spec: Path, training: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_TURNED_AWAY", 4)
    monkeypatch.setattr("tdcli.services.tune.search.SECONDS_OF_SILENCE", silence)
    told: list[str] = []
    with pytest.raises(UserError):
        tune(asked(spec, 3, max_params=1), lambda trial, results: told.append(trial_line(trial, results)))
    assert [each.startswith("0/3  trial ") for each in told] == [True] * shown
    assert all("turned away: `--max-params` allows for 1 parameters" in each for each in told)


def test_the_same_settings_are_not_trained_twice(spec: Path, training: Any) -> None:
    trained: list[int] = []

    def counting(compiled: Compiled, *_: Any) -> SimpleNamespace:
        trained.append(vars(compiled.plan.steps[0].layer)["units"])
        return distance(compiled)

    training(counting)
    results = searched(spec, 6, "search={architecture.recurrent.units: [10, 15]}").results
    assert sorted(trained) == [10, 15]
    assert results.counts == {"trained": 6}
    assert len(results.ranked) == 2
    for each in results.trials:
        first = next(other for other in results.trials if other.settings == each.settings)
        assert each.value == first.value
        assert (each.same_as, each.epochs) == ((None, 4) if each is first else (first.number, 0))
    again = next(each for each in results.trials if each.same_as is not None)
    assert f"same as trial {again.same_as}  units" in trial_line(again, results)


def test_a_report_can_be_had_before_the_first_trial_is_over(spec: Path, training: Any) -> None:
    reports: list[int] = []

    def reported(compiled: Compiled, *_: Any) -> SimpleNamespace:
        reports.append(len(reported_study(spec.parent / "studies" / "spec").results.trials))
        return distance(compiled)

    training(reported)
    searched(spec, 2)
    assert reports == [0, 1]


def test_a_trial_that_was_turned_away_is_none_that_is_done() -> None:
    states = ("trained", "pruned", "turned away", "failed", "running")
    trials = tuple(TrialResult(number, state, {}) for number, state in enumerate(states))
    assert StudyResults("a", "val_loss", maximize=False, wanted=4, trials=trials, importance={}).done == 2


def test_trials_whose_loss_means_something_else_are_turned_away(spec: Path, training: Any) -> None:
    results = searched(spec, 3, "search={data.scale: [none, standard]}").results
    assert {each.settings["data.scale"]: each.state for each in results.trials} == {
        "none": "trained",
        "standard": "turned away",
    }


def test_a_training_that_fails_is_kept_with_its_reason_and_the_search_goes_on(spec: Path, training: Any) -> None:
    def failing(compiled: Compiled, *_: Any) -> SimpleNamespace:
        if vars(compiled.plan.steps[0].layer)["units"] > 10:
            raise WorkFailure.of("loss-not-finite", "the loss became nan")
        return distance(compiled)

    training(failing)
    results = searched(spec, 5).results
    assert results.counts["trained"] == 5
    assert {each.reason for each in results.trials if each.state == "failed"} == {"the loss became nan"}


def test_nothing_but_failures_ends_a_search(spec: Path, training: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> SimpleNamespace:
        raise WorkFailure.of("loss-not-finite", "the loss became nan")

    training(failing)
    monkeypatch.setattr(module, "MOST_FAILED", 3)
    with pytest.raises(WorkFailure, match="3 trials in a row failed, the last because the loss became nan"):
        searched(spec, 5)


def test_a_trial_that_is_worse_than_the_median_is_ended(spec: Path, training: Any) -> None:
    """Units are the loss of every epoch: those above the median of the others are left after a quarter of them."""

    def followed(
        compiled: Compiled, prepared: Any, prunes: Callable[[int, float], bool], stops: Any
    ) -> SimpleNamespace:
        units = vars(compiled.plan.steps[0].layer)["units"]
        said = [prunes(epoch, float(units)) for epoch in (1, 2, 3, 4)]
        return tried(float(units), stopped=any(said))

    training(followed)
    results = searched(spec, 12).results
    assert len(results.trials) == 12
    whole = [each.value or 0.0 for each in results.trials[:4]]
    assert all(each.state == "trained" for each in results.trials[:4])
    pruned = [each for each in results.trials if each.state == "pruned"]
    assert pruned
    assert all((each.value or 0.0) > min(whole) for each in pruned)


@pytest.mark.parametrize("storage", [None, "study.journal"])
def test_a_trial_whose_process_is_gone_is_marked_and_its_settings_are_tried_again(
    storage: str | None, spec: Path, training: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(spec.parent)
    with opened(spec, storage) as study:
        settings = suggested(begun(study), compile_spec(spec).spec.search or {})
    results = searched(spec, 3, storage=storage).results
    assert [each.state for each in results.trials] == ["failed", "trained", "trained", "trained"]
    assert results.trials[0].reason == "its process was killed"
    assert results.trials[1].settings == results.trials[0].settings
    assert results.trials[1].settings["architecture.recurrent.units"] == str(settings["architecture.recurrent.units"])


def test_settings_that_kill_every_process_are_given_up(spec: Path, training: Any) -> None:
    space = compile_spec(spec).spec.search or {}
    with opened(spec) as study:
        for _ in range(3):
            suggested(begun(study), space)
            module.fail_killed_trials(study, make_study_folder(spec.parent / "studies", "spec"))
    results = searched(spec, 1).results
    assert [each.state for each in results.trials] == ["failed", "failed", "failed", "trained"]
    assert results.trials[0].settings == results.trials[2].settings != results.trials[3].settings


def test_ctrl_c_marks_the_trial_and_the_same_command_trains_it_again(spec: Path, training: Any) -> None:
    def interrupted(compiled: Compiled, prepared: Any, prunes: Any, stops: Callable[[], bool]) -> SimpleNamespace:
        os.kill(os.getpid(), signal.SIGINT)
        assert stops()
        return tried(None, stopped=True)

    training(interrupted)
    for times in range(1, RETRIES + 2):
        found = searched(spec, 3)
        assert found.signal == signal.SIGINT
        said = [(each.state, each.reason) for each in found.results.trials]
        assert said == [*[("failed", "interrupted")] * times, ("waiting", "")]
    training(distance)
    results = searched(spec, 3).results
    assert results.counts == {"trained": 3, "failed": times}
    assert all(each.settings == results.trials[0].settings for each in results.trials[: times + 1])


def test_trials_of_others_count_and_one_too_many_is_left(spec: Path, training: Any) -> None:
    """Another process begins the last trial between the look at the study and the begin of ours."""
    with opened(spec) as other, pytest.MonkeyPatch.context() as patch:
        first = begun(other, "elsewhere")

        def waited(*_: Any) -> bool:
            other.tell(first, 7.0)
            return True

        patch.setattr(module, "counted", lambda study, *_: 0 if len(study.trials) < 2 else 1)
        patch.setattr(module, "is_heard_of", waited)
        results = searched(spec, 1).results
    assert [each.number for each in results.trials] == [0]


def test_a_journal_does_not_wait_for_a_machine_that_it_hears_nothing_of(
    spec: Path, training: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(spec.parent)
    with opened(spec, "study.journal") as study:
        begun(study, "elsewhere")
    assert searched(spec, 2, storage="study.journal").results.counts == {"trained": 1, "running": 1}


def test_data_are_read_again_only_where_the_trial_reads_other_ones(spec: Path) -> None:
    compiled = compile_spec(spec)
    first = load_data(compiled)
    data = DataOnce.having(compiled, first)
    assert data.read(compile_spec(spec, ["architecture.recurrent.units=9", "training.batch_size=4"])) is first
    assert data.read(compile_spec(spec, ["data.scale=standard"])) is not first


def test_a_database_is_no_journal_and_its_url_is_named(spec: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "kept.db")) as database:
        database.execute("create table a (b)")
        database.commit()
    with pytest.raises(UserError, match=r"kept.db` is a database") as raised:
        searched(spec, 1, storage=str(tmp_path / "kept.db"))
    assert raised.value.diagnostics[0].help == (f"write `--storage sqlite:///{tmp_path / 'kept.db'}`",)


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"[1]\n", b"\xff\xfe\n", b"5"])
def test_a_file_that_is_no_journal_is_left_as_it_is(content: bytes, spec: Path, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(content)
    with pytest.raises(UserError, match=r"table.csv` is no journal"):
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
        ("zebra://me:secret@localhost/study", "`zebra` is no database that SQLAlchemy knows"),
        ("://secret", "neither a URL that can be read nor a path"),
        ("/proc/nowhere/study.journal", "the journal `/proc/nowhere/study.journal` cannot be opened"),
    ],
)
def test_a_storage_that_cannot_be_opened_is_said_without_its_password(storage: str, message: str, spec: Path) -> None:
    with pytest.raises(UserError, match=message) as raised:
        searched(spec, 1, storage=storage)
    assert "secret" not in "".join(f"{each.message}{each.why}{each.help}" for each in raised.value.diagnostics)


def test_the_best_so_far_never_gets_worse() -> None:
    trials = tuple(TrialResult(number, "trained", {}, value) for number, value in enumerate([3.0, 4.0, 1.0, 2.0]))
    results = StudyResults("a", "val_loss", maximize=False, wanted=4, trials=trials, importance={})
    assert results.best_so_far() == [(0, 3.0), (1, 3.0), (2, 1.0), (3, 1.0)]


def test_a_training_leaves_nothing_of_its_graph(spec: Path) -> None:
    """TensorFlow keeps the gradients of an LSTM of our own, and their graph with them, unless they are let go."""
    from tdcli.services.tune.trial_training import train_trial

    def operations() -> int:
        gc.collect()
        return sum(type(each).__name__ == "Operation" for each in gc.get_objects())

    compiled = compile_spec(spec, ["training.epochs=1"])
    before = operations()
    tried = train_trial(compiled, prepare(compiled), lambda *_: False, lambda: False)
    assert (tried.epochs, tried.stopped) == (1, False)
    assert operations() <= before
