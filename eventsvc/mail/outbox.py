"""The outbox: letters are put into it in the transaction of what they tell, and claimed from it by couriers."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import cast
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from eventsvc import clock
from eventsvc.db import core, db
from eventsvc.i18n import _
from eventsvc.mail import mime
from eventsvc.mail.headers import field, mailbox, on_the_wire, reference, words
from eventsvc.mail.letters import CalendarPart, Rendered, service_name
from eventsvc.mail.models import Lane, Message, MessageStatus
from eventsvc.vault import Keys, keyring

GIVE_UP_AFTER = timedelta(days=3)
TABLE = cast("sa.Table", Message.__table__)
_INSERT = sa.insert(TABLE)
_COLUMNS = TABLE.columns.keys()


@dataclass(frozen=True)
class Envelope:
    """To whom a letter goes, from whom, and how it is filed."""

    letter: str
    language: str
    to: str
    event_id: int | None
    keys: Keys
    sender_name: str
    sender: str
    reply_to: str = ""
    registration_id: UUID | None = None
    lane: Lane = Lane.PERSONAL
    dedupe_key: str | None = None
    expires_at: datetime | None = None  # in 3 days where nothing is said
    references: str = ""  # the Message-ID of the letter this one follows
    not_before: datetime | None = None  # now where nothing is said
    unsubscribe: str = ""  # the https page of a mail to many: one POST to it and no such mail comes again (RFC 8058)


def prepare(envelope: Envelope, rendered: Rendered, *calendars: CalendarPart | None) -> Message:
    """The message, ready to be posted: written out as it goes over the wire, and sealed. Touches no database.

    With one calendar object readers act on it; several are attached, each about an event of its own. Raises ValueError where an address is not one that mail can be sent to.
    """
    row = uuid4()
    now = clock.now()
    message_id = f"{row}@{on_the_wire(envelope.sender).rpartition('@')[2]}"
    parts = [each for each in calendars if each is not None]
    mail = mime.write(_fields(envelope, rendered.subject, message_id, now), rendered, parts, row.hex)
    return Message(
        id=row,
        event_id=envelope.event_id,
        registration_id=envelope.registration_id,
        letter=envelope.letter,
        language=envelope.language,
        lane=int(envelope.lane),
        recipient=envelope.keys.seal(envelope.to, "messages.recipient", row),
        recipient_index=envelope.keys.index(envelope.to),
        domain_mark=domain_mark(envelope.to),
        body=envelope.keys.seal_bytes(zlib.compress(mail), "messages.body", row),
        dedupe_key=envelope.dedupe_key,
        message_id=message_id,
        status=MessageStatus.QUEUED.value,
        tries=0,
        uncertain_tries=0,
        next_try_at=envelope.not_before or now,
        expires_at=envelope.expires_at or now + GIVE_UP_AFTER,
        created_at=now,
    )


def post(message: Message) -> None:
    """Put a prepared message into the outbox, in the caller's transaction; once only for one dedupe key."""
    given = vars(message)  # past the attributes of the ORM: it is not in a session
    values = {name: given.get(name) for name in _COLUMNS}
    core().execute(_INSERT if message.dedupe_key is None else _insert_once(db.engine.dialect.name), values)


@cache
def _insert_once(dialect: str) -> sa.Insert:
    if dialect == "postgresql":
        return postgresql.insert(TABLE).on_conflict_do_nothing(index_elements=["dedupe_key"])
    return sqlite.insert(TABLE).on_conflict_do_nothing(index_elements=["dedupe_key"])


def domain_mark(address: str) -> bytes:
    """By this mail to one domain is known from mail to another, without the domain being written down."""
    return keyring().of_service().index(f"@{on_the_wire(address).rpartition('@')[2]}")[:16]


def recent_letters(event_id: int | None, recipient_index: bytes, since: datetime) -> int:
    """How many letters went into the outbox for this address and event from then on."""
    counted = db.session.scalar(
        sa.select(sa.func.count()).where(
            Message.event_id.is_not_distinct_from(event_id),
            Message.recipient_index == recipient_index,
            Message.created_at >= since,
        )
    )
    return counted or 0


def _fields(envelope: Envelope, subject: str, message_id: str, now: datetime) -> Iterator[bytes]:
    yield field("From", *mailbox(envelope.sender_name or service_name(), envelope.sender))
    yield field("To", *mailbox("", envelope.to))
    if envelope.reply_to:
        yield field("Reply-To", *mailbox("", envelope.reply_to))
    yield field("Subject", *words(subject))
    yield field("Date", format_datetime(now))
    yield field("Message-ID", f"<{message_id}>")
    if envelope.references:
        yield field("In-Reply-To", reference(envelope.references))
        yield field("References", reference(envelope.references))
    if envelope.unsubscribe:
        yield field("List-Unsubscribe", f"<{envelope.unsubscribe}>")
        yield field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    yield field("Auto-Submitted", "auto-generated")  # RFC 3834: no vacation note answers
    yield field("X-Auto-Response-Suppress", "OOF, AutoReply")


def in_the_name_of(organization: str) -> str:
    """The name a mail comes under: the organization's, and by whose service it is sent. Speaks the current language."""
    if organization == service_name():
        return organization
    return _("%(organization)s via %(service)s", organization=organization, service=service_name())
