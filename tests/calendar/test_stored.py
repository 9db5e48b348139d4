"""The last good copy in the database: written once per change, shared by all processes, and never in anyone's way."""

import gzip
import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.app import create_app
from eventsvc.calendar import editions, stored, writing
from eventsvc.calendar.ical import calendar_file
from eventsvc.calendar.models import CalendarFile
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from tests.calendar.test_feeds import change, in_transaction, uids

FEED = "/en/feeds/all.ics"


@pytest.fixture
def writings(monkeypatch) -> list[str]:
    """What is written from now on, by whatever process of this test."""
    written: list[str] = []
    real = calendar_file

    def counted(entries, **names):
        written.append(names.get("name", "single"))
        return real(entries, **names)

    monkeypatch.setattr(writing, "calendar_file", counted)
    return written


@pytest.fixture
def elsewhere(app, settings):
    """A client of another process: the same database, and nothing on its shelf."""
    other = create_app(settings)
    yield other.test_client()
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def restarted(app) -> None:
    """As after a restart: the shelf is empty."""
    app.extensions[editions.DESK].__init__()


def rows(app) -> dict[str, CalendarFile]:
    with app.app_context():
        return {row.key: row for row in db.session.scalars(sa.select(CalendarFile))}


def test_a_file_is_written_once_per_change_for_all_processes(cast, client, elsewhere, app, writings):
    event = cast.event()
    first = client.get(FEED)
    second = elsewhere.get(FEED)

    assert (first.data, first.headers["ETag"]) == (second.data, second.headers["ETag"])
    assert writings == ["Events"]

    change(app, event, venue={"name": "Another hall"})
    assert elsewhere.get(FEED).data == client.get(FEED).data != first.data
    assert writings == ["Events"] * 2


def test_what_is_stored_is_the_file_as_it_goes_out(cast, client, app):
    event = cast.event()
    feed, single = client.get(FEED), client.get(f"/events/{event.slug}.ics")

    found = rows(app)
    assert set(found) == {"all:0:en", f"event:{event.id}:"}
    assert gzip.decompress(found["all:0:en"].body) == feed.data
    assert gzip.decompress(found[f"event:{event.id}:"].body) == single.data
    assert found[f"event:{event.id}:"].name == f"{event.slug}.ics"
    assert {row.lease_until for row in found.values()} == {None}


def test_a_choice_is_not_stored(cast, client, app):
    cast.event()
    assert client.get(f"{FEED}?language=en").status_code == 200

    assert rows(app) == {}


def test_another_version_of_the_service_writes_anew(cast, client, elsewhere, writings, monkeypatch):
    cast.event()
    client.get(FEED)
    monkeypatch.setattr(editions, "_house", lambda: "another")

    elsewhere.get(FEED)
    assert len(writings) == 2


def test_while_somebody_else_writes_readers_get_the_copy_before(cast, client, elsewhere, app, writings, stopped_clock):
    event = cast.event()
    before = client.get(FEED)
    change(app, event, venue={"name": "Another hall"})
    with app.app_context():
        assert stored.claim("all:0:en", rows(app)["all:0:en"].state)

    assert elsewhere.get(FEED).data == client.get(FEED).data == before.data
    assert len(writings) == 1

    stopped_clock.forward(seconds=stored.LEASE.total_seconds())  # whoever it was has died
    assert client.get(FEED).data == elsewhere.get(FEED).data != before.data
    assert len(writings) == 2


def test_of_many_who_claim_one_copy_one_gets_it(cast, client, app):
    cast.event()
    client.get(FEED)
    state = rows(app)["all:0:en"].state
    with app.app_context():
        assert [stored.claim("all:0:en", state) for _ in range(3)] == [True, False, False]
        assert not stored.claim("all:0:en", "of another state")


def test_who_comes_late_to_a_claim_takes_what_was_written_meanwhile(
    cast, client, elsewhere, app, writings, monkeypatch
):
    event = cast.event()
    client.get(FEED)
    change(app, event, venue={"name": "Another hall"})
    real, read = stored.read, []

    def slow(key):
        read.append(key)
        copy = real(key)
        if len(read) == 1:
            client.get(FEED)
        return copy

    monkeypatch.setattr(stored, "read", slow)

    assert elsewhere.get(FEED).data == client.get(FEED).data
    assert len(writings) == 2


def test_a_table_that_cannot_be_written_is_no_readers_business(cast, client, app, monkeypatch, caplog):
    event = cast.event()
    client.get(FEED)

    def full(*_arguments, **_names):
        raise sa.exc.OperationalError("INSERT", None, Exception("attempt to write a readonly database"))

    monkeypatch.setattr(stored, "transaction", full)
    change(app, event, venue={"name": "Another hall"})

    with caplog.at_level(logging.WARNING):
        answer = client.get(FEED)
    assert answer.status_code == 200
    assert "Another hall" in answer.text
    assert "could not be stored: OperationalError" in caplog.text


def test_a_database_that_is_only_read_serves_calendars(cast, settings, app, caplog):
    event = cast.event()
    other = create_app(settings)

    def only_read(raw, _record) -> None:
        raw.execute("PRAGMA query_only=ON" if settings.sqlite_file else "SET default_transaction_read_only = on")
        raw.commit()

    with other.app_context(), caplog.at_level(logging.WARNING):
        sa.event.listen(db.engine, "connect", only_read)
        assert uids(other.test_client().get(FEED)) == {event.uid}
        db.session.remove()
        db.engine.dispose()
    assert "could not be stored" in caplog.text
    assert rows(app) == {}


def test_copies_of_what_is_gone_are_swept_away_and_others_stay(cast, client, app):
    stays, hidden, deleted = cast.event("Stays"), cast.event("Hidden"), cast.event("Deleted")
    host = cast.organization("Oxfam America")
    lonely = cast.event("Lonely", host=host)
    for event in (stays, hidden, deleted, lonely):
        client.get(f"/en/events/{event.slug}.ics")
    for path in (FEED, "/en/feeds/organizations/alianza-americas.ics", "/es/feeds/organizations/oxfam-america.ics"):
        client.get(path)
    with app.app_context():
        stored.sweep()
    assert len(rows(app)) == 7

    change(app, hidden, visibility="invitation")
    in_transaction(app, lambda: db.session.execute(sa.delete(Event).where(Event.id == deleted.id)))
    with app.app_context():
        stored.sweep()

    assert set(rows(app)) == {f"event:{stays.id}:en", f"event:{lonely.id}:en", f"organization:{host.id}:es"}
    assert client.get(FEED).status_code == 200


def test_a_stored_copy_keeps_its_times(cast, client, app, stopped_clock):
    cast.event()
    first = client.get(FEED)
    stopped_clock.forward(minutes=5)
    restarted(app)

    again = client.get(FEED)
    assert (again.headers["Last-Modified"], again.headers["ETag"]) == (
        first.headers["Last-Modified"],
        first.headers["ETag"],
    )
    assert rows(app)["all:0:en"].written_at == clock.now() - timedelta(minutes=5)
    with app.app_context(), transaction():
        db.session.execute(sa.delete(CalendarFile))
    restarted(app)
    assert client.get(FEED).data == first.data
