"""Which edition readers get where the new one cannot be had: the last good one, and never one that tells of what was withdrawn."""

import logging
import threading
from typing import Any

import pytest
import sqlalchemy as sa

from eventsvc.calendar import editions, stored, writing
from eventsvc.calendar.ical import calendar_file
from eventsvc.calendar.models import CalendarFile
from eventsvc.db import db
from eventsvc.events import editing
from eventsvc.events.filters import Chosen
from eventsvc.events.models import Event, EventStatus
from tests.calendar.test_feeds import change, in_transaction, the_event, uids
from tests.calendar.test_stored import restarted, rows

FEED = "/en/feeds/all.ics"
SECRET = "ana@example.org"
REAL = calendar_file


def fails(*_arguments: object, **_names: object) -> bytes:
    raise KeyError(SECRET)


def moved(app, event) -> None:
    change(app, event, venue={"name": "Another hall"})


@pytest.mark.parametrize("after", ["at once", "a restart"])
def test_where_a_file_cannot_be_written_the_last_good_one_is_given(  # noqa: PLR0917 - fixtures
    after, client, cast, app, monkeypatch, caplog, stopped_clock
):
    event = cast.event()
    good = client.get(FEED)
    moved(app, event)
    monkeypatch.setattr(writing, "calendar_file", fails)
    if after == "a restart":
        restarted(app)

    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            answer = client.get(FEED)
            assert (answer.status_code, answer.data, answer.headers["ETag"]) == (200, good.data, good.headers["ETag"])
            assert client.get(FEED, headers={"If-None-Match": good.headers["ETag"]}).status_code == 304
    (line,) = caplog.messages
    assert line.startswith("calendar file all:0:en could not be written, readers get the last good one: KeyError at ")
    assert SECRET not in line

    monkeypatch.setattr(writing, "calendar_file", REAL)
    stopped_clock.forward(seconds=stored.LEASE.total_seconds())
    assert the_event(client.get(FEED))["LOCATION"] == "Another hall"


def test_where_there_never_was_one_readers_are_asked_to_come_back(client, cast, monkeypatch, stopped_clock):
    monkeypatch.setattr(writing, "calendar_file", fails)
    cast.event()
    for path in (FEED, "/en/feeds/all.ics?mode=in_person"):
        for _ in range(2):
            answer = client.get(path)
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) > 0
            assert answer.headers["Cache-Control"] == "no-store"
    monkeypatch.setattr(writing, "calendar_file", REAL)
    stopped_clock.forward(seconds=stored.LEASE.total_seconds())
    assert client.get(FEED).status_code == 200


def test_one_event_that_would_give_a_bad_line_keeps_the_last_good_file_in_place(
    client, cast, app, monkeypatch, caplog, stopped_clock
):
    """The line is written past the check of its value, as a fault in the renderer would."""
    event = cast.event()
    good = client.get(FEED)
    monkeypatch.setattr(
        writing, "calendar_file", lambda *a, **n: REAL(*a, **n).replace(b"Hall 2\r\n", b"Hall\x0b 2\r\n")
    )
    change(app, event, venue={"name": "Hall 2"})

    with caplog.at_level(logging.ERROR):
        assert client.get(FEED).data == good.data
    assert "could not be written, readers get the last good one: 1 faults, line " in caplog.text
    assert rows(app)["all:0:en"].state

    change(app, event, venue={"name": "Hall 3"})
    stopped_clock.forward(seconds=stored.LEASE.total_seconds())
    assert the_event(client.get(FEED))["LOCATION"] == "Hall 3"


