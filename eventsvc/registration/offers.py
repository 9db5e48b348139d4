"""What a newcomer is offered: the ways of attending an event, and what each of them holds at this moment."""

from typing import NamedTuple

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from eventsvc.i18n import _, language, pick
from eventsvc.registration import quotas
from eventsvc.registration.models import Status


class Offer(NamedTuple):
    """A ticket type, and what a newcomer would get with it: a seat, the queue, or nothing."""

    ticket_type: TicketType
    status: Status | None

    @property
    def slug(self) -> str:
        return self.ticket_type.slug

    @property
    def label(self) -> str:
        """Its name, and what is the matter where it is not simply a seat. Never a number of seats."""
        name = pick(self.ticket_type.name, language())[0] or self.slug
        if self.status is None:
            return _("%(name)s – no places left", name=name)
        if self.status == Status.WAITLISTED:
            return _("%(name)s – waitlist", name=name)
        return name


def offers_of(event: Event) -> list[Offer]:
    """Every ticket type of the event, in its order."""
    types = db.session.scalars(
        sa.select(TicketType).where(TicketType.event_id == event.id).order_by(TicketType.position, TicketType.id)
    )
    return [Offer(kind, quotas.would_get(quotas.quota_ids_of(kind.id), waitlist=event.waitlist)) for kind in types]


def best(offers: list[Offer]) -> Status | None:
    """The best there is: a seat somewhere, else the queue, else nothing."""
    held = {offer.status for offer in offers}
    return next((status for status in (Status.CONFIRMED, Status.WAITLISTED) if status in held), None)
