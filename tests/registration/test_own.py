"""My own affairs, by the link in my mail."""

import json

import pytest
import sqlalchemy as sa

from eventsvc.calendar.ical import PRODID
from eventsvc.db import Model, db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.mail.models import Message
from eventsvc.registration import own
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Registration
from eventsvc.registration.people import person
from eventsvc.registration.signup import add
from tests.registration.journal import ticket_type
from tests.registration.visitor import forms_in, link_in, link_of, mails, register, send


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(own, "ANSWER_AFTER", 0.0)


@pytest.fixture
def event(cast):
    return cast.event("Assembly", capacity=1, attendance="hybrid", join_url="https://meet.example.org/secret-room")


@pytest.fixture
def link(client, event):
    register(client, event)
    return link_of(client, event, "ana@example.org")


def status_of(app, email):
    with app.app_context():
        rows = db.session.scalars(db.select(Registration).order_by(Registration.registered_at.desc()))
        return next(row.status for row in rows if person(row).email == email)


def test_my_page_shows_what_i_have(client, event, link):
    page = client.get(link)

    assert "<h1>You have a place</h1>" in page.text
    for said in ("Assembly", "Ana", "ana@example.org", "https://meet.example.org/secret-room", "Pacific"):
        assert said in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page.headers


def test_the_page_speaks_the_language_of_the_registration_and_can_be_switched(client, event):
    register(client, event, lang="es")
    link = link_of(client, event, "ana@example.org")

    spanish, english = client.get(link), client.get(f"{link}?lang=en", headers={"Accept-Language": "es"})

    assert "<h1>Tiene un lugar</h1>" in spanish.text
    assert f'href="{link}?lang=en"' in spanish.text
    assert "<h1>You have a place</h1>" in english.text
    assert f"{link}/correction?lang=en" in english.text
    assert "<h1>Tiene un lugar</h1>" in client.get(f"{link}?lang=xx").text


def test_who_waits_sees_the_place_in_line_and_no_join_link(client, event, link):
    register(client, event, "Ben")
    register(client, event, "Cleo")
    page = client.get(link_of(client, event, "cleo@example.org"))

    assert "<h1>You are on the waitlist</h1>" in page.text
    assert "You are number 2 in line." in page.text
    assert "secret-room" not in page.text
    assert client.get(link_of(client, event, "cleo@example.org") + "/event.ics").status_code == 404


def test_a_page_that_asks_cancels_and_the_next_in_line_gets_the_place(app, client, event, link):
    register(client, event, "Ben")
    asked = client.get(f"{link}/cancellation")
    assert status_of(app, "ana@example.org") == "confirmed"

    answer = send(client, asked)

    assert (answer.status_code, answer.location) == (303, link)
    assert "<h1>Your registration is cancelled</h1>" in client.get(link).text
    assert status_of(app, "ben@example.org") == "confirmed"
    assert [mail["Subject"].partition(":")[0] for mail in mails(client, event)] == [
        "You have a place",
        "You are on the waitlist",
        "Cancelled",
        "You have a place now",
    ]


def test_cancelling_twice_is_no_mistake(client, event, link):
    asked = client.get(f"{link}/cancellation")

    assert [send(client, asked).status_code, send(client, asked).status_code] == [303, 303]
    assert len(mails(client, event)) == 2
    assert client.get(f"{link}/cancellation").location == link
    assert client.get(f"{link}/correction").location == link


