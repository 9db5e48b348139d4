"""A programme as a timetable: days, and on each day what happens at the same time side by side.

A day's rows lie between the moments at which something begins or ends, its lanes are columns without overlap. A clash is
a pair of events that take place at the same time; one that is cancelled takes place at no time, and one that goes on
for most of a day (an exhibition) stands beside the others instead of against them.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import groupby
from typing import Generic, Protocol, TypeVar

from eventsvc.events.models import EventStatus

LASTING = timedelta(hours=12)
MOST_LANES, MOST_ROWS = 6, 32
"""What the style sheet has classes for; a day with more is a list."""


class Timed(Protocol):
    """What a timetable needs to know of an event. Its times are aware, in the event's own zone."""

    @property
    def starts_local(self) -> datetime: ...
    @property
    def ends_local(self) -> datetime: ...
    @property
    def status(self) -> str: ...


T = TypeVar("T", bound=Timed)


@dataclass(frozen=True)
class Slot(Generic[T]):
    """Where an event stands: between which lines of the day (from 1), in which lane (from 1), how many lanes wide."""

    event: T
    starts: datetime
    ends: datetime
    row: int
    until: int
    lane: int
    over: int
    beside: tuple[T, ...]

    @property
    def is_elsewhere(self) -> bool:
        """Does its own clock show another hour than the timetable's?"""
        return self.event.starts_local.utcoffset() != self.starts.utcoffset()


@dataclass(frozen=True)
class Day(Generic[T]):
    """A day in the zone of the timetable. An event belongs to the day on which it begins."""

    starts: datetime
    lasting: list[Slot[T]]
    slots: list[Slot[T]]
    ticks: list[tuple[int, datetime]]  # where something begins: row and hour
    lanes: int
    rows: int

    @property
    def is_grid(self) -> bool:
        return 1 < self.lanes <= MOST_LANES and self.rows <= MOST_ROWS


@dataclass(frozen=True)
class Timetable(Generic[T]):
    days: list[Day[T]]
    clashes: int  # pairs

    @property
    def starts(self) -> datetime:
        return self.days[0].starts

    @property
    def last(self) -> datetime:
        """In its last day: that on which the last event begins, or a lasting one ends."""
        return max((self.days[-1].starts, *(slot.ends for day in self.days for slot in day.lasting)), key=_instant)

    @property
    def slots(self) -> list[Slot[T]]:
        """Of all days, in the order of time."""
        return [slot for day in self.days for slot in (*day.lasting, *day.slots)]

    @property
    def has_several_zones(self) -> bool:
        return any(slot.is_elsewhere for slot in self.slots)


def timetable(events: Iterable[T]) -> Timetable[T]:
    """The days of these events, in the zone that most of them are in. At least one event."""
    ordered = sorted(events, key=lambda event: (_instant(event.starts_local), _instant(event.ends_local)))
    zone = main_zone(ordered)
    beside = clashes(ordered)
    entries = [_Entry(event, zone, beside[number]) for number, event in enumerate(ordered)]
    days = [_day(list(group)) for _date, group in groupby(entries, key=lambda entry: entry.starts.date())]
    return Timetable(days, sum(map(len, beside)) // 2)


def is_worth_it(events: Sequence[Timed]) -> bool:
    """Is there a day to plan? A series of single meetings is better read as a list."""
    if len(events) < 2:
        return False
    zone = main_zone(events)
    days = {event.starts_local.astimezone(zone).date() for event in events}
    ordered = sorted(events, key=lambda event: _instant(event.starts_local))
    return len(events) >= 2 * len(days) or any(clashes(ordered))


def main_zone(events: Sequence[Timed]) -> tzinfo:
    """The zone of most events; of several, the one that comes first."""
    return Counter(event.starts_local.tzinfo or UTC for event in events).most_common(1)[0][0]


def clashes(ordered: Sequence[T]) -> list[tuple[T, ...]]:
    """For each event those at the same time. `ordered` by start."""
    found: list[list[int]] = [[] for _event in ordered]
    for number, event in enumerate(ordered):
        for other in _meanwhile(ordered, number) if _can_clash(event) else ():
            found[number].append(other)
            found[other].append(number)
    return [tuple(ordered[number] for number in sorted(numbers)) for numbers in found]


def _meanwhile(ordered: Sequence[Timed], number: int) -> Iterator[int]:
    """Which of the later ones begin before this one ends."""
    ends = _instant(ordered[number].ends_local)
    for other in range(number + 1, len(ordered)):
        if _instant(ordered[other].starts_local) >= ends:
            return
        if _can_clash(ordered[other]):
            yield other


def _can_clash(event: Timed) -> bool:
    return event.status != EventStatus.CANCELLED and not _is_lasting(event)


def _is_lasting(event: Timed) -> bool:
    return _instant(event.ends_local) - _instant(event.starts_local) > LASTING


def _instant(moment: datetime) -> datetime:
    """In UTC: two moments of one zone are compared by their wall clocks otherwise, wrongly where an hour occurs twice."""
    return moment.astimezone(UTC)


class _Entry(Generic[T]):
    """An event on the clock of the timetable."""

    def __init__(self, event: T, zone: tzinfo, beside: tuple[T, ...]) -> None:
        self.event, self.beside = event, beside
        self.starts, self.ends = event.starts_local.astimezone(zone), event.ends_local.astimezone(zone)
        self.begin, self.end = _instant(self.starts), _instant(self.ends)

    def overlaps(self, other: "_Entry[T]") -> bool:
        return self.begin < other.end and other.begin < self.end

    def slot(self, row: int = 1, until: int = 2, lane: int = 1, over: int = 1) -> Slot[T]:
        return Slot(self.event, self.starts, self.ends, row, until, lane, over, self.beside)


def _day(entries: list[_Entry[T]]) -> Day[T]:
    lasting = [entry for entry in entries if _is_lasting(entry.event)]
    rest = [entry for entry in entries if not _is_lasting(entry.event)]
    lines = sorted({moment for entry in rest for moment in (entry.begin, entry.end)})
    lanes = _lanes(rest)
    slots = []
    for entry in rest:
        row, until = bisect_left(lines, entry.begin) + 1, bisect_left(lines, entry.end) + 1
        lane = next(number for number, lane in enumerate(lanes) if entry in lane)
        slots.append(entry.slot(row, until, lane + 1, _width(entry, lanes[lane:])))
    ticks = {slot.row: slot.starts for slot in slots}
    return Day(
        entries[0].starts, [e.slot() for e in lasting], slots, sorted(ticks.items()), len(lanes), max(len(lines) - 1, 0)
    )


def _lanes(entries: list[_Entry[T]]) -> list[list[_Entry[T]]]:
    """As few lanes as the busiest moment needs: each event goes into the first one that is free. `entries` by start."""
    lanes: list[list[_Entry[T]]] = []
    for entry in entries:
        free = next((lane for lane in lanes if lane[-1].end <= entry.begin), None)
        if free is None:
            lanes.append([entry])
        else:
            free.append(entry)
    return lanes


def _width(entry: _Entry[T], lanes: list[list[_Entry[T]]]) -> int:
    """How many lanes it can have, from its own on, until one has something else at the time."""
    blocked = (number for number, lane in enumerate(lanes) if number and any(entry.overlaps(other) for other in lane))
    return next(blocked, len(lanes))
