from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tdcli.data.splitting import Traits, largest_remainder, split_samples
from tdcli.sources.core.split import Split
from tdcli.text.errors import SpecError


def parts_of(total: int, seed: int = 0, by: str = "random", traits: Traits | None = None, **split: Any) -> Any:
    return split_samples(total, Split(**split), by, seed, traits or Traits(), given_test=False)


@pytest.mark.parametrize(
    ("split", "sizes"),
    [
        ({}, (100, 0, 0)),
        ({"validation": 0.2}, (80, 20, 0)),
        ({"test": 0.3}, (70, 0, 30)),
        ({"test": 0.3, "validation": 0.1}, (63, 7, 30)),  # a share of what trains, not of all
        ({"train": 60}, (60, 0, 40)),  # the rest tests
        ({"train": 60, "test": 10}, (60, 0, 10)),
        ({"train": "rest", "test": 10}, (90, 0, 10)),
        ({"train": 60, "validation": 5, "test": "rest"}, (55, 5, 40)),
        ({"train": 1.0}, (100, 0, 0)),
        ({"test": 0}, (100, 0, 0)),
    ],
)
def test_sizes_follow_counts_fractions_and_the_rest(split: dict[str, Any], sizes: tuple[int, ...]) -> None:
    assert tuple(Split(**split).sizes(100)) == sizes


def test_what_does_not_train_is_left_out_where_the_test_part_has_a_file() -> None:
    assert tuple(Split(train=60).sizes(100, given_test=True)) == (60, 0, 0)


@pytest.mark.parametrize(
    ("split", "message"),
    [
        ({"train": 80, "test": 30}, "the split needs 110 samples, but the data has 100"),
        ({"test": 101}, "the split needs 101 samples, but the data has 100"),
        ({"validation": 0.001}, "the validation set gets none of the 100 samples"),
        ({"test": 100}, "the training set gets none of the 100 samples"),
    ],
)
def test_parts_that_cannot_be_filled_are_refused(split: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        Split(**split).sizes(100)


@pytest.mark.parametrize(
    ("split", "message"),
    [
        ({"train": "rest", "test": "rest"}, "only `train` or `test` can be `rest`, and not both"),
        ({"validation": "rest"}, "only `train` or `test` can be `rest`, and not both"),
        (
            {"by": "time", "stratify": True},
            "`stratify` cannot be combined with `by: time`, which fixes the set of each sample",
        ),
        ({"by": "group"}, "`by: group` needs the column whose equal values stay in the same set"),
        ({"group": "person"}, "`group: person` needs `by: group`"),
        ({"group": "person", "by": "time"}, "`group: person` needs `by: group`, not `by: time`"),
        ({"train": -1}, "a size must be a count, a fraction from 0 to 1, a date or `rest`, got -1"),
        ({"train": 1.5}, "a size must be a count, a fraction from 0 to 1, a date or `rest`, got 1.5"),
        ({"train": True}, "a size must be a count, a fraction from 0 to 1, a date or `rest`, got true"),
        ({"gap": -1}, "`gap` must be `auto` or a number of rows, got -1"),
    ],
)
def test_a_contradictory_section_is_refused(split: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Split(**split)


@given(st.integers(10, 200), st.integers(0, 5), st.sampled_from(["random", "time"]))
def test_every_sample_goes_to_exactly_one_part(total: int, seed: int, by: str) -> None:
    parts = parts_of(total, seed, by, validation=0.2, test=0.3)
    assert sorted(np.concatenate([*parts.values()])) == list(range(total))
    assert tuple(map(len, parts.values())) == tuple(Split(validation=0.2, test=0.3).sizes(total))


def test_by_time_the_parts_follow_each_other() -> None:
    parts = parts_of(10, by="time", validation=0.25, test=0.2)
    assert [each.tolist() for each in parts.values()] == [[0, 1, 2, 3, 4, 5], [6, 7], [8, 9]]


def test_the_seed_decides_the_random_parts() -> None:
    again = [parts_of(50, seed, test=0.5)["test"].tolist() for seed in (1, 1, 2)]
    assert again[0] == again[1] != again[2]


def test_stratified_parts_keep_the_class_shares() -> None:
    classes = np.array([0] * 60 + [1] * 30 + [2] * 10)
    parts = parts_of(100, traits=Traits(strata=classes), stratify=True, validation=0.25, test=0.2)
    assert np.bincount(classes[parts["test"]]).tolist() == [12, 6, 2]
    assert np.bincount(classes[parts["validation"]]).tolist() == [12, 6, 2]
    assert np.bincount(classes[parts["train"]]).tolist() == [36, 18, 6]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), st.data())
def test_largest_remainder_gives_all_seats_within_one_of_the_exact_share(sizes: list[int], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, sum(sizes)))
    seats = largest_remainder(np.array(sizes), count)
    assert seats.sum() == count
    assert (np.abs(seats - np.array(sizes) * count / sum(sizes)) < 1).all()


@given(st.lists(st.integers(0, 6), min_size=20, max_size=60).filter(lambda each: len(set(each)) > 4), st.integers(0, 9))
def test_a_group_stays_in_one_part(groups: list[int], seed: int) -> None:
    groups = np.array(groups)
    split = {"group": "person", "validation": 0.3, "test": 0.3}
    parts = split_samples(
        len(groups), Split(by="group", **split), "group", seed, Traits(groups=groups), given_test=False
    )
    sets = [set(groups[part]) for part in parts.values()]
    assert sum(map(len, sets)) == len(set(groups))
    assert sum(map(len, parts.values())) == len(groups)


def test_a_trait_that_is_missing_is_named() -> None:
    with pytest.raises(SpecError, match="`stratify` needs exactly one class for each sample"):
        parts_of(10, stratify=True, test=0.5)
    with pytest.raises(SpecError, match="`by: group` needs a group for each sample"):
        parts_of(10, by="group", test=0.5)
    with pytest.raises(SpecError, match="only 1 group is left"):
        split_samples(4, Split(by="group", group="g", test=1), "group", 0, Traits(groups=np.zeros(4)), given_test=False)
