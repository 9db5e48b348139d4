"""Why the queue stands still at this moment: the reason that keeps `waitlist.promote` from giving anybody a seat."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event, EventStatus
from eventsvc.events.tickets import Quota
from eventsvc.registration import quotas, waitlist
from eventsvc.registration.arithmetic import arithmetic
from eventsvc.registration.models import Registration


class Reason(StrEnum):
    """MOVES is the one under which it does not stand still: whoever is next gets a seat with the next round."""

    NOBODY_WAITS = "nobody_waits"
    MOVES = "moves"
    NOT_PUBLISHED = "not_published"
    CANCELLED = "cancelled"
    BEGUN = "begun"
    PAUSED = "paused"
    LATE = "late"  # the last hours before an event in person
    TOO_LATE_TO_ASK = "too_late_to_ask"  # no offer could be answered in time
    FULL = "full"
    OVER = "over"  # the limit was lowered below what is taken
    PARTY = "party"  # there are seats, and not enough for all who came together


@dataclass(frozen=True)
class Standstill:
    """The reason, and the numbers behind it where it is a limit: that which refuses the first in line."""

    reason: Reason
    quota_id: int | None = None
    people: int = 0  # who is first in line, and came together
    free: int = 0
    over: int = 0
    offered: int = 0  # seats of this limit that may come back, because they are only offered


class Limit(NamedTuple):
    size: int | None
    taken: int

    @property
    def left(self) -> int:
        """Negative where the limit was lowered below what is taken. Only of a limit that has a size."""
        return (self.size or 0) - self.taken


@dataclass(frozen=True)
class Head:
    """Who is first in the queue of one limit, and how many seats they need under each."""

    quota_id: int
    party: Sequence[Registration]
    needs: Mapping[int, int]

    @property
    def order(self) -> tuple[object, object]:
        first = self.party[0]
        return first.queued_at or first.registered_at, first.id


def why(event: Event) -> Standstill:
    """What keeps the queue from moving, or that it moves."""
    heads = _heads(event)
    if not heads:
        return Standstill(Reason.NOBODY_WAITS)
    outside = _outside_reason(event)
    if outside:
        return Standstill(outside)
    limits = _limits(event)
    return Standstill(Reason.MOVES) if _somebody_fits(heads, limits) else _refusal(event, heads[0], limits)


def _outside_reason(event: Event) -> Reason | None:
    """A reason that has nothing to do with seats."""
    if event.status == EventStatus.CANCELLED:
        return Reason.CANCELLED
    if event.status != EventStatus.PUBLISHED:
        return Reason.NOT_PUBLISHED
    if clock.now() >= event.starts_at:
        return Reason.BEGUN
    if event.waitlist_paused:
        return Reason.PAUSED
    if not waitlist.moves(event):
        return Reason.LATE
    asks = event.offer_hours is not None
    return Reason.TOO_LATE_TO_ASK if asks and waitlist.offer_until(event) is None else None


def _heads(event: Event) -> list[Head]:
    """Who is first in each queue; the one who has waited longest first."""
    firsts = (
        sa.select(Registration.waiting_quota_id, sa.func.min(Registration.queue_number).label("number"))
        .where(Registration.event_id == event.id, Registration.waiting_quota_id.is_not(None))
        .group_by(Registration.waiting_quota_id)
        .subquery()
    )
    rows = db.session.scalars(
        sa.select(Registration)
        .join(firsts, firsts.c.waiting_quota_id == Registration.waiting_quota_id)
        .where(Registration.event_id == event.id, Registration.queue_number == firsts.c.number)
        .order_by(Registration.position, Registration.id)
        .execution_options(populate_existing=True)
    ).all()
    parties: dict[int, list[Registration]] = {}
    for row in rows:
        parties.setdefault(row.waiting_quota_id or 0, []).append(row)
    return sorted((Head(q, party, _needs(party)) for q, party in parties.items()), key=lambda head: head.order)


def _needs(party: Sequence[Registration]) -> Counter[int]:
    wanted: Counter[int] = Counter()
    for each in party:
        wanted.update(quotas.quota_ids_of(each.ticket_type_id))
    return wanted


def _limits(event: Event) -> dict[int, Limit]:
    rows = db.session.execute(sa.select(Quota.id, Quota.size, Quota.taken).where(Quota.event_id == event.id))
    return {quota: Limit(size, taken) for quota, size, taken in rows}


def _refusing(head: Head, limits: Mapping[int, Limit]) -> list[int]:
    return [
        quota
        for quota, people in sorted(head.needs.items())
        if limits[quota].size is not None and limits[quota].left < people
    ]


def _somebody_fits(heads: Sequence[Head], limits: Mapping[int, Limit]) -> bool:
    """One who does not fit holds up whoever needs a seat of the same limits."""
    blocked: set[int] = set()
    for head in heads:
        refusing = {*_refusing(head, limits), *(blocked & head.needs.keys())}
        if not refusing:
            return True
        blocked |= refusing | {head.quota_id}
    return False


def _refusal(event: Event, first: Head, limits: Mapping[int, Limit]) -> Standstill:
    """The limit that has too few seats for who is first; the fullest of them, if there are several."""
    quota = min(_refusing(first, limits), key=lambda q: (limits[q].left, q))
    left = limits[quota].left
    reason = Reason.OVER if left < 0 else Reason.FULL if left == 0 else Reason.PARTY
    numbers = {"people": len(first.party), "free": max(0, left), "over": max(0, -left)}
    return Standstill(reason, quota, offered=_offered(event, quota), **numbers)


def _offered(event: Event, quota_id: int) -> int:
    return next((each.offered for each in arithmetic(event) if each.quota_id == quota_id), 0)
