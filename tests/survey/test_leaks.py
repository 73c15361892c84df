"""Leaks, against a search through all pairs."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tdcli.data.dataset import Part
from tdcli.data.lazy import Windowed
from tdcli.data.tables.samples import TableSamples
from tdcli.survey.duplicates import hash_samples
from tdcli.survey.findings import Survey
from tdcli.survey.overlap import answered_rows, touches_rows
from tdcli.survey.target_leaks import find_leads

RNG = np.random.default_rng(0)
LOAD = RNG.normal(size=60).cumsum()
ONE_BLOCK = np.zeros(50)


@given(st.lists(st.integers(0, 2), min_size=6, max_size=40), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_windows_have_the_same_hash_where_they_hold_the_same_values(values: list[int], timesteps: int) -> None:
    matrix = np.array(values, np.float32)[:, None]
    windows = Windowed(matrix, np.arange(len(values) - timesteps + 1), timesteps)
    hashes = hash_samples(Part(windows, None, windows.starts))
    cut = [tuple(each) for each in np.asarray(windows)[..., 0]]
    alike = [[one == other for other in cut] for one in cut]
    assert np.array_equal(hashes[:, None] == hashes, alike)


def test_values_at_padded_steps_do_not_make_another_sample() -> None:
    x = RNG.normal(size=(2, 4, 3)).astype(np.float32)
    x[1, :2] = x[0, :2]
    valid = np.array([[True, True, False, False]] * 2)
    one, other = hash_samples(Part(x, None, np.arange(2), valid))
    assert one == other


@given(st.sets(st.integers(0, 40), min_size=1), st.sets(st.integers(0, 40), min_size=1), st.integers(1, 6))
@settings(max_examples=100, deadline=None)
def test_windows_that_hold_an_answer_of_others_are_found(ours: set[int], theirs: set[int], timesteps: int) -> None:
    windows, others = (
        TableSamples(
            np.array(sorted(starts)), timesteps, np.array(sorted(starts)), answers=np.array([timesteps, timesteps + 1])
        )
        for starts in (ours, theirs)
    )
    asked = {start + timesteps + step for start in theirs for step in range(2)}
    expected = [any(start + step in asked for step in range(timesteps + 2)) for start in sorted(ours)]
    assert touches_rows(windows, answered_rows(others, 60)).tolist() == expected


@pytest.mark.parametrize(
    ("feature", "lead"),
    [
        (LOAD[5:55] * 9 / 5 + 32, 0),  # the same in other units
        (-LOAD[6:56], 1),
        (LOAD[8:58], 3),
        (LOAD[4:54], None),  # its past
        (LOAD[5:55] + RNG.normal(size=50) * 0.01, None),
        (np.full(50, 3.0), None),
        (RNG.normal(size=50).cumsum(), None),
    ],
)
def test_a_feature_leads_where_it_is_the_target_at_its_own_time_or_before_it(
    feature: np.ndarray, lead: int | None
) -> None:
    found = find_leads({"f": feature}, {"load": LOAD[5:55]}, range(4), ONE_BLOCK)
    assert found == ({} if lead is None else {"f": (lead, "load")})


def test_a_series_that_repeats_itself_does_not_lead_its_past() -> None:
    wave = np.tile([0.0, 2.0, 5.0, 3.0], 20)
    assert find_leads({"f": wave[3:-1]}, {"wave": wave[4:]}, range(1, 6), np.zeros(76)) == {}


def test_groups_and_filled_cells_do_not_hide_a_leak() -> None:
    groups = np.repeat([0, 1, 2], 20)
    ahead = np.concatenate([np.append(LOAD[groups == each][1:], -99) for each in range(3)])
    assert find_leads({"f": ahead}, {"load": LOAD}, range(1, 4), groups) == {"f": (1, "load")}
    many = RNG.normal(size=400).cumsum()
    filled = many[1:].copy()
    filled[200] = filled[199]
    assert find_leads({"f": filled}, {"load": many[:-1]}, range(1, 4), np.zeros(399)) == {"f": (1, "load")}


def test_a_few_events_that_coincide_are_not_a_leak() -> None:
    holiday, storm = np.zeros(100), np.zeros(100)
    holiday[60], storm[68] = 1, 1
    assert find_leads({"holiday": holiday}, {"storm": storm}, range(20), np.zeros(100)) == {}


def test_a_ramp_tells_what_comes_next_without_a_leak(look: Callable[..., Survey]) -> None:
    ramp = np.arange(120, dtype="float32").reshape(30, 4)[..., None]
    found = look(ARRAYS, "", ONE.replace("features: 2", "features: 1") % "1", x=ramp[:, :3], y=ramp[:, 3])
    assert "target-among-features" not in {each.name for each in found.warnings}


@pytest.mark.parametrize("backwards", [False, True])
def test_a_sample_that_is_its_own_answer_is_to_be_rebuilt(look: Callable[..., Survey], backwards: bool) -> None:
    x = RNG.normal(size=(30, 3, 2)).astype("float32")
    rebuilt = "encoder-decoder, output_timesteps: 3, encoder: {units: 2}, decoder: {units: 2}"
    architecture = f"{{kind: {rebuilt}, input: {{timesteps: 3, features: 2}}, outputs: 2}}"
    found = look(ARRAYS, "", architecture, x=x, y=x[:, ::-1] if backwards else x)
    assert "target-among-features" not in {each.name for each in found.warnings}


ARRAYS = "source: npy, x: x.npy, y: y.npy"
ONE = "{kind: many-to-one, input: {timesteps: 3, features: 2}, recurrent: {units: 3}, outputs: %s}"
STEPS = "{kind: many-to-many, input: {timesteps: 3, features: 2}, recurrent: {units: 3}, outputs: %s}"
CLASSES = "{units: 3, activation: softmax}"


@pytest.mark.parametrize("per_step", [False, True])
@pytest.mark.parametrize("outputs", ["1", CLASSES])
@pytest.mark.parametrize("told", [False, True])
def test_arrays_that_hold_their_answer_are_found(
    look: Callable[..., Survey], per_step: bool, outputs: str, told: bool
) -> None:
    x = RNG.normal(size=(30, 3, 2)).astype("float32")
    y = RNG.integers(0, 3, (30, 3)) if outputs == CLASSES else RNG.normal(size=(30, 3)).astype("float32")
    if told:
        x[..., 1] = 2 * y + 1
    target = y if per_step else y[:, 1]
    found = look(ARRAYS, "", (STEPS if per_step else ONE) % outputs, x=x, y=target)
    step = "the same timestep" if per_step else "timestep 1"
    leaks = [each.message for each in found.warnings if each.name == "target-among-features"]
    assert leaks == ([f"the feature `feature 1` contains the values of the target at {step}"] if told else [])
