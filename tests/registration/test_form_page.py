"""The page with the form is kept rendered; nobody can tell, but by its speed."""

import gzip
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc.app import create_app
from eventsvc.db import db, transaction
from eventsvc.events import editing, slugs
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota
from eventsvc.registration import form_page
from eventsvc.retention import runs
from tests.pages.counting import statements
from tests.registration.visitor import forms_in, register, send

ID = re.compile(r'(name="form_id"[^>]*value=")([^"]+)"')


def path_of(event, lang="en"):
    return f"/{lang}/events/{event.slug}/register"


def without_id(page):
    return ID.sub(r"\1", page.text)


def set_seats(app, event, **values):
    with app.app_context(), transaction():
        db.session.execute(sa.update(Quota).where(Quota.event_id == event.id).values(**values))


def heading(client, event):
    page = client.get(path_of(event))
    assert page.status_code == 200
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.DOTALL)
    assert found
    return found[1]


def test_each_reader_gets_an_id_of_their_own_and_all_else_is_the_same(client, cast):
    event = cast.event()

    pages = [client.get(path_of(event)) for _ in range(3)]

    assert len({forms_in(page)[0][1]["form_id"] for page in pages}) == 3
    assert len({without_id(page) for page in pages}) == 1
    for name, page in zip(("Ana", "Ben", "Cleo"), pages, strict=True):
        assert send(client, page, name=name, email=f"{name}@example.org", consent="y").status_code == 303


def test_it_costs_one_tiny_query(app, client, cast):
    event = cast.event()
    client.get(path_of(event))

    with statements(app) as asked:
        client.get(path_of(event))

    assert len(asked) <= 1  # on SQLite it goes to the driver itself, and is not seen here


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("state", ["plenty", "few", "waitlist", "full", "not_yet", "closed", "cancelled", "past"])
def test_what_is_kept_is_what_would_be_drawn(app, client, cast, stopped_clock, state, lang):
    starts = (stopped_clock.moment + timedelta(days=10)).replace(tzinfo=None, microsecond=0)
    opens, closes = starts - timedelta(days=8), starts - timedelta(days=5)
    event = cast.event(
        timezone="UTC",
        starts=starts,
        waitlist=state != "full",
        kinds=[("hall", 10), ("online", 10)],
        attendance="hybrid",
        registration_opens=opens,
        registration_closes=closes,
    )
    stopped_clock.forward(days={"not_yet": 1, "closed": 6, "past": 20}.get(state, 3))
    set_seats(app, event, taken={"few": 9, "waitlist": 10, "full": 10}.get(state, 0))
    if state == "cancelled":
        with app.app_context(), transaction():
            editing.cancel(db.session.get_one(Event, event.id))

    first, kept = client.get(path_of(event, lang)), client.get(path_of(event, lang))
    app.extensions[form_page.SHELF].clear()
    anew = client.get(path_of(event, lang))

    assert (first.status_code, without_id(first)) == (200, without_id(anew))
    assert (kept.status_code, without_id(kept)) == (200, without_id(anew))
    assert bool(ID.search(kept.text)) == (state in {"plenty", "few", "waitlist"})
    assert kept.headers["Cache-Control"] == ("private, no-cache" if ID.search(kept.text) else "no-store")


def test_a_change_and_the_seats_show_at_once(app, client, cast):
    event = cast.event("Assembly", capacity=2)
    assert heading(client, event) == "Register"

    for name in ("Ana", "Ben"):
        register(client, event, name)
    assert heading(client, event) == "Join the waitlist"

    with app.app_context(), transaction():
        editing.change(db.session.get_one(Event, event.id), title={"en": "Gathering", "es": "Encuentro"})
    assert "Gathering" in client.get(path_of(event)).text
    assert "Encuentro" in client.get(path_of(event, "es")).text


def test_the_clock_alone_opens_and_closes_it(client, cast, stopped_clock):
    starts = (stopped_clock.moment + timedelta(days=10)).replace(tzinfo=None, microsecond=0)
    event = cast.event(
        timezone="UTC",
        starts=starts,
        registration_opens=starts - timedelta(days=5),
        registration_closes=starts - timedelta(days=1),
    )

    said = []
    for days in (0, 6, 3.5, 1):
        stopped_clock.forward(days=days)
        said += [heading(client, event), heading(client, event)]

    assert said[0::2] == said[1::2]
    assert said[2] == "Register"
    assert len(set(said)) == 4


@pytest.fixture
def elsewhere(settings):
    """Somebody at another machine of the same service."""
    app = create_app(settings)
    yield app.test_client()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_another_machine_of_the_service_shows_it_at_once(client, cast, elsewhere):
    event = cast.event(waitlist=False, capacity=1)
    paths = [path_of(event), f"/en/events/{event.slug}", "/en/", "/en/organizations/alianza-americas"]
    before = {path: without_id(elsewhere.get(path)) for path in paths}

    register(client, event)

    for path in paths:
        assert without_id(elsewhere.get(path)) == without_id(client.get(path)) != before[path], path


def test_a_former_slug_leads_on_and_a_purged_event_is_gone(app, client, cast, stopped_clock):
    event = cast.event()
    before = client.get(path_of(event))
    with app.app_context(), transaction():
        row = db.session.get_one(Event, event.id)
        slugs.rename(row, "event", "another-name")
        editing.touch(row)

    moved = client.get(path_of(event))
    assert (before.status_code, moved.status_code) == (200, 301)
    assert moved.location == "/en/events/another-name/register"
    assert "/events/another-name/register" in client.get(moved.location).text

    stopped_clock.forward(days=40)
    assert client.get(moved.location).status_code == 200
    stopped_clock.forward(days=40)
    with app.app_context():
        runs.purge_event(event.id)
    assert client.get(moved.location).status_code == 404


def test_it_is_packed_for_who_takes_that_and_can_be_sent(client, cast):
    event = cast.event("Ángeles — Ütopia")
    plain = client.get(path_of(event))

    for _ in range(3):
        packed = client.get(path_of(event), headers={"Accept-Encoding": "gzip, deflate, br"})
        assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
        packed.data = gzip.decompress(packed.data)
        assert without_id(packed) == without_id(plain)
    assert forms_in(packed)[0][1]["form_id"] != forms_in(plain)[0][1]["form_id"]
    sent = send(client, packed, name="Ana", email="ana@example.org", consent="y")
    assert sent.status_code == 303


def test_head_is_get_without_the_body(client, cast):
    event = cast.event()

    for headers in ({}, {"Accept-Encoding": "gzip"}):
        got, headed = (ask(path_of(event), headers=headers) for ask in (client.get, client.head))
        assert (headed.status_code, headed.data) == (200, b"")
        assert list(headed.headers) == list(got.headers)
