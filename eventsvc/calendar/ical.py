"""Events as iCalendar files: what a feed, a download and a mail say about an event, byte for byte the same every time.

Nothing here asks for the time or reads the database: equal entries give equal bytes, whatever the process.
RFC 5545 (format), 5546 (REQUEST and CANCEL), 7986 (names of calendars).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from eventsvc.calendar.contentlines import clean, folded, local, mailto, raw, text, texts, uri, utc
from eventsvc.calendar.vtimezone import reproduces, vtimezone

PRODID = "-//eventsvc//eventsvc//EN"
_UTC_ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Etc/UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "TZNAME:UTC",
    "END:STANDARD",
    "END:VTIMEZONE",
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_MAIL_ADDRESS = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+")

Prefix = str | Callable[[str], str]
"""The word before the title of a cancelled event ("Cancelled:"), or what gives it for an entry's language."""


class Mailbox(NamedTuple):
    """A mail address and the name shown with it."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event as calendars see it. Times are aware; raises ValueError for what no calendar may be told.

    `busy` says whether it takes up the person's time: their own registration does, a feed of what is on does not.
    """

    uid: str
    sequence: int
    created: datetime
    last_modified: datetime
    starts: datetime
    ends: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    cancelled: bool = False
    busy: bool = False
    categories: tuple[str, ...] = ()
    language: str = "en"

    def __post_init__(self) -> None:
        self._check_times()
        self._check_marks()
        for name in ("description", "location", "url"):
            object.__setattr__(self, name, clean(getattr(self, name)))
        object.__setattr__(self, "summary", clean(self.summary).replace("\n", " ").strip() or "–")
        # ical.js takes a backslash at the end of one category for an escape of the comma after it.
        labels = (clean(label).replace("\\", "/") for label in self.categories)
        object.__setattr__(self, "categories", tuple(filter(None, labels)))

    def _check_times(self) -> None:
        for moment in (self.created, self.last_modified, self.starts, self.ends):
            if moment.utcoffset() is None:
                raise ValueError(f"a calendar entry has no floating times: {moment}")
        # Two times in one zone are compared by their wall clocks, which is wrong over a change of the clocks.
        if self.ends.astimezone(UTC).replace(microsecond=0) <= self.starts.astimezone(UTC):
            raise ValueError("a calendar entry ends after it starts")

    def _check_marks(self) -> None:
        if not self.uid or clean(self.uid) != self.uid or "\n" in self.uid:
            raise ValueError(f"not a UID: {self.uid[:40]!r}")
        if self.sequence < 0:
            raise ValueError("SEQUENCE starts at 0")
        if not _LANGUAGE.fullmatch(self.language):
            raise ValueError(f"not a language tag: {self.language[:40]!r}")
        if self.url and not self.url.startswith(("https://", "http://")):
            raise ValueError("the URL of an entry is a page")

    @cached_property
    def zone(self) -> str | None:
        """The IANA zone whose clock readers are shown; None where only UTC is right in every reader."""
        key = self.starts.tzinfo.key if isinstance(self.starts.tzinfo, ZoneInfo) else None
        return key if key and reproduces(key, self.starts) and reproduces(key, self.ends) else None


def calendar_file(  # noqa: PLR0913 - each is a line of the file's head, and named
    entries: Iterable[Entry],
    *,
    name: str = "",
    description: str = "",
    refresh: timedelta | None = timedelta(hours=1),
    zone_hint: str | None = None,
    language: str = "en",
    cancelled_prefix: Prefix,
) -> bytes:
    """A feed, or with no name and no refresh the file of one event; nobody is invited by it.

    `refresh` is how often readers are asked to come back. Without entries the file holds a time zone alone:
    an empty calendar is not legal. Raises ValueError where two entries share a UID.
    """
    ordered = sorted(entries, key=lambda entry: (entry.starts.astimezone(UTC), entry.uid))
    if len({entry.uid for entry in ordered}) < len(ordered):
        raise ValueError("two entries share one UID")
    head = list(_names(clean(name), clean(description), language)) + list(_hints(refresh, zone_hint))
    events = [_event(_titled(entry, cancelled_prefix), entry.last_modified) for entry in ordered]
    return _calendar(head, ordered, events, zone_hint)


def request(entry: Entry, *, organizer: Mailbox, attendee: str, sequence: int, stamp: datetime) -> bytes:
    """The invitation of somebody who registered: accepted already, no answer wanted. Raises ValueError if cancelled."""
    if entry.cancelled:
        raise ValueError("nobody is invited to a cancelled event")
    people = (*_organizer(organizer), *_attendee(attendee, PARTSTAT="ACCEPTED", RSVP="FALSE"))
    return _message("REQUEST", replace(entry, sequence=sequence, busy=True), stamp, people)


