"""No more reminders: by one POST without a cookie (RFC 8058), behind a button, and taken back."""

import re
from urllib.parse import urlsplit

import pytest

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.i18n import LANGUAGES
from eventsvc.registration.handover import Successor, hand_over
from eventsvc.registration.models import Registration
from eventsvc.reminders import unsubscribing
from eventsvc.reminders.schedule import AFTERWARDS
from eventsvc.retention import runs
from tests.registration import visitor
from tests.registration.own_links import People
from tests.reminders.house import before, come_round, mail_of, plan, rows_of

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def people(app, cast):
    return People(app, cast.event("Assembly", days=5, attendance="online", join_url="https://meet.example.org/x"))


@pytest.fixture
def https(app, monkeypatch):
    """The service stands behind https."""
    settings = app.extensions["eventsvc.settings"]
    monkeypatch.setitem(
        app.extensions, "eventsvc.settings", settings.model_copy(update={"base_url": "https://events.example.org"})
    )


def path_of(people, name):
    with people.app.app_context():
        return urlsplit(unsubscribing.link_of(people.one(name))).path


def unsubscribed(people, name):
    with people.app.app_context():
        return people.one(name).unsubscribed_at is not None


def mails_of(event):
    return [mail_of(row) for row in rows_of(event)]


def test_a_mail_program_unsubscribes_without_cookie_or_redirect_and_as_often_as_it_likes(people, client):
    people.come("Ana")
    path = path_of(people, "Ana")

    answers = [client.post(path, data=ONE_CLICK) for _ in range(2)]
    as_parts = client.post(path, data=ONE_CLICK, content_type="multipart/form-data")

    assert [answer.status_code for answer in (*answers, as_parts)] == [200, 200, 200]
    assert all("Set-Cookie" not in answer.headers for answer in answers)
    assert unsubscribed(people, "Ana")
    assert people.status("Ana") == "confirmed"


def test_a_scanner_that_opens_the_link_changes_nothing(people, client):
    people.come("Ana")
    path = path_of(people, "Ana")

    page = client.get(path)

    assert (page.status_code, client.head(path).status_code) == (200, 200)
    assert not unsubscribed(people, "Ana")
    assert "No more reminders?" in page.text
    assert "noindex" in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_button_is_pressed_and_taken_back_in_the_readers_language(people, client, language):
    people.come("Ana", language=language)
    path = path_of(people, "Ana")

    pressed = visitor.send(client, client.get(path))
    assert pressed.status_code == 200
    assert f'<html lang="{language}"' in pressed.text
    assert unsubscribed(people, "Ana")
    back = visitor.send(client, pressed)

    assert (back.status_code, back.location) == (303, path)
    assert not unsubscribed(people, "Ana")


def test_another_language_is_kept_over_the_button(people, client):
    people.come("Ana", language="es")
    page = client.get(path_of(people, "Ana") + "?lang=fr")

    pressed = visitor.send(client, page)
    back = visitor.send(client, pressed)

    assert '<html lang="fr"' in pressed.text
    assert back.location.endswith("?lang=fr")


def test_the_moment_of_the_first_time_stays(people, client, stopped_clock):
    people.come("Ana")
    first = clock.now()
    client.post(path_of(people, "Ana"), data=ONE_CLICK)
    stopped_clock.forward(days=1)
    client.post(path_of(people, "Ana"), data=ONE_CLICK)

    with people.app.app_context():
        assert people.one("Ana").unsubscribed_at == first


def test_it_opens_nothing_else_of_the_registration(people, client):
    link = people.come("Ana")
    path = path_of(people, "Ana")

    page = client.get(path)

    assert link.rpartition("/")[2] not in page.text
    assert "example.org" not in re.sub(r"https?://\S+", "", page.text).replace("rsvp@", "")
    assert client.get(f"/r/{path.rpartition('/')[2]}").status_code == 404


