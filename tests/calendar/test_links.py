"""Add-to-calendar links, sign by sign: these forms are documented nowhere, so a change must be meant."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from eventsvc.calendar.ical import Entry
from eventsvc.calendar.links import google, office365, outlook, subscription, yahoo

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
DOUBLED = replace(
    ENTRY,
    starts=datetime(2027, 11, 7, 1, 30, tzinfo=LOS_ANGELES, fold=0),
    ends=datetime(2027, 11, 7, 1, 30, tzinfo=LOS_ANGELES, fold=1),
)
CAIRO = replace(
    ENTRY,
    starts=datetime(2027, 6, 1, 18, tzinfo=ZoneInfo("Africa/Cairo")),
    ends=datetime(2027, 6, 1, 20, tzinfo=ZoneInfo("Africa/Cairo")),
)
KATHMANDU = replace(
    ENTRY,
    starts=datetime(2027, 3, 11, 0, 30, tzinfo=ZoneInfo("Asia/Kathmandu")),
    ends=datetime(2027, 3, 11, 1, 30, tzinfo=ZoneInfo("Asia/Kathmandu")),
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


SPANS = {
    "over several days": (DAYS, "20270313T170000Z", "20270316T000000Z", "20270313T090000%2F20270315T170000", "America%2FLos_Angeles"),
    "in a doubled hour": (DOUBLED, "20271107T083000Z", "20271107T093000Z", "20271107T083000Z%2F20271107T093000Z", ""),
    "in a zone that only UTC tells rightly": (CAIRO, "20270601T150000Z", "20270601T170000Z", "20270601T150000Z%2F20270601T170000Z", ""),
    "an hour of one day in a zone to the east": (KATHMANDU, "20270310T184500Z", "20270310T194500Z", "20270311T003000%2F20270311T013000", "Asia%2FKathmandu"),
}  # fmt: skip


@pytest.mark.parametrize("span", SPANS)
def test_each_link_tells_the_same_times_sign_by_sign(span):
    entry, starts, ends, dates, zone = SPANS[span]
    dashed = [f"{t[:4]}-{t[4:6]}-{t[6:11]}%3A{t[11:13]}%3A{t[13:]}" for t in (starts, ends)]
    ctz = f"&ctz={zone}" if zone else ""

    assert google(entry) == (
        f"https://calendar.google.com/calendar/render?action=TEMPLATE&text={TITLE}&dates={dates}{ctz}"
        f"&details={DETAILS}&location={PLACE}"
    )
    microsoft = (
        f"calendar/0/action/compose?rru=addevent&subject={TITLE}&startdt={dashed[0]}&enddt={dashed[1]}"
        f"&body={DETAILS}&location={PLACE}&allday=false"
    )
    assert outlook(entry) == f"https://outlook.live.com/{microsoft}"
    assert office365(entry) == f"https://outlook.office.com/{microsoft}"
    assert yahoo(entry) == (
        f"https://calendar.yahoo.com/?v=60&title={TITLE}&st={starts}&et={ends}&desc={DETAILS}&in_loc={PLACE}"
    )


def test_a_subscription_carries_the_address_where_a_calendar_takes_it():
    told = subscription("https://events.example.org/es/feeds/all.ics?language=es&mode=online", "Asilo & protección")

    assert told.address == "https://events.example.org/es/feeds/all.ics?language=es&mode=online"
    assert told.webcal == "webcal://events.example.org/es/feeds/all.ics?language=es&mode=online"
    assert told.google == "https://calendar.google.com/calendar/r/settings/addbyurl"
    assert told.outlook == (
        "https://outlook.live.com/calendar/0/addfromweb?url=https%3A%2F%2Fevents.example.org%2Fes%2Ffeeds%2Fall.ics"
        f"%3Flanguage%3Des%26mode%3Donline&name={TITLE}"
    )


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
