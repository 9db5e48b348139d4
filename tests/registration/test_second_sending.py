"""The same form once more, with other details: what it may change, whom it may write to, and what it must not tell."""

import itertools

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.mail import outbox
from eventsvc.registration import links, quotas
from eventsvc.registration.models import Registration
from tests.registration.visitor import forms_in, link_of, mails, register, send


@pytest.fixture
def event(cast):
    return cast.event("Assembly", capacity=20)


@pytest.fixture
def hybrid(cast):
    return cast.event(kinds=[("hall", 1), ("online", 2)], attendance="hybrid")


def correct(client, event, page, name="Spy", **values):
    """Send the form again with these details, and say that they are the correction."""
    typed = {"name": name, "consent": "y"} | values
    return send(client, page, **typed, meant="correction")


def subjects(client, event, who):
    return [mail["Subject"].partition(":")[0] for mail in mails(client, event, f"{who}@example.org")]


def live(app, event):
    with app.app_context():
        query = sa.select(Registration.status).where(Registration.event_id == event.id)
        return sorted(status for status in db.session.scalars(query) if status != "cancelled")


def test_correcting_to_an_address_and_back_does_not_tell_whether_it_was_in(client, event):
    register(client, event, "Known")
    heard = []
    for spy, asked_about in (("one", "known"), ("two", "unknown")):
        page = client.get(f"/en/events/{event.slug}/register")
        send(client, page, name="Spy", email=f"{spy}@example.org", consent="y")
        correct(client, event, page, email=f"{asked_about}@example.org")
        back = correct(client, event, page, email=f"{spy}@example.org")
        assert back.status_code == 303
        heard.append(subjects(client, event, spy))

    assert heard[0] == heard[1]


def test_moving_by_link_and_correcting_by_the_form_does_not_tell_either(client, event):
    register(client, event, "Known")
    heard = []
    for spy, asked_about in (("one", "known"), ("two", "unknown")):
        page = client.get(f"/en/events/{event.slug}/register")
        send(client, page, name="Spy", email=f"{spy}@example.org", consent="y")
        own = client.get(link_of(client, event, f"{spy}@example.org") + "/correction")
        send(client, own, name="Spy", email=f"{asked_about}@example.org", language="en")
        correct(client, event, page, name="Spion", email=f"{spy}@example.org")
        heard.append(subjects(client, event, spy))

    assert heard[0] == heard[1]


def test_two_addresses_cannot_be_showered_by_correcting_to_and_fro(client, event):
    page = client.get(f"/en/events/{event.slug}/register")
    send(client, page, name="Spy", email="one@example.org", consent="y")
    for _ in range(6):
        for who in ("two", "one"):
            assert correct(client, event, page, email=f"{who}@example.org").status_code == 303

    assert len(subjects(client, event, "one")) <= 4
    assert len(subjects(client, event, "two")) <= 4


def test_nor_by_a_new_form_each_time(client, event):
    for number in range(6):
        page = client.get(f"/en/events/{event.slug}/register")
        send(client, page, name="Spy", email="one@example.org", consent="y")
        correct(client, event, page, email=f"other{number}@example.org")

    assert len(subjects(client, event, "one")) <= 4


def test_who_has_cancelled_and_corrects_the_old_form_registers_anew(app, client, event):
    page = client.get(f"/en/events/{event.slug}/register")
    send(client, page, name="Ana", email="ana@example.org", consent="y")
    send(client, client.get(link_of(client, event, "ana@example.org") + "/cancellation"))

    answer = correct(client, event, page, name="Ana María", email="ana@example.org")

    assert "You have a place" in client.get(answer.location).text
    assert live(app, event) == ["confirmed"]


def test_another_way_of_taking_part_is_a_correction_too(app, client, hybrid):
    page = client.get(f"/en/events/{hybrid.slug}/register")
    send(client, page, name="Ana", email="ana@example.org", consent="y", ticket_type="hall")

    correct(client, hybrid, page, name="Ana", email="ana@example.org", ticket_type="online")
    register(client, hybrid, "Ben", ticket_type="hall")

    assert live(app, hybrid) == ["confirmed", "confirmed"]
    with app.app_context():
        assert quotas.recount(hybrid) == []
        kinds = db.session.scalars(sa.select(Registration).order_by(Registration.registered_at)).all()
        assert [registration.ticket_type.slug for registration in kinds] == ["online", "hall"]


def test_the_seat_that_becomes_free_goes_to_the_next_in_line(app, client, hybrid):
    page = client.get(f"/en/events/{hybrid.slug}/register")
    send(client, page, name="Ana", email="ana@example.org", consent="y", ticket_type="hall")
    register(client, hybrid, "Ben", ticket_type="hall")

    correct(client, hybrid, page, name="Ana", email="ana@example.org", ticket_type="online")

    assert live(app, hybrid) == ["confirmed", "confirmed"]
    assert subjects(client, hybrid, "ben") == ["You are on the waitlist", "You have a place now"]


def test_nobody_gives_up_a_seat_for_a_queue_without_being_told(app, client, hybrid):
    register(client, hybrid, "Ben", ticket_type="hall")
    page = client.get(f"/en/events/{hybrid.slug}/register")
    send(client, page, name="Ana", email="ana@example.org", consent="y", ticket_type="online")

    answer = correct(client, hybrid, page, name="Ana", email="ana@example.org", ticket_type="hall")

    assert answer.status_code == 409
    assert "There are no places left for this." in answer.text
    assert forms_in(answer)[0][1]["name"] == "Ana"
    assert live(app, hybrid) == ["confirmed", "confirmed"]


def test_who_waits_may_take_a_free_seat_elsewhere(app, client, hybrid):
    register(client, hybrid, "Ben", ticket_type="hall")
    page = client.get(f"/en/events/{hybrid.slug}/register")
    send(client, page, name="Ana", email="ana@example.org", consent="y", ticket_type="hall")

    answer = correct(client, hybrid, page, name="Ana", email="ana@example.org", ticket_type="online")

    assert "You have a place" in client.get(answer.location).text
    assert live(app, hybrid) == ["confirmed", "confirmed"]
    assert subjects(client, hybrid, "ana") == ["You are on the waitlist", "Changed"]
    with app.app_context():
        assert quotas.recount(hybrid) == []


def test_consent_that_says_no_is_none(client, event):
    answer = register(client, event, consent="false")

    assert answer.status_code == 422
    assert "We need your agreement" in answer.text


def test_many_who_ask_at_once_for_one_link_make_us_write_one_letter(app, client, event):
    register(client, event, "Ana")
    with app.app_context():
        asked = [links.letters_with_links("ana@example.org") for _ in range(4)]
        with transaction():
            for letter in itertools.chain(*asked):
                outbox.post(letter)

    assert subjects(client, event, "ana") == ["You have a place", "Your link"]
