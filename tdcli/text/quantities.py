"""Format counts, bytes and durations for people, and read bytes."""

import re


def format_count(count: int | None) -> str:
    """Write a count with three figures.

    >>> format_count(896), count_text(1_265_346), count_text(None)
    ('896', '1.27 M', '?')
    """
    return _scale(count, 1000, ("", " k", " M", " G", " T", " P"))


def format_bytes(count: int | None) -> str:
    """Write bytes with three figures, in powers of 1,000.

    >>> format_bytes(512), bytes_text(5_061_384)
    ('512 B', '5.06 MB')
    """
    return _scale(count, 1000, (" B", " kB", " MB", " GB", " TB", " PB"))


def parse_bytes(text: str) -> int | None:
    """Read bytes, in powers of 1,000; None where the text is no such number.

    >>> parse_bytes("2 GB"), bytes_of("1.5MB"), bytes_of("4096"), bytes_of("much")
    (2000000000, 1500000, 4096, None)
    """
    found = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([kMGTP]?)B?", text.strip())
    return None if found is None else round(float(found[1]) * 1000 ** " kMGTP".index(found[2] or " "))


def format_duration(seconds: float | None) -> str:
    """Write a time: `1:05`, `2:00:00`.

    >>> format_duration(65), duration_text(7200), duration_text(None)
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
