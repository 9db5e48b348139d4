"""How full events are, for the people who run them: exact numbers, in a fixed number of queries for any list."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from eventsvc.db import db
from eventsvc.events.coverage import most_people
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from eventsvc.registration.models import Registration, Status


@dataclass(frozen=True)
class Fullness:
    """People with a seat, people waiting, and the seats there are (None: no limit)."""

    seated: int
    waiting: int
    size: int | None

    @property
    def over(self) -> int:
        """By how many people the event is over its limit, after the limit was lowered."""
        return max(0, self.seated - self.size) if self.size is not None else 0


def fullness_of(events: Sequence[Event]) -> dict[int, Fullness]:
    """How full each of these events is, by id."""
    ids = [event.id for event in events]
    people = _people(ids)
    kinds = _kinds(ids)
    return {i: Fullness(*people.get(i, (0, 0)), most_people(kinds.get(i, []))) for i in ids}


def kinds_of(event: Event) -> list[TicketType]:
    """The ticket types of an event with their quotas, in order."""
    return _kinds([event.id]).get(event.id, [])


def _kinds(event_ids: Sequence[int]) -> dict[int, list[TicketType]]:
    rows = db.session.scalars(
        sa.select(TicketType)
        .where(TicketType.event_id.in_(event_ids))
        .order_by(TicketType.position, TicketType.id)
        .options(selectinload(TicketType.quotas))
    )
    found: dict[int, list[TicketType]] = {}
    for kind in rows:
        found.setdefault(kind.event_id, []).append(kind)
    return found


def _people(event_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    rows = db.session.execute(
        sa.select(
            Registration.event_id,
            sa.func.count().filter(Registration.holds_seat),
            sa.func.count().filter(Registration.status == Status.WAITLISTED),
        )
        .where(Registration.event_id.in_(event_ids))
        .group_by(Registration.event_id)
    )
    return {event_id: (seated, waiting) for event_id, seated, waiting in rows}
