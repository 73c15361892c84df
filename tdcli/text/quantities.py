"""Format counts, bytes and durations, and parse bytes."""

import re


def format_count(count: int | None) -> str:
    """Return a count with three significant digits.

    >>> format_count(896), format_count(1_265_346), format_count(None)
    ('896', '1.27 M', '?')
    """
    return _scale(count, 1000, ("", " k", " M", " G", " T", " P"))


def format_bytes(count: int | None) -> str:
    """Return bytes with three significant digits, in powers of 1,000.

    >>> format_bytes(512), format_bytes(5_061_384)
    ('512 B', '5.06 MB')
    """
    return _scale(count, 1000, (" B", " kB", " MB", " GB", " TB", " PB"))


def parse_bytes(text: str) -> int | None:
    """Parse bytes, in powers of 1,000; None if the text is not a valid size.

    >>> parse_bytes("2 GB"), parse_bytes("1.5MB"), parse_bytes("4096"), parse_bytes("much")
    (2000000000, 1500000, 4096, None)
    """
    found = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([kMGTP]?)B?", text.strip())
    return None if found is None else round(float(found[1]) * 1000 ** " kMGTP".index(found[2] or " "))


def format_duration(seconds: float | None) -> str:
    """Return a duration as text: `1:05`, `2:00:00`.

    >>> format_duration(65), format_duration(7200), format_duration(None)
    ('1:05', '2:00:00', '?')
    """
    if seconds is None:
        return "?"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _scale(count: int | None, base: int, units: tuple[str, ...]) -> str:
    if count is None:
        return "?"
    power = 0
    while count / base ** (power + 1) >= 1 and power < len(units) - 1:
        power += 1
    return f"{count}{units[0]}" if power == 0 else f"{count / base**power:.3g}{units[power]}"