def test_a_name_and_a_language_are_corrected(app, client, event, link):
    asked = client.get(f"{link}/correction")
    assert forms_in(asked)[0][1] | {"form_id": ""} == {
        "form_id": "",
        "name": "Ana",
        "email": "ana@example.org",
        "language": "en",
    }

    answer = send(client, asked, name="Ana María", language="es")

    assert answer.location == f"{link}?done=correction"
    page = client.get(answer.location)
    assert "Ana María" in page.text
    assert "Sus cambios se guardaron." in page.text
    assert len(mails(client, event)) == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": ""}, "Enter a name for the badge."),
        ({"name": "n" * 50_000}, "This name is too long."),
        ({"email": ""}, "Enter your mail address"),
        ({"email": "ana"}, "A mail address has an @ in it"),
        ({"language": "xx"}, "Choose one of these."),
    ],
)
def test_a_wrong_correction_is_422_and_changes_nothing(app, client, event, link, values, sentence):
    answer = send(client, client.get(f"{link}/correction"), **values)
    kept = forms_in(answer)[0][1]

    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    assert {"name": "Ana", "email": "ana@example.org"} | values == {
        k: v for k, v in (kept | values).items() if k in ("name", "email", *values)
    }
    assert "Ana" in client.get(link).text


def test_another_address_gets_a_link_of_its_own_and_the_old_one_is_dead(client, event, link):
    answer = send(client, client.get(f"{link}/correction"), email="ana@example.net")
    new = link_of(client, event, "ana@example.net")

    assert answer.location == "/en/my-link/moved"
    assert client.get(answer.location).status_code == 200
    assert client.get(link).status_code == 404
    assert "ana@example.net" in client.get(new).text


def test_moving_to_an_address_looks_the_same_whether_it_is_registered_or_not(app, client, cast):
    event = cast.event(capacity=10)
    for name in ("Ana", "Ben", "Cleo"):
        register(client, event, name)
    seen = []
    for name, new in (("ana", "cleo@example.org"), ("ben", "nobody@example.org")):
        link = link_of(client, event, f"{name}@example.org")
        answer = send(client, client.get(f"{link}/correction"), email=new)
        afterwards = [client.get(link + more) for more in ("", "/correction", "/data.json")]
        seen.append([(page.status_code, page.location) for page in (answer, *afterwards)])

    assert seen[0] == seen[1]


def test_a_new_link_replaces_the_old_one_and_comes_by_mail_too(client, event, link):
    answer = send(client, client.get(f"{link}/link"))
    new = answer.location.partition("?")[0]

    assert answer.status_code == 303
    assert new != link
    assert "This is your new link" in client.get(answer.location).text
    assert client.get(link).status_code == 404
    assert link_of(client, event, "ana@example.org") == new


def test_an_act_needs_a_form_of_this_link(app, client, event, cast, link):
    register(client, cast.event("Other"), "Ben")
    other = client.get(f"/en/events/{event.slug}/register")
    form_id = forms_in(other)[0][1]["form_id"]

    for act in ("cancellation", "link", "correction", "handover"):
        for forged in ("", "x", form_id):
            answer = client.post(
                f"{link}/{act}", data={"form_id": forged, "name": "B", "email": "b@example.org", "language": "es"}
            )
            assert answer.status_code == 400
            assert "This form has expired." in answer.text
            assert forms_in(answer)[0][1]["form_id"] not in {"", forged}
    assert status_of(app, "ana@example.org") == "confirmed"


def test_an_unknown_link_is_the_same_404_everywhere(client, event, link):
    acts = ["/correction", "/cancellation", "/link", "/answers", "/ticket-type", "/handover"]
    paths = ["", *acts, "/offer", "/data.json", "/event.ics"]
    answers = [client.get(f"/r/unknown{path}") for path in paths]
    sent = [client.post(f"/r/unknown{path}") for path in (*acts, "/offer/acceptance", "/offer/refusal")]

    assert {answer.status_code for answer in answers + sent} == {404}
    assert len({answer.text for answer in answers + sent}) == 1


