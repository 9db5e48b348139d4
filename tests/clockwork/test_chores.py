"""What the clockwork does, each chore on real rows and a moved clock."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from eventsvc import chores, clock
from eventsvc.accounts.models import Account, LoginSession, SignInLink
from eventsvc.clockwork import run_due
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota
from eventsvc.intake import current_settings
from eventsvc.mail import reading
from eventsvc.mail.courier import Courier
from eventsvc.mail.models import Message
from eventsvc.mail.transports import transport_of
from eventsvc.registration import announcements, cancellation, rederiving, waitlist
from eventsvc.registration.models import Submission
from eventsvc.registration.signup import sign_up
from eventsvc.retention.models import Receipt
from eventsvc.tokens import new_form_id
from tests.factories import Cast
from tests.registration.journal import comes, counters, letters, signup, statuses


def send_all() -> None:
    courier = Courier(transport_of(current_settings()))
    while courier.round().did_anything:
        pass
    courier.close()


def test_a_larger_room_is_filled_in_batches_and_newcomers_stay_behind(context, monkeypatch):
    monkeypatch.setattr(waitlist, "BATCH", 3)
    event = Cast(context).event(capacity=1)
    for number in range(9):
        comes(event, f"p{number}")
    with transaction():
        quota = db.session.scalars(sa.select(Quota).where(Quota.event_id == event.id)).one()
        cancellation.resize(event, quota.id, 8)
    assert counters(event) == [(8, 4, 5)]
    comes(event, "late")

    while "waitlists" in run_due("a"):
        pass

    assert counters(event) == [(8, 8, 2)]
    assert [who for who, status in statuses(event) if status == "waitlisted"] == ["p8", "late"]
    assert letters(event).count("promoted") == 7


def test_an_announcement_goes_on_until_everybody_heard(context, monkeypatch):
    monkeypatch.setattr(announcements, "BATCH", 2)
    event = Cast(context).event()
    for number in range(5):
        comes(event, f"p{number}")
    with transaction():
        announcements.change(db.session.get_one(Event, event.id), venue={"name": "Another hall"})

    done = [run_due("a") for _ in range(6)]

    assert letters(event).count("event_changed") == 5
    assert "announcements" not in done[-1]


def test_what_became_of_a_form_is_forgotten_after_a_day(context, stopped_clock):
    event = Cast(context).event()
    sign_up(event, signup(event, "ana"), form_id=new_form_id("register", event.slug), content="1")
    run_due("a")
    stopped_clock.forward(hours=23)
    run_due("a")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Submission)) == 1

    stopped_clock.forward(hours=2)
    run_due("a")

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Submission)) == 0
    assert statuses(event) == [("ana", "confirmed")]


def test_the_text_of_a_message_goes_seven_days_after_it_was_sent(context, stopped_clock):
    event = Cast(context).event()
    comes(event, "ana")
    send_all()
    stopped_clock.forward(days=6, hours=23)
    run_due("a")
    assert db.session.scalars(sa.select(Message.body)).one() is not None

    stopped_clock.forward(hours=2)
    run_due("a")

    assert db.session.scalars(sa.select(Message.body)).one() is None


def test_links_and_sessions_go_when_they_are_over(context, stopped_clock):
    now, account = clock.now(), uuid4()
    with transaction():
        db.session.add(Account(id=account, email=b"", email_index=b"x", language="en", created_at=now))
        for number, life in enumerate((timedelta(minutes=15), timedelta(days=9))):
            ends = {"created_at": now, "expires_at": now + life}
            db.session.add(SignInLink(secret_hash=bytes([number]), account_id=account, **ends))
            db.session.add(LoginSession(secret_hash=bytes([number]), account_id=account, seen_at=now, **ends))
    run_due("a")

    stopped_clock.forward(hours=11)
    run_due("a")
    assert [len(db.session.scalars(sa.select(model)).all()) for model in (SignInLink, LoginSession)] == [2, 1]

    stopped_clock.forward(days=2)
    run_due("a")
    assert [len(db.session.scalars(sa.select(model)).all()) for model in (SignInLink, LoginSession)] == [1, 0]


def test_an_event_whose_day_has_come_is_purged_once(context, stopped_clock):
    event = Cast(context).event(days=1, retention_days=10)
    comes(event, "ana")
    run_due("a")
    stopped_clock.moment = event.personal_data_until - timedelta(seconds=1)
    run_due("a")
    assert db.session.get_one(Event, event.id, populate_existing=True).purged_at is None

    stopped_clock.forward(days=1)
    run_due("a")
    run_due("a")

    assert db.session.get_one(Event, event.id, populate_existing=True).purged_at == stopped_clock.moment
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Receipt)) == 1


@pytest.fixture
def moved(context) -> Event:
    """A published event whose instants in the database come from older zone data: an hour off."""
    event = Cast(context).event(languages=["es", "en"])
    comes(event, "ana")
    with transaction():
        hour = timedelta(hours=1)
        event = db.session.get_one(Event, event.id)
        event.starts_at, event.ends_at = event.starts_at - hour, event.ends_at - hour
    return event


def test_new_zone_data_move_an_event_to_come_and_everyone_hears(moved):
    wall, sequence, version = moved.starts, moved.sequence, moved.version

    assert "zones" in run_due("a")
    run_due("a")

    event = db.session.get_one(Event, moved.id, populate_existing=True)
    assert (event.starts, event.starts_at) == (wall, event.starts_local)
    assert (event.sequence, event.version) == (sequence + 1, version + 1)
    message = db.session.scalars(sa.select(Message).where(Message.letter == "event_changed")).one()
    opened = reading.opened(message)
    assert opened is not None
    letter = reading.Letter.of(opened.content)
    assert letter.invitation is not None
    assert letter.invitation.method == "REQUEST"
    assert letter.invitation.sequence == sequence + 1
    assert letter.invitation.starts == event.starts_local
    assert "Start, in UTC" in letter.text
    assert rederiving.rederive() == []


def test_zone_data_leave_alone_what_is_over_and_tell_nobody_of_a_draft(context, stopped_clock):
    draft, past = Cast(context).event(published=False), Cast(context).event(days=2)
    comes(past, "ana")
    hour = timedelta(hours=1)
    with transaction():
        for event in (draft, past):
            row = db.session.get_one(Event, event.id)
            row.starts_at, row.ends_at = row.starts_at - hour, row.ends_at - hour
    stopped_clock.forward(days=3)

    assert rederiving.rederive() == [draft.id]

    row = db.session.get_one(Event, draft.id, populate_existing=True)
    assert (row.starts_at, row.sequence) == (row.starts_local, 0)
    assert letters(draft) == []
    assert "event_changed" not in letters(past)


def test_every_chore_has_a_name_of_its_own():
    names = [duty.name for duty in chores.DUTIES]

    assert len(set(names)) == len(names)
