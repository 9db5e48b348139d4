"""Registrations as they will stand in the database, prepared before any lock is taken; and how they get there.

Everything slow is done while preparing: sealing, hashing, rendering a letter for each way it may end. From the first
counter to the COMMIT there are only a few statements.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from eventsvc import clock, tokens
from eventsvc.db import Again, core, db, table_of
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.tickets import Approval, TicketType
from eventsvc.questions.answered import Answered
from eventsvc.registration import answers, log, notices, options, quotas, states
from eventsvc.registration.log import ATTENDEE, Actor
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.notices import Reader, Sealed
from eventsvc.registration.people import sealed_address, sealed_name, sealed_secret
from eventsvc.registration.quotas import Place
from eventsvc.registration.window import full
from eventsvc.vault import Keys, keyring

_INSERT = sa.insert(table_of(Registration))
_events = table_of(Event).c
_STATE = sa.select(_events.version, _events.status).where(_events.id == sa.bindparam("event"))


@dataclass(frozen=True)
class Signup:
    """What a person sends in: shape checked, nothing decided. A guest in a party may have no address."""

    name: str
    email: str | None
    language: str
    ticket_type_id: int
    consent_version: str
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True)
class Entry:
    """How people come in: by the form, or added by an organizer; and what stands between them and a seat."""

    verb: str = "register"
    actor: Actor = ATTENDEE
    route: Status | None = None  # UNCONFIRMED or PENDING; None: a seat or the queue, at once
    keeps_seat: bool = False  # while they are pending, as long as there is one
    contact_id: UUID | None = None  # who gets the letters of guests, where it is somebody registered before


@dataclass(frozen=True)
class Draft:
    """People who register together: their rows, what they need, and the letters for each way it may end."""

    entry: Entry
    people: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    needs: Counter[int]
    options: Counter[int]
    guests: list[tuple[int, str]]  # who has no address: their number in the party, and the secret of their link
    letters: dict[Status, list[Sealed]] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, Any]:
        """Those of the contact."""
        return self.people[0]


def entry_of(event: Event, kinds: Sequence[TicketType], *, doubtful: bool = False, confirmed: bool = False) -> Entry:
    """What stands between people with these ticket types and a seat."""
    if not confirmed and (doubtful or event.confirms_address):
        return Entry(route=Status.UNCONFIRMED)
    rules = {kind.approval for kind in kinds} - {Approval.NONE.value}
    if rules:
        return Entry(route=Status.PENDING, keeps_seat=rules == {Approval.KEEPS_SEAT.value})
    return Entry()


def ticket_type_of(event: Event, ticket_type_id: int) -> TicketType:
    """The ticket type, if it is this event's. Raises NotFound."""
    found = db.session.get(TicketType, ticket_type_id)  # a form has read it just now
    if found is None or found.event_id != event.id:
        raise NotFound
    return found


def limits_chosen(people: Sequence[Signup]) -> Counter[int]:
    """The limited options that these people chose: the id of the limit, and how many of them."""
    return Counter(limit for each in people for answer in each.answers for limit in answer.option_limits)


def prepare(event: Event, *people: Signup, entry: Entry | None = None) -> Draft:
    """Seal the values and render the letters. The first of them is the contact of the others."""
    entry = entry or entry_of(event, [ticket_type_of(event, each.ticket_type_id) for each in people])
    keys, secrets = keyring().of_event(event.id), [tokens.new_secret() for _ in people]
    party, contact = (uuid4() if len(people) > 1 or entry.contact_id else None), entry.contact_id
    rows: list[dict[str, Any]] = []
    for position, (person, secret) in enumerate(zip(people, secrets, strict=True)):
        row = _columns(keys, event, person, secret) | {"party_id": party, "position": position}
        contact = contact or row["id"]
        rows.append(row | {"contact_id": None if person.email or contact == row["id"] else contact})
    draft = Draft(
        entry,
        rows,
        [line for row, each in zip(rows, people, strict=True) for line in _answers(keys, event, row["id"], each)],
        quotas.needs(each.ticket_type_id for each in people),
        limits_chosen(people),
        [(n, secret) for n, (each, secret) in enumerate(zip(people, secrets, strict=True), 1) if not each.email],
    )
    draft.letters.update(_letters(event, draft, people, secrets))
    return draft