def test_all_that_is_kept_can_be_taken_along(client, event, link):
    answer = client.get(f"{link}/data.json")
    told = json.loads(answer.text)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="registration.json"'
    assert (told["name"], told["email"], told["status"]) == ("Ana", "ana@example.org", "confirmed")
    assert told["link"] == f"http://localhost{link}"
    assert told["registered_at"][-6:] in {"-07:00", "-08:00"}
    assert [letter["letter"] for letter in told["letters"]] == ["confirmed"]
    assert told["calendar"] == {"method": "REQUEST", "sequence": 0}
    assert told["consent_version"] == "1"
    assert told["consent_text"].startswith("I agree that Alianza Americas keeps my name")


def test_my_calendar_file_knows_how_to_join(client, event, link):
    answer = client.get(f"{link}/event.ics")

    assert answer.mimetype == "text/calendar"
    assert PRODID in answer.text
    assert "https://meet.example.org/secret-room" in answer.text.replace("\r\n ", "")
    assert f"UID:{event.uid}" in answer.text


def test_after_the_event_there_is_nothing_to_change(app, client, event, link, stopped_clock):
    cancel, correct = client.get(f"{link}/cancellation"), client.get(f"{link}/correction")
    stopped_clock.forward(days=31)

    assert "This event is over." in client.get(link).text
    assert "/cancellation" not in client.get(link).text
    assert [send(client, cancel).status_code, send(client, correct).status_code] == [409, 409]
    assert status_of(app, "ana@example.org") == "confirmed"


def test_a_cancelled_event_says_so_on_my_page(app, client, event, link):
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, event.id))

    assert "<h1>This event has been cancelled.</h1>" in client.get(link).text
    assert "/cancellation" not in client.get(link).text


def test_a_person_without_an_address_may_stay_so(app, client, cast):
    event = cast.event(visibility="invitation")
    with app.app_context():
        add(event, Signup("Walk-in", None, "en", ticket_type(event).id, "1"))
        secret = person(db.session.scalars(db.select(Registration)).one()).secret
    link = f"/r/{secret}"

    assert "/en/events/" not in client.get(link).text
    assert send(client, client.get(f"{link}/correction"), name="Walker").status_code == 303
    assert "Walker" in client.get(link).text


def test_my_link_comes_for_every_event_that_is_still_to_come(client, cast):
    first, second, third = (cast.event(title) for title in ("One", "Two", "Three"))
    for event in (first, second):
        register(client, event)
    register(client, third, "Ben")

    answer = send(client, client.get("/es/my-link"), email="ANA@example.org")

    assert answer.location == "/es/my-link/sent"
    assert [len(mails(client, event, "ana@example.org")) for event in (first, second, third)] == [2, 2, 0]
    assert link_in(mails(client, first)[0]) == link_in(mails(client, first)[1])


def test_a_wrong_address_is_asked_for_again(client):
    answer = send(client, client.get("/en/my-link"), email="ana")

    assert answer.status_code == 422
    assert forms_in(answer)[0][1]["email"] == "ana"
    assert send(client, client.get("/en/my-link"), form_id="x", email="a@example.org").status_code == 400


def state_of(app) -> str:
    """Everything in the database, as text."""
    with app.app_context():
        rows = [sorted(map(repr, db.session.execute(sa.select(table)))) for table in Model.metadata.sorted_tables]
        return repr(rows)


def test_a_get_changes_nothing(app, client, event, link):
    location = register(client, event, "Ben").location
    before = state_of(app)
    paths = [
        link + more for more in ("", "?done=link", "/correction", "/cancellation", "/link", "/data.json", "/event.ics")
    ]
    paths += [f"/en/events/{event.slug}/register", location, "/en/my-link", "/en/my-link/sent", "/en/my-link/moved"]

    for path in paths:
        for _twice in range(2):
            assert client.get(path).status_code == 200
            assert client.head(path).status_code == 200

    assert state_of(app) == before


def test_no_page_of_mine_is_reached_by_another_link(app, client, event, cast, link):
    register(client, cast.event("Other"), "Ben", email="ana@example.org")
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(Message.id))) == 2

    assert "Ben" not in client.get(link).text
    assert "Ben" not in client.get(f"{link}/data.json").text
