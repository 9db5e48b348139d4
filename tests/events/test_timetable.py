"""Events laid out as days and lanes."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.events.timetable import LASTING, is_worth_it, timetable

LOS_ANGELES, GUATEMALA = ZoneInfo("America/Los_Angeles"), ZoneInfo("America/Guatemala")


class Happening(NamedTuple):
    """What a timetable knows of an event."""

    name: str
    starts_local: datetime
    ends_local: datetime
    status: str = "published"

    @property
    def span(self) -> tuple[datetime, datetime]:
        return self.starts_local.astimezone(UTC), self.ends_local.astimezone(UTC)


def at(
    name: str, start: str, minutes: int = 60, *, zone: ZoneInfo = LOS_ANGELES, status: str = "published"
) -> Happening:
    """On 7 June 2022 at this hour, or at a whole date and hour."""
    starts = datetime.fromisoformat(start if "T" in start else f"2022-06-07T{start}").replace(tzinfo=zone)
    return Happening(name, starts, (starts.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(zone), status)


@st.composite
def programmes(draw) -> list[Happening]:
    """Up to thirty events around a night on which a clock is set back, some cancelled, some of them for days."""
    zones = [LOS_ANGELES, GUATEMALA, ZoneInfo("Asia/Kathmandu")]
    found = []
    for number in range(draw(st.integers(1, 30))):
        zone = draw(st.sampled_from(zones))
        start = datetime(2026, 10, 31, 12, tzinfo=UTC) + timedelta(minutes=15 * draw(st.integers(0, 250)))
        length = timedelta(minutes=15 * draw(st.sampled_from([1, 2, 4, 6, 7, 12, 40, 60, 200])))
        status = draw(st.sampled_from(["published"] * 5 + ["cancelled"]))
        found.append(Happening(str(number), start.astimezone(zone), (start + length).astimezone(zone), status))
    return found


def overlap(one: Happening, other: Happening) -> bool:
    (start, end), (other_start, other_end) = one.span, other.span
    return start < other_end and other_start < end


@given(programmes())
def test_every_event_stands_there_once_on_the_day_it_begins(events):
    made = timetable(events)

    found = [slot for day in made.days for slot in (*day.lasting, *day.slots)]
    assert sorted(slot.event.name for slot in found) == sorted(event.name for event in events)
    assert all(slot.starts.date() == day.starts.date() for day in made.days for slot in (*day.lasting, *day.slots))
    assert [day.starts.date() for day in made.days] == sorted({day.starts.date() for day in made.days})


@given(programmes())
def test_nothing_lies_over_anything_else(events):
    for day in timetable(events).days:
        cells = Counter(
            (row, lane)
            for slot in day.slots
            for row in range(slot.row, slot.until)
            for lane in range(slot.lane, slot.lane + slot.over)
        )
        assert set(cells.values()) <= {1}
        assert all(1 <= lane <= day.lanes and 1 <= row <= day.rows for row, lane in cells)
        assert {lane for _row, lane in cells} == set(range(1, day.lanes + 1))


@given(programmes())
def test_rows_are_in_the_order_of_time_and_have_a_length(events):
    for day in timetable(events).days:
        assert all(slot.row < slot.until for slot in day.slots)
        for one, other in combinations(day.slots, 2):
            assert (one.row < other.until and other.row < one.until) == overlap(one.event, other.event)
        assert dict(day.ticks) == {slot.row: slot.starts for slot in day.slots}


@given(programmes())
def test_clashes_are_mutual_and_are_all_pairs_that_take_place_at_the_same_time(events):
    made = timetable(events)

    beside = {slot.event.name: {e.name for e in slot.beside} for d in made.days for slot in (*d.lasting, *d.slots)}
    can = [e for e in events if e.status == "published" and e.span[1] - e.span[0] <= LASTING]
    pairs = {frozenset((a.name, b.name)) for a, b in combinations(can, 2) if overlap(a, b)}
    assert {frozenset((name, other)) for name, others in beside.items() for other in others} == pairs
    assert all(name in beside[other] for name, others in beside.items() for other in others)
    assert made.clashes == len(pairs)


def test_what_overlaps_stands_side_by_side_and_what_is_alone_takes_the_whole_width():
    made = timetable([at("Opening", "09:00"), at("A", "10:00", 90), at("B", "11:00"), at("C", "11:30", 30)])

    (day,) = made.days
    assert [(s.event.name, s.row, s.until, s.lane, s.over) for s in day.slots] == [
        ("Opening", 1, 2, 1, 2),
        ("A", 2, 4, 1, 1),
        ("B", 3, 5, 2, 1),
        ("C", 4, 5, 1, 1),
    ]
    assert [[other.name for other in slot.beside] for slot in day.slots] == [[], ["B"], ["A", "C"], ["B"]]
    assert [(row, hour.strftime("%H:%M")) for row, hour in day.ticks] == [
        (1, "09:00"),
        (2, "10:00"),
        (3, "11:00"),
        (4, "11:30"),
    ]


def test_one_that_ends_when_the_next_begins_is_no_clash():
    assert timetable([at("A", "10:00"), at("B", "11:00")]).clashes == 0


def test_an_event_over_midnight_stands_on_the_day_it_begins_and_clashes_with_the_next_day():
    made = timetable([at("Vigil", "22:00", 240), at("Early", "2022-06-08T01:00"), at("Later", "2022-06-08T09:00")])

    assert [[slot.event.name for slot in day.slots] for day in made.days] == [["Vigil"], ["Early", "Later"]]
    assert [event.name for event in made.days[0].slots[0].beside] == ["Early"]
    assert made.clashes == 1


def test_an_exhibition_of_three_days_stands_beside_the_others():
    made = timetable([at("Exhibition", "09:00", 3 * 24 * 60), at("A", "10:00"), at("B", "10:30")])

    assert [slot.event.name for slot in made.days[0].lasting] == ["Exhibition"]
    assert made.days[0].lasting[0].beside == ()
    assert made.days[0].lanes == 2
    assert made.last == at("", "2022-06-10T09:00").starts_local


def test_a_cancelled_event_keeps_its_place_and_clashes_with_nothing():
    made = timetable([at("A", "10:00"), at("Off", "10:00", status="cancelled")])

    assert made.days[0].lanes == 2
    assert made.clashes == 0


def test_the_zone_is_that_of_most_events_and_others_are_moved_to_it():
    made = timetable([at("Far", "19:00", zone=GUATEMALA), at("A", "18:30"), at("B", "20:00")])

    (day,) = made.days
    assert [(slot.event.name, slot.starts.strftime("%H:%M"), slot.is_elsewhere) for slot in day.slots] == [
        ("Far", "18:00", True),
        ("A", "18:30", False),
        ("B", "20:00", False),
    ]
    assert made.has_several_zones


def test_the_hour_that_occurs_twice_is_two_hours():
    first = datetime(2026, 11, 1, 1, 0, tzinfo=LOS_ANGELES)
    second = first.replace(fold=1)
    made = timetable(
        [Happening("Second", second, second.replace(minute=45)), Happening("First", first, first.replace(minute=45))]
    )

    assert [(slot.event.name, slot.row, slot.until) for slot in made.days[0].slots] == [
        ("First", 1, 2),
        ("Second", 3, 4),
    ]
    assert made.clashes == 0


def test_a_day_with_too_much_at_once_is_no_grid():
    assert timetable([at(str(number), "10:00") for number in range(6)]).days[0].is_grid
    assert not timetable([at(str(number), "10:00") for number in range(7)]).days[0].is_grid


@pytest.mark.parametrize(
    ("events", "worth"),
    [
        ([at("Alone", "10:00")], False),
        ([at("A", "10:00"), at("B", "12:00")], True),
        ([at("A", "10:00"), at("B", "2022-06-08T10:00"), at("C", "2022-06-09T10:00")], False),
        ([at("A", "10:00"), at("B", "10:30"), at("C", "2022-06-09T10:00")], True),
        ([at("A", "10:00"), at("B", "12:00"), at("C", "2022-06-09T10:00")], False),
        ([at("Over midnight", "23:00", 120), at("B", "2022-06-08T00:30")], True),
    ],
)
def test_a_series_of_single_meetings_needs_no_timetable(events, worth):
    assert is_worth_it(events) is worth
