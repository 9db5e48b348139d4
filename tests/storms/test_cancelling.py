"""Some leave while others come: whoever waits gets the seat, at once and in order."""

from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from eventsvc.db import db
from tests.factories import Cast
from tests.storms.aftermath import Aftermath, assert_everybody_was_told, assert_in_order, deadlocks, look
from tests.storms.clients import Guest, all_at_once, cancel
from tests.storms.conftest import Service
from tests.storms.crowd import Crowd, Deed
from tests.storms.size import dice, many, shuffled

pytestmark = pytest.mark.slow


def test_a_hundred_leave_while_a_hundred_come(service: Service) -> None:
    number = many(100)
    event_id, slug = service.event(number)
    fill(service, slug, number)
    before = look(service.app, event_id)
    assert len(before.confirmed) == number
    newcomers = [Guest(service.url, slug, f"late{n}") for n in range(number)]

    def comes(guest: Guest) -> None:
        with guest.line:
            guest.open_form()
            assert guest.send().status == 303, guest.answers

    def goes(secret: str) -> None:
        assert cancel(service.url, secret).status == 303

    deeds = [partial(comes, guest) for guest in newcomers] + [partial(goes, row.secret) for row in before.rows]
    all_at_once(shuffled(deeds, 1))

    left = look(service.app, event_id)
    assert_in_order(left)
    assert_everybody_was_told(left)
    assert (len(left.confirmed), len(left.queue), len(left.having("cancelled"))) == (number, 0, number)
    assert sorted(row.email for row in left.confirmed) == sorted(guest.email for guest in newcomers)


def fill(service: Service, slug: str, number: int) -> None:
    """So many people register, one dozen at a time."""
    guests = [Guest(service.url, slug, f"early{n}") for n in range(number)]

    def registers(some: list[Guest]) -> None:
        for guest in some:
            with guest.line:
                guest.open_form()
                guest.send()

    all_at_once([partial(registers, guests[start::12]) for start in range(12)])


@pytest.mark.parametrize("seed", range(many(3)))
def test_while_people_come_and_go_no_seat_is_free_beside_somebody_who_waits(
    app: Flask, people: Crowd, seed: int
) -> None:
    event_id, there = a_full_room(app, people, seed, seats=15, waiting=5)
    deeds = [Deed("comes", f"late{n}") for n in range(20)] + [Deed("goes", who) for who in there]

    assert people.do(event_id, deeds, seed) == []

    left = look(app, event_id)
    assert_in_order(left)
    assert_everybody_was_told(left)
    assert (len(left.confirmed), len(left.queue)) == (15, 5)
    assert deadlocks(app) == 0


@pytest.mark.parametrize("seed", range(many(2)))
def test_the_same_holds_while_the_room_changes_its_size(app: Flask, people: Crowd, seed: int) -> None:
    event_id, there = a_full_room(app, people, seed, seats=15, waiting=5)
    throw = dice(seed)
    deeds = [Deed("comes", f"late{n}") for n in range(15)] + [Deed("goes", who) for who in there[:15]]
    deeds += [Deed("resizes", throw.randint(5, 25)) for _ in range(6)]

    assert people.do(event_id, deeds, seed) == []
    left = look(app, event_id)
    assert_in_order(left)
    assert_everybody_was_told(left)

    assert people.do(event_id, [Deed("resizes", 30)], seed) == []
    left = look(app, event_id)
    assert_in_order(left)
    assert_everybody_was_told(left)
    assert (len(left.confirmed), len(left.queue)) == (20, 0)
    assert deadlocks(app) == 0


def a_full_room(app: Flask, people: Crowd, seed: int, *, seats: int, waiting: int) -> tuple[int, list[str]]:
    """An event with this many people in it and behind it; its id, and the ids of their registrations."""
    with app.app_context():
        event_id = Cast(app).event(capacity=seats).id
    assert people.do(event_id, [Deed("comes", f"early{n}") for n in range(seats + waiting)], seed) == []
    before: Aftermath = look(app, event_id)
    assert (len(before.confirmed), len(before.queue)) == (seats, waiting)
    with app.app_context():
        found = db.session.execute(sa.text("SELECT id FROM registrations WHERE event_id = :event"), {"event": event_id})
        return event_id, [str(row.id) for row in found]


def test_200_leave_while_200_come_and_the_room_changes_its_size_20_times(app: Flask, people: Crowd) -> None:
    number = many(200)
    event_id, there = a_full_room(app, people, 1, seats=number * 3 // 4, waiting=number // 4)
    throw = dice(1)
    sizes = [throw.randint(number // 4, number) for _ in range(number // 10)]
    deeds = [Deed("comes", f"late{n}") for n in range(number)] + [Deed("goes", who) for who in there]

    assert people.do(event_id, deeds + [Deed("resizes", size) for size in sizes], 1) == []

    left = look(app, event_id)
    assert_in_order(left)
    assert_everybody_was_told(left)
    assert len(left.having("cancelled")) == len(there) == number
    assert len(left.confirmed) + len(left.queue) == number
    assert deadlocks(app) == 0
