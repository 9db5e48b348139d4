"""Parties come over several ticket types that share a room: all of a party get seats, or all wait."""

from collections import Counter
from random import Random

import pytest
import sqlalchemy as sa
from flask import Flask

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota
from eventsvc.registration import cancellation, quotas
from eventsvc.registration.models import Registration
from tests.factories import Cast
from tests.storms.aftermath import Aftermath, Row, assert_in_order, deadlocks, lines, look
from tests.storms.crowd import Crowd, Deed, Party
from tests.storms.size import dice, many

pytestmark = pytest.mark.slow

KINDS = ("hall", "balcony", "press")
ROOM, SIZES = 40, (25, 15, 10)


def a_party(number: int, throw: Random) -> Deed:
    """One to four people, each in a way of their own."""
    return Deed("comes", Party(f"party{number}", tuple(throw.choices(KINDS, k=throw.randint(1, 4)))))


def a_room(app: Flask) -> int:
    """The id of an event with three ticket types, each with its own limit, and one over all of them."""
    with app.app_context():
        event = Cast(app).event(capacity=ROOM, kinds=list(zip(KINDS, SIZES, strict=True)))
        with transaction():
            event.party_most = 4
        return event.id


def assert_each_is_told_once(left: Aftermath) -> None:
    """The contact is told; who has no address is told through the contact."""
    for row in left.rows:
        first = {"confirmed", "waitlisted"} & set(row.letters)
        assert bool(first) == bool(row.email), row
    twice = [row.letters for row in left.rows if max(Counter(row.letters).values(), default=1) > 1]
    assert twice == []


@pytest.mark.parametrize("seed", range(many(2)))
def test_no_party_is_torn_and_no_limit_is_broken(app: Flask, people: Crowd, seed: int) -> None:
    event_id, throw = a_room(app), dice(seed)
    deeds = [a_party(number, throw) for number in range(60)]
    number = sum(len(deed.about.kinds) for deed in deeds if isinstance(deed.about, Party))

    assert people.do(event_id, deeds, seed) == []

    left = look(app, event_id)
    assert_in_order(left)
    assert_each_is_told_once(left)
    assert len(left.rows) == len(left.confirmed) + len(left.queue) == number
    assert all(limit.taken <= (limit.size or 0) for limit in left.limits.values())
    assert all(
        [party[0].queue_number for party in line] == list(range(1, len(line) + 1)) for line in lines(left).values()
    )
    assert deadlocks(app) == 0


@pytest.mark.parametrize("seed", range(many(1)))
def test_parties_that_leave_make_room_for_those_who_wait_longest(app: Flask, people: Crowd, seed: int) -> None:
    event_id, throw = a_room(app), dice(seed)
    assert people.do(event_id, [a_party(number, throw) for number in range(40)], seed) == []
    leaving = [Deed("goes", row) for row in of_the_seated(app, event_id)[::2]]

    assert people.do(event_id, leaving + [a_party(100 + number, throw) for number in range(20)], seed) == []

    left = look(app, event_id)
    assert_in_order(left)
    assert all(limit.taken <= (limit.size or 0) for limit in left.limits.values())
    assert len(left.having("cancelled")) == len(leaving)
    assert deadlocks(app) == 0
    while left.queue:
        expected = who_is_next(left)
        one_more_seat_of_each(app, event_id)
        after = look(app, event_id)
        assert_in_order(after)
        if expected and len(expected) == 1:
            assert {row.secret for row in expected} <= {row.secret for row in after.confirmed}
        left = after


def of_the_seated(app: Flask, event_id: int) -> list[str]:
    with app.app_context():
        seated = sa.select(Registration.id).where(Registration.event_id == event_id, Registration.holds_seat)
        return [str(row) for row in db.session.scalars(seated.order_by(Registration.registered_at, Registration.id))]


def who_is_next(left: Aftermath) -> list[Row]:
    """Who has waited longest of all: one more seat of each kind is for them, if they are one."""
    heads = [line[0] for line in lines(left).values()]
    return min(heads, key=lambda party: str(party[0].queued_at))


def one_more_seat_of_each(app: Flask, event_id: int) -> None:
    with app.app_context(), transaction():
        event = db.session.get_one(Event, event_id)
        held = quotas.lock(event)
        for quota in held.values():
            db.session.execute(sa.update(Quota).where(Quota.id == quota.id).values(size=(quota.size or 0) + 1))
        db.session.expire_all()
        cancellation.move_queue(event)
