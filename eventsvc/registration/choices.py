"""What a newcomer is offered: the ways of attending an event, and what each of them holds at this moment."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.fullness import Fullness, Seats, by_ticket_type, overall
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, TicketType, ticket_type_quotas
from eventsvc.i18n import _, said


class Choice(NamedTuple):
    """A ticket type, and how full it is."""

    ticket_type: TicketType
    fullness: Fullness
    languages: Sequence[str] = ()  # of the event, its own first

    @property
    def slug(self) -> str:
        return self.ticket_type.slug

    @property
    def label(self) -> str:
        """Its name, and what is the matter where it is not simply a seat. Never a number of seats."""
        name = said(self.ticket_type.name, self.languages) or self.slug
        if self.fullness == Fullness.FULL:
            return _("%(name)s – no places left", name=name)
        if self.fullness == Fullness.WAITLIST:
            return _("%(name)s – waitlist", name=name)
        return name


def choices_of(event: Event) -> list[Choice]:
    """Every ticket type of the event, in its order. One query, however many there are."""
    links = ticket_type_quotas.c
    rows = db.session.execute(
        sa.select(TicketType, Quota.size, Quota.taken, Quota.waiting)
        .join(ticket_type_quotas, links.ticket_type_id == TicketType.id)
        .join(Quota, Quota.id == links.quota_id)
        .where(TicketType.event_id == event.id)
        .order_by(TicketType.position, TicketType.id)
    ).all()
    seats = [Seats(kind.id, size, taken, waiting) for kind, size, taken, waiting in rows]
    words = by_ticket_type(seats, waitlist=event.waitlist)
    kinds = {kind.id: kind for kind, *_counts in rows}
    return [Choice(kind, words[kind.id], event.languages) for kind in kinds.values()]


def best(choices: list[Choice]) -> Fullness:
    """The best there is: a seat somewhere, else the queue, else nothing."""
    return overall(choice.fullness for choice in choices)
