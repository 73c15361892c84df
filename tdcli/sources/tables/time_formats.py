"""Detect the format of a time in a text, as directives of `strptime`."""

import re
from typing import NamedTuple

QUARTER = "Q%q"
"""A quarter such as `Q1`. Only this module has the directive `%q`."""

MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
WEEKDAY = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:day|sday|nesday|rsday|urday)?(?P<between>,? +)", re.IGNORECASE)

_DATES = [
    (r"\d{4}(?P<a>[-/. ])\d{1,2}(?P=a)\d{1,2}", "%Y{a}%m{a}%d"),
    (r"\d{1,2}(?P<a>[-/. ])\d{1,2}(?P=a)\d{4}", "%d{a}%m{a}%Y"),
    (r"\d{1,2}(?P<a>[-/. ])\d{1,2}(?P=a)\d{4}", "%m{a}%d{a}%Y"),
    (rf"\d{{4}}(?P<a>[-/. ]?){MONTHS}(?P<b>[-/. ])\d{{1,2}}", "%Y{a}%B{b}%d"),
    (rf"\d{{1,2}}(?P<a>[-/. ]?){MONTHS}(?P<b>[-/.]|[.,]? *)\d{{4}}", "%d{a}%B{b}%Y"),
    (rf"{MONTHS}(?P<a>[-/. ]|\. )\d{{1,2}}(?P<b>[-/.]|,? +)\d{{4}}", "%B{a}%d{b}%Y"),
    (rf"\d{{4}}(?P<a>[-/. ]?){MONTHS}", "%Y{a}%B"),
    (rf"{MONTHS}(?P<a>[-/.]|[.,]? *)\d{{4}}", "%B{a}%Y"),
    (r"\d{4}(?P<a>-?)M\d{1,2}", "%Y{a}M%m"),
    (r"\d{4}(?P<a>[-/. ]?)Q[1-4]", "%Y{a}Q%q"),
    (r"Q[1-4](?P<a>[-/. ]?)\d{4}", "Q%q{a}%Y"),
    (r"\d{4}(?P<a>-?)W\d\d(?P<b>-?)[1-7]", "%G{a}W%V{b}%u"),
    (r"\d{4}(?P<a>-?)W\d\d", "%G{a}W%V"),
    (r"\d{8}", "%Y%m%d"),
    (r"\d{6}", "%Y%m"),
    (r"\d{4}(?P<a>[-/.])\d{3}", "%Y{a}%j"),
    (r"\d{4}(?P<a>[-/. ])\d{1,2}", "%Y{a}%m"),
    (r"\d{1,2}(?P<a>[-/. ])\d{4}", "%m{a}%Y"),
    (r"\d{4}", "%Y"),
]
"""Regular expressions of dates and their formats. If two entries have the same expression, both formats are tried."""

_SHORT_YEARS = [
    (r"\d{1,2}(?P<a>[-/.])\d{1,2}(?P=a)\d\d", "%d{a}%m{a}%y"),
    (r"\d{1,2}(?P<a>[-/.])\d{1,2}(?P=a)\d\d", "%m{a}%d{a}%y"),
    (r"\d\d(?P<a>[-/.])\d{1,2}(?P=a)\d{1,2}", "%y{a}%m{a}%d"),
    (rf"\d{{1,2}}(?P<a>[-/. ]){MONTHS}(?P<b>[-/. ])\d\d", "%d{a}%B{b}%y"),
    (rf"{MONTHS}(?P<a>[-/. ])\d\d", "%B{a}%y"),
]

_SHORT_MONTHS = [
    (r"\d{1,2}(?P<a>[-/ ])\d{1,2}", "%y{a}%m"),
    (r"\d{1,2}(?P<a>[-/ ])\d{1,2}", "%m{a}%y"),
    (rf"\d{{1,2}}(?P<a>[-/ ]){MONTHS}", "%y{a}%B"),
]

_CLOCK = re.compile(
    r"(?P<before>T|,? +| - |:)(?P<hour>\d{1,2})"
    r"(?:(?P<a>[:.])\d\d(?:(?P<b>[:.])\d\d(?P<fraction>[.,]\d+)?)?)?"
    r"(?:(?P<c> *)(?P<half>[AP]\.? ?M\.?))?(?P<d> *)(?P<zone>Z|[+-]\d\d(?::?\d\d)?|UTC|GMT)?",
    re.IGNORECASE,
)
_COMPACT_CLOCK = re.compile(r"(?P<before>T| *)(?P<digits>\d{2}|\d{4}|\d{6})(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?")


def formats_of(text: str) -> tuple[str, ...]:
    """Return the formats that a text may have; empty if it is not a time, or if its year has two digits.

    >>> formats_of("2010-01-31T05:00:00+02:00"), formats_of("11/03/2004 1:05 PM")
    (('%Y-%m-%dT%H:%M:%S%#z',), ('%d/%m/%Y %I:%M %p', '%m/%d/%Y %I:%M %p'))
    >>> formats_of("1990 Q1"), formats_of("Jan 1, 2000"), formats_of("19580329"), formats_of("page 7")
    (('%Y Q%q',), ('%B %d, %Y',), ('%Y%m%d',), ())
    """
    return _formats_of(text, _DATES)


