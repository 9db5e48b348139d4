"""What a storm left behind, read from the database, and what must be true of it whatever happened."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota
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


@dataclass(frozen=True)
class Aftermath:
    rows: list[Row]
    size: int
    taken: int
    waiting: int
    miscounted: list[str]

    def having(self, *statuses: str) -> list[Row]:
        return [row for row in self.rows if row.status in statuses]

    @property
    def confirmed(self) -> list[Row]:
        return self.having("confirmed")

    @property
    def queue(self) -> list[Row]:
        """Those who wait, first in line first."""
        return sorted(self.having("waitlisted"), key=lambda row: row.queue_number or 0)


def look(app: Flask, event_id: int) -> Aftermath:
    """Everything about an event with one quota, at this moment."""
    with app.app_context():
        event = db.session.get_one(Event, event_id)
        quota = db.session.scalars(sa.select(Quota).where(Quota.event_id == event_id)).one()
        letters = db.session.execute(
            sa.select(Message.registration_id, Message.letter)
            .where(Message.event_id == event_id)
            .order_by(Message.created_at)
        ).all()
        found = db.session.scalars(
            sa.select(Registration)
            .where(Registration.event_id == event_id)
            .order_by(Registration.registered_at, Registration.queue_number)
        )
        rows = [_row(each, tuple(letter for owner, letter in letters if owner == each.id)) for each in found]
        result = Aftermath(rows, quota.size or 0, quota.taken, quota.waiting, quotas.recount(event))
        db.session.rollback()
    return result


def _row(registration: Registration, letters: tuple[str, ...]) -> Row:
    who = person(registration)
    return Row(who.email, registration.status, registration.queue_number, who.secret, letters)


def assert_in_order(left: Aftermath) -> None:
    """Counters count, nobody is in twice, no seat is free beside somebody who waits, nobody was overtaken."""
    assert left.miscounted == []
    assert (left.taken, left.waiting) == (len(left.confirmed), len(left.queue))
    live = Counter(row.email for row in left.rows if row.status in LIVE)
    assert [email for email, times in live.items() if times > 1] == []
    assert not (left.taken < left.size and left.waiting), f"{left.size - left.taken} free, {left.waiting} wait"
    numbers = [row.queue_number for row in left.rows if row.queue_number]
    assert len(numbers) == len(set(numbers))
    promoted = [row.queue_number for row in left.confirmed if row.queue_number]
    first = left.queue[0].queue_number if left.queue else None
    assert first is None or max(promoted, default=0) < first


def assert_everybody_was_told(left: Aftermath) -> None:
    """One letter for each turn of each registration, and none besides."""
    for row in left.rows:
        assert sorted(row.letters) == sorted(_turns(row)), row


def _turns(row: Row) -> list[str]:
    joined = ["waitlisted"] if row.queue_number else ["confirmed"]
    if row.status == "cancelled":
        promoted = ["promoted"] if "promoted" in row.letters else []
        return joined + promoted + ["cancelled_by_attendee"]
    return joined + (["promoted"] if row.queue_number and row.status == "confirmed" else [])
