"""Signing up: the rules, in the order they are asked.

Is registration open? What would a newcomer get? Is this address in already? Letters for what may come out are rendered
and sealed. Only then the transaction: a seat or a place in the queue, the registration, the letter, the result of the
form, one COMMIT.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa

from eventsvc import clock, tokens
from eventsvc.db import Again, attempt, core, db, table_of, transaction
from eventsvc.errors import Closed, EventCancelled, Full, Gone, NotFound, NotYetOpen, Past, Refusal
from eventsvc.events.models import Event, EventStatus
from eventsvc.events.tickets import TicketType
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.mail import outbox
from eventsvc.registration import notices, quotas, submissions
from eventsvc.registration.models import LIVE, Registration, Status
from eventsvc.registration.people import sealed_address, sealed_name, sealed_secret
from eventsvc.vault import keyring

_registrations = table_of(Registration)
_INSERT = sa.insert(_registrations)
_LIVE = sa.select(_registrations.c.id).where(
    _registrations.c.event_id == sa.bindparam("event"),
    _registrations.c.email_index == sa.bindparam("index"),
    _registrations.c.status.in_(LIVE),
)
_events = table_of(Event).c
_STATE = sa.select(_events.version, _events.status).where(_events.id == sa.bindparam("event"))


@dataclass(frozen=True)
class Signup:
    """What a person sends in: shape checked, nothing decided."""

    name: str
    email: str | None
    language: str
    ticket_type_id: int
    consent_version: str


class AlreadyThere(Refusal):
    """For organizers only, who see the list anyway."""

    code = "already_there"
    sentence = _l("This address is registered for the event already.")


class Outcome(NamedTuple):
    """What a newcomer gets, which is all that a result page may say; and the registration made, None if there was one."""

    status: Status
    registration_id: UUID | None


@dataclass(frozen=True)
class Draft:
    """A registration prepared before any lock is taken: its columns, and the letter for each way it may end."""

    columns: dict[str, object]
    quota_ids: list[int]
    letters: dict[Status, notices.Sealed]


def refuse_unless_open(event: Event, at: datetime | None = None) -> None:
    """Raises EventCancelled, Past, NotYetOpen or Closed; NotFound for a draft."""
    at = at or clock.now()
    if event.status == EventStatus.CANCELLED:
        raise EventCancelled
    if event.status != EventStatus.PUBLISHED:
        raise NotFound
    if event.is_past(at):
        raise Past
    if event.opens_at and at < event.opens_at:
        raise NotYetOpen
    if at >= event.closes_at:
        raise Closed


def refuse_if_full(event: Event, ticket_type: TicketType) -> Status:
    """What a newcomer would get now. Raises Full where that is nothing."""
    status = quotas.would_get(quotas.quota_ids_of(ticket_type.id), waitlist=event.waitlist)
    if status is None:
        raise Full
    return status


def ticket_type_of(event: Event, ticket_type_id: int) -> TicketType:
    """The ticket type, if it is this event's. Raises NotFound."""
    found = db.session.get(TicketType, ticket_type_id)  # a form has read it just now
    if found is None or found.event_id != event.id:
        raise NotFound
    return found


def sign_up(event: Event, signup: Signup, *, form_id: str | None = None, content: str = "") -> Outcome:
    """The whole unit, in transactions of its own: the same form again gives the same outcome.

    Raises RegistrationRefused, and submissions.Repeated where the same form comes with other content.
    """
    return attempt(lambda: _sign_up_once(event, signup, form_id, content))


def _sign_up_once(event: Event, signup: Signup, form_id: str | None, content: str) -> Outcome:
    if form_id and (earlier := submissions.find(form_id)):
        return Outcome(submissions.same_again(earlier, form_id, content), earlier.registration_id)
    refuse_unless_open(event)
    newcomer = refuse_if_full(event, ticket_type_of(event, signup.ticket_type_id))
    if signup.email and (present := find_live(event, signup.email)):
        return _remind(event, present, newcomer, signup, form_id, content)
    draft = prepare(event, signup)
    entry = form_id and submissions.prepare(event, form_id, content, signup.email or "")
    with transaction():
        registration_id, status = register(event, draft)
        if entry:
            submissions.record(entry, outcome=status, registration_id=registration_id)
    return Outcome(status, registration_id)


def _remind(
    event: Event, present: Registration, newcomer: Status, signup: Signup, form_id: str | None, content: str
) -> Outcome:
    """The address is in already: the page says what a newcomer gets, the mail tells that person the truth.

    That mail is as much work as the two of a newcomer, which are kept but for the link; the time would tell who is in.
    """
    letter = notices.already_registered(event, present)
    if letter is None:
        prepare(event, signup)  # thrown away
    entry = form_id and submissions.prepare(event, form_id, content, signup.email or "")
    with transaction():
        if letter:
            outbox.post(letter)
        if entry:
            submissions.record(entry, outcome=newcomer, registration_id=None)
    return Outcome(newcomer, None)


def find_live(event: Event, email: str) -> Registration | None:
    """The live registration of this address at this event."""
    index = keyring().of_event(event.id).index(email)
    found = core().scalar(_LIVE, {"event": event.id, "index": index})
    return found and db.session.get(Registration, found)


def prepare(event: Event, signup: Signup, *, added: bool = False) -> Draft:
    """Seal the values and render the letters; `added` by an organizer, who is not asked about windows."""
    row, secret, now = uuid4(), tokens.new_secret(), clock.now()
    keys = keyring().of_event(event.id)
    columns: dict[str, object] = {
        "id": row,
        "event_id": event.id,
        "ticket_type_id": signup.ticket_type_id,
        "language": signup.language,
        "consent_version": signup.consent_version,
        "registered_at": now,
        "changed_at": now,
        **sealed_name(keys, row, signup.name),
        **sealed_address(keys, row, signup.email),
        **sealed_secret(keys, row, secret),
    }
    quota_ids = quotas.quota_ids_of(signup.ticket_type_id)
    letters = notices.for_signup(event, signup.email, signup.language, row, secret, added=added) if signup.email else {}
    return Draft(columns, quota_ids, letters)


def register(event: Event, draft: Draft) -> tuple[UUID, Status]:
    """Give a seat, or a place in the queue, and post the letter that says which; in the caller's transaction.

    Raises Full where there is neither, Again where somebody changed the event after the letters were rendered.
    A live registration of the same address is refused by the database (IntegrityError).
    """
    place = quotas.seat_or_queue(draft.quota_ids, waitlist=event.waitlist)
    if place is None:
        raise Full
    status = Status.CONFIRMED if place.waiting_quota_id is None else Status.WAITLISTED
    _refuse_if_stale(event)
    core().execute(
        _INSERT, {**draft.columns, **place._asdict(), "status": status, "holds_seat": status == Status.CONFIRMED}
    )
    if draft.letters:
        notices.post(event, draft.letters[status])
    return draft.columns["id"], status  # type: ignore[return-value]  # the id is a UUID


def _refuse_if_stale(event: Event) -> None:
    now = core().execute(_STATE, {"event": event.id}).one()
    if (now.version, now.status) != (event.version, event.status):
        raise Again


def add(event: Event, signup: Signup) -> UUID:
    """A person added by an organizer: no window is asked, no form; the same seat or queue.

    The whole unit. Raises Full, AlreadyThere where the address is in, and Gone where the event was purged.
    """
    if event.purged_at:
        raise Gone

    def unit() -> UUID:
        if signup.email and find_live(event, signup.email):
            raise AlreadyThere
        draft = prepare(event, signup, added=True)
        with transaction():
            return register(event, draft)[0]

    return attempt(unit)
