"""The parts of the data, as a line."""

from tdcli.data._dataset import Dataset


def rendered_parts(data: Dataset) -> str:
    """Return the number of samples in each part, and what loading the data has to say."""
    counts = ", ".join(f"{name} {len(part):,}" for name, part in data.parts().items())
    return "\n".join([f"samples: {counts}", *(f"note: {note}" for note in data.notes)])
