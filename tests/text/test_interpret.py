"""What a text in Python or in another language may mean."""

from typing import Any

import pytest

from tdcli.text.interpret import LONGEST, interpretations


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("None", None),
        ("nein", False),
        ("(3, 3)", (3, 3)),
        ("((1, 1), (2, 2))", ((1, 1), (2, 2))),
        ("0,5", 0.5),
        ("-1,25e-3", -1.25e-3),
        ("0,001", 0.001),
        ("1 000", 1000),
        ("1_000_000", 1_000_000),
        ("12,5 %", 0.125),
        ("10**-3", 1e-3),
        ("1/4", 0.25),
        ("np.inf", float("inf")),
        ("float('inf')", float("inf")),
        ("'relu'", "relu"),
        ("tf.nn.relu", "relu"),
        ("units=8, activation='relu'", {"units": 8, "activation": "relu"}),
        ("Dense(8)", {"Dense": {"units": 8}}),
        ("TimeDistributed(Dense(8))", {"TimeDistributed": {"Dense": {"units": 8}}}),
        ((0, 5), 0.5),
        ((8,), 8),
    ],
)
def test_the_likeliest_meaning_comes_first(written: Any, meant: Any) -> None:
    assert next(interpretations(written)) == meant


def test_a_number_that_is_written_two_ways_has_both_meanings() -> None:
    assert [each for each in interpretations("1,500") if isinstance(each, float)] == [1.5]
    assert next(interpretations("1,500")) == 1500


@pytest.mark.parametrize("text", ["lambda x: x", "__import__('os').system('x')", "(" * 200, "x" * (LONGEST + 1)])
def test_code_is_never_run_and_long_texts_are_left(text: str) -> None:
    assert all(isinstance(each, tuple | dict) for each in interpretations(text))


def test_a_call_with_arguments_by_place_that_no_table_names_means_nothing() -> None:
    assert [each for each in interpretations("Unheard(1, 2)") if each != ("Unheard(1, 2)",)] == []
