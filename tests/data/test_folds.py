"""Folds: each sample that does not test validates once, and what belongs together stays together."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tdcli.data.splitting import Traits, split_samples
from tdcli.signature import Signature
from tdcli.sources.core.split import Split
from tdcli.text.errors import SpecError

FOLDS = (1, 2, 3)


def shared_out(how: str, traits: Traits | None = None, total: int = 30, **split: Any) -> list[Any]:
    return [
        split_samples(total, Split(**split, folds=3, fold=fold), how, 7, traits or Traits(), given_test=False)
        for fold in FOLDS
    ]


@pytest.mark.parametrize("by", ["random", "time"])
def test_every_sample_that_does_not_test_validates_once(by: str) -> None:
    found = shared_out(by, test=0.2)
    assert len({tuple(each["test"]) for each in found}) == 1
    validated = np.concatenate([each["validation"] for each in found])
    assert sorted(validated) == sorted(set(range(30)) - set(found[0]["test"].tolist()))
    for each in found:
        assert sorted([*each["train"], *each["validation"], *each["test"]]) == list(range(30))
        assert abs(len(each["validation"]) - 8) <= 1


def test_by_time_a_fold_is_one_stretch() -> None:
    assert all((np.diff(each["validation"]) == 1).all() for each in shared_out("time"))


def test_groups_stay_whole() -> None:
    groups = np.repeat(np.arange(10), 3)
    found = shared_out("group", Traits(groups=groups), by="group", group="g")
    for each in found:
        assert not set(groups[each["validation"]]) & set(groups[each["train"]])
    assert sorted(np.concatenate([each["validation"] for each in found])) == list(range(30))


def test_classes_are_shared_equally() -> None:
    strata = np.repeat([0, 1], [9, 21])
    for each in shared_out("random", Traits(strata=strata), stratify=True):
        assert np.bincount(strata[each["validation"]]).tolist() == [3, 7]


def test_more_folds_than_groups_are_refused() -> None:
    with pytest.raises(SpecError, match="cannot be divided into 3 folds"):
        shared_out("group", Traits(groups=np.repeat([0, 1], 15)), by="group", group="g")


def test_no_window_that_trains_touches_an_answer_of_its_fold_or_of_the_test_part(
    work: Any, model: Callable[..., Signature]
) -> None:
    text = "row\n" + "".join(f"{row}\n" for row in range(100))
    section = work.csv(text, target="row", scale="none")
    validated = []
    for fold in FOLDS:
        data = work.load(section, model(timesteps=4), test=0.2, folds=3, fold=fold)
        answers = {name: set(part.y.ravel().tolist()) for name, part in data.parts().items()}
        touched = answers["train"] | set(np.asarray(data.train.x).ravel().tolist())
        assert not touched & (answers["validation"] | answers["test"])
        assert answers["test"] == set(range(80, 100))
        validated += sorted(answers["validation"])
    assert validated == list(range(4, 80))  # the first window reads four rows


@pytest.mark.parametrize("keys", [{"folds": 3}, {"fold": 1}, {"folds": 3, "fold": 4}, {"folds": 1, "fold": 1}])
def test_a_fold_is_one_of_several(keys: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="fold"):
        Split(**keys)
