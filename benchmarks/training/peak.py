"""How much of the machine's arithmetic the cnn-lstm uses: its operations a second over those of one large product.

python benchmarks/training/peak.py [--runs 5]
"""

import statistics
import time

from cases import PLAIN, Case
from ours import ours
from timing import runs_wanted

from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.plan.cost import cost_of_plan, cost_of_step
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import Compiled

SIZE = 2048


def operations(compiled: Compiled, samples: int) -> int:
    """Return multiplications and additions of an epoch.

    Backward takes twice what forward takes, but for the first layer, whose inputs need no gradient.
    """
    whole, first = cost_of_plan(compiled.plan, 1), cost_of_step(compiled.plan.steps[0], 1)
    return 2 * (3 * whole.multiply_adds - first.multiply_adds) * samples


def sgemm_peak() -> float:
    """Return the operations a second of a product of two matrices of SIZE x SIZE, the best of ten."""
    matrix = tf.random.normal([SIZE, SIZE])
    times = []
    for _ in range(10):
        began = time.perf_counter()
        tf.matmul(matrix, matrix).numpy()
        times.append(time.perf_counter() - began)
    return 2 * SIZE**3 / min(times)


def table(runs: int) -> None:
    """Print the medians of both, taken in turn, and their ratio."""
    shares, rates, peaks = [], [], []
    with Case("", "cnn_lstm", 6, PLAIN).compiled() as compiled:
        data = prepare(compiled).data
        for _ in range(runs):
            keras.backend.clear_session()
            rates.append(operations(compiled, len(data.train)) / ours(compiled, data).epoch)
            peaks.append(sgemm_peak())
            shares.append(rates[-1] / peaks[-1])
    rate, peak, share = (statistics.median(each) for each in (rates, peaks, shares))
    print(
        f"cnn-lstm: {rate / 1e9:.0f} of {peak / 1e9:.0f} thousand million operations a second, a share of {share:.2f}"
    )


if __name__ == "__main__":
    table(runs_wanted(__doc__))
