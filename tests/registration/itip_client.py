"""A calendar that does what RFC 5546 asks of it with the mails it is sent, and no more: the other end of our invitations.

It finds an entry by UID, takes a newer SEQUENCE, of equal ones the later DTSTAMP (2.1.4, 2.1.5), leaves what is stale
alone, and is strict about everything that real clients are strict about.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import NamedTuple

import icalendar


class NotForMe(Exception):
    """A message that no honest client would act on."""


class Message(NamedTuple):
    """One iTIP message, as a client understands it."""

    method: str
    uid: str
    sequence: int
    stamp: datetime
    organizer: str
    attendees: tuple[str, ...]
    status: str
    starts: datetime
    ends: datetime
    location: str
    description: str

    @property
    def age(self) -> tuple[int, datetime]:
        return self.sequence, self.stamp


def messages_in(mail: bytes) -> list[Message]:
    """What the calendar parts of a mail ask for. Raises NotForMe where part and object contradict each other."""
    parsed: EmailMessage = message_from_bytes(mail, policy=SMTP)
    found = []
    for part in parsed.walk():
        if part.get_content_type() == "text/calendar":
            message = _read(part.get_payload(decode=True))  # type: ignore[arg-type]  # a leaf has bytes
            if part.get_param("method") != message.method:
                raise NotForMe(f"{part.get_param('method')} in the header, {message.method} in the object")
            found.append(message)
    return found


def _read(body: bytes) -> Message:
    calendar = icalendar.Calendar.from_ical(body)
    (event,) = calendar.walk("VEVENT")
    attendees = event.get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    return Message(
        str(calendar.get("METHOD", "")),
        str(event["UID"]),
        int(str(event["SEQUENCE"])),
        event.decoded("DTSTAMP"),
        str(event.get("ORGANIZER", "")).lower(),
        tuple(str(each).lower() for each in attendees),
        str(event["STATUS"]),
        event.decoded("DTSTART").astimezone(UTC),
        event.decoded("DTEND").astimezone(UTC),
        str(event.get("LOCATION", "")),
        str(event.get("DESCRIPTION", "")),
    )


@dataclass
class Calendar:
    """The calendar of one address. An entry that was cancelled stays known, struck through."""

    address: str
    entries: dict[str, Message] = field(default_factory=dict)
    ignored: int = 0

    def receive(self, mail: bytes) -> None:
        for message in messages_in(mail):
            self._apply(message)

    def _apply(self, message: Message) -> None:
        if message.attendees != (f"mailto:{self.address}",):
            raise NotForMe(f"{self.address} was sent an object for {message.attendees}")
        known = self.entries.get(message.uid)
        if known and known.organizer != message.organizer:
            raise NotForMe("somebody else pretends to be the organizer")
        if (known and message.age <= known.age) or (message.method == "CANCEL" and not known):
            self.ignored += 1
            return
        self.entries[message.uid] = self._next(known, message)

    @staticmethod
    def _next(known: Message | None, message: Message) -> Message:
        if message.method == "REQUEST":
            if message.status == "CANCELLED":
                raise NotForMe("a REQUEST that says cancelled leaves alarms ringing")
            return message
        if message.method == "CANCEL" and known:
            return known._replace(method="CANCEL", status="CANCELLED", sequence=message.sequence, stamp=message.stamp)
        raise NotForMe(f"METHOD:{message.method}")

    def going(self, uid: str) -> Message | None:
        """The entry, if it takes place as far as this calendar knows."""
        found = self.entries.get(uid)
        return found if found and found.status != "CANCELLED" else None
