"""Who came with whom, and who gets the letters of those without an address; for any list in one query."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.registration.models import Registration
from eventsvc.registration.people import person


class Companion(NamedTuple):
    """Somebody else of the same party."""

    registration: Registration
    name: str


class Company(NamedTuple):
    """The others of the party, its contact first; and whose address gets the letters of who has none."""

    others: Sequence[Companion]
    letters_to: Companion | None


def companies(event: Event, registrations: Sequence[Registration]) -> dict[UUID, Company]:
    """The company of each of these people, by the id of their registration."""
    known = {each.id: Companion(each, person(each).name) for each in _concerned(event, registrations)}
    parties: dict[UUID, list[Companion]] = {}
    for companion in known.values():
        if companion.registration.party_id:
            parties.setdefault(companion.registration.party_id, []).append(companion)
    return {each.id: _company(each, parties, known) for each in registrations}


def _company(each: Registration, parties: dict[UUID, list[Companion]], known: dict[UUID, Companion]) -> Company:
    party = parties.get(each.party_id, []) if each.party_id else []
    contact = known.get(each.contact_id) if each.contact_id and each.email is None else None
    return Company([other for other in party if other.registration.id != each.id], contact)


def _concerned(event: Event, registrations: Sequence[Registration]) -> Sequence[Registration]:
    """Everybody of these parties, and their contacts, in the order of the form."""
    party_ids = {each.party_id for each in registrations if each.party_id}
    contact_ids = {each.contact_id for each in registrations if each.contact_id}
    if not party_ids and not contact_ids:
        return ()
    theirs = sa.or_(Registration.party_id.in_(party_ids), Registration.id.in_(contact_ids))
    query = sa.select(Registration).where(Registration.event_id == event.id, theirs)
    return db.session.scalars(query.order_by(Registration.position, Registration.id)).all()
