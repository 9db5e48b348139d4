"""Which letter each turn sends, and the calendar part it carries.

A confirmed seat carries a REQUEST, a lost one a CANCEL; a person who waits gets nothing that looks booked. The first
letter to an address holds no text that somebody typed into the form: it could be a stranger's address.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.calendar.ical import Entry, Mailbox
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.i18n import speaking
from eventsvc.intake import current_settings
from eventsvc.letters import wording
from eventsvc.letters.wording import Wordings
from eventsvc.mail import outbox
from eventsvc.mail.letters import Rendered
from eventsvc.mail.models import Lane, Message
from eventsvc.mail.outbox import Envelope
from eventsvc.registration import invitations, kept_letters, letter_words, waitlist
from eventsvc.registration.invitations import CANCEL, REQUEST, Step
from eventsvc.registration.letter_facts import Reader, contact_of, facts, reply_address
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.people import Person, person
from eventsvc.vault import keyring

__all__ = ["Reader", "contact_of", "facts", "reply_address"]  # so that who writes letters finds all in one place

PER_HOUR = 3  # letters to one address about one event that others could make us send


class Sealed(NamedTuple):
    """A letter ready to be posted, and the calendar step that goes with it."""

    message: Message
    step: Step | None


class Posting(NamedTuple):
    """How a letter is filed: before or after which others, when, until when it is worth anything."""

    lane: Lane = Lane.PERSONAL
    dedupe: str | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None
    unsubscribe: str = ""


USUAL = Posting()


class Written(NamedTuple):
    """What a letter says, in words and to the calendar."""

    words: Rendered
    method: str | None
    entry: Entry | None


def compose(
    event: Event,
    letter: str,
    reader: Reader,
    *,
    method: str | None = None,
    posting: Posting = USUAL,
    **more: Any,
) -> Sealed:
    """Render and seal one letter. Reads the calendar state, writes nothing."""
    with speaking(reader.language):
        rendered = words_of(event, letter, reader, method, **more)
        entry = method and invitations.told(event, method, reader.language)
        return _seal(event, letter, reader, Written(rendered, method, entry or None), posting)


def words_of(
    event: Event,
    letter: str,
    reader: Reader,
    method: str | None = None,
    *,
    written: Wordings | None = None,
    **more: Any,
) -> Rendered:
    """What the letter says to this reader, where it goes with this method for the calendar. Speaks their language.

    With `written` the organizers' own words are these, and not the saved ones.
    """
    has_place = reader.status == Status.CONFIRMED and not reader.is_contact
    data = letter_words.markup(event, letter, reader.row, method, has_place=has_place)
    told = facts(event, reader, **{"reservations": data, **more})
    return letter_words.write(event, letter, told, reader.ticket_type_id, written)


def _first(event: Event, letter: str, reader: Reader, guests: Sequence[tuple[int, str]]) -> Sealed:
    """The same for the first letter to somebody, which holds nothing of them but their link, and those of their guests."""
    method = REQUEST if reader.status == Status.CONFIRMED else None

    def write(secret: str, row: UUID) -> Rendered:
        return words_of(event, letter, reader._replace(secret=secret, row=row), method)

    if guests:
        return compose(event, letter, reader, method=method, guests=_links(guests))
    kind = str(reader.ticket_type_id) if wording.uses(event, letter, "ticket_type") else ""
    with speaking(reader.language):
        what = (letter, reader.language, reader.status, kind)
        words = kept_letters.letter(event, what, reader.secret, reader.row, write)
        entry = kept_letters.entry(event, reader.language) if method else None
        return _seal(event, letter, reader, Written(words, method, entry))


def _links(guests: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    return [(number, f"{current_settings().origin}/r/{secret}") for number, secret in guests]


def _seal(event: Event, letter: str, reader: Reader, written: Written, posting: Posting = USUAL) -> Sealed:
    keys, organizer = keyring().of_event(event.id), organizer_of(event, reader.language)
    step = part = None
    if written.method and written.entry and invitations.may_be_sent(written.method, written.entry):
        step = invitations.next_step(event, keys.index(reader.email), written.method)
        part = invitations.calendar_part(written.entry, step, email=reader.email, organizer=organizer)
    envelope = Envelope(
        letter=letter,
        language=reader.language,
        to=reader.email,
        event_id=event.id,
        keys=keys,
        sender_name=organizer.name,
        sender=organizer.address,
        reply_to=reply_address(event, reader.language),
        registration_id=reader.row,
        lane=posting.lane,
        dedupe_key=posting.dedupe,
        not_before=posting.not_before,
        expires_at=posting.expires_at,
        unsubscribe=posting.unsubscribe,
        references=f"<{reader.row}@{urlsplit(current_settings().origin).hostname}>",
    )
    return Sealed(outbox.prepare(envelope, written.words, part), step)


def organizer_of(event: Event, language: str) -> Mailbox:
    """Who invites: the service's address, fixed for the event, under the host's name. Speaks `language`."""
    name = outbox.in_the_name_of(event.host.name_in(language))
    return Mailbox(name, event.mail_from or current_settings().sender)


def post(event: Event, sealed: Sealed) -> None:
    """Into the outbox, in the caller's transaction. Raises Again where the calendar step is stale."""
    if sealed.step:
        invitations.remember(sealed.step)
    outbox.post(sealed.message)
    fix_sender(event)


