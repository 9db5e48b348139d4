"""Add-to-calendar links, sign by sign: these forms are documented nowhere, so a change must be meant."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from eventsvc.calendar.ical import Entry
from eventsvc.calendar.links import google, office365, outlook, yahoo

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
ENTRY = Entry(
    uid="0f8fad5b-d9cb-469f-a165-70867728950e",
    sequence=0,
    created=datetime(2026, 1, 1, tzinfo=UTC),
    last_modified=datetime(2026, 1, 1, tzinfo=UTC),
    starts=datetime(2027, 3, 10, 19, tzinfo=LOS_ANGELES),
    ends=datetime(2027, 3, 10, 21, tzinfo=LOS_ANGELES),
    summary="Asilo & protección",
    description="Primero, café.\nLuego: 1+1",
    location="Omni, Los Ángeles",
    url="https://events.example.org/es/events/asilo",
    language="es",
)
DAYS = replace(
    ENTRY, starts=datetime(2027, 3, 13, 9, tzinfo=LOS_ANGELES), ends=datetime(2027, 3, 15, 17, tzinfo=LOS_ANGELES)
)
TITLE = "Asilo%20%26%20protecci%C3%B3n"
DETAILS = "Primero%2C%20caf%C3%A9.%0ALuego%3A%201%2B1%0A%0Ahttps%3A%2F%2Fevents.example.org%2Fes%2Fevents%2Fasilo"
PLACE = "Omni%2C%20Los%20%C3%81ngeles"


def test_google_takes_wall_times_and_their_zone():
    assert google(ENTRY) == (
        f"https://calendar.google.com/calendar/render?action=TEMPLATE&text={TITLE}"
        f"&dates=20270310T190000%2F20270310T210000&ctz=America%2FLos_Angeles&details={DETAILS}&location={PLACE}"
    )


def test_outlook_takes_utc():
    assert outlook(ENTRY) == (
        f"https://outlook.live.com/calendar/0/action/compose?rru=addevent&subject={TITLE}"
        "&startdt=2027-03-11T03%3A00%3A00Z&enddt=2027-03-11T05%3A00%3A00Z"
        f"&body={DETAILS}&location={PLACE}&allday=false"
    )


def test_office_365_is_outlook_in_another_place():
    assert office365(ENTRY) == outlook(ENTRY).replace("https://outlook.live.com/", "https://outlook.office.com/")


def test_yahoo_takes_utc():
    assert yahoo(ENTRY) == (
        f"https://calendar.yahoo.com/?v=60&title={TITLE}&st=20270311T030000Z&et=20270311T050000Z"
        f"&desc={DETAILS}&in_loc={PLACE}"
    )


def test_days_over_a_change_of_the_clocks_keep_their_times():
    assert "dates=20270313T090000%2F20270315T170000&ctz=America%2FLos_Angeles" in google(DAYS)
    assert "startdt=2027-03-13T17%3A00%3A00Z&enddt=2027-03-16T00%3A00%3A00Z" in outlook(DAYS)
    assert "st=20270313T170000Z&et=20270316T000000Z" in yahoo(DAYS)


def test_google_is_told_utc_where_an_hour_comes_twice():
    moments = [datetime(2027, 11, 7, 1, 30, tzinfo=LOS_ANGELES, fold=fold) for fold in (0, 1)]
    link = google(replace(ENTRY, starts=moments[0], ends=moments[1]))
    assert "dates=20271107T083000Z%2F20271107T093000Z&" in link
    assert "ctz" not in link


@pytest.mark.parametrize("link", [google, outlook, office365, yahoo])
def test_a_long_description_is_cut_and_the_page_stays(link):
    long = link(replace(ENTRY, description="Ñandú " * 5000))
    fields = parse_qs(urlsplit(long).query)
    details = (fields.get("details") or fields.get("body") or fields["desc"])[0]
    assert details.endswith("…\n\nhttps://events.example.org/es/events/asilo")
    assert len(long) < 8000


@pytest.mark.parametrize("link", [google, outlook, office365, yahoo])
def test_what_an_event_does_not_have_is_left_out(link):
    bare = link(replace(ENTRY, description="", location="", url=""))
    assert not {"details", "body", "desc", "location", "in_loc"} & set(
        parse_qs(urlsplit(bare).query, keep_blank_values=True)
    )
