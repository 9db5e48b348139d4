"""Four readers that share no code, icalendar, ical.js, libical and khal, find in our files what we meant."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import sqlalchemy as sa

from eventsvc.calendar.ical import Entry, calendar_file
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.mail import reading
from eventsvc.mail.models import Message
from eventsvc.registration import announcements
from eventsvc.zones import every_zone, zone_named
from tests.calendar.lint import lint
from tests.calendar.readings import Said, by_icalendar, by_khal, by_program
from tests.registration import journal
from tests.servers.icaljs import Reader
from tests.servers.khal import Agenda
from tests.servers.libical import Judge

MADE = datetime(2026, 1, 1, tzinfo=UTC)
NIGHTS = {
    "America/Los_Angeles": (datetime(2027, 3, 14, 8, tzinfo=UTC), datetime(2027, 11, 7, 7, tzinfo=UTC)),
    "Europe/Madrid": (datetime(2027, 3, 27, 23, tzinfo=UTC), datetime(2027, 10, 30, 22, tzinfo=UTC)),
    "Australia/Lord_Howe": (datetime(2027, 10, 2, 13, tzinfo=UTC), datetime(2027, 4, 3, 13, tzinfo=UTC)),
    "Africa/Cairo": (datetime(2027, 4, 29, 20, tzinfo=UTC), datetime(2027, 10, 28, 19, tzinfo=UTC)),
}


def entry(uid: str, zone: str, starts: datetime, hours: float, *, cancelled: bool = False) -> Entry:
    place = zone_named(zone)
    return Entry(
        uid=uid,
        sequence=0,
        created=MADE,
        last_modified=MADE,
        starts=starts.astimezone(place),
        ends=(starts + timedelta(hours=hours)).astimezone(place),
        summary="Asamblea",
        cancelled=cancelled,
    )


def meant(entries: Iterable[Entry]) -> set[Said]:
    return {
        Said(
            each.uid,
            each.starts.astimezone(UTC),
            each.ends.astimezone(UTC),
            "CANCELLED" if each.cancelled else "CONFIRMED",
        )
        for each in entries
    }


def test_an_event_over_a_change_of_the_clocks_keeps_its_length(other_reader: Reader, judge: Judge, agenda: Agenda):
    nights = [(zone, number, night) for zone, both in NIGHTS.items() for number, night in enumerate(both)]
    entries = [entry(f"{zone}-{number}", zone, night, 7) for zone, number, night in nights]
    for each in entries:  # the clocks do change meanwhile
        assert abs(each.ends.replace(tzinfo=None) - each.starts.replace(tzinfo=None) - timedelta(hours=7)) in {
            timedelta(hours=1),
            timedelta(minutes=30),
        }
    file = calendar_file(entries, cancelled_prefix="")
    agenda.take(file)

    assert by_program(other_reader, file) == by_program(judge, file) == by_icalendar(file) == meant(entries)
    assert by_khal(agenda, MADE.date().replace(year=2027), 365) == meant(entries)


def test_a_feed_of_two_hundred_is_the_same_to_all(other_reader: Reader, judge: Judge, agenda: Agenda):
    chance, zones = random.Random(200), sorted(every_zone())  # noqa: S311 - the same feed in every run
    entries = [
        entry(
            f"{number}@{chance.getrandbits(64):x}",
            chance.choice(zones),
            datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=5 * chance.randrange(105_000)),
            chance.choice([0.25, 1, 2, 8, 26, 75]),
            cancelled=chance.random() < 0.2,
        )
        for number in range(200)
    ]
    file = calendar_file(entries, name="Eventos", cancelled_prefix="Cancelado:")
    agenda.take(file)

    assert (lint(file), judge.judge(file), len(meant(entries))) == ([], [], 200)
    assert by_icalendar(file) == meant(entries)
    assert by_program(other_reader, file) == meant(entries)
    assert by_program(judge, file) == meant(entries)
    assert by_khal(agenda, datetime(2026, 12, 31, tzinfo=UTC).date(), 375) == meant(entries)


def test_a_feed_without_events_is_accepted_by_all(client, cast, other_reader: Reader, judge: Judge, agenda: Agenda):
    feeds = [f"/es/feeds/organizations/{cast.organization().slug}.ics", "/es/feeds/all.ics"]

    for file in [client.get(path).data for path in feeds]:
        assert (lint(file), judge.judge(file)) == ([], [])
        assert by_icalendar(file) == by_program(other_reader, file) == by_program(judge, file) == set()
        agenda.take(file)

    assert agenda.events(MADE.date(), 700) == []


def test_what_letters_carry_passes_the_check_of_libical_and_says_the_same_to_all(
    context, cast, other_reader: Reader, judge: Judge
):
    event = cast.event("Asamblea; de, todas", description={"en": "Bring\nyour own cup", "es": "Traiga, su taza"})
    for who in ("ana", "amir"):
        journal.comes(event, who, language="es")
    journal.goes(event, "amir")
    with transaction():
        later = event.starts + timedelta(days=1)
        announcements.change(db.session.get_one(Event, event.id), starts=later, ends=later + timedelta(hours=3))
    tell()
    with transaction():
        announcements.call_off(db.session.get_one(Event, event.id))
    tell()

    parts = [part for message in db.session.scalars(sa.select(Message)) for part in calendar_parts(message)]

    found = []
    for part in parts:
        assert (lint(part), judge.judge(part)) == ([], [])
        assert by_icalendar(part) == by_program(other_reader, part) == by_program(judge, part)
        read = judge.read(part)
        found.append((read["method"], read["events"][0]["status"]))
    confirmed, cancelled = ("REQUEST", "CONFIRMED"), ("CANCEL", "CANCELLED")
    assert sorted(set(found)) == [cancelled, confirmed]
    # Ana: confirmed, moved, called off. Amir: confirmed, and gone before any of that.
    assert (found.count(confirmed) >= 3, found.count(cancelled) >= 2) == (True, True)


def test_the_check_of_libical_finds_what_is_missing(judge: Judge):
    file = calendar_file([entry("a", "Europe/Madrid", MADE, 1)], cancelled_prefix="")

    assert judge.judge(file) == []
    assert judge.judge(file.replace(b"BEGIN:VEVENT", b"METHOD:PUBLISH\r\nBEGIN:VEVENT")) != []
    assert judge.judge(file.replace(b"UID:a", b"SEQUENCE:1")) != []
    assert judge.judge(file.replace(b"DTSTART", b"RRULE:FREQ=NEVER\r\nDTSTART")) != []


def tell() -> None:
    """Until everybody heard of what was announced."""
    for announcement in announcements.unfinished():
        with transaction():
            while announcements.carry_on(announcement):
                pass


def calendar_parts(message: Message) -> list[bytes]:
    """The calendar in a mail, each time it stands there."""
    opened = reading.opened(message)
    assert opened is not None
    parts = [part for part in message_from_bytes(opened.content).walk() if part.get_content_type() == "text/calendar"]
    return [payload for part in parts if isinstance(payload := part.get_payload(decode=True), bytes)]
