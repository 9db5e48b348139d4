"""Confirming one's address by the link in the first letter."""

import pytest

from eventsvc import chores
from eventsvc.events import editing
from eventsvc.questions.answered import Answered
from eventsvc.registration import cancellation
from tests.questions import writing
from tests.registration.own_links import People
from tests.registration.visitor import forms_in, mails, send


@pytest.fixture
def event(cast):
    return cast.event("Assembly", capacity=2)


@pytest.fixture
def people(app, event):
    people = People(app, event)
    people.rules(confirms_address=True)
    return people


def test_a_page_asks_and_only_the_button_confirms(client, people):
    link = people.come("Ana")
    asked = client.get(f"{link}/confirmation")

    assert "<h1>Is this your address?</h1>" in asked.text
    for said in ("ana@example.org", "Ana", "a number on the waitlist", "You can confirm until"):
        assert said in asked.text
    assert people.status("Ana") == "unconfirmed"

    answer = send(client, asked)

    assert (answer.status_code, answer.location) == (303, link)
    assert "<h1>You have a place</h1>" in client.get(link).text


def test_confirming_twice_is_done_once(client, people, event):
    link = people.come("Ana")
    asked = client.get(f"{link}/confirmation")

    assert [send(client, asked).location, send(client, asked).location] == [link, link]
    assert client.get(f"{link}/confirmation").location == link
    assert len(mails(client, event, "ana@example.org")) == 2


def test_who_has_not_confirmed_sees_the_button_on_their_page(client, people):
    link = people.come("Ana")
    page = client.get(link).text

    assert "<h1>Please confirm your address</h1>" in page
    assert f'href="{link}/confirmation"' in page
    assert "event.ics" not in page


def test_a_party_hears_how_many_people_are_confirmed(client, people):
    people.rules(party_most=5)
    link = people.come("Ana", "Ben")
    asked = client.get(f"{link}/confirmation")

    assert "You registered 2 people." in asked.text
    send(client, asked)
    assert (people.status("Ana"), people.status("Ben")) == ("confirmed", "confirmed")


def test_where_all_places_are_taken_one_waits_and_is_told(client, people):
    link, asked = people.come("Cleo"), None
    for name in ("Ana", "Ben"):
        asked = client.get(f"{people.come(name)}/confirmation")
        send(client, asked)

    send(client, client.get(f"{link}/confirmation"))

    assert "You are number 1 in line." in client.get(link).text


def test_what_is_decided_by_organizers_says_so(client, people):
    people.rules(kind="general", approval="seat_after")
    link = people.come("Ana")
    asked = client.get(f"{link}/confirmation")

    assert "the organizers decide who takes part" in asked.text
    send(client, asked)
    assert "<h1>The organizers have not decided yet</h1>" in client.get(link).text


def test_after_two_days_nothing_is_left_and_the_page_says_what_to_do(app, client, people, stopped_clock):
    link = people.come("Ana")
    asked = client.get(f"{link}/confirmation")
    stopped_clock.forward(hours=49)
    with app.app_context():
        chores.forget_unconfirmed()

    answers = [client.get(f"{link}/confirmation"), send(client, asked), client.get("/r/never-was/confirmation")]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "A link to confirm works for 48 hours" in answers[0].text


def test_closed_meanwhile_and_full_without_a_waitlist(client, people, cast):
    link = people.come("Ana")
    asked = client.get(f"{link}/confirmation")
    for name in ("Ben", "Cleo"):
        send(client, client.get(f"{people.come(name)}/confirmation"))
    people.rules(waitlist=False)

    full = send(client, asked)
    people.rules(registration_closes=people.event.starts.replace(year=2020))
    closed, shown = send(client, asked), client.get(f"{link}/confirmation")

    assert (full.status_code, closed.status_code, shown.status_code) == (409, 409, 200)
    assert "All places are taken" in full.text
    assert "you can come back to this link" in full.text
    assert "Registration is closed." in closed.text
    assert forms_in(shown) == []
    assert people.status("Ana") == "unconfirmed"


def test_a_cancelled_event_confirms_nobody(app, client, people):
    link = people.come("Ana")
    asked = client.get(f"{link}/confirmation")
    people.does("Ana", lambda mine: editing.cancel(mine.event))

    answer = send(client, asked)

    assert answer.status_code == 409
    assert "This event has been cancelled." in answer.text
    assert people.status("Ana") == "unconfirmed"


def test_an_option_that_is_full_meanwhile_can_be_changed_and_then_it_is_confirmed(app, client, people):
    with app.app_context():
        question = writing.ask(people.one_event(), "Workshop?", "Radio", "Print")
        writing.reword(people.one_event(), question, writing.wording("Workshop?", *writing.stored(question, radio=1)))
        version, limit = people.option(question, "radio")
    radio = (Answered(question.id, version, "radio", (limit,)),)
    ana, ben = people.come("Ana", answers=radio), people.come("Ben", answers=radio)
    send(client, client.get(f"{ben}/confirmation"))

    refused = send(client, client.get(f"{ana}/confirmation"))

    assert refused.status_code == 409
    assert "There are no places left for this." in refused.text
    assert f'href="{ana}/answers"' in refused.text

    changed = send(client, client.get(f"{ana}/answers"), **{f"q{question.id}": "print"})
    assert changed.status_code == 303
    send(client, client.get(f"{ana}/confirmation"))
    assert people.status("Ana") == "confirmed"


def test_a_stale_form_confirms_nothing(client, people):
    link = people.come("Ana")
    answer = client.post(f"{link}/confirmation", data={"form_id": "forged"})

    assert answer.status_code == 400
    assert "This form has expired." in answer.text
    assert people.status("Ana") == "unconfirmed"


def test_who_has_cancelled_meanwhile_is_not_brought_back(client, people):
    link = people.come("Ana")
    asked = client.get(f"{link}/confirmation")
    people.does("Ana", cancellation.cancel)

    assert send(client, asked).location == link
    assert people.status("Ana") == "cancelled"
