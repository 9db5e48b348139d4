"""The page that says what came of a form is kept rendered; each reader finds their own in it all the same."""

import pytest

from eventsvc.db import db, transaction
from eventsvc.events import editing, slugs
from eventsvc.events.models import Event
from eventsvc.registration import result_page
from tests.pages.counting import statements
from tests.registration.visitor import register


@pytest.fixture
def event(cast):
    return cast.event("Assembly", capacity=2)


def test_everybody_reads_of_their_own_address_and_nobody_elses(client, event):
    people = ["ana@example.org", "ben@elsewhere.example", "o'neil&co@example.net"]
    results = [register(client, event, f"N{n}", email=email).location for n, email in enumerate(people)]

    pages = [client.get(path) for path in results]

    for path, masked, page in zip(
        results, ["a…@example.org", "b…@elsewhere.example", "o…@example.net"], pages, strict=True
    ):
        assert masked in page.text
        assert page.headers["Cache-Control"] == "no-store"
        receipt = path.rpartition("/")[2]
        assert f'href="/es/events/{event.slug}/registered/{receipt}"' in page.text
        for other in (*results, result_page.ADDRESS, result_page.RECEIPT):
            assert path == other or other.rpartition("/")[2] not in page.text
    assert ["You have a place" in page.text for page in pages] == [True, True, False]
    assert "You are on the waitlist" in pages[2].text


def test_what_is_kept_is_what_would_be_drawn(app, client, event):
    path = register(client, event).location
    spanish = path.replace("/en/", "/es/")

    for each in (path, spanish):
        first, kept = client.get(each).text, client.get(each).text
        app.extensions[result_page.SHELF].clear()
        assert first == kept == client.get(each).text
    assert client.get(path).text != client.get(spanish).text


def test_it_costs_two_small_queries(app, client, event):
    path = register(client, event).location
    client.get(path)

    with statements(app) as asked:
        client.get(path)

    assert len(asked) <= 2  # on SQLite they go to the driver itself, and are not seen here


def test_a_change_of_the_event_shows_at_once(app, client, event):
    path = register(client, event).location
    client.get(path)
    with app.app_context(), transaction():
        editing.change(db.session.get_one(Event, event.id), title={"en": "Gathering", "es": "Encuentro"})

    assert "Gathering" in client.get(path).text


def test_nobody_has_a_place_at_what_will_not_take_place(app, client, event):
    path = register(client, event).location
    assert "You have a place" in client.get(path).text
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, event.id))

    page = client.get(path).text

    assert "<h1>This event has been cancelled.</h1>" in page
    assert "You have a place" not in page
    assert "Add to calendar" not in page


def test_it_stays_when_the_event_has_another_slug_and_belongs_to_one_event(app, client, event, cast):
    path = register(client, event).location
    receipt = path.rpartition("/")[2]
    other = cast.event("Other")
    with app.app_context(), transaction():
        row = db.session.get_one(Event, event.id)
        slugs.rename(row, "event", "another-name")
        editing.touch(row)

    for slug in (event.slug, "another-name"):
        page = client.get(f"/en/events/{slug}/registered/{receipt}")
        assert page.status_code == 200
        assert "a…@example.org" in page.text
    assert client.get(f"/en/events/{other.slug}/registered/{receipt}").status_code == 404
    assert client.get("/en/events/another-name/registered/none").status_code == 404
