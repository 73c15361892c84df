"""No input of any sample depends on rows behind its last one."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tdcli.signature import Signature
from tdcli.sources.tables.columns import POLICIES
from tdcli.text.errors import SpecError

LAYOUTS = {
    "windows": ("", {"time": "t"}),
    "windows of groups": ("g", {"time": "t", "group": "g"}),
    "windows over inserted rows": ("", {"time": "t", "missing_rows": "insert"}),
    "sequences": ("g", {"layout": "sequences", "sequence": "g"}),
    "sequences cut short": ("g", {"layout": "sequences", "sequence": "g"}),
}
TIMESTEPS = {name: 4 if name == "sequences cut short" else 12 if name == "sequences" else 3 for name in LAYOUTS}
FAR = 1e6
START = np.datetime64("2020-01-01")
ROWS = 24


def text_of(values: np.ndarray, *, grouped: bool) -> str:
    """Return the table: a column of texts and numbers with missing cells, a target, and a text to encode."""
    lines = []
    for row, (a, b) in enumerate(values):
        cells = [str(START + np.timedelta64(row + row // 5, "D"))]  # every sixth day is missing
        cells += ["gh"[row // 12]] if grouped else []
        cells += ["" if np.isnan(each) else f"{each:g}" for each in (a, b)]
        lines.append(",".join([*cells, "xy"[row % 2], "1"]))
    return "\n".join(["t,g,a,b,c,y" if grouped else "t,a,b,c,y", *lines]) + "\n"


def lasts_of(values: np.ndarray, policy: float | str, timesteps: int) -> dict[str, int]:
    """Return the row of the last step of each sequence; rows that are dropped are no steps."""
    kept = ~np.isnan(values).any(axis=1) if policy == "drop" else np.ones(ROWS, bool)
    rows = {"g": np.flatnonzero(kept[:12]), "h": 12 + np.flatnonzero(kept[12:])}
    return {name: int(each[:timesteps][-1]) for name, each in rows.items()}


def samples_of(
    work: Any, model: Callable[..., Signature], text: str, layout: str, keys: dict[str, Any], policy: float | str
) -> dict[Any, np.ndarray]:
    """Return the inputs of all samples, by what they are called."""
    timesteps = TIMESTEPS[layout]
    encode = {"c": {"as": "one-hot", "values": ("x", "y")}}
    missing = {"a": policy, "b": policy, "c": "forward-fill", "y": "forward-fill"}
    features = {"features": ("a", "b", "c"), "target": "y", "encode": encode, "scale": "none", "missing": missing}
    section = work.csv(text, **keys, **features)
    mask = {"mask_value": section.padding_value} if "sequences" in layout else {}
    part = work.load(section, model(timesteps=timesteps, features=4, **mask)).train
    return dict(zip(part.index.tolist(), np.asarray(part.x), strict=True))


@settings(max_examples=10, deadline=None)
@given(st.data())
@pytest.mark.parametrize("policy", [*(each for each in POLICIES if each != "error"), 0.0])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_input_changes_with_what_comes_behind_it(
    anew: Callable[[], Any], model: Callable[..., Signature], layout: str, policy: float | str, data: st.DataObject
) -> None:
    group, keys = LAYOUTS[layout]
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    values = rng.normal(size=(ROWS, 2)).round(3)
    values[rng.random((ROWS, 2)) < 0.4] = np.nan
    values[[0, 12]] = 1.0  # something to fill from
    work = anew()
    try:
        before = samples_of(work, model, text_of(values, grouped=bool(group)), layout, keys, policy)
    except SpecError as error:
        if error.diagnostics[0].name != "too-few-rows":
            raise
        return
    name = data.draw(st.sampled_from(sorted(before)))
    x = before[name]
    last = lasts_of(values, policy, TIMESTEPS[layout])[name] if "sequences" in layout else name - 3  # of line `name`
    changed = values.copy()
    changed[last + 1 :] = np.where(
        np.isnan(changed[last + 1 :]) & (policy == "drop" or rng.random() < 0.5), np.nan, FAR
    )
    after = samples_of(work, model, text_of(changed, grouped=bool(group)), layout, keys, policy)
    np.testing.assert_array_equal(after[name], x)
