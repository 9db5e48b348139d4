"""A place is offered: accepting it, or leaving it to the next in line, by the link in the mail."""

from datetime import timedelta

import pytest

from eventsvc import chores, clock
from eventsvc.events import editing
from eventsvc.registration import cancellation
from tests.registration.own_links import People
from tests.registration.visitor import forms_in, mails, send

ACCEPT, REFUSE = 0, 1


@pytest.fixture
def event(cast):
    return cast.event("Assembly", capacity=1)


@pytest.fixture
def people(app, event):
    """Ana has the only place; Ben is offered it when she cancels; Cleo is next."""
    people = People(app, event)
    people.rules(offer_hours=24)
    for name in ("Ana", "Ben", "Cleo"):
        people.come(name)
    people.does("Ana", cancellation.cancel)
    return people


def run_out(app, people, monkeypatch):
    with app.app_context():
        until = people.one("Ben").offer_until
    monkeypatch.setattr(clock, "now", lambda: until + timedelta(seconds=1))


def test_the_page_says_until_when_in_the_zone_of_the_event(app, client, people):
    link = people.link("Ben")
    page = client.get(f"{link}/offer")

    with app.app_context():
        until = people.one("Ben").offer_until
        local = until.astimezone(people.one_event().starts_local.tzinfo)
    assert "<h1>A place is offered to you</h1>" in page.text
    assert f"{local:%B} {local.day}, {local.year}" in page.text
    assert "Pacific" in page.text
    assert [action for action, _values in forms_in(page)] == [f"{link}/offer/acceptance", f"{link}/offer/refusal"]
    assert people.status("Ben") == "offered"


def test_accepting_gives_the_place_and_twice_is_done_once(client, people, event):
    link = people.link("Ben")
    asked = client.get(f"{link}/offer")

    answers = [send(client, asked, ACCEPT) for _twice in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, link)] * 2
    assert "<h1>You have a place</h1>" in client.get(link).text
    assert client.get(f"{link}/offer").location == link
    assert client.get(f"{link}/event.ics").status_code == 200
    assert [mail["Subject"] for mail in mails(client, event, "ben@example.org")][-1] == "You have a place: Assembly"
    assert people.status("Cleo") == "waitlisted"


def test_refusing_hands_it_to_the_next_in_line(client, people):
    link = people.link("Ben")
    asked = client.get(f"{link}/offer")

    answers = [send(client, asked, REFUSE) for _twice in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, link)] * 2
    assert "<h1>You did not take the place</h1>" in client.get(link).text
    assert people.status("Cleo") == "offered"


def test_who_has_accepted_does_not_lose_the_place_by_the_other_button(client, people):
    link = people.link("Ben")
    asked = client.get(f"{link}/offer")
    send(client, asked, ACCEPT)

    assert send(client, asked, REFUSE).location == link
    assert people.status("Ben") == "confirmed"


def test_who_has_refused_cannot_accept_any_more(client, people, event):
    link = people.link("Ben")
    asked = client.get(f"{link}/offer")
    send(client, asked, REFUSE)

    late = send(client, asked, ACCEPT)

    assert late.status_code == 409
    assert "This offer has ended." in late.text
    assert f"/en/events/{event.slug}/register" in late.text
    assert people.status("Ben") == "cancelled"


@pytest.mark.parametrize("clockwork_was_there", [False, True])
def test_when_the_time_is_over_both_buttons_say_so(app, client, people, event, monkeypatch, clockwork_was_there):
    link = people.link("Ben")
    asked = client.get(f"{link}/offer")
    run_out(app, people, monkeypatch)
    if clockwork_was_there:
        with app.app_context():
            chores.expire_offers()

    page = client.get(f"{link}/offer")
    late = [send(client, asked, button) for button in (ACCEPT, REFUSE)]

    assert page.status_code == 200
    assert [answer.status_code for answer in late] == [409, 409]
    for shown in (page, *late):
        assert "This offer has ended. The place has gone to the next in line." in shown.text
        assert f"/en/events/{event.slug}/register" in shown.text
        assert forms_in(shown) == []
    assert people.status("Ben") == ("expired" if clockwork_was_there else "offered")
    assert "<h1>The time to answer has passed</h1>" in client.get(link).text


def test_my_page_has_the_same_two_buttons_and_no_calendar_entry(client, people):
    link = people.link("Ben")
    page = client.get(link)

    assert "<h1>A place is offered to you</h1>" in page.text
    assert [action for action, _values in forms_in(page)] == [f"{link}/offer/acceptance", f"{link}/offer/refusal"]
    assert "event.ics" not in page.text
    assert client.get(f"{link}/cancellation").location == f"{link}/offer"
    send(client, page, ACCEPT)
    assert people.status("Ben") == "confirmed"


def test_the_contact_answers_for_guests_without_an_address(app, client, cast):
    people = People(app, cast.event("Dinner", capacity=2))
    people.rules(offer_hours=24, party_most=5)
    people.come("Ana")
    link = people.come("Ben", "Dora")
    people.does("Ana", cancellation.cancel)
    asked = client.get(f"{link}/offer")

    for shown in (asked, client.get(link)):
        assert "Your answer also counts for those you registered without an address of their own: Dora" in shown.text
    send(client, asked, ACCEPT)
    assert (people.status("Ben"), people.status("Dora")) == ("confirmed", "confirmed")
    page = client.get(link).text
    assert "Whom you registered" in page
    assert people.link("Dora") not in page


def test_a_stale_form_answers_nothing(client, people):
    link = people.link("Ben")
    for act in ("acceptance", "refusal"):
        answer = client.post(f"{link}/offer/{act}", data={"form_id": "forged"})
        assert answer.status_code == 400
        assert "This form has expired." in answer.text
    assert people.status("Ben") == "offered"


def test_an_offer_for_a_cancelled_event_is_none(app, client, people):
    link = people.link("Ben")
    asked = client.get(f"{link}/offer")
    people.does("Ben", lambda mine: editing.cancel(mine.event))

    assert "This event has been cancelled." in client.get(f"{link}/offer").text
    assert send(client, asked, ACCEPT).status_code == 409
    assert people.status("Ben") == "offered"


def test_who_waits_has_nothing_to_answer(client, people):
    link = people.link("Cleo")

    assert client.get(f"{link}/offer").location == link
    assert client.post(f"{link}/offer/acceptance").status_code == 409
    assert people.status("Cleo") == "waitlisted"
