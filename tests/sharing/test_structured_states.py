"""Structured data of an event in every state it can be in: what search engines require is there, and nothing untrue."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota
from eventsvc.registration import announcements
from eventsvc.retention import runs
from tests.sharing.conftest import HALL, JOIN
from tests.sharing.reading import event_data

ONLINE, HYBRID = {"attendance": "online", "venue": {}}, {"attendance": "hybrid"}


@dataclass(frozen=True)
class State:
    """How it came about, and what is to be read: the end of eventStatus, and of availability where there is an offer."""

    status: str
    availability: str | None
    made: dict[str, Any] = field(default_factory=dict)
    seats: dict[str, Any] = field(default_factory=dict)
    done: Callable[[Event], None] = lambda _event: None
    days_later: float = 0


def moved(event: Event) -> None:
    announcements.change(event, starts=event.starts + timedelta(days=1), ends=event.ends + timedelta(days=1))


FULL = {"taken": 50}
STATES = {
    "scheduled": State("Scheduled", "InStock"),
    "few": State("Scheduled", "LimitedAvailability", seats={"taken": 48}),
    "full, with a waitlist": State("Scheduled", "SoldOut", seats=FULL),
    "full": State("Scheduled", "SoldOut", {"waitlist": False}, FULL),
    "not yet open": State("Scheduled", "InStock", {"registration_opens": datetime(2031, 1, 1, 9)}),  # noqa: DTZ001 - a wall time
    "closed": State("Scheduled", None, {"registration_closes": datetime(2020, 1, 1, 9)}),  # noqa: DTZ001
    "called off": State("Cancelled", None, done=announcements.call_off),
    "moved": State("Rescheduled", "InStock", done=moved),
    "online": State("Scheduled", "InStock", ONLINE),
    "in person and online": State("Scheduled", "InStock", HYBRID),
    "over": State("Scheduled", None, days_later=3000),
}


@pytest.mark.parametrize("name", STATES)
def test_in_every_state_it_says_what_is_required_and_what_is_true(browse, cast, app, stopped_clock, name):
    state = STATES[name]
    values = {"venue": HALL, "join_url": JOIN, "capacity": 50, "starts": datetime.fromisoformat("2031-06-10T17:00")}
    event = cast.event(**values | state.made)
    with app.app_context(), transaction():
        if state.seats:
            db.session.execute(sa.update(Quota).where(Quota.event_id == event.id).values(**state.seats))
        state.done(db.session.get_one(Event, event.id, populate_existing=True))
    stopped_clock.forward(days=state.days_later)

    page = browse.get(f"/en/events/{event.slug}").text
    data = event_data(page)

    required(data)
    assert data["eventStatus"] == f"https://schema.org/Event{state.status}"
    assert availability(data) == state.availability
    assert "meet.example.org" not in page


def required(data: dict[str, Any]) -> None:
    """What Google requires and recommends, each as it wants it."""
    assert data["name"]
    starts, ends = (datetime.fromisoformat(data[name]) for name in ("startDate", "endDate"))
    assert starts.utcoffset() is not None
    assert starts < ends
    places = data["location"] if isinstance(data["location"], list) else [data["location"]]
    for place in places:
        if place["@type"] == "Place":
            assert place["name"]
            assert place["address"]["@type"] == "PostalAddress"
        else:
            assert place["@type"] == "VirtualLocation"
            assert place["url"].startswith("http")
    modes = {("Place",): "Offline", ("VirtualLocation",): "Online", ("Place", "VirtualLocation"): "Mixed"}
    mode = modes[tuple(place["@type"] for place in places)]
    assert data["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    assert all(each["name"] and each["url"].startswith("http") for each in data["organizer"])
    assert all(each.startswith("http") for each in data["image"])
    if offer := data.get("offers"):
        assert {"price", "availability", "url", "validThrough"} <= offer.keys()
        assert datetime.fromisoformat(offer["validThrough"]).utcoffset() is not None
    previous = data.get("previousStartDate", [])
    assert bool(previous) == data["eventStatus"].endswith("EventRescheduled")
    for each in previous if isinstance(previous, list) else [previous]:
        assert datetime.fromisoformat(each).utcoffset() is not None


def availability(data: dict[str, Any]) -> str | None:
    offer = data.get("offers")
    return offer and offer["availability"].removeprefix("https://schema.org/")


@pytest.fixture
def data_after(browse, cast, app):
    """An event that is changed step by step, and what is read of it at the end."""
    event = cast.event(starts=datetime.fromisoformat("2031-06-10T17:00"), venue=HALL)

    def follow(*steps: Callable[[Event], object]) -> dict[str, Any]:
        for step in steps:
            with app.app_context(), transaction():
                step(db.session.get_one(Event, event.id, populate_existing=True))
        return event_data(browse.get(f"/en/events/{event.slug}").text)

    return follow


def on(day: int) -> Callable[[Event], object]:
    def move(event: Event) -> object:
        start = datetime(2031, 6, day, 17)  # noqa: DTZ001 - a wall time
        return editing.change(event, starts=start, ends=start + timedelta(hours=2))

    return move


def test_a_moved_event_names_the_day_it_was_to_be(data_after):
    data = data_after(on(12))

    assert (data["startDate"], data["previousStartDate"]) == ("2031-06-12T17:00:00-07:00", "2031-06-10T17:00:00-07:00")


def test_an_event_moved_twice_names_both_days_and_one_moved_back_none(data_after):
    assert data_after(on(12), on(14))["previousStartDate"] == ["2031-06-10T17:00:00-07:00", "2031-06-12T17:00:00-07:00"]
    assert data_after(on(12))["previousStartDate"] == "2031-06-10T17:00:00-07:00"

    data = data_after(on(10))
    assert "previousStartDate" not in data
    assert data["eventStatus"] == "https://schema.org/EventScheduled"


def test_of_many_days_the_first_and_the_last_ones_are_kept(data_after):
    days = data_after(*(on(day) for day in range(11, 21)))["previousStartDate"]

    assert [day[8:10] for day in days] == ["10", "16", "17", "18", "19"]


def test_the_same_instant_on_another_clock_is_not_moved(data_after):
    def elsewhere(event: Event) -> object:
        start = datetime(2031, 6, 10, 18)  # noqa: DTZ001 - a wall time
        return editing.change(event, timezone="America/Denver", starts=start, ends=start + timedelta(hours=2))

    assert "previousStartDate" not in data_after(elsewhere)


def test_an_event_called_off_after_it_was_moved_keeps_the_day_it_had_last(data_after):
    data = data_after(on(12), announcements.call_off)

    assert data["eventStatus"] == "https://schema.org/EventCancelled"
    assert data["startDate"] == "2031-06-12T17:00:00-07:00"


def test_a_draft_may_move_before_anybody_knows_of_it(browse, cast, app):
    event = cast.event(starts=datetime.fromisoformat("2031-06-10T17:00"), published=False, venue=HALL)
    with app.app_context(), transaction():
        row = db.session.get_one(Event, event.id)
        on(12)(row)
        editing.publish(row)

    assert "previousStartDate" not in event_data(browse.get(f"/en/events/{event.slug}").text)


def test_an_event_whose_people_were_forgotten_stays_as_one_that_was(browse, cast, app, stopped_clock):
    event = cast.event(days=1, venue=HALL)
    stopped_clock.forward(days=60)
    with app.app_context():
        runs.run()
        assert db.session.get_one(Event, event.id, populate_existing=True).purged_at is not None

    data = event_data(browse.get(f"/en/events/{event.slug}").text)

    required(data)
    assert "offers" not in data
