"""The lint finds what it is there for: every seeded defect, and nothing in a good file."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from eventsvc.calendar.ical import Entry, Mailbox, calendar_file, cancel, request
from tests.calendar.lint import lint

ZONE = ZoneInfo("America/Los_Angeles")
ENTRY = Entry(
    uid="0f8fad5b-d9cb-469f-a165-70867728950e",
    sequence=2,
    created=datetime(2026, 1, 1, tzinfo=UTC),
    last_modified=datetime(2026, 2, 1, tzinfo=UTC),
    starts=datetime(2027, 3, 10, 19, tzinfo=ZONE),
    ends=datetime(2027, 3, 10, 21, tzinfo=ZONE),
    summary="Voces de la sociedad civil, en las Américas",
    description="Primera línea\nSegunda línea; con todo",
    location="Omni, Los Angeles",
    url="https://events.example.org/es/events/voces",
    categories=("summit", "migration, protection"),
    language="es",
)
FEED = calendar_file([ENTRY], name="Eventos", description="Todo", language="es", cancelled_prefix="Cancelado:")
ORGANIZER = Mailbox("Alianza, por eventos", "rsvp@events.example.org")
STAMP = datetime(2026, 3, 1, tzinfo=UTC)
REQUEST = request(ENTRY, organizer=ORGANIZER, attendee="ana@example.org", sequence=2, stamp=STAMP)
CANCEL = cancel(ENTRY, organizer=ORGANIZER, attendee="ana@example.org", sequence=3, stamp=STAMP)
EMPTY = calendar_file([], name="Eventos", cancelled_prefix="Cancelado:")

FEED_DEFECTS = {
    "bare line feeds": (rb"\r\n", b"\n"),
    "no break at the end": (rb"\r\n\Z", b""),
    "a byte order mark": (rb"\A", b"\xef\xbb\xbf"),
    "an empty line": (rb"BEGIN:VEVENT", b"\r\nBEGIN:VEVENT"),
    "a line of 76 octets": (rb"LOCATION;.*?\r\n", b"LOCATION:" + b"x" * 67 + b"\r\n"),
    "a character cut by a fold": ("é".encode(), b"\xc3\r\n \xa9"),
    "latin-1": ("é".encode(), b"\xe9"),
    "a control character": (rb"Omni", b"Om\x0bni"),
    "a NUL": (rb"Omni", b"Om\x00ni"),
    "an unescaped comma": (rb"Omni\\,", b"Omni,"),
    "an unescaped semicolon": (rb"nea\\;", b"nea;"),
    "an unknown escape": (rb"Omni\\,", b"Omni\\:"),
    "a trailing backslash": (rb"Los Angeles", b"Los Angeles\\\\"),
    "an indented component": (rb"BEGIN:VEVENT", b" BEGIN:VEVENT"),
    "a line without a colon": (rb"SEQUENCE:2", b"SEQUENCE"),
    "an unclosed quote": (rb"LOCATION;LANGUAGE=es", b'LOCATION;LANGUAGE="es'),
    "a parameter twice": (rb"LOCATION;LANGUAGE=es", b"LOCATION;LANGUAGE=es;LANGUAGE=es"),
    "no PRODID": (rb"PRODID.*?\r\n", b""),
    "no VERSION": (rb"VERSION:2.0\r\n", b""),
    "another VERSION": (rb"VERSION:2.0", b"VERSION:1.0"),
    "METHOD:PUBLISH": (rb"CALSCALE:GREGORIAN", b"METHOD:PUBLISH"),
    "METHOD in the event": (rb"SEQUENCE:2", b"SEQUENCE:2\r\nMETHOD:REQUEST"),
    "a REQUEST without people": (rb"CALSCALE:GREGORIAN", b"METHOD:REQUEST"),
    "an organizer in a feed": (rb"END:VEVENT", b"ORGANIZER:mailto:a@example.org\r\nEND:VEVENT"),
    "an alarm": (rb"END:VEVENT", b"BEGIN:VALARM\r\nACTION:AUDIO\r\nEND:VALARM\r\nEND:VEVENT"),
    "an end that ends nothing": (rb"END:VEVENT\r\n", b""),
    "two calendars": (rb"\Z", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
    "no UID": (rb"UID:.*?\r\n", b""),
    "an empty UID": (rb"UID:.*?\r\n", b"UID:\r\n"),
    "two UIDs": (rb"SEQUENCE:2", b"SEQUENCE:2\r\nUID:other"),
    "no DTSTAMP": (rb"DTSTAMP:.*?\r\n", b""),
    "DTSTAMP without Z": (rb"(DTSTAMP:.*?)Z", rb"\1"),
    "DTSTAMP of now": (rb"DTSTAMP:2026", b"DTSTAMP:2027"),
    "no SEQUENCE": (rb"SEQUENCE:.*?\r\n", b""),
    "SEQUENCE of words": (rb"SEQUENCE:2", b"SEQUENCE:two"),
    "a negative SEQUENCE": (rb"SEQUENCE:2", b"SEQUENCE:-2"),
    "no LAST-MODIFIED": (rb"LAST-MODIFIED:.*?\r\n", b""),
    "changed before it was made": (rb"CREATED:2026", b"CREATED:2029"),
    "no STATUS": (rb"STATUS:.*?\r\n", b""),
    "STATUS:POSTPONED": (rb"CONFIRMED", b"POSTPONED"),
    "cancelled and busy": (rb"STATUS:CONFIRMED\r\nTRANSP:TRANSPARENT", b"STATUS:CANCELLED\r\nTRANSP:OPAQUE"),
    "no TRANSP": (rb"TRANSP:.*?\r\n", b""),
    "no SUMMARY": (rb"SUMMARY.*?\r\n(?! )", b""),
    "floating time": (rb";TZID=America/Los_Angeles", b""),
    "TZID and Z": (rb"(DTSTART;TZID.*?)\r\n", rb"\1Z\r\n"),
    "an undefined zone": (rb"(DTSTART|DTEND);TZID=America/Los_Angeles", rb"\1;TZID=America/Tijuana"),
    "an end in another form": (rb"DTEND;TZID=America/Los_Angeles:.*?\r\n", b"DTEND:20270312T000000Z\r\n"),
    "an end before the start": (rb"(DTEND.*?):2027", rb"\1:2026"),
    "an event of no length": (rb"T210000", b"T190000"),
    "a day that does not exist": (rb":20270310T19", b":20270230T19"),
    "an hour that does not exist": (rb":20270310T19", b":20270310T25"),
    "a duration beside the end": (rb"SEQUENCE:2", b"SEQUENCE:2\r\nDURATION:PT1H"),
    "a path for a URL": (rb"URL:https://", b"URL:/"),
    "a URL with a space": (rb"URL:https://", b"URL:https:// "),
    "a zone no event uses": (rb"(DTSTART|DTEND);TZID=.*?:(.*?)\r\n", rb"\1:\2Z\r\n"),
    "a zone defined twice": (rb"(BEGIN:VTIMEZONE.*END:VTIMEZONE\r\n)", rb"\1\1"),
    "a zone without standard time": (rb"BEGIN:STANDARD.*END:STANDARD\r\n", b""),
    "two standard times": (rb"(BEGIN:STANDARD.*END:STANDARD\r\n)", rb"\1\1"),
    "a zone without a name": (rb"TZID:.*?\r\n", b""),
    "dates in place of a rule": (rb"RRULE:.*?\r\n", b"RDATE:20271107T020000\r\n"),
    "a rule with two days": (rb"BYDAY=1SU", b"BYDAY=1SU,2SU"),
    "an onset in the new offset's year": (rb"DTSTART:1970", b"DTSTART:2007"),
    "an onset on another day": (rb"DTSTART:19701101", b"DTSTART:19701102"),
    "an offset with seconds": (rb"TZOFFSETTO:-0800", b"TZOFFSETTO:-080028"),
    "an offset of minus nothing": (rb"TZOFFSETTO:-0800", b"TZOFFSETTO:-0000"),
    "offsets that lead nowhere": (rb"TZOFFSETTO:-0800", b"TZOFFSETTO:-0900"),
    "a comment in the zone": (rb"TZID:America/Los_Angeles", b"TZID:America/Los_Angeles\r\nCOMMENT:hello"),
    "REFRESH-INTERVAL without its type": (rb";VALUE=DURATION", b""),
    "an interval of words": (rb"PT1H", b"hourly"),
    "two intervals": (rb"X-PUBLISHED-TTL:PT1H", b"X-PUBLISHED-TTL:PT2H"),
    "two names": (rb"X-WR-CALNAME:", b"X-WR-CALNAME:Otros "),
    "no language": (rb"LANGUAGE=es", b"LANGUAGE=_"),
}
MAIL_DEFECTS = {
    "no METHOD": (rb"METHOD:REQUEST\r\n", b""),
    "the wrong METHOD": (rb"METHOD:REQUEST", b"METHOD:CANCEL"),
    "two METHODs": (rb"METHOD:REQUEST", b"METHOD:REQUEST\r\nMETHOD:REQUEST"),
    "no organizer": (rb"ORGANIZER.*?\r\n(?! )", b""),
    "no attendee": (rb"ATTENDEE.*?\r\n(?! )", b""),
    "somebody else too": (rb"END:VEVENT", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@example.org\r\nEND:VEVENT"),
    "the attendee's name": (rb"CUTYPE=INDIVIDUAL", b"CN=Ana"),
    "an organizer without mailto": (rb":mailto:rsvp", b":rsvp"),
    "a name inside the address": (rb"mailto:rsvp@", b"mailto:Alianza <rsvp@"),
    "no answer": (rb"PARTSTAT=ACCEPTED;", b""),
    "a lone caret": (rb"Alianza", b"Ali^anza"),
    "two events": (rb"(BEGIN:VEVENT.*END:VEVENT\r\n)", rb"\1\1"),
}


@pytest.mark.parametrize("file", [FEED, REQUEST, CANCEL, EMPTY], ids=["feed", "request", "cancel", "empty"])
def test_a_good_file_has_no_problem(file: bytes):
    assert lint(file) == []


@pytest.mark.parametrize(("pattern", "instead"), FEED_DEFECTS.values(), ids=FEED_DEFECTS.keys())
def test_a_defect_in_a_feed_is_found(pattern: bytes, instead: bytes):
    assert lint(spoilt(FEED, pattern, instead))


@pytest.mark.parametrize(("pattern", "instead"), MAIL_DEFECTS.values(), ids=MAIL_DEFECTS.keys())
def test_a_defect_in_an_invitation_is_found(pattern: bytes, instead: bytes):
    assert lint(spoilt(REQUEST, pattern, instead))


def test_an_empty_calendar_is_a_defect():
    assert lint(spoilt(EMPTY, rb"BEGIN:VTIMEZONE.*END:VTIMEZONE\r\n", b""))


def test_an_event_that_ends_when_it_starts_is_found_in_utc_as_well():
    starts = datetime(2027, 3, 10, 19, tzinfo=UTC)
    entry = replace(ENTRY, starts=starts, ends=starts + timedelta(hours=1))
    file = calendar_file([entry], refresh=timedelta(minutes=90), cancelled_prefix="")
    assert (lint(file), bool(lint(file.replace(b"T200000Z", b"T190000Z")))) == ([], True)


def spoilt(file: bytes, pattern: bytes, instead: bytes) -> bytes:
    changed = re.sub(pattern, instead, file, flags=re.DOTALL)
    assert changed != file, "the defect was not seeded"
    return changed
