"""Whoever may be a program, and whoever the organizer does not trust, gets a seat only after using the mailed link."""

import pytest
import sqlalchemy as sa

from eventsvc import chores
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.mail.models import Message
from eventsvc.registration import confirming
from eventsvc.registration.models import LogLine, Registration, Status
from eventsvc.registration.signup import sign_up
from tests.registration.journal import comes, counters, latest, letters, signup, statuses
from tests.registration.visitor import forms_in, register, send


@pytest.fixture
def quick(app):
    """As in life: who sends the form within two seconds is no person."""
    settings = app.extensions["eventsvc.settings"]
    app.extensions["eventsvc.settings"] = settings.model_copy(update={"quickest_form": 2.0})
    yield
    app.extensions["eventsvc.settings"] = settings


def status(app, event):
    with app.app_context():
        return [row for _, row in statuses(event)], counters(event)[0][1]


def test_a_form_sent_at_once_takes_no_seat(app, client, cast, stopped_clock, quick):
    event = cast.event(capacity=1)
    page = client.get(f"/en/events/{event.slug}/register")
    stopped_clock.forward(seconds=1.9)

    answer = send(client, page, name="Ana", email="ana@example.org", consent="y")

    assert "One more step" in client.get(answer.location).text
    assert status(app, event) == (["unconfirmed"], 0)


def test_a_form_that_was_read_takes_one(app, client, cast, stopped_clock, quick):
    event = cast.event(capacity=1)
    page = client.get(f"/en/events/{event.slug}/register")
    stopped_clock.forward(seconds=2)

    answer = send(client, page, name="Ana", email="ana@example.org", consent="y")

    assert "You have a place" in client.get(answer.location).text
    assert status(app, event) == (["confirmed"], 1)


def test_who_fills_in_the_trap_takes_none(app, client, cast):
    event = cast.event(capacity=1)

    answer = register(client, event, homepage="https://spam.example")

    assert "One more step" in client.get(answer.location).text
    assert status(app, event) == (["unconfirmed"], 0)


def test_nobody_sees_the_trap(client, cast):
    event = cast.event()
    page = client.get(f"/en/events/{event.slug}/register").text

    before, _, after = page.partition('name="homepage"')
    assert 'aria-hidden="true"' in before[-300:]
    assert 'tabindex="-1"' in after[:200] or 'tabindex="-1"' in before[-200:]
    assert forms_in(client.get(f"/en/events/{event.slug}/register"))[0][1]["homepage"] == ""


def confirms_first(event):
    with transaction():
        db.session.execute(sa.update(Event).where(Event.id == event.id).values(confirms_address=True))
    db.session.refresh(event)


def test_where_the_organizer_wants_it_everybody_confirms_first(context, cast):
    event = cast.event(capacity=1)
    confirms_first(event)

    assert comes(event, "ana").status == Status.UNCONFIRMED
    assert comes(event, "ben").status == Status.UNCONFIRMED
    for who in ("ben", "ana"):
        with transaction():
            confirming.confirm_address(latest(event, who))

    assert statuses(event) == [("ana", "waitlisted"), ("ben", "confirmed")]  # who confirmed first was first
    assert letters(event) == ["confirm_address"] * 2 + ["confirmed", "waitlisted"]


def test_confirming_twice_is_once(context, cast):
    event = cast.event(capacity=1)
    confirms_first(event)
    comes(event, "ana")

    for _ in range(2):
        with transaction():
            assert confirming.confirm_address(latest(event, "ana")) == Status.CONFIRMED

    assert counters(event) == [(1, 1, 0)]
    assert letters(event) == ["confirm_address", "confirmed"]


def test_who_comes_with_the_same_address_comes_instead_of_whoever_never_confirmed(context, cast, stopped_clock):
    """Else anybody could keep somebody out by typing their address before them."""
    event = cast.event(capacity=1)
    sign_up(event, signup(event, "ana"), doubtful=True)
    stopped_clock.forward(seconds=5)

    assert comes(event, "ana").status == Status.CONFIRMED

    assert statuses(event) == [("ana", "confirmed")]
    assert letters(event) == ["confirm_address", "confirmed"]


def test_nobody_is_showered_with_links_to_confirm(context, cast, stopped_clock):
    event = cast.event()
    for _ in range(6):
        sign_up(event, signup(event, "ana"), doubtful=True)
        stopped_clock.forward(seconds=1)

    assert len(letters(event)) == 3
    assert statuses(event) == [("ana", "unconfirmed")]


def test_after_two_days_nothing_is_left_of_it(context, cast, stopped_clock):
    event = cast.event()
    sign_up(event, signup(event, "ana"), doubtful=True)

    stopped_clock.forward(hours=47)
    chores.forget_unconfirmed()
    assert statuses(event) == [("ana", "unconfirmed")]
    stopped_clock.forward(hours=1)
    chores.forget_unconfirmed()

    for table in (Registration, LogLine, Message):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
