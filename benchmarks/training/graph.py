"""The size of the training graph and the time to trace it, for more and more frames, beside stock layers.

python benchmarks/training/graph.py
"""

import time

from cases import SPECS

from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.training.setup import build_loop
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import compile_spec
from tdcli.services.train.job import training_inputs

FRAMES = (10, 100, 1000)


def traced(frames: int, *, stock: bool) -> tuple[int, float]:
    """Return the nodes of the graph with those of its functions, and the seconds to trace it."""
    settings = [f"architecture.input.timesteps={frames}", "data.samples=2", "split.validation=0", "training.metrics=[]"]
    settings += [f"training.folded={str(not stock).lower()}"]
    compiled = compile_spec(SPECS / "cnn_lstm.yaml", settings)
    keras.utils.set_random_seed(compiled.spec.training.seed)
    loop = build_loop(training_inputs(compiled, prepare(compiled)))
    began = time.perf_counter()
    graph = loop._advance.get_concrete_function(tf.constant(1), None, None).graph.as_graph_def()  # noqa: SLF001
    seconds = time.perf_counter() - began
    return len(graph.node) + sum(len(function.node_def) for function in graph.library.function), seconds


def table(_: int = 1) -> None:
    """Print a row for each number of frames; stock layers are unrolled, and take minutes at 1,000."""
    traced(FRAMES[0], stock=False)  # what only the first trace of a process pays
    print("| frames | nodes | seconds to trace | nodes, stock layers | seconds, stock layers |")
    print("| --: | --: | --: | --: | --: |")
    for frames in FRAMES:
        found = [f"{frames:,}"]
        for stock in (False, True):
            keras.backend.clear_session()
            nodes, seconds = traced(frames, stock=stock) if frames < FRAMES[-1] or not stock else (0, 0.0)
            found += [f"{nodes:,}", f"{seconds:.2f}"] if nodes else ["-", "-"]
        print(f"| {' | '.join(found)} |", flush=True)


if __name__ == "__main__":
    table()
