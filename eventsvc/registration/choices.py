"""What a newcomer is offered: the ways of attending an event, and what each of them holds at this moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.errors import Closed, NotYetOpen, RegistrationRefused
from eventsvc.events.fullness import Fullness, Seats, by_ticket_type, overall
from eventsvc.events.models import Event
from eventsvc.events.tickets import Approval, Quota, TicketType, ticket_type_quotas
from eventsvc.i18n import _, date_text, said, time_text
from eventsvc.registration.window import refuse_unless_offered
from eventsvc.zones import first_time


class Choice(NamedTuple):
    """A ticket type, and how full it is."""

    ticket_type: TicketType
    fullness: Fullness
    languages: Sequence[str] = ()  # of the event, its own first
    refusal: RegistrationRefused | None = None  # its window: not yet, or not any more
    opens: datetime | None = None  # in the event's zone

    @property
    def slug(self) -> str:
        return self.ticket_type.slug

    @property
    def is_open(self) -> bool:
        """Can somebody choose it now, be it for a place in the queue?"""
        return self.refusal is None and self.fullness != Fullness.FULL

    @property
    def needs_approval(self) -> bool:
        return self.ticket_type.approval != Approval.NONE

    @property
    def description(self) -> str:
        return said(self.ticket_type.description, self.languages)

    @property
    def name(self) -> str:
        return said(self.ticket_type.name, self.languages) or self.slug

    @property
    def label(self) -> str:
        """Its name, and what is the matter where it is not simply a seat. Never a number of seats."""
        name = self.name
        if isinstance(self.refusal, NotYetOpen) and self.opens:
            when = f"{date_text(self.opens)}, {time_text(self.opens)}"
            return _("%(name)s – from %(moment)s", name=name, moment=when)
        if self.refusal:
            return _("%(name)s – closed", name=name)
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
    words = by_ticket_type(seats, waitlist=event.waitlist, most=event.waitlist_most)
    kinds = {kind.id: kind for kind, *_counts in rows}
    now = clock.now()
    return [
        Choice(
            kind,
            words[kind.id],
            event.languages,
            _refusal(event, kind, now),
            kind.opens and first_time(kind.opens, event.timezone),
        )
        for kind in kinds.values()
    ]


def _refusal(event: Event, kind: TicketType, now: datetime) -> RegistrationRefused | None:
    try:
        refuse_unless_offered(event, kind, now)
    except RegistrationRefused as refusal:
        return refusal
    return None


def best(choices: Sequence[Choice]) -> Fullness:
    """The best there is now: a seat somewhere, else the queue, else nothing."""
    offered = [choice.fullness for choice in choices if choice.refusal is None]
    return overall(offered) if offered else Fullness.FULL


def why_closed(choices: Sequence[Choice]) -> RegistrationRefused | None:
    """Why nobody can choose any of them for the time being; None where somebody can, or where they are only full."""
    refusals = [choice.refusal for choice in choices]
    if not refusals or None in refusals:
        return None
    return next((each for each in refusals if isinstance(each, NotYetOpen)), Closed())
