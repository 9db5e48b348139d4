"""Wall clocks: which times exist, which come twice, and which instant each means."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.zones import (
    DoubledTime,
    MissingTime,
    UnknownZone,
    derived_instant,
    first_time,
    is_zone,
    known_zones,
    last_time,
    local_instant,
    readings,
    standing,
    zone_named,
)

LOS_ANGELES = "America/Los_Angeles"


def wall(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute))


SPRING, AUTUMN, SUMMER = date(2027, 3, 14), date(2027, 11, 7), date(2027, 7, 1)


def test_most_times_mean_one_instant():
    assert local_instant(wall(SUMMER, 17), LOS_ANGELES) == datetime(2027, 7, 2, 0, tzinfo=UTC)


def test_a_time_the_clocks_skip_is_refused():
    assert standing(wall(SPRING, 2, 30), LOS_ANGELES) == "missing"
    with pytest.raises(MissingTime):
        local_instant(wall(SPRING, 2, 30), LOS_ANGELES, 0)


@pytest.mark.parametrize(("hour", "minute", "expected"), [(1, 59, "exists"), (2, 0, "missing"), (3, 0, "exists")])
def test_the_skipped_hour_begins_and_ends_on_the_minute(hour: int, minute: int, expected: str):
    assert standing(wall(SPRING, hour, minute), LOS_ANGELES) == expected


@pytest.mark.parametrize(("hour", "minute", "expected"), [(0, 59, "exists"), (1, 0, "doubled"), (2, 0, "exists")])
def test_the_doubled_hour_begins_and_ends_on_the_minute(hour: int, minute: int, expected: str):
    assert standing(wall(AUTUMN, hour, minute), LOS_ANGELES) == expected


def test_a_doubled_time_needs_to_be_told_which():
    with pytest.raises(DoubledTime):
        local_instant(wall(AUTUMN, 1, 30), LOS_ANGELES)
    first, second = (local_instant(wall(AUTUMN, 1, 30), LOS_ANGELES, fold) for fold in (0, 1))
    assert (first, second - first) == (datetime(2027, 11, 7, 8, 30, tzinfo=UTC), timedelta(hours=1))


def test_both_readings_of_a_doubled_time_are_offered_with_their_offsets():
    assert [moment.strftime("%H:%M %z") for moment in readings(wall(AUTUMN, 1, 30), LOS_ANGELES)] == [
        "01:30 -0700",
        "01:30 -0800",
    ]


def test_which_of_two_means_nothing_where_a_time_comes_once():
    assert local_instant(wall(SUMMER, 17), LOS_ANGELES, 1) == local_instant(wall(SUMMER, 17), LOS_ANGELES, 0)


def test_a_stored_time_that_new_data_put_into_a_gap_moves_forward():
    assert derived_instant(wall(SPRING, 2, 30), LOS_ANGELES, 0) == local_instant(wall(SPRING, 3, 30), LOS_ANGELES)


def test_a_half_hour_change_is_seen():
    assert standing(wall(date(2027, 4, 4), 1, 45), "Australia/Lord_Howe") == "doubled"


def test_a_whole_day_can_be_missing():
    assert standing(wall(date(2011, 12, 30), 12), "Pacific/Apia") == "missing"


def test_the_ends_of_all_time_are_refused_like_other_missing_times():
    with pytest.raises(MissingTime):
        local_instant(wall(date(1, 1, 1), 0), "Asia/Tokyo")


def test_a_time_with_an_offset_is_no_wall_time():
    with pytest.raises(ValueError, match="wall time"):
        local_instant(datetime(2027, 7, 1, 17, tzinfo=UTC), LOS_ANGELES)


@pytest.mark.parametrize(
    "name", ["", "America", "Mars/Olympus", "../../etc/passwd", "UTC\0", "Factory", "PST", "x" * 9999]
)
def test_what_is_no_zone_is_refused(name: str):
    assert not is_zone(name)
    with pytest.raises(UnknownZone):
        zone_named(name)


def test_the_zones_to_choose_from_are_sorted_and_leave_old_names_out():
    zones = known_zones()
    assert list(zones) == sorted(zones)
    assert {"America/Los_Angeles", "Europe/Madrid", "America/Mexico_City", "UTC"} <= set(zones)
    assert not {"US/Pacific", "Etc/GMT+5", "EST5EDT", "America/Buenos_Aires"} & set(zones)
    assert is_zone("US/Pacific")


@given(st.sampled_from(known_zones()), st.datetimes(wall(date(2000, 1, 1), 0), wall(date(2040, 1, 1), 0)))
def test_every_instant_is_the_meaning_of_what_the_clock_shows(zone: str, moment: datetime):
    instant = moment.replace(tzinfo=UTC)
    shown = instant.astimezone(zone_named(zone))
    assert local_instant(shown.replace(tzinfo=None, fold=0), zone, shown.fold) == instant


@pytest.mark.parametrize(
    ("day", "hour", "first", "last"),
    [
        (SUMMER, 17, "2027-07-02T00:00", "2027-07-02T00:00"),
        (AUTUMN, 1, "2027-11-07T08:00", "2027-11-07T09:00"),
        (SPRING, 2, "2027-03-14T10:00", "2027-03-14T10:00"),  # skipped: an hour later on the clock
    ],
)
def test_what_opens_at_a_doubled_time_opens_at_the_first_and_what_closes_closes_at_the_second(
    day: date, hour: int, first: str, last: str
):
    moments = [decides(wall(day, hour), LOS_ANGELES).astimezone(UTC) for decides in (first_time, last_time)]
    assert [f"{moment:%Y-%m-%dT%H:%M}" for moment in moments] == [first, last]
