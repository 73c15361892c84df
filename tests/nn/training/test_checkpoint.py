"""Checkpoints come when the spec says, and never take much of the time."""

import pytest

from tdcli.nn.training import checkpoint as checkpoints
from tdcli.nn.training.checkpoint import CheckpointTimer
from tdcli.spec.training import Checkpoint


class Clock:
    now = 0.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(checkpoints, "time", clock)
    return clock


def test_epochs_are_counted_from_the_last_checkpoint(clock: Clock) -> None:
    due = CheckpointTimer(Checkpoint(every_epochs=3, every_seconds=None))
    assert [due.is_due(epoch) for epoch in (1, 2, 3, 4)] == [False, False, False, True]
    assert due.steps_until(epoch=2, position=4, length=10) == 16
    with due.timed_write(4):
        pass
    assert due.steps_until(epoch=4, position=0, length=10) == 30


def test_the_clock_alone_leaves_epochs_out(clock: Clock) -> None:
    due = CheckpointTimer(Checkpoint(every_seconds=5))
    assert due.steps_until(epoch=1, position=0, length=10) is None
    clock.now = 4.9
    assert not due.is_due(9)
    clock.now = 5.0
    assert due.is_due(1)


def test_slow_checkpoints_by_the_clock_take_a_hundredth_of_the_time(clock: Clock) -> None:
    due = CheckpointTimer(Checkpoint(every_seconds=5))
    with due.timed_write(1):
        clock.now = 2.0
    clock.now = 201.9
    assert not due.is_due(2)
    clock.now = 202.0
    assert due.is_due(2)


def test_the_first_one_by_the_clock_waits_as_if_it_cost_something(clock: Clock) -> None:
    due = CheckpointTimer(Checkpoint(every_seconds=1))
    clock.now = 4.9
    assert not due.is_due(1)
    clock.now = 5.1
    assert due.is_due(1)
