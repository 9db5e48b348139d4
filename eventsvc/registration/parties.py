"""People who register together: each is a registration of its own; they get seats together, or wait together."""

from collections.abc import Sequence

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.errors import RegistrationRefused
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.quotas import Place

MOST = 10
"""So many people on one form, however large the event; the rest has another form."""


class PartyTooLarge(RegistrationRefused):
    code = "party_too_large"
    sentence = _l("There are not so many places, even when all of them are free. Please register fewer people.")


def party_of(registration: Registration, *statuses: Status) -> Sequence[Registration]:
    """Who registered together with this person and has one of these statuses, the contact first; fresh."""
    together = (
        Registration.party_id == registration.party_id if registration.party_id else Registration.id == registration.id
    )
    return db.session.scalars(
        sa.select(Registration)
        .where(Registration.event_id == registration.event_id, Registration.status.in_(statuses), together)
        .order_by(Registration.position, Registration.id)
        .execution_options(populate_existing=True)
    ).all()


def guests_of(contact: Registration, *statuses: Status) -> Sequence[Registration]:
    """The people of the party without an address of their own, whose letters this person gets; fresh."""
    return db.session.scalars(
        sa.select(Registration)
        .where(
            Registration.contact_id == contact.id,
            Registration.status.in_(statuses),
            Registration.email_index.is_(None),
        )
        .order_by(Registration.position, Registration.id)
        .execution_options(populate_existing=True)
    ).all()


def take_place(registration: Registration, place: Place) -> None:
    """A seat, or a number in the queue, as it was counted. The turn that says so comes next, by the caller."""
    registration.holds_seat = place.waiting_quota_id is None
    registration.waiting_quota_id, registration.queue_number = place
    if not registration.holds_seat:
        registration.queued_at = clock.now()
