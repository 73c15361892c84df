"""What a run's best model says of new samples."""

from tdcli.nn.predict import predicted
from tdcli.services.predictions import Predictions, tabled
from tdcli.services.run_data import Chosen, OpenedRun


def predict(run: OpenedRun, chosen: Chosen, decimals: int | None = None) -> Predictions:
    """Predict for a part; the table's numbers are rounded to `decimals`."""
    outputs = predicted(run.folder.best_model, chosen.part)
    return tabled(outputs, chosen.part, run.record, decimals)
