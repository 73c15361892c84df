"""Write `split(count)`, which draws the samples of each part as `tdcli train` does."""

from __future__ import annotations

from tdcli.script.python import function_lines
from tdcli.sources.core.split import Split
from tdcli.text.errors import SpecError

DRAW = '''def draw(rng: np.random.Generator, pool: np.ndarray, count: int) -> np.ndarray:
    """Return `count` samples of the pool, in their order."""
    return np.sort(rng.permutation(pool)[:count])'''.splitlines()
DRAW_EQUALLY = '''def draw(
    rng: np.random.Generator, labels: np.ndarray, pool: np.ndarray, count: int
) -> np.ndarray:
    """Return `count` samples of the pool, with the same proportion of each class."""
    classes, sizes = np.unique(labels[pool], return_counts=True)
    exact = sizes * count / sizes.sum()
    quotas = np.floor(exact).astype(int)
    short = count - quotas.sum()
    quotas[np.argsort(quotas - exact, kind="stable")[:short]] += 1
    chosen = [
        rng.permutation(pool[labels[pool] == name])[:quota]
        for name, quota in zip(classes, quotas)
    ]
    return np.sort(np.concatenate(chosen))'''.splitlines()


def has_part(split: Split, name: str) -> bool:
    """Say whether a part gets a share."""
    return getattr(split, name) not in (None, 0)


def split_lines(split: Split) -> list[str]:
    """Return the function. Raises SpecError for a split that the script does not support."""
    if split.by in ("group", "time") or split.train is not None or split.folds or split.seed is not None:
        message = "the script splits samples at random, by `validation` and `test` only"
        raise SpecError.of("cannot-write-script", message, "remove `by` and `train` from `split`")
    body = ["rng = np.random.default_rng([SEED, 1])", "rest = np.arange(count)"]
    for name in ("test", "validation"):
        if has_part(split, name):
            size = getattr(split, name)
            count = f"round({size} * len(rest))" if isinstance(size, float) else str(size)
            drawn = f"draw(rng, {'labels, ' if split.stratify else ''}rest, {count})"
            body += [f"{name} = {drawn}", f"rest = np.setdiff1d(rest, {name})"]
    parts = [f'"{name}": {name}' for name in ("validation", "test") if has_part(split, name)]
    body.append("return {" + ", ".join(['"train": rest', *parts]) + "}")
    labels = ", labels: np.ndarray" if split.stratify else ""
    head = f"def split(count: int{labels}) -> dict[str, np.ndarray]:"
    found = function_lines(head, "Return the samples of each set.", body)
    return [*(DRAW_EQUALLY if split.stratify else DRAW), "", "", *found]
