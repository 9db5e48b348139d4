"""One sign-up for several events: the plug is pulled at every step of it, and many of them come at once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event as listen

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.registration import quotas
from eventsvc.registration.several import sign_up_for_several
from eventsvc.tokens import new_form_id
from tests.factories import Cast
from tests.registration.journal import comes, counters, letters, signup, statuses
from tests.retention.plug import at_every_step

LEAST = 30  # steps that such a sign-up takes at the least; fewer would mean that the plug was never pulled
PEOPLE, TURNS = 8, 4


def test_whatever_breaks_somebody_is_registered_everywhere_or_nowhere(context):
    staged: list[list[Event]] = []
    form_id = ""

    def stage() -> Callable[[], object]:
        nonlocal form_id
        cast, form_id = Cast(context), new_form_id("programme", "1:1,2")
        staged.append([cast.event(f"Day {number}", days=number + 3, capacity=1) for number in range(2)])
        comes(staged[-1][0], "ben")
        pairs = [(event, signup(event)) for event in staged[-1]]
        this_form = form_id
        return lambda: sign_up_for_several(pairs, form_id=this_form, content="1")

    after = [[("ben", "confirmed"), ("ana", "waitlisted")], [("ana", "confirmed")]]
    told = [["confirmed", "several"], []]
    for register in at_every_step(stage):
        events = staged[-1]
        happened = [statuses(event) for event in events]
        assert happened in (after, [[("ben", "confirmed")], []])
        assert [letters(event) for event in events] == (told if happened == after else [["confirmed"], []])
        assert [quotas.recount(event) for event in events] == [[], []]
        db.session.rollback()

        register()

        assert [statuses(event) for event in events] == after
        assert [letters(event) for event in events] == told
        assert [counters(event) for event in events] == [[(1, 1, 1)], [(1, 1, 0)]]
    assert len(staged) > LEAST


@contextmanager
def deadlocks_counted() -> Iterator[list[str]]:
    """Every deadlock that PostgreSQL had to end, though the unit is done again and nobody hears of it."""
    found: list[str] = []

    def note(failure: sa.engine.ExceptionContext) -> None:
        if getattr(failure.original_exception, "sqlstate", "") == "40P01":
            found.append("deadlock")

    listen.listen(db.engine, "handle_error", note)
    try:
        yield found
    finally:
        listen.remove(db.engine, "handle_error", note)


def comes_again_and_again(app: Flask, ids: list[int], number: int, together: threading.Barrier) -> None:
    """Every second one of them chooses the events in the opposite order."""
    with app.app_context():
        for turn in range(TURNS):
            events = [db.session.get_one(Event, each) for each in ids[:: 1 if number % 2 else -1]]
            pairs = [(event, signup(event, f"guest{number}x{turn}")) for event in events]
            together.wait(30)
            sign_up_for_several(pairs)
        db.session.remove()


def test_people_who_choose_the_same_events_in_opposite_order_never_wait_for_each_other(context):
    ids = [Cast(context).event(f"Day {number}", days=number + 3, capacity=8).id for number in range(3)]
    db.session.remove()
    together = threading.Barrier(PEOPLE)
    threads = [
        threading.Thread(target=comes_again_and_again, args=[context, ids, number, together])
        for number in range(PEOPLE)
    ]
    with deadlocks_counted() as deadlocks:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

    events = [db.session.get_one(Event, each) for each in ids]
    assert deadlocks == []
    assert [counters(event) for event in events] == [[(8, 8, PEOPLE * TURNS - 8)]] * 3
    assert [quotas.recount(event) for event in events] == [[], [], []]
    assert [len(letters(event)) for event in events] == [PEOPLE * TURNS, 0, 0]
