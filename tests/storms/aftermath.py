"""What a storm left behind, read from the database, and what must be true of it whatever happened."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, ticket_type_quotas
from eventsvc.mail.models import Message
from eventsvc.registration import quotas
from eventsvc.registration.models import LIVE, Registration
from eventsvc.registration.people import person


@dataclass(frozen=True)
class Row:
    """One registration, opened."""

    email: str
    status: str
    queue_number: int | None
    secret: str
    letters: tuple[str, ...]
    kind: int
    party: UUID | None
    waits_for: int | None
    queued_at: datetime | None


class Limit(NamedTuple):
    """The counters of a quota."""

    size: int | None
    taken: int
    waiting: int

    def fits(self, people: int) -> bool:
        return self.size is None or self.taken + people <= self.size


@dataclass(frozen=True)
class Aftermath:
    rows: list[Row]
    limits: dict[int, Limit]
    over: dict[int, list[int]]  # the limits over each ticket type
    miscounted: list[str]

    def having(self, *statuses: str) -> list[Row]:
        return [row for row in self.rows if row.status in statuses]

    @property
    def confirmed(self) -> list[Row]:
        return self.having("confirmed")

    @property
    def queue(self) -> list[Row]:
        """Those who wait, first in line first."""
        return sorted(self.having("waitlisted"), key=lambda row: (row.waits_for or 0, row.queue_number or 0))

    def needs(self, rows: Iterable[Row]) -> Counter[int]:
        """How many seats under each limit."""
        return Counter(limit for row in rows for limit in self.over[row.kind])


def look(app: Flask, event_id: int) -> Aftermath:
    """Everything about an event, at this moment."""
    with app.app_context():
        event = db.session.get_one(Event, event_id)
        limits = db.session.scalars(sa.select(Quota).where(Quota.event_id == event_id).order_by(Quota.id))
        counters = {each.id: Limit(each.size, each.taken, each.waiting) for each in limits}
        over = defaultdict(list)
        for kind, limit in db.session.execute(sa.select(ticket_type_quotas)):
            over[kind].append(limit)
        result = Aftermath(_rows(event_id), counters, dict(over), quotas.recount(event))
        db.session.rollback()
    return result


def _rows(event_id: int) -> list[Row]:
    letters: dict[UUID | None, list[str]] = defaultdict(list)
    posted = sa.select(Message.registration_id, Message.letter).where(Message.event_id == event_id)
    for owner, letter in db.session.execute(posted.order_by(Message.created_at)):
        letters[owner].append(letter)
    found = db.session.scalars(
        sa.select(Registration)
        .where(Registration.event_id == event_id)
        .order_by(Registration.registered_at, Registration.queue_number)
    )
    return [_row(each, tuple(letters[each.id])) for each in found]


def _row(each: Registration, letters: tuple[str, ...]) -> Row:
    who = person(each)
    return Row(
        who.email, each.status, each.queue_number, who.secret, letters, each.ticket_type_id, each.party_id,
        each.waiting_quota_id, each.queued_at,
    )  # fmt: skip


def assert_in_order(left: Aftermath) -> None:
    """Counters count, nobody is in twice, nobody waits beside a seat that would do, nobody was overtaken."""
    assert left.miscounted == []
    assert_parties_are_whole(left)
    live = Counter(row.email for row in left.rows if row.email and row.status in LIVE)
    assert [email for email, times in live.items() if times > 1] == []
    assert [row.email for party in waiting_in_vain(left) for row in party] == []
    if len(left.limits) == 1:
        _assert_nobody_was_overtaken(left)


def _assert_nobody_was_overtaken(left: Aftermath) -> None:
    """With one limit, numbers tell it."""
    [limit] = left.limits.values()
    assert (limit.taken, limit.waiting) == (len(left.confirmed), len(left.queue))
    numbers = [row.queue_number for row in left.rows if row.queue_number and not row.party]
    assert len(numbers) == len(set(numbers))
    promoted = [row.queue_number for row in left.confirmed if row.queue_number]
    first = left.queue[0].queue_number if left.queue else None
    assert first is None or max(promoted, default=0) < first


def assert_parties_are_whole(left: Aftermath) -> None:
    """Of those who came together and did not leave, all have a seat or all wait, under one number."""
    parties: dict[UUID, set[tuple[str, int | None, int | None]]] = defaultdict(set)
    for row in left.having("confirmed", "waitlisted"):
        if row.party:
            parties[row.party].add((row.status, row.waits_for, row.queue_number))
    assert {party: found for party, found in parties.items() if len(found) > 1} == {}


def lines(left: Aftermath) -> dict[int, list[list[Row]]]:
    """The parties that wait for each limit, first in line first."""
    found: dict[int, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in left.queue:
        found[row.waits_for or 0][row.queue_number or 0].append(row)
    return {limit: list(numbers.values()) for limit, numbers in found.items()}


def waiting_in_vain(left: Aftermath) -> Iterator[list[Row]]:
    """The first of each line who would fit, and whom nobody before them in time holds up."""
    held_up: set[int] = set()
    heads = [line[0] for line in lines(left).values()]
    for head in sorted(heads, key=lambda party: str(party[0].queued_at)):
        wanted = left.needs(head)
        missing = {limit for limit, n in wanted.items() if limit in held_up or not left.limits[limit].fits(n)}
        if not missing:
            yield head
        held_up |= missing | {head[0].waits_for or 0}


def assert_everybody_was_told(left: Aftermath) -> None:
    """One letter for each turn of each registration that has an address, and none besides."""
    for row in left.rows:
        if row.email:
            assert sorted(row.letters) == sorted(_turns(row)), row


def _turns(row: Row) -> list[str]:
    joined = ["waitlisted"] if row.queue_number else ["confirmed"]
    if row.status == "cancelled":
        promoted = ["promoted"] if "promoted" in row.letters else []
        return joined + promoted + ["cancelled_by_attendee"]
    return joined + (["promoted"] if row.queue_number and row.status == "confirmed" else [])


def deadlocks(app: Flask) -> int:
    """How often PostgreSQL had to break one; on SQLite there are none by nature."""
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            return 0
        counted = db.session.scalar(
            sa.text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        )
        db.session.rollback()
        return int(counted or 0)
