"""Time zones: every reader gets from our files the instants that zoneinfo knows."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import icalendar
import pytest

from eventsvc.calendar.ical import Entry, calendar_file
from eventsvc.calendar.vtimezone import reproduces, vtimezone
from eventsvc.zones import UnknownZone, every_zone
from tests.calendar.lint import lint
from tests.servers.icaljs import Reader
from tests.servers.libical import Judge

MADE = datetime(2026, 1, 1, tzinfo=UTC)
ZONES = sorted(every_zone())


def entry(zone: str, instant: datetime, length: timedelta = timedelta(minutes=45)) -> Entry:
    place = ZoneInfo(zone)
    starts, ends = instant.astimezone(place), (instant + length).astimezone(place)
    uid = f"{zone}-{instant:%Y%m%d%H%M}"
    return Entry(uid=uid, sequence=0, created=MADE, last_modified=MADE, starts=starts, ends=ends, summary="A meeting")


def spread(zone: str) -> list[datetime]:
    """One instant in each month of eleven years, and eight around every change of the clocks."""
    chance = random.Random(zone)  # noqa: S311 - the same instants in every run
    first = datetime(2026, 1, 1, tzinfo=UTC)
    months = [first + timedelta(days=30.4375 * month, minutes=15 * chance.randrange(96)) for month in range(132)]
    around = [timedelta(minutes=minutes) for minutes in (-150, -90, -45, -15, 0, 15, 45, 90)]
    return sorted({*months, *(change + step for change in changes(zone, months) for step in around)})


def changes(zone: str, months: list[datetime]) -> Iterator[datetime]:
    """To the quarter of an hour, where the offset differs from one month to the next."""
    place = ZoneInfo(zone)
    for early, late in pairwise(months):
        before = early.astimezone(place).utcoffset()
        if before == late.astimezone(place).utcoffset():
            continue
        low, high = 0, (late - early) // timedelta(minutes=15)
        while high - low > 1:
            middle = (low + high) // 2
            same = (early + timedelta(minutes=15 * middle)).astimezone(place).utcoffset() == before
            low, high = (middle, high) if same else (low, middle)
        yield early + timedelta(minutes=15 * high)


@pytest.mark.slow
def test_every_zone_is_read_by_ical_js_and_by_libical_as_zoneinfo_has_it(other_reader: Reader, judge: Judge):
    wrong, instants, in_utc = [], 0, 0
    for zone in ZONES:
        entries = {made.uid: made for made in (entry(zone, instant) for instant in spread(zone))}
        file = calendar_file(entries.values(), cancelled_prefix="")
        meant = {uid: (made.starts.timestamp(), made.ends.timestamp()) for uid, made in entries.items()}
        for reader in (other_reader, judge):
            events = reader.read(file)["events"]
            read = {event["uid"]: (event["starts"]["unix"], event["ends"]["unix"]) for event in events}
            assert len(events) == len(meant)
            wrong += [(reader, uid, when) for uid, when in read.items() if meant[uid] != when]
            in_utc += 2 * sum(event["starts"]["zone"] == "UTC" for event in events)
            instants += 2 * len(events)
    assert wrong == []
    # The doubled hours, looked for on purpose, and the zones that no pair of yearly rules describes.
    assert (instants > 2 * 170_000, in_utc < instants / 5) == (True, True)


def test_a_feed_of_every_zone_defines_each_that_it_names_once(other_reader: Reader, judge: Judge):
    file = calendar_file([entry(zone, datetime(2027, 7, 1, 12, tzinfo=UTC)) for zone in ZONES], cancelled_prefix="")
    assert (lint(file), judge.judge(file)) == ([], [])
    assert file.count(b"BEGIN:VTIMEZONE") > 500
    for reader in (other_reader, judge):
        events = reader.read(file)["events"]
        assert {event["starts"]["unix"] for event in events} == {datetime(2027, 7, 1, 12, tzinfo=UTC).timestamp()}
        assert len(events) == len(ZONES)


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/Dublin", "Asia/Kolkata", "Australia/Lord_Howe"])
def test_icalendar_reads_the_same_zone(zone: str):
    file = calendar_file([entry(zone, moment) for moment in spread(zone)], cancelled_prefix="")
    assert lint(file) == []
    definition = icalendar.Calendar.from_ical(file).walk("VTIMEZONE")[0]
    assert isinstance(definition, icalendar.Timezone)
    read = definition.to_tz(lookup_tzid=False)
    for instant in spread(zone):
        if reproduces(zone, instant):
            wall = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            assert wall.replace(tzinfo=read).astimezone(UTC) == instant


def test_a_zone_is_one_pair_of_yearly_rules_with_onsets_on_the_old_clock():
    assert vtimezone("America/Los_Angeles") == (
        "BEGIN:VTIMEZONE",
        "TZID:America/Los_Angeles",
        "BEGIN:STANDARD",
        "DTSTART:19701101T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
        "TZOFFSETFROM:-0700",
        "TZOFFSETTO:-0800",
        "TZNAME:PST",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:19700308T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "TZOFFSETFROM:-0800",
        "TZOFFSETTO:-0700",
        "TZNAME:PDT",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
    )


def test_summer_is_daylight_time_in_dublin_too_where_the_law_calls_it_standard():
    lines = vtimezone("Europe/Dublin") or ()
    assert lines[lines.index("BEGIN:DAYLIGHT") + 4] == "TZOFFSETTO:+0100"


@pytest.mark.parametrize(
    "zone", ["Africa/Cairo", "Asia/Jerusalem", "America/Santiago", "America/Nuuk", "UTC", "Etc/UCT"]
)
def test_a_zone_with_another_rule_and_utc_have_no_definition(zone: str):
    assert vtimezone(zone) is None


def test_an_instant_the_yearly_rule_gets_wrong_has_no_definition():
    then, now = datetime(2005, 3, 20, 12, tzinfo=UTC), datetime(2027, 3, 20, 12, tzinfo=UTC)
    assert vtimezone("America/New_York", [now]) is not None
    assert vtimezone("America/New_York", [now, then]) is None


@pytest.mark.parametrize("minutes", [-60, -30, 0, 30])
def test_an_hour_that_comes_twice_is_written_in_utc(minutes: int):
    change = datetime(2027, 11, 7, 9, tzinfo=UTC)
    assert not reproduces("America/Los_Angeles", change + timedelta(minutes=minutes))
    assert reproduces("America/Los_Angeles", change + timedelta(minutes=60))
    assert reproduces("America/Los_Angeles", change - timedelta(minutes=61))


def test_an_unknown_zone_is_refused():
    with pytest.raises(UnknownZone):
        vtimezone("../../../etc/passwd")