def short_year_formats_of(text: str) -> tuple[str, ...]:
    """Return the formats that a text may have if its year has two digits.

    >>> short_year_formats_of("1-Jan-99"), short_year_formats_of("1-Jan-1999")
    (('%d-%B-%y',), ())
    >>> short_year_formats_of("99-01-13")
    ('%d-%m-%y', '%m-%d-%y', '%y-%m-%d')
    """
    return () if formats_of(text) else _formats_of(text, _SHORT_YEARS, exclusive=False)


def short_month_formats_of(text: str) -> tuple[str, ...]:
    """Return the formats that a text may have if it is a month with a year of one or two digits.

    >>> short_month_formats_of("1-01"), short_month_formats_of("1-Jan"), short_month_formats_of("1-01-02")
    (('%y-%m', '%m-%y'), ('%y-%B',), ())
    """
    return _formats_of(text, _SHORT_MONTHS, exclusive=False)


def _formats_of(text: str, dates: list[tuple[str, str]], *, exclusive: bool = True) -> tuple[str, ...]:
    """Return the formats of dates that match. With `exclusive`, only those of the first matching expression."""
    weekday = WEEKDAY.match(text)
    prefix, rest = (f"%A{weekday['between']}", text[weekday.end() :]) if weekday else ("", text)
    found: list[str] = []
    matched = ""
    for expression, form in dates:
        match = re.match(expression, rest, re.IGNORECASE)
        clock = _clock_format(rest[match.end() :], form) if match else None
        if match is None or clock is None or (exclusive and matched not in ("", expression)):
            continue
        found.append(prefix + form.format_map(match.groupdict()) + clock)
        matched = expression
    return tuple(found)


def _clock_format(text: str, date: str) -> str | None:
    """Return the format of the text after a date; None if it is not a time of day."""
    if not text:
        return ""
    found = _CLOCK.fullmatch(text)
    if found and _names_day(date):
        return _time_of_day_format(found)
    compact = _COMPACT_CLOCK.fullmatch(text)
    if compact and _names_day(date):
        digits = "".join(("%H", "%M", "%S")[: len(compact["digits"]) // 2])
        return compact["before"] + digits + ("%#z" if compact["zone"] else "")
    return None


def _names_day(date: str) -> bool:
    return any(directive in date for directive in ("%d", "%j", "%u"))


def _time_of_day_format(found: re.Match[str]) -> str:
    minutes = f"{found['a']}%M" if found["a"] else ""
    seconds = f"{found['b']}%S" if found["b"] else ""
    fraction = {"": "", ".": "%.f", ",": ",%f"}[(found["fraction"] or "")[:1]]
    half = f"{found['c']}%p" if found["half"] else ""
    zone = found["d"] + _zone_format(found["zone"]) if found["zone"] else ""
    return found["before"] + ("%I" if half else "%H") + minutes + seconds + fraction + half + zone


def _zone_format(text: str) -> str:
    return text if text.upper() in ("UTC", "GMT") else "%#z"


class Completion(NamedTuple):
    """The text and the directives that complete a partial time, such as a year, to a whole one."""

    text: str
    format: str


def completion_of(format: str) -> Completion:
    """Return the completion of a format that lacks a month, a day or a minute: the first one.

    >>> completion_of("%Y-%m"), completion_of("%d/%m/%Y %H"), completion_of("%Y-%m-%d")
    (Completion(text=' 1', format=' %d'), Completion(text=' 00', format=' %M'), Completion(text='', format=''))
    """
    text = expected = ""
    if "%G" in format:
        text, expected = ("", "") if "%u" in format or "%A" in format else (" 1", " %u")
    elif not {"%j", "%s", "%D", "%F", "%x", "%c", "%+"} & _directives(format):
        if not {"%m", "%B", "%b", "%h", "%q"} & _directives(format):
            text, expected = " 1", " %m"
        if not {"%d", "%e"} & _directives(format):
            text, expected = f"{text} 1", f"{expected} %d"
    if {"%H", "%I", "%k", "%l"} & _directives(format) and "%M" not in format:
        text, expected = f"{text} 00", f"{expected} %M"
    return Completion(text, expected)


def _directives(format: str) -> set[str]:
    return set(re.findall(r"%[-_0]?[A-Za-z+]", format))


def is_day_first(format: str) -> bool | None:
    """Return whether a numeric format has the day before the month; None if the year is before them or one is missing.

    >>> is_day_first("%d/%m/%Y"), is_day_first("%m/%d/%Y"), is_day_first("%Y-%m-%d")
    (True, False, None)
    """
    day, month, year = (format.find(each) for each in ("%d", "%m", "%Y"))
    return None if min(day, month) < 0 or -1 < year < max(day, month) else day < month


def has_zone(format: str) -> bool:
    """Return whether texts of this format include an offset from UTC."""
    return "z" in format or format.upper().endswith(("UTC", "GMT"))
