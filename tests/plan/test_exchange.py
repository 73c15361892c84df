"""What workers send is known from the plan."""

from pathlib import Path

import pytest

from tdcli.plan.exchange import exchange
from tdcli.services.specs.compile import compile_spec

CNN_LSTM = Path(__file__).parents[2] / "specs" / "cnn_lstm.yaml"


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 1024])
def test_the_shares_that_go_around_the_ring_add_up(workers: int) -> None:
    """Each worker sends N - 1 of N shares to sum them, and as many again to tell the sums."""
    sums = exchange(compile_spec(CNN_LSTM).plan, workers)
    shares = [sums.gradient_bytes / workers] * (2 * (workers - 1))
    assert sums.gradient_bytes == 1_265_346 * 4
    assert sums.sent_bytes == int(sum(shares) + 1e-6)
    assert sums.messages == len(shares)


def test_a_step_takes_the_bytes_at_their_speed_and_the_messages_in_turn() -> None:
    sums = exchange(compile_spec(CNN_LSTM).plan, 2)
    assert sums.seconds(1e6, 0.0) == pytest.approx(5.061384)
    assert sums.seconds(1e12, 0.5) == pytest.approx(1.0, rel=1e-3)