def cancel(entry: Entry, *, organizer: Mailbox, attendee: str, sequence: int, stamp: datetime) -> bytes:
    """Takes the entry out of one person's calendar, whether the event is off or only their registration."""
    people = (*_organizer(organizer), *_attendee(attendee))
    return _message("CANCEL", replace(entry, sequence=sequence, cancelled=True), stamp, people)


def _message(method: str, entry: Entry, stamp: datetime, people: tuple[str, ...]) -> bytes:
    if stamp.utcoffset() is None:
        raise ValueError("the stamp of a message is an instant")
    return _calendar([f"METHOD:{method}"], [entry], [_event(entry, stamp, people)], None)


def _calendar(head: list[str], entries: Sequence[Entry], events: list[list[str]], zone_hint: str | None) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODID}", "CALSCALE:GREGORIAN", *head]
    zones = sorted({zone for entry in entries if (zone := entry.zone)})
    for definition in map(vtimezone, zones):
        lines += definition or ()
    if not entries:
        lines += (zone_hint and vtimezone(zone_hint)) or _UTC_ZONE
    for event in events:
        lines += event
    return folded([*lines, "END:VCALENDAR"])


def _names(name: str, description: str, language: str) -> Iterable[str]:
    if name:
        yield text("NAME", name, LANGUAGE=language)
        yield text("X-WR-CALNAME", name)
    if description:
        yield text("DESCRIPTION", description, LANGUAGE=language)
        yield text("X-WR-CALDESC", description)


def _hints(refresh: timedelta | None, zone_hint: str | None) -> Iterable[str]:
    if refresh:
        every = _duration(refresh)
        yield raw("REFRESH-INTERVAL", every, VALUE="DURATION")
        yield raw("X-PUBLISHED-TTL", every)
    if zone_hint:
        yield raw("X-WR-TIMEZONE", zone_hint)


def _event(entry: Entry, stamp: datetime, people: tuple[str, ...] = ()) -> list[str]:
    return [
        "BEGIN:VEVENT",
        text("UID", entry.uid),
        raw("DTSTAMP", utc(stamp)),
        raw("CREATED", utc(entry.created)),
        raw("LAST-MODIFIED", utc(entry.last_modified)),
        raw("SEQUENCE", str(entry.sequence)),
        *_times(entry),
        *_words(entry),
        raw("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED"),
        raw("TRANSP", "OPAQUE" if entry.busy and not entry.cancelled else "TRANSPARENT"),
        *people,
        "END:VEVENT",
    ]


def _times(entry: Entry) -> tuple[str, str]:
    zone = entry.zone
    if zone is None:
        return raw("DTSTART", utc(entry.starts)), raw("DTEND", utc(entry.ends))
    ends = entry.ends.astimezone(entry.starts.tzinfo)
    return raw("DTSTART", local(entry.starts), TZID=zone), raw("DTEND", local(ends), TZID=zone)


def _words(entry: Entry) -> Iterable[str]:
    yield text("SUMMARY", entry.summary, LANGUAGE=entry.language)
    for name in ("description", "location"):
        if value := getattr(entry, name):
            yield text(name.upper(), value, LANGUAGE=entry.language)
    if entry.url:
        yield raw("URL", uri(entry.url))
    if entry.categories:
        yield texts("CATEGORIES", entry.categories)


def _titled(entry: Entry, prefix: Prefix) -> Entry:
    # Outlook ignores STATUS: there the title alone says that the event is off.
    word = (prefix if isinstance(prefix, str) else prefix(entry.language)).strip() if entry.cancelled else ""
    return replace(entry, summary=f"{word} {entry.summary}") if word else entry


def _organizer(mailbox: Mailbox) -> tuple[str, ...]:
    # Readers undo backslashes in parameters, though RFC 5545 knows none there.
    name = " ".join(clean(mailbox.name).replace("\\", "/").split())
    return (raw("ORGANIZER", mailto(_checked(mailbox.address)), **({"CN": name} if name else {})),)


def _attendee(address: str, **answer: str) -> tuple[str, ...]:
    # No CN: the person's name is nobody's business in a file that is forwarded and synchronised.
    return (raw("ATTENDEE", mailto(_checked(address)), CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", **answer),)


def _checked(address: str) -> str:
    if not _MAIL_ADDRESS.fullmatch(address):
        raise ValueError("not a mail address")
    return address


def _duration(length: timedelta) -> str:
    minutes = length // timedelta(minutes=1)
    return f"PT{minutes // 60}H" if minutes % 60 == 0 else f"PT{minutes}M"
