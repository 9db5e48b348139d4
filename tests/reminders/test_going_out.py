"""Reminders go out when they are due, to who comes, once; and not when they would be wrong."""

from datetime import timedelta

import pytest

from eventsvc import chores
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.mail.models import MessageStatus
from eventsvc.registration import announcements
from eventsvc.registration.handover import Successor, hand_over
from eventsvc.reminders import reminding, unsubscribing
from eventsvc.reminders.models import Stop
from eventsvc.reminders.schedule import AFTERWARDS, DAY_BEFORE, HOUR_BEFORE
from tests.factories import Cast
from tests.registration.journal import comes, goes, latest
from tests.registration.visitor import text_of
from tests.reminders.house import before, come_round, content_of, left, mail_of, party, plan, posted, rows_of, runs_of


@pytest.fixture
def event(context):
    """In five days, online as well as in the hall, with two places."""
    return Cast(context).event(capacity=2, days=5, attendance="hybrid", join_url="https://meet.example.org/room")


def test_the_day_before_everybody_who_has_a_place_is_reminded_once(event, stopped_clock):
    for who in ("ana", "ben", "cleo"):
        comes(event, who)
    before(event, stopped_clock, hours=24, seconds=1)
    come_round(stopped_clock)
    assert posted(event) == []

    for _ in range(3):
        come_round(stopped_clock)

    assert posted(event) == [("reminder_day", "Ana"), ("reminder_day", "Ben")]
    (run,) = runs_of(event, DAY_BEFORE)
    assert (run.told, run.expected, run.stopped, run.done_at is not None) == (2, 2, "", True)


def test_an_hour_before_only_those_are_reminded_who_can_join_online(event, context, stopped_clock):
    hall = Cast(context).event(days=5)
    comes(event, "ana")
    comes(hall, "ana")
    before(event, stopped_clock, minutes=59)

    come_round(stopped_clock)

    assert posted(event) == [("reminder_hour", "Ana")]
    assert posted(hall) == []


def test_afterwards_nobody_is_written_to_unless_the_organizers_want_it(event, stopped_clock):
    comes(event, "ana")
    before(event, stopped_clock, hours=-5)
    come_round(stopped_clock)
    assert posted(event) == []

    plan(event, AFTERWARDS, survey_url="https://survey.example.org/x")
    come_round(stopped_clock)

    assert posted(event) == [("afterwards", "Ana")]
    assert rows_of(event)[0].expires_at == event.ends_at + timedelta(hours=2, days=3)


def test_in_batches_nobody_is_forgotten(context, stopped_clock, monkeypatch):
    monkeypatch.setattr(reminding, "BATCH", 3)
    event = Cast(context).event(days=5)
    people = [f"p{number}" for number in range(10)]
    for who in people:
        comes(event, who)
    before(event, stopped_clock, hours=24)

    come_round(stopped_clock)

    assert posted(event) == [("reminder_day", who.title()) for who in people]


def test_who_registers_after_it_was_due_is_not_reminded_of_what_they_just_read(event, stopped_clock):
    comes(event, "ana")
    before(event, stopped_clock, hours=23, minutes=59)
    comes(event, "ben")

    come_round(stopped_clock)

    assert posted(event) == [("reminder_day", "Ana")]


def test_who_wants_none_gets_none_and_what_waits_is_taken_back(event, stopped_clock):
    comes(event, "ana")
    comes(event, "ben")
    with transaction():
        unsubscribing.unsubscribe(latest(event, "ana"))
    before(event, stopped_clock, hours=24)
    come_round(stopped_clock)
    assert posted(event) == [("reminder_day", "Ben")]

    with transaction():
        unsubscribing.unsubscribe(latest(event, "ben"))
    assert left(event) == []
    with transaction():
        unsubscribing.subscribe_again(latest(event, "ben"))
    before(event, stopped_clock, minutes=60)
    come_round(stopped_clock)

    assert posted(event)[1:] == [("reminder_hour", "Ben")]


def test_the_contact_of_guests_gets_one_letter_that_names_each_of_them_once(context, stopped_clock):
    event = Cast(context).event(days=5, party_most=5)
    party(event, "ana", "mateo", "noa")
    before(event, stopped_clock, hours=24)

    come_round(stopped_clock)

    assert posted(event) == [("reminder_day", "Ana")]
    text = text_of(mail_of(rows_of(event)[0]))
    assert [text.count(name) for name in ("Mateo:", "Noa:")] == [1, 1]
    assert text.count("/r/") == 4  # her own, the same as a calendar file, and one for each guest


def test_who_does_not_come_still_passes_on_what_guests_have_to_know(context, stopped_clock):
    event = Cast(context).event(days=5, party_most=5)
    party(event, "ana", "mateo")
    goes(event, "ana")
    before(event, stopped_clock, hours=24)

    come_round(stopped_clock)

    assert posted(event) == [("reminder_day", "Ana")]
    text = text_of(mail_of(rows_of(event)[0]))
    assert text.count("Mateo:") == 1
    assert text.count("/r/") == 1
    assert "Cannot come" not in text


def test_who_cancels_or_hands_the_place_on_while_the_letter_waits_does_not_get_it(event, stopped_clock):
    comes(event, "ana")
    comes(event, "ben")
    before(event, stopped_clock, hours=24)
    come_round(stopped_clock)
    assert left(event) == ["Ana", "Ben"]
    goes(event, "ana")
    with transaction():
        hand_over(latest(event, "ben"), Successor("Eva", "eva@example.org", "en"))

    come_round(stopped_clock)

    assert [row.status for row in rows_of(event)] == [MessageStatus.DROPPED] * 2


