"""When personal data are due, what a purge keeps, and what its receipts prove."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.registration.models import Registration
from eventsvc.registration.people import person
from eventsvc.retention import receipts, rules, runs, traces
from eventsvc.retention.models import Receipt
from eventsvc.retention.purge import purge
from eventsvc.vault import SealBroken, keyring
from tests.factories import Cast
from tests.registration.journal import comes, counters, letters


def slugs(at) -> list[str]:
    return [due.slug for due in rules.due(at)]


def test_personal_data_are_due_so_many_days_after_the_end_and_not_a_second_before(context):
    cast = Cast(context)
    event = cast.event(days=1, retention_days=10)
    cast.event(days=1, retention_days=11)
    comes(event, "ana")
    day = event.ends_at + timedelta(days=10)

    assert slugs(day - timedelta(seconds=1)) == []
    assert rules.due(day) == [rules.Due(event.id, event.slug, day, 1)]


def test_a_cancelled_event_is_due_as_any_other_and_a_draft_only_with_people(context):
    cast = Cast(context)
    cancelled, empty, full = cast.event(), cast.event(published=False), cast.event()
    comes(full, "ana")
    with transaction():
        editing.cancel(db.session.get_one(Event, cancelled.id))
        editing.change(db.session.get_one(Event, full.id), status="draft")

    assert sorted(slugs(clock.now() + timedelta(days=90))) == sorted([cancelled.slug, full.slug])
    assert empty.slug not in slugs(clock.now() + timedelta(days=900))


def test_saying_what_is_due_changes_nothing(context, stopped_clock):
    event = Cast(context).event(days=1)
    comes(event, "ana")
    stopped_clock.forward(days=40)

    assert slugs(None) == [event.slug]
    assert slugs(None) == [event.slug]
    assert db.session.scalar(sa.select(Registration.id)) is not None


def test_a_purge_keeps_the_event_and_its_counters_and_takes_the_keys(context, stopped_clock):
    event = Cast(context).event(days=1, capacity=2)
    for who in ("ana", "ben", "cleo"):
        comes(event, who)
    stopped_clock.forward(days=40)

    (receipt,) = runs.run()

    assert counters(event) == [(2, 2, 1)]
    assert letters(event) == []
    assert receipt.event_uid == event.uid
    assert receipt.counts["registrations"] == 3
    assert receipt.counts["statuses"] == {"confirmed": 2, "waitlisted": 1}
    with pytest.raises(SealBroken):
        keyring().of_event(event.id)
    assert runs.run() == []
    assert runs.purge_event(event.id) is None


def test_a_purge_may_take_long_and_nothing_else_may(context, stopped_clock):
    if db.engine.dialect.name != "postgresql":
        return
    allowed = sa.text("SELECT current_setting('statement_timeout')")
    event = Cast(context).event(days=1)
    with transaction():
        purge(event.id)
        assert db.session.scalar(allowed) == "0"

    assert db.session.scalar(allowed) == "10s"


def test_a_fault_while_the_tables_are_written_anew_leaves_nobody_without_a_limit(context):
    """Not even where the plug is pulled for every statement from then on."""
    if db.engine.dialect.name != "postgresql":
        return
    db.engine.dispose()

    def pulled(_connection, _cursor, statement, *_rest):
        if "statement_timeout" not in statement or "RESET" in statement:
            raise ConnectionError

    sa.event.listen(db.engine, "before_cursor_execute", pulled)
    with pytest.raises(ConnectionError):
        traces.scrub()
    sa.event.remove(db.engine, "before_cursor_execute", pulled)

    assert db.session.scalar(sa.text("SELECT current_setting('statement_timeout')")) == "10s"


def test_the_page_of_a_purged_event_stays_and_the_links_to_it_lead_nowhere(cast, client, app, stopped_clock):
    event = cast.event(days=1)
    with app.app_context():
        made = comes(db.session.get_one(Event, event.id), "ana")
        secret = person(db.session.get_one(Registration, made.registration_id)).secret
    assert client.get(f"/r/{secret}").status_code == 200
    stopped_clock.forward(days=40)

    with app.app_context():
        runs.run()

    assert client.get(f"/en/events/{event.slug}").status_code == 200
    assert client.get(f"/en/events/{event.slug}.ics").status_code == 200
    assert client.get(f"/r/{secret}").status_code == 404
    assert client.get(f"/r/{secret}/erasure").status_code == 404


def test_a_receipt_that_was_changed_or_taken_away_breaks_the_chain(context):
    with transaction():
        written = [receipts.write(f"uid-{number}", "retention", {"registrations": number}) for number in range(4)]
    ids = [receipt.id for receipt in written]
    assert receipts.broken() is None
    assert len({receipt.previous_hash for receipt in written}) == 4
    found = receipts.find(written[2].hash.hex())
    assert found is not None
    assert found.id == ids[2]
    assert receipts.find("no receipt") is None

    with transaction():
        db.session.execute(sa.update(Receipt).where(Receipt.id == ids[1]).values(counts={"registrations": 9}))
    db.session.expire_all()
    assert receipts.broken() == ids[1]

    with transaction():
        db.session.execute(sa.delete(Receipt).where(Receipt.id == ids[1]))
    db.session.expire_all()
    assert receipts.broken() == ids[2]