def test_a_link_that_is_not_ours_is_answered_like_one_that_is_no_more(people, client, stopped_clock):
    people.come("Ana")
    path = path_of(people, "Ana")
    forged = [path[:-3] + "AAA", "/unsubscribe/x", path.replace(".", ".x", 1)]
    unknown = [client.post(each, data=ONE_CLICK) for each in forged]
    stopped_clock.forward(days=60)
    with people.app.app_context():
        runs.run()

    gone = client.post(path, data=ONE_CLICK)

    assert [answer.status_code for answer in (*unknown, gone)] == [404] * 4
    assert {answer.data for answer in unknown} == {gone.data}
    assert client.get(path).status_code == 404


def test_who_gets_a_place_handed_on_is_not_silenced_by_who_had_it_before(people, client):
    people.come("Ana")
    path = path_of(people, "Ana")
    client.post(path, data=ONE_CLICK)
    people.does("Ana", lambda mine: hand_over(mine, Successor("Eva", "eva@example.org", "en")))

    assert not unsubscribed(people, "Eva")
    assert client.post(path, data=ONE_CLICK).status_code == 404
    assert not unsubscribed(people, "Eva")


def test_my_page_says_how_it_stands_and_switches(people, client):
    link = people.come("Ana")
    assert "We remind you before the event begins." in client.get(link).text

    off = visitor.send(client, client.get(f"{link}/reminders"))
    assert (off.status_code, off.location) == (303, link)
    assert "You get no reminders about this event." in client.get(link).text
    page = client.get(f"{link}/reminders")
    visitor.send(client, page)
    visitor.send(client, page)

    assert not unsubscribed(people, "Ana")
    stale = client.post(f"{link}/reminders", data={"form_id": "forged", "wanted": "no"})
    assert (stale.status_code, unsubscribed(people, "Ana")) == (400, False)


def test_all_that_is_kept_about_me_says_it_too(people, client):
    link = people.come("Ana")
    assert client.get(f"{link}/data.json").json["unsubscribed_at"] is None

    client.post(path_of(people, "Ana"), data=ONE_CLICK)

    assert client.get(f"{link}/data.json").json["unsubscribed_at"]


def test_each_letter_of_the_schedule_carries_both_headers_and_its_own_link(people, https, stopped_clock):
    people.come("Ana")
    with people.app.app_context():
        event = db.session.get_one(Event, people.event.id)
        plan(event, AFTERWARDS)
        for moment in ({"hours": 24}, {"minutes": 60}, {"hours": -5}):
            before(event, stopped_clock, **moment)
            come_round(stopped_clock)
        mails = mails_of(event)
        link = unsubscribing.link_of(people.one("Ana"))

    assert link.startswith("https://events.example.org/unsubscribe/")
    assert len(mails) == 3
    for mail in mails:
        assert mail["List-Unsubscribe"] == f"<{link}>"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link in visitor.text_of(mail)
        assert f'href="{link}"' in visitor.html_of(mail)


def test_without_https_the_link_stands_in_the_words_only(people, stopped_clock):
    people.come("Ana")
    with people.app.app_context():
        event = db.session.get_one(Event, people.event.id)
        before(event, stopped_clock, hours=24)
        come_round(stopped_clock)
        (mail,) = mails_of(event)

    assert mail["List-Unsubscribe"] is mail["List-Unsubscribe-Post"] is None
    assert "http://localhost/unsubscribe/" in visitor.text_of(mail)


def test_letters_one_asked_for_carry_no_such_header(people, https):
    people.come("Ana")

    assert [mail["List-Unsubscribe"] for mail in visitor.mails(people.app.test_client(), people.event)] == [None]


def test_nothing_of_it_is_left_once_the_event_is_purged(people, client, stopped_clock):
    people.come("Ana")
    client.post(path_of(people, "Ana"), data=ONE_CLICK)
    stopped_clock.forward(days=60)

    with people.app.app_context():
        runs.run()
        assert db.session.scalars(db.select(Registration)).all() == []