def test_a_moved_event_takes_back_what_waits_and_reminds_anew(event, stopped_clock):
    comes(event, "ana")
    before(event, stopped_clock, hours=24)
    come_round(stopped_clock)
    with transaction():
        fresh = db.session.get_one(Event, event.id)
        days = timedelta(days=7)
        announcements.change(fresh, starts=fresh.starts + days, ends=fresh.ends + days)
    come_round(stopped_clock)
    assert left(event) == []

    stopped_clock.moment = db.session.get_one(Event, event.id).starts_at - timedelta(hours=24)
    come_round(stopped_clock)

    assert left(event) == ["Ana"]
    assert [(row.letter, row.last_error) for row in rows_of(event)] == [
        ("reminder_day", "event changed"),
        ("reminder_day", None),
    ]


def test_while_it_goes_out_a_move_stops_it(context, stopped_clock, monkeypatch):
    monkeypatch.setattr(reminding, "BATCH", 1)
    event = Cast(context).event(days=5)
    comes(event, "ana")
    comes(event, "ben")
    before(event, stopped_clock, hours=24)
    chores.remind()
    with transaction():
        fresh = db.session.get_one(Event, event.id)
        hour = timedelta(hours=1)
        announcements.change(fresh, starts=fresh.starts + hour, ends=fresh.ends + hour)

    come_round(stopped_clock)

    (run,) = runs_of(event, DAY_BEFORE)
    assert (run.told, run.stopped) == (1, Stop.MOVED)
    assert left(event) == []


def test_who_was_told_of_a_change_after_it_was_due_is_not_told_all_of_it_again(event, stopped_clock):
    comes(event, "ana")
    before(event, stopped_clock, hours=40)
    with transaction():  # to in 20 hours: the moment for the day before has passed
        fresh = db.session.get_one(Event, event.id)
        sooner = timedelta(hours=20)
        announcements.change(fresh, starts=fresh.starts - sooner, ends=fresh.ends - sooner)

    come_round(stopped_clock)

    assert posted(event) == []
    assert runs_of(event, DAY_BEFORE)[-1].stopped == Stop.KNOWN


def test_nobody_is_reminded_of_a_cancelled_event_and_what_waits_is_taken_back(event, stopped_clock):
    comes(event, "ana")
    before(event, stopped_clock, hours=24)
    come_round(stopped_clock)
    with transaction():
        announcements.call_off(db.session.get_one(Event, event.id))

    come_round(stopped_clock)
    before(event, stopped_clock, minutes=60)
    come_round(stopped_clock)

    assert [(row.letter, row.status) for row in rows_of(event)] == [("reminder_day", MessageStatus.DROPPED)]


@pytest.mark.parametrize(("hours", "sent"), [(13, 1), (11, 0)])
def test_a_service_that_was_down_reminds_late_but_not_when_it_is_of_no_more_use(event, stopped_clock, hours, sent):
    comes(event, "ana")
    before(event, stopped_clock, hours=hours)

    come_round(stopped_clock)

    assert len(posted(event)) == sent
    assert runs_of(event, DAY_BEFORE)[-1].stopped == ("" if sent else Stop.LATE)


def test_after_the_start_nobody_is_told_that_it_starts_soon(event, stopped_clock):
    comes(event, "ana")
    before(event, stopped_clock, minutes=0)

    come_round(stopped_clock)

    assert posted(event) == []
    assert runs_of(event, HOUR_BEFORE) == []


def test_a_reminder_is_worth_nothing_after_the_start(event, stopped_clock):
    comes(event, "ana")
    before(event, stopped_clock, hours=24)
    come_round(stopped_clock)

    assert {row.expires_at for row in rows_of(event)} == {event.starts_at}


def test_a_draft_reminds_nobody(context, stopped_clock):
    event = Cast(context).event(days=5, published=False)
    before(event, stopped_clock, hours=24)

    come_round(stopped_clock)

    assert runs_of(event, DAY_BEFORE) == []


def test_an_idle_look_writes_nothing(event, stopped_clock):
    comes(event, "ana")
    assert not chores.somebody_to_remind()
    before(event, stopped_clock, hours=24)
    assert chores.somebody_to_remind()
    come_round(stopped_clock)
    assert not db.session.new | db.session.dirty


def test_what_goes_out_carries_no_calendar_object(event, stopped_clock):
    comes(event, "ana")
    plan(event, AFTERWARDS)
    for moment in ({"hours": 24}, {"minutes": 60}, {"hours": -5}):
        before(event, stopped_clock, **moment)
        come_round(stopped_clock)

    content = [content_of(row) for row in rows_of(event)]

    assert len(content) == 3
    assert not any(b"text/calendar" in each or b"BEGIN:V" in each for each in content)


def test_thanks_go_out_although_the_event_was_changed_after_they_were_due(event, stopped_clock):
    comes(event, "ana")
    before(event, stopped_clock, hours=-3)
    with transaction():  # it lasted longer than was said
        fresh = db.session.get_one(Event, event.id)
        announcements.change(fresh, ends=fresh.ends + timedelta(hours=4))
    before(event, stopped_clock, hours=-9)
    plan(event, AFTERWARDS)

    come_round(stopped_clock)

    assert posted(event) == [("afterwards", "Ana")]


def test_a_reminder_long_before_is_not_tried_for_longer_than_any_other_letter(event, stopped_clock):
    comes(event, "ana")
    plan(event, DAY_BEFORE, minutes=4 * 24 * 60)
    before(event, stopped_clock, days=4)

    come_round(stopped_clock)

    assert rows_of(event)[0].expires_at == event.starts_at - timedelta(days=1)
