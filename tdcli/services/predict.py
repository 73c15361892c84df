"""What a model says of new samples."""

from tdcli.formats._find import model_file
from tdcli.services.outputs import outputs_for
from tdcli.services.predictions import Predictions, tabled
from tdcli.services.run_data import Chosen, Opened


def predict(run: Opened, chosen: Chosen, decimals: int | None = None) -> Predictions:
    """Predict for a part; the table's numbers are rounded to `decimals`."""
    outputs = outputs_for(model_file(run.model), chosen.part)
    return tabled(outputs, chosen.part, run.record, decimals)
