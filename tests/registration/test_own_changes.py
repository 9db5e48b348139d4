"""Changing how one takes part, and handing one's place to somebody else, by one's link."""

import pytest

from eventsvc.db import db
from eventsvc.questions.models import Kind
from eventsvc.registration import cancellation, log, own_changes
from eventsvc.registration.mine import refuse_if_fixed
from tests.questions import writing
from tests.registration.own_links import People
from tests.registration.visitor import forms_in, link_of, mails, send, text_of

BEN = {"name": "Ben", "email": "ben@example.org", "language": "es"}


@pytest.fixture
def event(cast):
    return cast.event("Assembly", attendance="hybrid", kinds=[("hall", 2), ("online", 1), ("press", 5)])


@pytest.fixture
def people(app, event):
    return People(app, event)


class TestTicketType:
    def test_one_changes_to_what_has_a_place_and_hears_of_it(self, client, people, event):
        link = people.come("Ana", kind="hall")
        asked = client.get(f"{link}/ticket-type")

        assert "Until now: hall" in asked.text
        answers = [send(client, asked, ticket_type="online") for _twice in range(2)]

        assert [(a.status_code, a.location) for a in answers] == [(303, f"{link}?done=correction")] * 2
        assert "<dd>online</dd>" in client.get(link).text
        letters = mails(client, event, "ana@example.org")
        assert len(letters) == 2
        assert "From now on: online" in text_of(letters[1])

    def test_who_has_a_place_is_told_plainly_that_there_is_none(self, client, people):
        people.come("Ben", kind="online")
        link = people.come("Ana", kind="hall")
        asked = client.get(f"{link}/ticket-type")

        assert "You change only if there is a place for what you choose." in asked.text
        assert "online – no places left" in asked.text
        answer = send(client, asked, ticket_type="online")

        assert answer.status_code == 409
        assert answer.text.count("There are no places left for this. You keep the place that you have.") == 2
        assert "<dd>hall</dd>" in client.get(link).text
        assert people.status("Ana") == "confirmed"

    def test_who_waits_may_change_to_a_free_place(self, client, people):
        people.come("Ben", kind="online")
        link = people.come("Ana", kind="online")
        asked = client.get(f"{link}/ticket-type")

        assert "you give up your number in line" in asked.text
        send(client, asked, ticket_type="hall")
        assert people.status("Ana") == "confirmed"

    def test_nobody_comes_past_an_approval_nor_into_what_is_closed(self, client, people):
        people.rules(kind="press", approval="seat_after")
        people.rules(kind="online", closes=people.event.starts.replace(year=2020))
        link = people.come("Ana", kind="hall")

        assert client.get(f"{link}/ticket-type").location == link
        assert "/ticket-type" not in client.get(link).text
        form_id = forms_in(client.get(f"{link}/correction"))[0][1]["form_id"]
        for slug in ("press", "online", "nonsense", ""):
            answer = client.post(f"{link}/ticket-type", data={"form_id": form_id, "ticket_type": slug})
            assert answer.status_code == 422
        assert "<dd>hall</dd>" in client.get(link).text

    def test_what_closes_while_the_form_is_open_is_refused_at_the_field(self, client, people, monkeypatch):
        from eventsvc.errors import Closed
        from eventsvc.registration import switching

        def closed(*_anything):
            raise Closed

        link = people.come("Ana", kind="hall")
        asked = client.get(f"{link}/ticket-type")
        monkeypatch.setattr(switching, "change_type", closed)
        answer = send(client, asked, ticket_type="online")

        assert answer.status_code == 409
        assert answer.text.count("Registration is closed.") == 2

    def test_who_was_offered_a_place_meanwhile_answers_first(self, client, people):
        people.rules(offer_hours=24)
        people.come("Ben", kind="online")
        link = people.come("Ana", kind="online")
        asked = client.get(f"{link}/ticket-type")
        people.does("Ben", cancellation.cancel)

        answer = send(client, asked, ticket_type="hall")

        assert answer.status_code == 422
        assert people.status("Ana") == "offered"

    def test_answers_that_are_not_asked_there_go_with_their_options(self, app, client, people):
        with app.app_context():
            question = writing.ask(people.one_event(), "Dinner?", "Meat", "Beans", ticket_types=("hall",))
            again = writing.wording("Dinner?", *writing.stored(question, meat=1), ticket_types=("hall",))
            writing.reword(people.one_event(), question, again)
        link = people.come("Ana", kind="hall")
        send(client, client.get(f"{link}/answers"), **{f"q{question.id}": "meat"})
        with app.app_context():
            assert writing.taken(question) == {"meat": (1, 1)}

        send(client, client.get(f"{link}/ticket-type"), ticket_type="online")

        with app.app_context():
            assert writing.taken(question) == {"meat": (0, 1)}
        assert "Dinner?" not in client.get(link).text
        assert client.get(f"{link}/answers").status_code == 404

    def test_who_waits_for_the_same_room_keeps_the_place_in_line(self, app, client, cast):
        people = People(app, cast.event("Hall", capacity=1, kinds=[("hall", None), ("balcony", None)]))
        for name in ("Ana", "Ben", "Cleo"):
            people.come(name, kind="hall")
        link = people.link("Ben")

        send(client, client.get(f"{link}/ticket-type"), ticket_type="balcony")

        assert "You are number 1 in line." in client.get(link).text
        assert "<dd>balcony</dd>" in client.get(link).text