def test_an_event_that_no_calendar_can_be_told_of_breaks_no_feed(client, cast, app, caplog):
    """It is left out, in the log and not in silence; what happens to the others goes on being told."""
    event = cast.event("Good")
    client.get(FEED)
    bad = cast.event("Bad")
    in_transaction(app, lambda: setattr(db.session.get_one(Event, bad.id), "uid", "two\nlines"))
    moved(app, event)

    with caplog.at_level(logging.ERROR):
        answer = client.get(FEED)

    assert (answer.status_code, uids(answer)) == (200, {event.uid})
    assert the_event(answer)["LOCATION"] == "Another hall"
    assert f"event {bad.id} can stand in no calendar file" in caplog.text
    assert client.get(f"/en/events/{bad.slug}.ics").status_code == 503
    assert client.get("/en/feeds/all.ics?mode=in_person").status_code == 200


WITHDRAWALS: dict[str, Any] = {
    "made a draft again": lambda event: editing.change(event, status=EventStatus.DRAFT),
    "unlisted": lambda event: editing.change(event, visibility="unlisted"),
    "made by invitation": lambda event: editing.change(event, visibility="invitation"),
    "deleted": lambda event: db.session.execute(sa.delete(Event).where(Event.id == event.id)),
}


@pytest.mark.parametrize("how", WITHDRAWALS)
@pytest.mark.parametrize("why", ["the new one fails", "somebody else is writing it", "a colleague is writing it"])
def test_what_was_withdrawn_is_gone_from_the_very_next_answer(how, why, client, cast, app, monkeypatch):
    """Whatever would be a reason to give out the edition before."""
    event, other = cast.event("Withdrawn"), cast.event("Stays")
    client.get(FEED)
    client.get(f"/en/events/{event.slug}.ics")
    in_transaction(app, lambda: WITHDRAWALS[how](db.session.get_one(Event, event.id)))
    if why == "the new one fails":
        monkeypatch.setattr(writing, "calendar_file", fails)
    elif why == "somebody else is writing it":
        with app.app_context():
            assert stored.claim("all:0:en", rows(app)["all:0:en"].state)
    else:
        app.extensions[editions.DESK].at_work.add(("all", 0, Chosen(), "en"))

    answers = [client.get(path) for path in (FEED, FEED, f"/en/events/{event.slug}.ics")]
    app.extensions[editions.DESK].at_work.clear()

    assert all("Withdrawn" not in answer.text for answer in answers[:2])
    if why == "the new one fails":
        assert [answer.status_code for answer in answers[:2]] == [503, 503]
    else:
        assert uids(answers[0]) == {other.uid}
    assert answers[2].status_code in ({404} if how != "unlisted" else {200, 503})


def test_an_edit_may_be_waited_for_with_the_edition_before(client, cast, app):
    event = cast.event()
    before = client.get(FEED)
    moved(app, event)
    app.extensions[editions.DESK].at_work.add(("all", 0, Chosen(), "en"))

    assert client.get(FEED).data == before.data

    app.extensions[editions.DESK].at_work.clear()
    assert client.get(FEED).data != before.data


def test_of_many_readers_at_once_one_writes(cast, app, monkeypatch):
    cast.event()
    most = 8
    written: list[str] = []
    gathered = threading.Barrier(most)

    def slow(*arguments, **names):
        written.append(names["name"])
        threading.Event().wait(0.2)
        return REAL(*arguments, **names)

    monkeypatch.setattr(writing, "calendar_file", slow)
    answers: list[bytes] = []

    def ask() -> None:
        client = app.test_client()
        gathered.wait(10)
        answers.append(client.get(FEED).data)

    threads = [threading.Thread(target=ask) for _ in range(most)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert (len(answers), len(set(answers)), len(written)) == (most, 1, 1)


def test_a_copy_from_before_a_restart_is_asked_about_too(client, cast, app, monkeypatch):
    """The table may hold it, the shelf not: what counts is what stands in its bytes."""
    event = cast.event("Withdrawn")
    client.get(FEED)
    monkeypatch.setattr(writing, "calendar_file", fails)
    change(app, event, visibility="invitation")
    restarted(app)

    assert client.get(FEED).status_code == 503
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(CalendarFile)) == 1
        stored.sweep()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(CalendarFile)) == 0
