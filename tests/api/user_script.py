"""A user's program: mypy reads it with `--strict`, and finds no `Any` in what the API gives back."""

from pathlib import Path

import tdcli


def main(spec_path: Path, runs: Path) -> dict[str, float]:
    """Train a spec, and return what its model does better than the baseline."""
    settings: dict[str, int] = {"training.epochs": 1}
    spec = tdcli.load(spec_path, settings)
    for warning in spec.warnings:
        print(warning.name, warning.message)
    print(spec.name, spec.plan.parameters, spec.plan.output_shape)
    data = tdcli.read_data(spec)
    print(len(data.train), data.test is None, data.warnings)

    run = tdcli.train(spec, runs=runs, callbacks=tdcli.Callbacks())
    evaluation = run.evaluate()
    print(run.history.columns, run.best_epoch, evaluation.baseline_name, evaluation.samples, evaluation.verdict)
    print(run.predict().height, run.path.name, run.spec.name, run.summary.state)
    print(run.export(runs / "model.keras").suffix, run.report(runs / "report.html").suffix)

    again = tdcli.resume(run, 2, callbacks=tdcli.Callbacks())
    print(tdcli.open_run(again.path).history.shape, tdcli.diff(spec_path, again))
    tdcli.plot(spec).save(runs / "network.svg")
    try:
        settings["training.epochs"] = 0
        tdcli.load(spec_path, settings)
    except tdcli.SpecError as error:
        print([diagnostic.name for diagnostic in error.diagnostics])
    return {name: evaluation.baseline[name] - value for name, value in evaluation.metrics.items()}