class TestHandover:
    def test_the_page_says_what_it_means(self, client, people):
        link = people.come("Ana", language="es")
        page = client.get(f"{link}/handover?lang=en")

        for said in ("the very place that you have", "stops working at once", "answers are replaced"):
            assert said in page.text
        assert forms_in(page)[0][1]["language"] == "es"

    def test_the_other_one_has_the_same_place_and_the_link_is_dead(self, app, client, people, event):
        link = people.come("Ana", kind="hall")
        answer = send(client, client.get(f"{link}/handover"), **BEN)

        assert answer.location == "/en/my-link/handed"
        assert "<h1>You have handed over your place</h1>" in client.get(answer.location).text
        assert client.get(link).status_code == 404
        page = client.get(link_of(client, event, "ben@example.org"))
        assert "<h1>Tiene un lugar</h1>" in page.text
        assert "ben@example.org" in page.text
        assert "Ana" not in page.text
        with app.app_context():
            lines = log.lines_of(people.one("Ben"))
            assert [line.verb for line in lines] == ["register", "hand_over"]
        assert "Inscripción registrada" not in page.text

    def test_twice_is_done_once(self, client, people, event):
        link = people.come("Ana")
        asked = client.get(f"{link}/handover")

        answers = [send(client, asked, **BEN) for _twice in range(2)]

        assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/en/my-link/handed")] * 2
        assert len(mails(client, event, "ben@example.org")) == 1
        assert client.post(f"{link}/handover", data={"form_id": "forged"}).status_code == 404

    def test_a_known_address_and_an_unknown_one_look_the_same(self, client, people, event):
        people.come("Ben", kind="press")
        seen = []
        for name, to in (("Ana", "ben@example.org"), ("Cleo", "nobody@example.org")):
            link = people.come(name, kind="hall")
            asked = client.get(f"{link}/handover")
            first, second = (send(client, asked, **BEN | {"email": to}) for _twice in range(2))
            after = [client.get(f"{link}{path}") for path in ("", "/offer", "/handover", "/data.json")]
            shown = client.get(first.location)
            seen.append(
                [(a.status_code, a.location, a.headers.to_wsgi_list(), a.text) for a in (first, second, shown, *after)]
            )

        assert seen[0] == seen[1]
        assert people.status("Ana") == "cancelled"

    def test_nothing_that_was_answered_is_left_whoever_gets_the_place(self, app, client, people):
        with app.app_context():
            question = writing.ask(people.one_event(), "Allergies?", kind=Kind.SHORT_TEXT)
        people.come("Ben")
        for name, to in (("Ana", "ben@example.org"), ("Cleo", "dora@example.org")):
            link = people.come(name)
            send(client, client.get(f"{link}/answers"), **{f"q{question.id}": "Peanuts"})
            send(client, client.get(f"{link}/handover"), **BEN | {"email": to})

        with app.app_context():
            assert db.session.scalar(db.select(db.func.count()).select_from(db.text("answers"))) == 0

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"name": ""}, "Enter the name of the person who comes instead."),
            ({"email": ""}, "Enter your mail address"),
            ({"email": "ben"}, "A mail address has an @ in it"),
            ({"language": "xx"}, "Choose one of these."),
        ],
    )
    def test_a_wrong_value_is_said_at_the_field_and_nothing_typed_is_lost(self, client, people, values, sentence):
        link = people.come("Ana")
        answer = send(client, client.get(f"{link}/handover"), **BEN | values)
        kept = forms_in(answer)[0][1]

        assert answer.status_code == 422
        assert answer.text.count(sentence) == 2
        assert (kept["name"], kept["email"]) == ((BEN | values)["name"], (BEN | values)["email"])
        assert client.get(link).status_code == 200

    def test_ones_own_address_is_no_other_person(self, client, people):
        link = people.come("Ana")
        answer = send(client, client.get(f"{link}/handover"), **BEN | {"email": "ANA@example.org"})

        assert answer.status_code == 409
        assert answer.text.count("This is your own address.") == 2
        assert client.get(link).status_code == 200

    def test_who_has_no_place_or_was_approved_cannot_hand_it_on(self, client, people):
        people.rules(kind="press", approval="seat_after")
        people.come("Ben", kind="online")
        for link in (people.come("Ana", kind="online"), people.come("Cleo", kind="press")):
            shown = client.get(f"{link}/handover")
            form_id = forms_in(client.get(f"{link}/correction"))[0][1]["form_id"]
            sent = client.post(f"{link}/handover", data={"form_id": form_id, **BEN})

            assert (shown.status_code, sent.status_code) == (200, 409)
            assert "This place cannot be handed to somebody else." in shown.text
            assert forms_in(shown) == []
            assert "/handover" not in client.get(link).text

    def test_a_second_click_at_the_same_moment_does_not_touch_what_is_the_others_now(
        self, app, client, people, event, monkeypatch
    ):
        """Between reading whose link it is and the lock, somebody else was quicker."""

        link = people.come("Ana")
        first, second = client.get(f"{link}/handover"), client.get(f"{link}/handover")

        def overtaken(mine):
            monkeypatch.setattr(own_changes, "refuse_if_fixed", refuse_if_fixed)
            send(app.test_client(), first, **BEN)

        monkeypatch.setattr(own_changes, "refuse_if_fixed", overtaken)
        answer = send(client, second, **BEN | {"email": "eve@example.org"})

        assert answer.status_code == 404
        assert mails(client, event, "eve@example.org") == []
        assert "ben@example.org" in client.get(link_of(client, event, "ben@example.org")).text


