"""Registering on the page."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.events.slugs import rename
from eventsvc.events.tickets import TicketType
from eventsvc.registration import submissions
from eventsvc.registration.models import Registration, Submission
from tests.registration.visitor import forms_in, link_of, mails, register, send, text_of


@pytest.fixture
def event(cast):
    return cast.event("Assembly", capacity=2)


def count(app, table):
    with app.app_context():
        return db.session.scalar(db.select(db.func.count()).select_from(table))


def change(app, event, **values):
    with app.app_context(), transaction():
        editing.change(db.session.get_one(Event, event.id), **values)


def test_a_visitor_registers_and_reads_what_came_of_it(client, event):
    answer = register(client, event)
    page = client.get(answer.location)

    assert answer.status_code == 303
    assert page.status_code == 200
    assert "<h1>You have a place</h1>" in page.text
    assert "a…@example.org" in page.text
    assert "ana@example.org" not in page.text
    assert f"/en/events/{event.slug}.ics" in page.text


def test_the_page_and_the_mail_speak_the_language_of_the_form(client, event):
    answer = register(client, event, lang="es")

    assert answer.location.startswith(f"/es/events/{event.slug}/registered/")
    assert "<h1>Tiene un lugar</h1>" in client.get(answer.location).text
    assert "Tiene un lugar" in mails(client, event)[0]["Subject"]


def test_whoever_comes_after_the_last_seat_is_offered_the_waitlist(client, event):
    register(client, event, "Ana")
    register(client, event, "Ben")

    form = client.get(f"/en/events/{event.slug}/register")
    result = client.get(register(client, event, "Cleo").location)

    assert "<h1>Join the waitlist</h1>" in form.text
    assert "<h1>You are on the waitlist</h1>" in result.text
    assert ".ics" not in result.text


def test_the_form_shows_what_when_where_and_asks_for_little(client, event):
    page = client.get(f"/en/events/{event.slug}/register")
    ((action, inputs),) = forms_in(page)

    assert action == f"/en/events/{event.slug}/register?sent=1"
    assert set(inputs) == {"form_id", "homepage", "name", "email"}
    for said in (
        "Assembly",
        "Pacific",
        "Alianza Americas",
        'autocomplete="name"',
        'autocomplete="email"',
        "/en/privacy",
    ):
        assert said in page.text
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "private, no-cache"  # going back finds the same form


def test_the_same_form_twice_has_one_result(app, client, event):
    page = client.get(f"/en/events/{event.slug}/register")
    typed = {"name": "Ana", "email": "ana@example.org", "consent": "y"}

    first, second = send(client, page, **typed), send(client, page, **typed)

    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert count(app, Registration) == 1
    assert len(mails(client, event)) == 1


def test_the_same_form_again_has_its_result_although_the_event_is_full_or_closed_by_now(app, client, event):
    change(app, event, waitlist=False)
    page = client.get(f"/en/events/{event.slug}/register")
    typed = {"name": "Ana", "email": "ana@example.org", "consent": "y"}
    first = send(client, page, **typed)
    register(client, event, "Ben")
    full = send(client, page, **typed)
    change(app, event, registration_closes=event.starts - timedelta(days=60))
    closed = send(client, page, **typed)

    assert [first.location, first.location] == [full.location, closed.location]


def test_the_same_form_with_other_content_asks_which_is_meant_and_loses_nothing(app, client, event):
    page = client.get(f"/en/events/{event.slug}/register")
    send(client, page, name="Ana", email="ana@exmaple.org", consent="y")

    asked = send(client, page, name="Ana María", email="ana@example.org", consent="y")
    correcting, another = forms_in(asked)

    assert asked.status_code == 409
    assert "Correct it, or register another person?" in asked.text
    for _action, inputs in (correcting, another):
        assert (inputs["name"], inputs["email"]) == ("Ana María", "ana@example.org")
    assert correcting[1]["form_id"] != another[1]["form_id"]
    assert count(app, Registration) == 1


def test_correcting_moves_what_the_form_created(app, client, event):
    page = client.get(f"/en/events/{event.slug}/register")
    send(client, page, name="Ana", email="ana@exmaple.org", consent="y")
    asked = send(client, page, name="Ana", email="ana@example.org", consent="y")

    answer = send(client, asked, 0)

    assert answer.status_code == 303
    assert "a…@example.org" in client.get(answer.location).text
    assert count(app, Registration) == 1
    assert client.get(link_of(client, event, "ana@example.org")).status_code == 200


def test_another_person_is_registered_beside_the_first(app, client, event):
    page = client.get(f"/en/events/{event.slug}/register")
    send(client, page, name="Ana", email="ana@example.org", consent="y")
    asked = send(client, page, name="Ben", email="ben@example.org", consent="y")

    answers = [send(client, asked, 1), send(client, asked, 1)]

    assert answers[0].location == answers[1].location
    assert count(app, Registration) == 2


def test_a_correction_of_a_form_we_no_longer_know_gets_the_form_back_with_everything_in_it(app, client, event):
    page = client.get(f"/en/events/{event.slug}/register")
    answer = send(client, page, name="Ana", email="ana@example.org", consent="y", meant="correction")

    assert answer.status_code == 400
    assert forms_in(answer)[0][1]["name"] == "Ana"
    assert count(app, Registration) == 0
    assert send(client, answer).status_code == 303


def test_several_ticket_types_are_a_question(app, client, cast):
    event = cast.event(kinds=[("hall", 1), ("online", 10)], attendance="hybrid")
    unanswered = register(client, event)
    answered = register(client, event, ticket_type="hall")

    assert unanswered.status_code == 422
    assert "Choose how you will take part." in unanswered.text
    assert answered.status_code == 303
    assert "hall – waitlist" in client.get(f"/en/events/{event.slug}/register").text


def test_one_full_ticket_type_without_a_waitlist_leaves_the_others(client, cast):
    event = cast.event(kinds=[("hall", 1), ("online", 10)], attendance="hybrid", waitlist=False)
    register(client, event, "Ana", ticket_type="hall")

    answer = register(client, event, "Ben", ticket_type="hall")

    assert answer.status_code == 409
    assert "There are no places left for this." in answer.text
    assert forms_in(answer)[0][1]["name"] == "Ben"
    assert send(client, answer, ticket_type="online").status_code == 303


def closed(app, event):
    change(app, event, registration_closes=clock.now().replace(tzinfo=None) - timedelta(days=3))


def not_yet_open(app, event):
    change(app, event, registration_opens=clock.now().replace(tzinfo=None) + timedelta(days=3))


def past(app, event):
    days_ago = event.starts - timedelta(days=60)
    change(app, event, starts=days_ago, ends=days_ago + timedelta(hours=1))


def cancelled(app, event):
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, event.id))


def full(app, event):
    change(app, event, waitlist=False)
    for name in ("Ina", "Joe"):
        assert register(app.test_client(), event, name).status_code == 303


def nobody_more_may_wait(app, event):
    change(app, event, waitlist_most=1)
    for name in ("Ina", "Joe", "Kim"):
        assert register(app.test_client(), event, name).status_code == 303


@pytest.mark.parametrize(
    ("become", "sentence"),
    [
        (closed, "Registration is closed."),
        (not_yet_open, "Registration has not opened yet."),
        (past, "This event is over."),
        (cancelled, "This event has been cancelled."),
        (full, "All places are taken, and this event has no waitlist."),
        (nobody_more_may_wait, "All places are taken, and the waitlist is full."),
    ],
)
def test_where_nobody_can_register_a_page_says_so_without_a_form(app, client, event, become, sentence):
    page = client.get(f"/en/events/{event.slug}/register")
    become(app, event)
    before = count(app, Registration)

    shown = client.get(f"/en/events/{event.slug}/register")
    valid = send(client, page, name="Ana", email="ana@example.org", consent="y")
    invalid = send(client, page, name="")

    assert [shown.status_code, valid.status_code, invalid.status_code] == [200, 409, 409]
    for answer in (shown, valid, invalid):
        assert f"<h1>{sentence}</h1>" in answer.text
        assert forms_in(answer) == []
    assert count(app, Registration) == before


def test_two_who_find_one_place_between_them_are_told_so_and_keep_what_they_typed(app, client, event):
    change(app, event, waitlist=False, party_most=2)
    register(app.test_client(), event, "Ina")
    both = {"people": "2", "p2-name": "Ben", "p2-email": ""}

    answer = register(client, event, "Ana", **both)

    assert answer.status_code == 409
    assert "There are not enough places left for all of you." in answer.text
    assert 'value="Ben"' in answer.text
    assert count(app, Registration) == 1


def test_drafts_and_invitation_events_have_no_form(client, cast):
    for event in (cast.event(published=False), cast.event(visibility="invitation")):
        path = f"/en/events/{event.slug}/register"
        known, unknown = client.get(path), client.get("/en/events/nothing/register")

        assert (known.status_code, client.post(path).status_code) == (404, 404)
        assert known.text.replace(event.slug, "nothing") == unknown.text


def test_an_unlisted_event_takes_registrations(client, cast):
    assert register(client, cast.event(visibility="unlisted")).status_code == 303


def test_an_old_slug_leads_to_the_form(app, client, event):
    old = event.slug
    with app.app_context(), transaction():
        rename(db.session.get_one(Event, event.id), "event", "renamed")
    page = client.get(f"/en/events/{old}/register")

    assert (page.status_code, page.location) == (301, "/en/events/renamed/register")
    assert client.post(f"/en/events/{old}/register", data={}).status_code == 400


def test_a_result_page_belongs_to_its_event_and_nobody_guesses_it(client, cast, event):
    location = register(client, event).location
    other = cast.event("Other")

    assert client.get(location.replace(event.slug, other.slug)).status_code == 404
    assert client.get(f"/en/events/{event.slug}/registered/nothing").status_code == 404


def test_the_result_page_lasts_a_day(app, client, event, stopped_clock):
    location = register(client, event).location
    stopped_clock.forward(hours=25)
    with app.app_context(), transaction():
        submissions.forget_old()

    assert client.get(location).status_code == 404
    assert count(app, Submission) == 0


def test_a_first_letter_holds_nothing_that_was_typed(client, event):
    register(client, event, "Visit-evil-dot-example", email="victim@example.org")

    (mail,) = mails(client, event)
    assert "Visit-evil" not in str(mail)
    assert "Visit-evil" not in text_of(mail)


def test_who_chose_a_way_that_is_gone_is_told_and_not_registered_for_another(app, client, cast):
    event = cast.event(kinds=[("hall", 5), ("online", 5)], attendance="hybrid")
    page = client.get(f"/en/events/{event.slug}/register")
    with app.app_context(), transaction():
        gone = db.session.scalars(
            sa.select(TicketType).where(TicketType.event_id == event.id, TicketType.slug == "online")
        ).one()
        db.session.delete(gone)
        editing.touch(db.session.get_one(Event, event.id))

    answer = send(client, page, name="Ana", email="ana@example.org", ticket_type="online", consent="y")

    assert answer.status_code == 422
    assert "What you chose is not offered any more." in answer.text
    assert send(client, answer, consent="y").status_code == 303
