"""The first letter is the same for everybody but for the link in it, and kept so; nobody can tell."""

from uuid import uuid4

import pytest

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event, Organization
from eventsvc.registration import kept_letters, notices
from eventsvc.registration.models import Status
from eventsvc.tokens import new_secret
from tests.registration.visitor import html_of, link_in, mails, register, text_of


@pytest.fixture
def event(cast):
    return cast.event("Assembly", capacity=2, attendance="online", join_url="https://meet.example.org/1")


def change(app, event, **values):
    with app.app_context(), transaction():
        editing.change(db.session.get_one(Event, event.id, populate_existing=True), **values)


def newest(client, event):
    return mails(client, event)[-1]


def test_everybody_gets_a_link_of_their_own(client, event):
    for name in ("Ana", "Ben", "Cleo", "Dan"):
        register(client, event, name)

    letters = mails(client, event)
    links = [link_in(letter) for letter in letters]

    assert len(set(links)) == 4
    assert [text_of(letter).partition("\n")[0] for letter in letters] == ["You have a place"] * 2 + [
        "You are on the waitlist"
    ] * 2
    for letter, link in zip(letters, links, strict=True):
        whole = text_of(letter) + html_of(letter)
        assert whole.count(link) == 2
        assert kept_letters.SECRET not in whole
        assert str(kept_letters.ROW) not in whole
        assert not [other for other in links if other != link and other in whole]
        assert client.get(link).status_code == 200


@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_is_kept_is_what_would_be_written(app, client, event, lang):
    said = []
    for name in ("Ana", "Ben", "Cleo", "Dan"):
        if name in {"Ben", "Dan"}:
            app.extensions[kept_letters.SHELF].clear()
        register(client, event, name, lang)
        letter = newest(client, event)
        link, row = link_in(letter), letter["References"].strip("<>").partition("@")[0]
        assert (row in html_of(letter)) == (name in {"Ana", "Ben"})
        html = html_of(letter).replace(link, "").replace(row, "")
        said.append([letter["Subject"], text_of(letter).replace(link, ""), html])

    assert said[0] == said[1]
    assert said[2] == said[3] != said[0]


def test_a_change_of_the_event_or_its_host_is_in_the_next_letter(app, client, event):
    register(client, event, "Ana")
    change(app, event, title={"en": "Gathering", "es": "Encuentro"}, join_url="https://meet.example.org/2")
    register(client, event, "Ben")
    letter = newest(client, event)

    assert "Gathering" in letter["Subject"]
    assert "https://meet.example.org/2" in text_of(letter)
    entry = _calendar_text(letter)
    assert ":Gathering" in entry
    assert "https://meet.example.org/2" in entry

    with app.app_context(), transaction():
        host = db.session.get_one(Organization, event.host_id)
        host.contact = "ask@elsewhere.example"
        editing.touch_organization(host)
    register(client, event, "Cleo")
    assert "ask@elsewhere.example" in text_of(newest(client, event))


def _calendar_text(letter):
    parts = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    text = parts[0].get_content()
    text = text if isinstance(text, str) else text.decode()
    return text.replace("\r\n ", "").replace("\n ", "")


def test_a_change_that_was_taken_back_is_in_no_letter(app, client, event):
    with app.app_context():
        row = db.session.get_one(Event, event.id)
        editing.change(row, title={"en": "Never said", "es": "Nunca dicho"})
        db.session.flush()
        reader = notices.Reader(uuid4(), "x@example.org", "en", new_secret(), "")
        notices.first_letters(row, "confirmed", Status.CONFIRMED, [reader])
        db.session.rollback()
    change(app, event, title={"en": "Said", "es": "Dicho"})

    register(client, event)

    assert "Said" in newest(client, event)["Subject"]
    assert "Never" not in newest(client, event)["Subject"]