class TestLeaving:
    @pytest.mark.parametrize(
        ("way", "asks", "button", "heading"),
        [
            ("waits", "Leave the waitlist?", "Leave the waitlist", "You have left the waitlist"),
            ("pending", "Withdraw your request?", "Withdraw my request", "You have withdrawn your request"),
            ("seated", "You cannot come?", "I cannot come", "Your registration is cancelled"),
        ],
    )
    def test_the_words_fit_what_one_has(self, client, people, way, asks, button, heading):
        if way == "pending":
            people.rules(kind="online", approval="keeps_seat")
        elif way == "waits":
            people.come("Ben", kind="online")
        link = people.come("Ana", kind="online")

        assert f">{button}</a>" in client.get(link).text
        asked = client.get(f"{link}/cancellation")
        assert f"<h1>{asks}</h1>" in asked.text
        assert f">{button}</button>" in asked.text
        send(client, asked)
        assert f"<h1>{heading}</h1>" in client.get(link).text


def test_a_moved_address_sent_twice_is_done_once(client, people):
    link = people.come("Ana")
    asked = client.get(f"{link}/correction")

    answers = [send(client, asked, email="ana@example.net") for _twice in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/en/my-link/moved")] * 2


def test_what_happened_is_told_in_words_and_organizers_notes_only_where_they_were_mailed(app, client, people):
    link = people.come("Ana", kind="hall")
    send(client, client.get(f"{link}/correction"), name="Ana María", language="es")
    with app.app_context():
        from eventsvc.db import transaction

        with transaction():
            log.write(people.one("Ana María"), "move_in_line", log.organizer(), note="a friend of mine")
    people.does("Ana María", lambda mine: cancellation.cancel(mine, log.organizer(), "The bus is full."))

    page = client.get(f"{link}?lang=en").text

    for said in ("Registered", "Changed – <bdi>Name and Language of mails to you</bdi>", "Place in line changed"):
        assert said in page
    assert "Cancelled by the organizers – <bdi>The bus is full.</bdi>" in page
    assert "a friend of mine" not in page