def _columns(keys: Keys, event: Event, person: Signup, secret: str) -> dict[str, Any]:
    row, now = uuid4(), clock.now()
    return {
        "id": row,
        "event_id": event.id,
        "ticket_type_id": person.ticket_type_id,
        "language": person.language,
        "consent_version": person.consent_version,
        "registered_at": now,
        "changed_at": now,
        "told_sequence": event.sequence,
        **sealed_name(keys, row, person.name),
        **sealed_address(keys, row, person.email),
        **sealed_secret(keys, row, secret),
    }


def _answers(keys: Keys, event: Event, row: UUID, person: Signup) -> list[dict[str, Any]]:
    return answers.rows(keys, event.id, row, person.answers)


def _letters(
    event: Event, draft: Draft, people: Sequence[Signup], secrets: Sequence[str]
) -> dict[Status, list[Sealed]]:
    """For each way it may end. Of guests without an address only the number is told: their names are typed text."""
    readers = [
        Reader(row["id"], person.email, person.language, secret, "", ticket_type_id=person.ticket_type_id)
        for row, person, secret in zip(draft.people, people, secrets, strict=True)
        if person.email
    ]
    entry, guests = draft.entry, draft.guests
    if entry.route == Status.UNCONFIRMED:
        readers, guests = readers[:1], []  # the others hear of it when the contact has confirmed
    statuses = [entry.route] if entry.route else [Status.CONFIRMED, Status.WAITLISTED]
    return {
        status: notices.first_letters(event, states.letter_of(entry.verb, status), status, readers, guests)
        for status in statuses
    }


def register(event: Event, draft: Draft) -> tuple[UUID, Status]:
    """Give seats, or a place in the queue, and post the letters that say which; in the caller's transaction.

    Returns the contact's registration and the status of all. Raises Full where there is neither, OptionFull where
    somebody was quicker, Again where somebody changed the event after the letters were rendered. A live registration
    of the same address is refused by the database (IntegrityError).
    """
    if draft.options and draft.entry.route == Status.PENDING:
        quotas.lock(event)  # without a seat no quota is held yet, and options come after the quotas, for everybody
    place, status = _place(event, draft)
    _refuse_if_stale(event)
    if status != Status.UNCONFIRMED:
        options.claim(draft.options)
    waits = place.waiting_quota_id is not None
    common = place._asdict() | {
        "status": status,
        "holds_seat": status == Status.CONFIRMED or (status == Status.PENDING and draft.entry.keeps_seat and not waits),
        "queued_at": draft.columns["registered_at"] if waits else None,
    }
    if status == Status.PENDING:
        common |= Place()._asdict()
    _write(event, draft, common)
    for letter in draft.letters[status]:
        notices.post(event, letter)
    return draft.columns["id"], status


def _place(event: Event, draft: Draft) -> tuple[Place, Status]:
    """Who is not confirmed gets nothing; who is pending perhaps a seat, but no place in the queue."""
    if draft.entry.route == Status.UNCONFIRMED:
        return Place(), Status.UNCONFIRMED
    if draft.entry.route == Status.PENDING:
        refusing = quotas.claim(draft.needs) if draft.entry.keeps_seat else None
        return Place(refusing), Status.PENDING
    most = event.waitlist_most
    place = quotas.seat_or_queue(draft.needs, people=len(draft.people), waitlist=event.waitlist, most=most)
    if place is None:
        raise full(event, len(draft.people))
    return place, Status.CONFIRMED if place.waiting_quota_id is None else Status.WAITLISTED


def _write(event: Event, draft: Draft, common: dict[str, Any]) -> None:
    rows = [row | common for row in draft.people]
    entry = draft.entry
    states.check(entry.verb, None, common["status"])
    core().execute(_INSERT, rows if len(rows) > 1 else rows[0])
    answers.add(draft.answers)
    log.add([log.row(event.id, row["id"], entry.verb, entry.actor, after=common["status"]) for row in rows])


def _refuse_if_stale(event: Event) -> None:
    now = core().execute(_STATE, {"event": event.id}).one()
    if (now.version, now.status) != (event.version, event.status):
        raise Again
