"""A VTIMEZONE every reader gets right: one STANDARD, at most one DAYLIGHT, each with one yearly rule, or none at all.

Outlook takes one pair of yearly rules, ical.js reads only the first date of an RDATE list, and many zones keep to such a pair
for ever: it is the POSIX rule at the end of a zone's TZif file. Where that rule does not say what zoneinfo says, there
is no VTIMEZONE and the time is written in UTC.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources

from eventsvc.zones import UnknownZone, is_zone, zone_named

FIRST_YEAR = 1970
DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")

_NAME = r"(<[^>]+>|[A-Za-z]+)"
_TIME = r"([+-]?\d+(?::\d+)*)"
_DAY = rf"M(\d+)\.(\d)\.(\d)(?:/{_TIME})?"
_FOOTER = re.compile(rf"{_NAME}{_TIME}(?:{_NAME}{_TIME}?,{_DAY},{_DAY})?")


@dataclass(frozen=True)
class Onset:
    """The yearly moment at which clocks change, on the clock as it goes before the change."""

    month: int
    week: int  # 1 to 4, or -1 for the last
    weekday: int  # 0 is Sunday
    hour: int
    minute: int

    def in_year(self, year: int) -> datetime:
        """The wall time of the change, naive."""
        return _onset(self, year)

    def rrule(self) -> str:
        """The change as a rule that recurs every year."""
        return f"RRULE:FREQ=YEARLY;BYMONTH={self.month};BYDAY={self.week}{DAYS[self.weekday]}"


@dataclass(frozen=True)
class Clock:
    """What the clocks show during one part of the year, and since when."""

    name: str
    offset: timedelta
    since: Onset | None = None


@dataclass(frozen=True)
class Rule:
    """Standard time, and daylight time if there is any: the clock that is further ahead, whatever the law calls it."""

    standard: Clock
    daylight: Clock | None = None

    def offset_at(self, wall: datetime) -> timedelta | None:
        """What a reader of the rule takes for the offset of this wall time; None where readers may differ."""
        if self.daylight is None:
            return self.standard.offset
        clocks = [(self.standard, self.daylight), (self.daylight, self.standard)]
        changes = [
            (clock.since.in_year(year), before, clock)
            for clock, before in clocks
            for year in (wall.year - 1, wall.year)
            if clock.since
        ]
        if any(_hours_touched(onset, before, after, wall) for onset, before, after in changes):
            return None
        return max((onset, after.offset) for onset, _, after in changes if onset <= wall)[1]


def vtimezone(zone: str, instants: Iterable[datetime] = ()) -> tuple[str, ...] | None:
    """The content lines of a VTIMEZONE that says about all these aware instants what zoneinfo says, or None."""
    rule = rule_of(zone)
    if rule is None or not all(reproduces(zone, instant) for instant in instants):
        return None
    return ("BEGIN:VTIMEZONE", f"TZID:{zone}", *_lines(rule), "END:VTIMEZONE")


def reproduces(zone: str, instant: datetime) -> bool:
    """Whether a reader of our VTIMEZONE gets this aware instant back from its wall time; never for a doubled hour."""
    rule = rule_of(zone)
    local = instant.astimezone(zone_named(zone))
    if rule is None or local.year <= FIRST_YEAR:
        return False
    offset = local.utcoffset()
    return offset == local.replace(fold=1 - local.fold).utcoffset() and offset == rule.offset_at(
        local.replace(tzinfo=None)
    )


@lru_cache(maxsize=1024)
def rule_of(zone: str) -> Rule | None:
    """The zone's rule for the years to come; None if it does not fit a VTIMEZONE, and for UTC, which is written as Z."""
    match = _FOOTER.fullmatch(_footer(zone))
    if match is None or match[1] == "UTC":
        return None
    try:
        return _rule(*match.groups())
    except _DoesNotFit:
        return None


class _DoesNotFit(Exception):
    pass


def _rule(name: str, offset: str, other: str | None, other_offset: str | None, *days: str | None) -> Rule:
    usual = Clock(name.strip("<>"), -_whole_minutes(offset))
    if other is None:
        return Rule(usual)
    ahead = -_whole_minutes(other_offset) if other_offset else usual.offset + timedelta(hours=1)
    first = Clock(other.strip("<>"), ahead, _parsed_onset(*days[:4]))
    second = Clock(usual.name, usual.offset, _parsed_onset(*days[4:]))
    standard, daylight = sorted((first, second), key=lambda clock: clock.offset)  # Dublin's "standard" is its summer
    return Rule(standard, daylight)


def _parsed_onset(month: str | None, week: str | None, weekday: str | None, at: str | None) -> Onset:
    moment = _whole_minutes(at or "2")
    if month is None or week is None or weekday is None or not timedelta(0) <= moment < timedelta(days=1):
        raise _DoesNotFit  # "24:00 on the first Saturday" is a Sunday no single BYDAY names
    minutes = moment // timedelta(minutes=1)
    return Onset(int(month), -1 if week == "5" else int(week), int(weekday), *divmod(minutes, 60))


def _whole_minutes(text: str) -> timedelta:
    hours, minutes, seconds = ([int(part) for part in text.lstrip("+-").split(":")] + [0, 0])[:3]
    if seconds:
        raise _DoesNotFit
    length = timedelta(hours=hours, minutes=minutes)
    return -length if text.startswith("-") else length


@lru_cache(maxsize=4096)
def _onset(onset: Onset, year: int) -> datetime:
    if onset.week > 0:
        first = date(year, onset.month, 1)
        day = 1 + (onset.weekday - first.isoweekday()) % 7 + 7 * (onset.week - 1)
    else:
        last = date(year + onset.month // 12, onset.month % 12 + 1, 1) - timedelta(days=1)
        day = last.day - (last.isoweekday() - onset.weekday) % 7
    return datetime.combine(date(year, onset.month, day), time(onset.hour, onset.minute))


def _hours_touched(onset: datetime, before: Clock, after: Clock, wall: datetime) -> bool:
    change = after.offset - before.offset
    return min(onset, onset + change) <= wall < max(onset, onset + change)


def _lines(rule: Rule) -> Iterable[str]:
    yield from _observance("STANDARD", rule.standard, rule.daylight or rule.standard)
    if rule.daylight:
        yield from _observance("DAYLIGHT", rule.daylight, rule.standard)


def _observance(kind: str, clock: Clock, before: Clock) -> Iterable[str]:
    first = clock.since.in_year(FIRST_YEAR) if clock.since else datetime.combine(date(FIRST_YEAR, 1, 1), time())
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{first:%Y%m%dT%H%M%S}"
    if clock.since:
        yield clock.since.rrule()
    yield f"TZOFFSETFROM:{_written(before.offset)}"
    yield f"TZOFFSETTO:{_written(clock.offset)}"
    yield f"TZNAME:{clock.name}"
    yield f"END:{kind}"


def _written(offset: timedelta) -> str:
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{'-' if offset < timedelta(0) else '+'}{hours:02}{minutes:02}"


def _footer(zone: str) -> str:
    if not is_zone(zone):
        raise UnknownZone(zone)
    # The last line of a TZif file of version 2 or later (RFC 8536 section 3.3).
    file = resources.files("tzdata").joinpath("zoneinfo", *zone.split("/"))
    return file.read_bytes().rsplit(b"\n", 2)[1].decode("ascii")
