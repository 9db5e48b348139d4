"""The plug is pulled while a person or an event is erased; and two machines purge the same event."""

import shutil
import threading
from collections.abc import Callable

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.intake import current_settings
from eventsvc.mail.models import Message
from eventsvc.registration import quotas
from eventsvc.registration.models import Answer, LogLine, Registration
from eventsvc.registration.signup import sign_up
from eventsvc.retention import journal, receipts, runs
from eventsvc.retention.journal import Entry
from eventsvc.retention.models import Erasure, Receipt
from eventsvc.retention.purge import PERSONAL
from eventsvc.tokens import new_form_id
from tests.factories import Cast
from tests.registration.journal import comes, counters, latest, letters, statuses
from tests.retention.asking import ask, person, taken
from tests.retention.plug import at_every_step
from tests.retention.test_erasure import send_all

BEFORE = ([("ana", "confirmed"), ("ben", "waitlisted")], ["confirmed", "waitlisted"], [(1, 1, 1)])
AFTER = ([("ben", "confirmed")], ["erased", "promoted", "waitlisted"], [(1, 1, 0)])
LEAST = 15  # steps that an erasure or a purge takes at the least; fewer would mean that the plug was never pulled


def full_event(app) -> Event:
    """Ana has the only place, also in the workshop, Ben waits; their letters have left, and are all there is in the mail folder."""
    send_all()  # what an earlier event left
    shutil.rmtree(current_settings().data_dir / "mail", ignore_errors=True)
    event = Cast(app).event(capacity=1, days=3)
    ask(event, "workshop", ("weaving", 1), ("radio", None))
    ana = person(event, "ana", workshop=["weaving"])
    sign_up(event, ana, form_id=new_form_id("register", event.slug), content="1")
    comes(event, "ben")
    send_all()
    return event


def told(event: Event) -> tuple[object, object, object]:
    return statuses(event), sorted(letters(event)), counters(event)


def files_that_name(address: str) -> int:
    folder = current_settings().data_dir / "mail"
    return sum(address.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def rows(model, *conditions) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def test_whatever_an_erasure_breaks_at_nothing_is_half_done_and_the_next_one_completes(context):
    on_stage: list[tuple[Event, Registration]] = []

    def stage() -> Callable[[], object]:
        event = full_event(context)
        ana = latest(event, "ana")
        on_stage.append((event, ana))
        return lambda: runs.erase_on_request(ana.id)

    for erase in at_every_step(stage):
        event, ana = on_stage[-1]
        done = told(event) == AFTER
        assert done or told(event) == BEFORE
        assert quotas.recount(event) == []
        assert taken(event) == {"weaving": 0 if done else 1}
        assert rows(Answer, Answer.event_id == event.id) == (0 if done else 1)
        assert rows(LogLine, LogLine.registration_id == ana.id) == (0 if done else 1)
        assert rows(Erasure, Erasure.registration_id == ana.id) == rows(Receipt, Receipt.event_uid == event.uid) == done
        assert receipts.broken() is None
        db.session.rollback()

        erase()

        assert told(event) == AFTER
        assert quotas.recount(event) == []
        assert taken(event) == {"weaving": 0}
        assert rows(Receipt, Receipt.event_uid == event.uid) == 1
        assert receipts.broken() is None
        assert Entry("registration", str(ana.id)) in journal.read(journal.path())
        assert files_that_name("ana@example.org") == 0
        db.session.rollback()
    assert len(on_stage) > LEAST


def test_whatever_a_purge_breaks_at_nothing_is_half_done_and_the_next_one_completes(context, stopped_clock):
    start = stopped_clock.moment
    on_stage: list[int] = []

    def stage() -> Callable[[], object]:
        stopped_clock.moment = start
        on_stage.append(full_event(context).id)
        stopped_clock.forward(days=40)
        return runs.run

    for run in at_every_step(stage):
        event = db.session.get_one(Event, on_stage[-1], populate_existing=True)
        held = personal(event)
        purged = event.purged_at is not None
        assert held["messages"] == held["registrations"] == held["log_lines"] == (0 if purged else 2)
        assert held["answers"] == (0 if purged else 1)
        assert (set(held.values()) == {0}) is purged
        assert rows(Receipt, Receipt.event_uid == event.uid) == purged
        assert counters(event) == [(1, 1, 1)]
        assert quotas.recount(event) == []
        assert receipts.broken() is None
        db.session.rollback()

        run()

        event = db.session.get_one(Event, on_stage[-1], populate_existing=True)
        assert set(personal(event).values()) == {0}
        assert rows(Receipt, Receipt.event_uid == event.uid) == 1
        assert counters(event) == [(1, 1, 1)]
        assert receipts.broken() is None
        assert Entry("event", event.uid) in journal.read(journal.path())
        assert files_that_name("example.org") == 0
        db.session.rollback()
    assert len(on_stage) > LEAST


def personal(event: Event) -> dict[str, int]:
    return {model.__tablename__: rows(model, model.__table__.c.event_id == event.id) for model in PERSONAL}


def test_two_machines_that_purge_at_the_same_time_write_one_receipt(context, stopped_clock):
    start = stopped_clock.moment
    for _round in range(5):
        stopped_clock.moment = start
        event = full_event(context)
        uid = event.uid
        stopped_clock.forward(days=40)
        db.session.remove()

        written = [receipt for each in both(context, runs.run) for receipt in each]

        assert [receipt.event_uid for receipt in written] == [uid]
        assert rows(Receipt, Receipt.event_uid == uid) == 1
        assert rows(Message) == 0
        assert receipts.broken() is None
        assert Entry("event", uid) in journal.read(journal.path())


def both(app, work) -> list[list[Receipt]]:
    """What two threads get that begin at the same moment."""
    ready = threading.Barrier(2)
    got: list[list[Receipt]] = []

    def run() -> None:
        with app.app_context():
            ready.wait(10)
            got.append(work())
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(got) == 2, "one of them failed"
    return got
