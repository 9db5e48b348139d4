"""A message opened again, as the person it went to would read it."""

import zlib
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property
from typing import NamedTuple, Protocol, cast
from uuid import UUID

import icalendar

from eventsvc.mail.headers import on_the_wire
from eventsvc.vault import SealBroken, keyring


class Sealed(Protocol):
    """What is needed of a message to open it."""

    @property
    def id(self) -> UUID: ...
    @property
    def event_id(self) -> int | None: ...
    @property
    def recipient(self) -> bytes: ...
    @property
    def body(self) -> bytes | None: ...


class Opened(NamedTuple):
    recipient: str
    content: bytes  # as it goes over the wire


def opened(message: Sealed) -> Opened | None:
    """Address and mail, or None where it can no longer be read: its event was purged, or its body is gone."""
    ring = keyring()
    try:
        keys = ring.of_service() if message.event_id is None else ring.of_event(message.event_id)
        recipient = on_the_wire(keys.open(message.recipient, "messages.recipient", message.id))
        return Opened(recipient, zlib.decompress(keys.open_bytes(message.body or b"", "messages.body", message.id)))
    except (SealBroken, ValueError, zlib.error):
        return None


class Invitation(NamedTuple):
    """What a calendar will understand of the calendar part, by a parser that is not ours."""

    method: str
    summary: str
    starts: date | datetime
    ends: date | datetime
    location: str
    status: str
    sequence: int
    uid: str
    organizer: str
    attendees: list[str]

    @classmethod
    def of(cls, calendar: bytes) -> "Invitation":
        """What stands in this calendar file."""
        whole = icalendar.Calendar.from_ical(calendar)
        (event,) = whole.walk("VEVENT")
        attendees = event.get("ATTENDEE", [])
        return cls(
            method=str(whole.get("METHOD", "")),
            summary=str(event.get("SUMMARY", "")),
            starts=event.decoded("DTSTART"),
            ends=event.decoded("DTEND"),
            location=str(event.get("LOCATION", "")),
            status=str(event.get("STATUS", "")),
            sequence=int(event.get("SEQUENCE", 0)),
            uid=str(event.get("UID", "")),
            organizer=_bare(event.get("ORGANIZER", "")),
            attendees=[_bare(each) for each in (attendees if isinstance(attendees, list) else [attendees])],
        )


@dataclass(frozen=True)
class Letter:
    """A mail, parsed."""

    mail: EmailMessage

    @classmethod
    def of(cls, content: bytes) -> "Letter":
        return cls(message_from_bytes(content, policy=default))

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    @property
    def sender(self) -> str:
        return str(self.mail["From"])

    @property
    def reply_to(self) -> str:
        return str(self.mail["Reply-To"] or "")

    @property
    def text(self) -> str:
        return self._part("text/plain").decode().replace("\r\n", "\n")

    @property
    def html(self) -> str:
        return self._part("text/html").decode()

    @cached_property
    def calendars(self) -> list[bytes]:
        """The calendar parts; a letter about several events has one for each."""
        return self._parts("text/calendar")

    @property
    def calendar(self) -> bytes:
        """The first of them, or nothing."""
        return self.calendars[0] if self.calendars else b""

    @property
    def invitations(self) -> list["Invitation"]:
        return [Invitation.of(calendar) for calendar in self.calendars]

    @property
    def invitation(self) -> Invitation | None:
        """The first of them."""
        return Invitation.of(self.calendar) if self.calendar else None

    def _part(self, kind: str) -> bytes:
        return next(iter(self._parts(kind)), b"")

    def _parts(self, kind: str) -> list[bytes]:
        found = (part for part in self.mail.walk() if part.get_content_type() == kind)
        return [cast("bytes", part.get_payload(decode=True)) for part in found]


def _bare(address: object) -> str:
    text = str(address)
    return text[7:] if text[:7].lower() == "mailto:" else text
