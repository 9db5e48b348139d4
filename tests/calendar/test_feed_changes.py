"""What moves the tag, the time and the SEQUENCE of a feed, and what does not."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from eventsvc.db import db
from eventsvc.events import editing
from eventsvc.events.models import CoHost, Event, EventStatus, Organization
from tests.calendar.lint import lint
from tests.calendar.test_feeds import change, events, in_transaction, the_event, uids


def _rename_host(event: Event) -> None:
    host = db.session.get_one(Organization, event.host_id)
    host.name = "Alianza de las Américas"
    editing.touch_events_of(Event.host_id == host.id)


def _add_host(event: Event) -> None:
    event.co_hosts.append(CoHost(organization=Organization(slug="oxfam", name="Oxfam"), position=0))
    editing.touch(event)


CHANGES: dict[str, Callable[[Event], object]] = {
    "edited": lambda event: editing.change(event, title={"en": "Assembly, corrected", "es": "Asamblea"}),
    "moved": lambda event: editing.change(event, venue={"name": "Another hall"}),
    "postponed": lambda event: editing.change(event, ends=event.ends + timedelta(hours=1)),
    "cancelled": editing.cancel,
    "withdrawn": lambda event: editing.change(event, status=EventStatus.DRAFT),
    "hidden": lambda event: editing.change(event, visibility="unlisted"),
    "its host renamed": _rename_host,
    "another co-host": _add_host,
}


@pytest.mark.parametrize("name", CHANGES)
def test_tag_and_time_of_a_feed_move_when_an_event_is(name, cast, client, app, stopped_clock):
    event = cast.event()
    for path in ("/en/feeds/all.ics", "/en/feeds/organizations/alianza-americas.ics"):
        client.get(path)
    before = client.get("/en/feeds/all.ics")
    stopped_clock.forward(minutes=5)

    in_transaction(app, lambda: CHANGES[name](db.session.get_one(Event, event.id)))

    after = client.get("/en/feeds/all.ics")
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.last_modified > before.last_modified
    had_it = {"If-Modified-Since": before.headers["Last-Modified"]}
    assert client.get("/en/feeds/all.ics", headers=had_it).status_code == 200
    assert lint(after.data) == []
    mine = client.get("/en/feeds/organizations/alianza-americas.ics")
    assert len(events(mine)) == len(events(after))


def test_tag_and_time_of_a_feed_move_when_an_event_is_added(cast, client, stopped_clock):
    cast.event()
    before = client.get("/en/feeds/all.ics")
    stopped_clock.forward(minutes=5)

    cast.event()

    after = client.get("/en/feeds/all.ics")
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.last_modified > before.last_modified


def test_an_event_that_was_deleted_is_gone_from_the_feed(cast, client, app, stopped_clock):
    event, other = cast.event(), cast.event()
    before = client.get("/en/feeds/all.ics")
    stopped_clock.forward(minutes=5)

    in_transaction(app, lambda: db.session.execute(db.delete(Event).where(Event.id == event.id)))

    after = client.get("/en/feeds/all.ics")
    assert uids(after) == {other.uid}
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.last_modified > before.last_modified


def test_two_changes_in_one_second_have_two_times(cast, client, app, stopped_clock):
    """Who only names a date must not be told that nothing changed."""
    events = [cast.event(f"Event {number}") for number in range(4)]
    dates = [client.get("/en/feeds/all.ics").last_modified]
    for event in events[1:]:
        change(app, event, visibility="unlisted")
        dates.append(client.get("/en/feeds/all.ics").last_modified)

    assert dates == sorted(set(dates))


def test_what_no_calendar_is_told_moves_neither_tag_nor_time(cast, client, app):
    event = cast.event()
    before = client.get("/en/feeds/all.ics")

    in_transaction(app, lambda: db.session.execute(db.update(Event).values(version=Event.version + 1)))

    after = client.get("/en/feeds/all.ics")
    assert uids(after) == {event.uid}
    assert [after.headers[name] for name in ("ETag", "Last-Modified")] == [
        before.headers[name] for name in ("ETag", "Last-Modified")
    ]


def test_sequence_and_time_never_fall_whatever_is_edited(cast, client, app, stopped_clock):
    event = cast.event()
    chance = random.Random(3)  # noqa: S311 - made-up data
    matters = {
        "venue": lambda n: {"name": f"Hall {n}"},
        "ends": lambda n: event.ends + timedelta(minutes=n + 1),
    }
    harmless = {"title": lambda n: {"en": f"Title {n}", "es": f"Título {n}"}, "note": lambda n: f"note {n}"}
    last = the_event(client.get(f"/en/events/{event.slug}.ics"))
    for n in range(12):
        column = chance.choice([*matters, *harmless])
        stopped_clock.forward(seconds=chance.randint(1, 90))
        change(app, event, **{column: (matters | harmless)[column](n)})
        told = the_event(client.get(f"/en/events/{event.slug}.ics"))
        assert told["SEQUENCE"] == last["SEQUENCE"] + (column in matters)
        assert told["LAST-MODIFIED"].dt > last["LAST-MODIFIED"].dt
        last = told


def test_a_clock_that_was_set_back_breaks_no_feed(cast, client, app, stopped_clock):
    event = cast.event()
    stopped_clock.forward(hours=-3)
    change(app, event, venue={"name": "Another hall"})

    assert the_event(client.get("/en/feeds/all.ics"))["LOCATION"] == "Another hall"