def fix_sender(event: Event) -> None:
    """From the first letter on, the event's invitations come from one address for ever; in the caller's transaction."""
    if event.mail_from is None:
        fixed = sa.update(Event).where(Event.id == event.id, Event.mail_from.is_(None))
        db.session.execute(fixed.values(mail_from=current_settings().sender))


def first_letters(
    event: Event, letter: str, status: Status, readers: Sequence[Reader], guests: Sequence[tuple[int, str]] = ()
) -> list[Sealed]:
    """The first letter to each of these people; the first of them also gets the links of guests: (number, secret)."""
    return [
        _first(event, letter, reader._replace(status=status), guests if number == 0 else ())
        for number, reader in enumerate(readers)
    ]


def reader_of(registration: Registration, who: Person) -> Reader:
    """Who reads what is written about this registration: the person, or the contact of who has no address."""
    email, is_contact = who.email, False
    if not email and registration.contact_id:
        contact = db.session.get(Registration, registration.contact_id)
        email, is_contact = person(contact).email if contact else "", True
    return Reader(
        registration.id,
        email,
        registration.language,
        who.secret,
        registration.status,
        who.name,
        is_contact,
        registration.ticket_type_id,
    )


def about(
    event: Event, registration: Registration, letter: str, *, method: str | None = None, **more: Any
) -> Sealed | None:
    """A letter about this registration as it stands; None where neither it nor its contact has an address."""
    reader = reader_of(registration, person(registration))
    if not reader.email:
        return None
    place, until = waitlist.place_in_queue(registration), registration.offer_until
    until = until and until.astimezone(event.starts_local.tzinfo)
    method = None if reader.is_contact else method
    return compose(event, letter, reader, method=method, queue_place=place, offer_until=until, **more)


def tell(event: Event, registration: Registration, letter: str, **more: Any) -> None:
    """Post a letter about a turn that was taken; who has a place now gets the event for their calendar."""
    method = REQUEST if registration.status == Status.CONFIRMED else None
    if sealed := about(event, registration, letter, method=method, **more):
        post(event, sealed)


def already_registered(
    event: Event, registration: Registration, guests: Sequence[tuple[int, str]] = ()
) -> Message | None:
    """The truth for an address that is in already; None where it was told three times within the hour."""
    return _on_demand(event, registration, "already_registered", guests=_links(guests))


def my_link(event: Event, registration: Registration) -> Message | None:
    """The secret link once more; None where it was sent three times within the hour."""
    return _on_demand(event, registration, "my_link")


def heard_enough(event: Event, registration: Registration) -> bool:
    """Did this address get so many letters within the hour that nobody may make us write another one?"""
    return _heard(event, registration) >= PER_HOUR


def _heard(event: Event, registration: Registration) -> int:
    index = registration.email_index
    return 0 if index is None else heard(event, index)


def heard(event: Event, address_index: bytes) -> int:
    """How many letters about this event the address got within the hour."""
    return outbox.recent_letters(event.id, address_index, clock.now() - timedelta(hours=1))


def _on_demand(event: Event, registration: Registration, letter: str, **more: Any) -> Message | None:
    heard = _heard(event, registration)
    if registration.email_index is None or heard >= PER_HOUR:
        return None
    # Many requests at once all count the same; of their letters only one is posted.
    # The address stands in their name: a registration that was handed on has another one within the same minute.
    once = f"again:{registration.id}:{registration.email_index.hex()}:{heard}:{clock.now():%Y-%m-%dT%H:%M}"
    sealed = about(event, registration, letter, posting=Posting(dedupe=once), **more)
    return sealed and sealed.message


def tell_promoted(event: Event, promoted: Sequence[Registration]) -> None:
    """Tell the people who moved up; in the transaction that promoted them."""
    for registration in promoted:
        tell(event, registration, "offered" if registration.status == Status.OFFERED else "promoted")


def farewell(event: Event, registration: Registration, letter: str, note: str = "") -> Sealed | None:
    """The letter for a registration that ends, with a CANCEL where its calendar entry has to go."""
    invited = registration.email_index is not None and invitations.is_invited(event, registration.email_index)
    return about(event, registration, letter, method=CANCEL if invited else None, note=note)
