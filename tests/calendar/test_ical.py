"""What a feed, a download and an invitation say, read back by icalendar and by ical.js."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from eventsvc.calendar.contentlines import clean
from eventsvc.calendar.ical import Entry, Mailbox, calendar_file, cancel, request
from tests.calendar.lint import lint
from tests.servers.icaljs import Reader
from tests.servers.libical import Judge

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
STAMP = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORGANIZER = Mailbox("Alianza Americas via events.example.org", "rsvp@events.example.org")
ENTRY = Entry(
    uid="0f8fad5b-d9cb-469f-a165-70867728950e",
    sequence=2,
    created=datetime(2026, 1, 1, tzinfo=UTC),
    last_modified=datetime(2026, 2, 1, tzinfo=UTC),
    starts=datetime(2027, 3, 10, 19, tzinfo=LOS_ANGELES),
    ends=datetime(2027, 3, 10, 21, tzinfo=LOS_ANGELES),
    summary="Voces, en las Américas",
    location="Omni",
    url="https://events.example.org/es/events/voces",
    categories=("summit", "migration, protection"),
    language="es",
)
HOSTILE = [
    "Fiesta 🎉👩‍👩‍👧‍👦, con; todo\\nada",
    "\r\nBEGIN:VEVENT\r\nUID:x\rEND:VEVENT\n",
    "NUL\0 VT\x0b ESC\x1b DEL\x7f NEL\x85",
    "\u202eright to left\u202c مرحبا שלום",
    "\\" * 201,
    "\ud800half a pair",
    "\ufeffmark, \u2028 line, \u2029 paragraph",
    "a" * 50_000,
    "é" * 25_000,
    "",
    " \t ",
    '"quoted": ^caret^n <b>&amp;</b> =SUM(A1)',
]
texts = st.one_of(
    st.text(max_size=300), st.text(alphabet='\\;,:"^nN\r\n\t é🎉', max_size=300), st.sampled_from(HOSTILE)
)
stubborn = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def feed(*entries: Entry, **options: Any) -> bytes:
    return calendar_file(entries, **{"cancelled_prefix": "Cancelado:", "language": "es", **options})


def only_event(file: bytes) -> icalendar.Event:
    (event,) = icalendar.Calendar.from_ical(file).walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    return event


@stubborn
@given(st.lists(texts, min_size=5, max_size=5))
@example(HOSTILE[:5])
@example(HOSTILE[5:10])
@example(HOSTILE[7:])
def test_any_text_comes_back_from_three_readers_as_it_was(other_reader: Reader, judge: Judge, said: list[str]):
    entry = replace(ENTRY, summary=said[0], description=said[1], location=said[2], categories=tuple(said[3:]))
    file = feed(entry, name=said[0], description=said[1])
    assert lint(file) == []
    event, other, third = only_event(file), other_reader.read(file)["events"][0], judge.read(file)["events"][0]
    for name in ("summary", "description", "location"):
        written = getattr(entry, name)
        assert (str(event.get(name, "")), other[name] or "") == (written, written)
        assert (third[name] or "") == written.strip(" \t")  # libical leaves the blanks at both ends out
    assert [str(tag) for tag in event.categories] == list(entry.categories) == other["categories"]
    assert entry.description == clean(said[1])


@stubborn
@given(texts, st.emails())
def test_no_name_breaks_out_of_an_invitation(other_reader: Reader, name: str, address: str):
    file = request(ENTRY, organizer=Mailbox(name, "rsvp@events.example.org"), attendee=address, sequence=2, stamp=STAMP)
    assert lint(file) == []
    event = only_event(file)
    assert str(event["ORGANIZER"]) == "mailto:rsvp@events.example.org"
    other = other_reader.read(file)
    assert (other["method"], other["events"][0]["organizer"]) == (
        "REQUEST",
        " ".join(clean(name).replace("\\", "/").split()),
    )


@pytest.mark.parametrize("field", ["created", "last_modified", "starts", "ends"])
def test_a_floating_time_cannot_be_made(field: str):
    with pytest.raises(ValueError, match="floating"):
        replace(ENTRY, **{field: getattr(ENTRY, field).replace(tzinfo=None)})


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends": ENTRY.starts},
        {"ends": ENTRY.starts + timedelta(microseconds=1)},
        {"ends": ENTRY.starts - timedelta(hours=1)},
        {"uid": ""},
        {"uid": "a\nb"},
        {"sequence": -1},
        {"language": "es\r\n"},
        {"language": ""},
        {"url": "javascript:alert(1)"},
    ],
)
def test_what_no_calendar_may_be_told_is_refused(wrong: dict[str, Any]):
    with pytest.raises(ValueError, match=r"\w"):
        replace(ENTRY, **wrong)


def test_an_end_is_compared_as_an_instant_where_the_clocks_go_back():
    first, second = (datetime(2027, 11, 7, 1, 30, tzinfo=LOS_ANGELES, fold=fold) for fold in (0, 1))
    event = only_event(feed(replace(ENTRY, starts=first, ends=second)))
    assert event.end - event.start == timedelta(hours=1)


def test_a_time_with_a_bare_offset_is_written_in_utc():
    place = timezone(timedelta(hours=-6))
    entry = replace(ENTRY, starts=ENTRY.starts.astimezone(place), ends=ENTRY.ends.astimezone(place))
    assert (entry.zone, b"DTSTART:20270311T030000Z" in feed(entry)) == (None, True)


def test_a_feed_invites_nobody_and_says_when_the_event_was_last_changed():
    file = feed(ENTRY)
    event = only_event(file)
    assert not any(word in file for word in (b"METHOD", b"ORGANIZER", b"ATTENDEE", b"VALARM"))
    assert (event.DTSTAMP, event.LAST_MODIFIED, event.sequence) == (ENTRY.last_modified, ENTRY.last_modified, 2)
    assert (event["STATUS"], event["TRANSP"], event["DTSTART"].params["TZID"]) == (
        "CONFIRMED",
        "TRANSPARENT",
        "America/Los_Angeles",
    )


def test_a_feed_has_its_name_and_its_pace_in_both_spellings():
    file = feed(ENTRY, name="Eventos", description="Todo", refresh=timedelta(minutes=90), zone_hint="America/Lima")
    calendar = icalendar.Calendar.from_ical(file)
    assert [str(calendar[name]) for name in ("NAME", "X-WR-CALNAME", "DESCRIPTION", "X-WR-CALDESC")] == [
        "Eventos"
    ] * 2 + ["Todo"] * 2
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT90M\r\nX-PUBLISHED-TTL:PT90M\r\nX-WR-TIMEZONE:America/Lima\r\n" in file


def test_the_file_of_one_event_proposes_no_calendar_of_its_own():
    file = feed(ENTRY, refresh=None)
    assert not any(word in file for word in (b"\nNAME", b"X-WR-", b"REFRESH", b"X-PUBLISHED"))


@pytest.mark.parametrize("hint", [None, "America/Lima", "Africa/Cairo"])
def test_a_feed_without_events_is_a_legal_calendar(other_reader: Reader, hint: str | None):
    file = feed(name="Eventos", zone_hint=hint)
    assert (lint(file), other_reader.read(file)["events"]) == ([], [])


def test_a_cancelled_event_stays_says_so_and_takes_no_time():
    event = only_event(feed(replace(ENTRY, cancelled=True, busy=True)))
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert event["SUMMARY"] == "Cancelado: Voces, en las Américas"


def test_each_cancelled_event_says_so_in_its_own_language():
    words = {"es": "Cancelado:", "en": "Cancelled:"}
    entries = [replace(ENTRY, uid=tag, language=tag, cancelled=True) for tag in words]
    events = icalendar.Calendar.from_ical(feed(*entries, cancelled_prefix=words.__getitem__)).walk("VEVENT")
    assert [str(event["SUMMARY"]).split()[0] for event in events] == ["Cancelled:", "Cancelado:"]


def test_ones_own_registrations_take_up_time():
    assert only_event(feed(replace(ENTRY, busy=True)))["TRANSP"] == "OPAQUE"


def test_a_feed_comes_in_one_order_whatever_order_the_entries_had():
    entries = [replace(ENTRY, uid=str(number), starts=ENTRY.starts - timedelta(days=number % 3)) for number in range(9)]
    assert feed(*entries) == feed(*reversed(entries))


def test_two_entries_with_one_uid_are_a_fault():
    with pytest.raises(ValueError, match="UID"):
        feed(ENTRY, ENTRY)


def test_every_process_writes_the_same_bytes():
    assert len({written_under(seed) for seed in ("0", "1", "4711")}) == 1


def written_under(seed: str) -> bytes:
    program = (
        "import sys; from dataclasses import replace; from zoneinfo import ZoneInfo; from tests.calendar.test_ical import *;"
        "zones = ['Europe/Madrid', 'America/Lima', 'Asia/Tokyo', 'Africa/Cairo', 'America/New_York'];"
        "move = lambda z: replace(ENTRY, uid=z, starts=ENTRY.starts.astimezone(ZoneInfo(z)));"
        "sys.stdout.buffer.write(feed(*map(move, zones), name='Eventos'))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
    )
    assert run.stdout.count(b"BEGIN:VEVENT") == 5
    return run.stdout


def test_an_invitation_is_accepted_already_and_names_the_address_alone():
    event = only_event(request(ENTRY, organizer=ORGANIZER, attendee="ana@example.org", sequence=7, stamp=STAMP))
    assert (event["ATTENDEE"], event["ORGANIZER"]) == ("mailto:ana@example.org", "mailto:rsvp@events.example.org")
    assert dict(event["ATTENDEE"].params) == {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "ACCEPTED",
        "RSVP": "FALSE",
    }
    assert event["ORGANIZER"].params["CN"] == ORGANIZER.name
    assert (event.sequence, event.DTSTAMP, event["STATUS"], event["TRANSP"]) == (7, STAMP, "CONFIRMED", "OPAQUE")


def test_a_cancellation_takes_the_same_entry_back():
    asked = only_event(request(ENTRY, organizer=ORGANIZER, attendee="ana@example.org", sequence=7, stamp=STAMP))
    taken = cancel(ENTRY, organizer=ORGANIZER, attendee="ana@example.org", sequence=8, stamp=STAMP)
    event = only_event(taken)
    assert (icalendar.Calendar.from_ical(taken)["METHOD"], event["STATUS"], event.sequence) == (
        "CANCEL",
        "CANCELLED",
        8,
    )
    for name in ("UID", "ORGANIZER", "ATTENDEE", "SUMMARY"):
        assert event[name] == asked[name]
    assert (event.start, event.end) == (asked.start, asked.end)
    assert lint(taken) == []


def test_nobody_is_invited_to_a_cancelled_event():
    with pytest.raises(ValueError, match="cancelled"):
        request(
            replace(ENTRY, cancelled=True), organizer=ORGANIZER, attendee="ana@example.org", sequence=1, stamp=STAMP
        )


@pytest.mark.parametrize(
    "address", ["", "ana", "a b@example.org", "ana@example.org\r\nX:1", "a@b@c", "<ana@example.org>x y"]
)
def test_what_is_no_mail_address_is_invited_nowhere(address: str):
    with pytest.raises(ValueError, match="mail address"):
        request(ENTRY, organizer=ORGANIZER, attendee=address, sequence=1, stamp=STAMP)


def test_a_refused_address_is_not_repeated_in_the_error():
    with pytest.raises(ValueError, match="mail address") as refusal:
        request(ENTRY, organizer=ORGANIZER, attendee="ana secret@example.org", sequence=1, stamp=STAMP)
    assert "secret" not in str(refusal.value)


def test_feed_download_and_invitation_agree():
    mail = request(ENTRY, organizer=ORGANIZER, attendee="ana@example.org", sequence=2, stamp=STAMP)
    files = [feed(ENTRY), feed(ENTRY, refresh=None), mail]
    said = [[event.get(name) for name in ("UID", "DTSTART", "DTEND", "SEQUENCE")] for event in map(only_event, files)]
    assert said[0] == said[1] == said[2]


def test_a_thousand_events_are_written_in_well_under_a_second():
    entries = [
        replace(ENTRY, uid=str(n), starts=ENTRY.starts - timedelta(hours=n), description="Sí, " * 250)
        for n in range(1000)
    ]
    before = time.process_time()
    feed(*entries)
    assert time.process_time() - before < 1
