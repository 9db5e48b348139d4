"""Correcting one's answers by one's link, or giving them for the first time."""

import pytest

from eventsvc.questions import editing
from eventsvc.questions.models import Kind
from eventsvc.registration import log
from tests.questions import writing
from tests.registration.own_links import People
from tests.registration.visitor import link_of, send


@pytest.fixture
def event(cast):
    return cast.event("Assembly", capacity=20)


@pytest.fixture
def people(app, event):
    return People(app, event)


class Asks:
    """Questions of the event: a workshop of which there is one place, and, for who chose it, what they bring."""

    def __init__(self, app, people):
        with app.app_context():
            self.workshop = writing.ask(people.one_event(), "Workshop?", "Radio", "Print", required=True)
            limited = writing.wording("Workshop?", *writing.stored(self.workshop, radio=1), required=True)
            writing.reword(people.one_event(), self.workshop, limited)
            self.brings = writing.ask(
                people.one_event(),
                "What do you bring?",
                kind=Kind.SHORT_TEXT,
                required=True,
                depends_on_id=self.workshop.id,
                depends_on_options=("radio",),
            )
            self.names = {"workshop": f"q{self.workshop.id}", "brings": f"q{self.brings.id}"}

    def typed(self, **values):
        return {self.names[name]: value for name, value in values.items()}


@pytest.fixture
def asks(app, people):
    return Asks(app, people)


def answered(app, people, name="Ana"):
    with app.app_context():
        return [(words[1], words[3]) for words in writing.words_of(people.one(name).id)]


def test_where_nothing_is_asked_there_is_no_page_and_no_link(client, people):
    link = people.come("Ana")

    assert client.get(f"{link}/answers").status_code == 404
    assert client.post(f"{link}/answers").status_code == 404
    assert f"{link}/answers" not in client.get(link).text


def test_what_is_owed_is_said_and_answered_for_the_first_time(app, client, people, asks):
    link = people.come("Ana")
    assert "The organizers have questions that you have not answered yet." in client.get(link).text
    asked = client.get(f"{link}/answers")
    assert "<h1>Answer the questions of the organizers</h1>" in asked.text

    answer = send(client, asked, **asks.typed(workshop="radio", brings="A tape\trecorder"))

    assert (answer.status_code, answer.location) == (303, f"{link}?done=correction")
    page = client.get(answer.location).text
    assert "Your changes are saved." in page
    assert '<dt>Workshop?</dt>\n<dd class="letter-text" dir="auto">Radio</dd>' in page
    assert "A tape recorder" in page
    assert "not answered yet" not in page
    with app.app_context():
        assert writing.taken(asks.workshop) == {"radio": (1, 1)}


def test_a_correction_forgets_what_is_not_asked_any_more_and_frees_the_option(app, client, people, asks):
    link = people.come("Ana")
    send(client, client.get(f"{link}/answers"), **asks.typed(workshop="radio", brings="A tape"))
    asked = client.get(f"{link}/answers")
    assert "<h1>Change your answers</h1>" in asked.text

    for _twice in range(2):
        assert send(client, asked, **asks.typed(workshop="print", brings="A tape")).status_code == 303

    assert answered(app, people) == [("Workshop?", "print")]
    with app.app_context():
        assert writing.taken(asks.workshop) == {"radio": (0, 1)}
        lines = log.lines_of(people.one("Ana"))
        assert [line.verb for line in lines] == ["register", "correct", "correct"]


def test_who_has_the_last_option_keeps_it_and_nobody_else_gets_it(app, client, people, asks):
    ana, ben = people.come("Ana"), people.come("Ben")
    before = client.get(f"{ben}/answers")
    send(client, client.get(f"{ana}/answers"), **asks.typed(workshop="radio", brings="A tape"))

    again = send(client, client.get(f"{ana}/answers"), **asks.typed(workshop="radio", brings="Two tapes"))
    late = send(client, before, **asks.typed(workshop="radio", brings="A drum"))

    assert again.status_code == 303
    assert late.status_code == 409
    assert late.text.count("There are no places left for “Radio”.") == 2
    assert "A drum" in late.text
    assert answered(app, people, "Ben") == []
    assert "Radio – no places left" in client.get(f"{ben}/answers").text
    assert "Radio – no places left" not in client.get(f"{ana}/answers").text


@pytest.mark.parametrize(
    ("typed", "sentences"),
    [
        ({}, ["Choose one of these."]),
        ({"workshop": "radio"}, ["Please answer this question."]),
        ({"workshop": "dance"}, ["Choose one of these."]),
    ],
)
def test_what_is_wrong_is_said_at_the_question(app, client, people, asks, typed, sentences):
    link = people.come("Ana")
    answer = send(client, client.get(f"{link}/answers"), **asks.typed(**typed))

    assert answer.status_code == 422
    for sentence in sentences:
        assert answer.text.count(sentence) == 2
    assert answered(app, people) == []


def test_a_stale_form_keeps_what_was_typed(app, client, people, asks):
    link = people.come("Ana")
    typed = asks.typed(workshop="radio", brings="A drum")
    answer = client.post(f"{link}/answers", data={"form_id": "forged", **typed})

    assert answer.status_code == 400
    assert "This form has expired." in answer.text
    assert "A drum" in answer.text
    assert send(client, answer).status_code == 303
    assert ("What do you bring?", "A drum") in answered(app, people)


def test_who_was_handed_a_place_is_asked_anew(client, people, event, asks):
    link = people.come("Ana")
    send(client, client.get(f"{link}/answers"), **asks.typed(workshop="radio", brings="A tape"))
    send(client, client.get(f"{link}/handover"), name="Ben", email="ben@example.org", language="en")

    theirs = link_of(client, event, "ben@example.org")
    page = client.get(theirs).text
    assert "A tape" not in page
    assert "The organizers have questions that you have not answered yet." in page
    assert send(client, client.get(f"{theirs}/answers"), **asks.typed(workshop="print")).status_code == 303


def test_answers_stay_in_the_words_they_were_given_to(app, client, people, asks):
    link = people.come("Ana")
    send(client, client.get(f"{link}/answers"), **asks.typed(workshop="print"))
    with app.app_context():
        question = editing.one(people.one_event(), asks.workshop.id)
        renamed = writing.wording("Which workshop?", *writing.stored(question, radio=1), required=True)
        writing.reword(people.one_event(), question, renamed)

    assert "<dt>Workshop?</dt>" in client.get(link).text
    assert "Which workshop?" in client.get(f"{link}/answers").text


def test_after_the_event_and_after_cancelling_nothing_is_changed(app, client, people, asks, stopped_clock):
    link, other = people.come("Ana"), people.come("Ben")
    asked, asked_too = client.get(f"{link}/answers"), client.get(f"{other}/answers")
    send(client, client.get(f"{other}/cancellation"))
    assert send(client, asked_too, **asks.typed(workshop="print")).status_code == 409
    stopped_clock.forward(days=31)

    assert client.get(f"{link}/answers").location == link
    assert send(client, asked, **asks.typed(workshop="print")).status_code in {400, 409}
    assert answered(app, people) == []
