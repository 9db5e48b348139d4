"""The plug is pulled while reminders go out; and two machines send them: nobody is told twice, nobody is forgotten."""

import threading
from collections import Counter
from collections.abc import Callable

import sqlalchemy as sa

from eventsvc import chores
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.mail.models import Lane, Message
from eventsvc.reminders import reminding
from eventsvc.reminders.models import ReminderRun
from tests.factories import Cast
from tests.registration.journal import comes
from tests.reminders.house import before, crowd, posted
from tests.retention.plug import at_every_step

PEOPLE = 3
LEAST = 30  # steps that a run in two batches takes at the least


def go_out() -> None:
    while chores.remind():
        pass


def test_whatever_a_run_breaks_at_the_next_one_tells_the_others_and_nobody_twice(context, stopped_clock, monkeypatch):
    monkeypatch.setattr(reminding, "BATCH", 2)
    start = stopped_clock.moment
    on_stage: list[Event] = []

    def stage() -> Callable[[], object]:
        stopped_clock.moment = start
        event = Cast(context).event(days=5)
        crowd(event, PEOPLE)
        before(event, stopped_clock, hours=24)
        on_stage.append(event)
        return go_out

    for go_on in at_every_step(stage):
        event = on_stage[-1]
        run = db.session.scalar(sa.select(ReminderRun).where(ReminderRun.event_id == event.id))
        assert len(posted(event)) == (run.told if run else 0), "what is told and how far it came are one"
        db.session.rollback()

        go_on()

        assert len(posted(event)) == len(set(posted(event))) == PEOPLE
        run = db.session.scalars(sa.select(ReminderRun).where(ReminderRun.event_id == event.id)).one()
        db.session.refresh(run)
        assert (run.told, run.done_at is not None) == (PEOPLE, True)
        db.session.rollback()
    assert len(on_stage) > LEAST


def test_two_machines_that_go_at_it_at_once_tell_each_person_once(context, stopped_clock, monkeypatch):
    monkeypatch.setattr(reminding, "BATCH", 3)
    people = [f"p{number}" for number in range(30)]
    event = Cast(context).event(days=5)
    for who in people:
        comes(event, who)
    before(event, stopped_clock, hours=24)
    event_id = event.id
    db.session.remove()

    both(context, go_out)

    rows = db.session.scalars(
        sa.select(Message.recipient_index).where(Message.event_id == event_id, Message.lane == Lane.BULK)
    ).all()
    assert Counter(Counter(rows).values()) == {1: len(people)}
    run = db.session.scalars(sa.select(ReminderRun)).one()
    assert (run.told, run.done_at is not None) == (len(people), True)


def both(app, work: Callable[[], object]) -> None:
    """Two threads that begin at the same moment, each until it has nothing more to do."""
    ready = threading.Barrier(2)
    failed: list[BaseException] = []

    def run() -> None:
        with app.app_context():
            ready.wait(10)
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - it is told in the main thread
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
