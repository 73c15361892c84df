"""Did you mean ...?"""

import pytest

from tdcli.text.nearest import nearest_name, suggest

LAYERS = ("Conv1D", "Conv2D", "Dense", "GlobalMaxPooling1D", "LSTM", "TimeDistributed")


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("conv2d", "Conv2D"),
        ("CONV2D", "Conv2D"),
        ("Conv2", "Conv2D"),
        ("Densse", "Dense"),
        ("time_distributed", "TimeDistributed"),
        ("LTSM", "LSTM"),
        ("", None),
        ("zebra", None),
    ],
)
def test_the_nearest_word_is_found_whatever_its_case(word: str, known: str | None) -> None:
    assert nearest_name(word, LAYERS) == known


def test_nothing_is_near_where_nothing_is_known() -> None:
    assert nearest_name("Dense", ()) is None


def test_a_suggestion_is_the_nearest_word_or_the_whole_list() -> None:
    assert suggest("densse", LAYERS).text == "did you mean `Dense`?"
    assert suggest("zebra", iter(("a", "b"))).text == "use one of: `a`, `b`"
