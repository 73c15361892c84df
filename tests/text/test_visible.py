"""Nothing that is shown steers a terminal, and nothing is longer than can be read."""

import json
import unicodedata

import pytest
import yaml

from tdcli.text.visible import escape_controls, escape_lines, shorten_values, truncate

STEERING = ["\x1b[31m", "\r", "\b", "\x07", "\x7f", "\x9b31m", "\u202e", "\u2066", "\ufeff", "\u2028", "\udcff"]


@pytest.mark.parametrize("text", STEERING)
def test_a_character_that_steers_is_spelled_out(text: str) -> None:
    shown = escape_controls(f"a{text}b")
    assert shown.isascii()
    assert shown.isprintable()
    assert shown.startswith("a\\")


def test_every_control_character_and_surrogate_is_spelled_out() -> None:
    characters = map(chr, range(0x110000))
    controls = "".join(each for each in characters if unicodedata.category(each) in ("Cc", "Cs"))
    assert escape_lines(controls).isprintable()


def test_letters_of_any_script_stay_as_they_are() -> None:
    text = "Größe 温度 درجة\n\tπ 👩‍🔬"  # the last is joined by a character without width
    assert escape_controls(text) == text


def test_what_is_spelled_out_in_json_and_yaml_means_the_same() -> None:
    text = "\x7f\x9b\u202e\ufeff"
    assert json.loads(escape_controls(json.dumps(text, ensure_ascii=False))) == text
    assert yaml.safe_load(f'"{escape_controls(text)}"') == text


def test_a_long_value_loses_its_middle_and_a_path_stays() -> None:
    path = "/data/" + "folder/" * 20 + "log.csv"
    message = shorten_values(f"`{path}` has no column `{'v' * 500}`")
    assert path in message
    assert len(message) < len(path) + 110
    assert len(truncate("v" * 500)) == 80


def test_a_number_of_thousands_of_digits_is_shortened() -> None:
    assert len(shorten_values(f"`units` must be less than 10, got {'9' * 4000}")) < 150


def test_a_message_takes_one_line() -> None:
    assert shorten_values("`a\nb` is unknown") == r"`a\nb` is unknown"
