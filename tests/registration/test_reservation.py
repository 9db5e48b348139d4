"""What letters tell assistants: a reservation where there is a place, its end where it is gone, else nothing; no secret."""

import json
import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import html5lib
import pytest

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.i18n import speaking
from eventsvc.registration import cancellation, notices
from eventsvc.registration.invitations import CANCEL, REQUEST
from eventsvc.registration.letter_words import ENDING, WITHOUT_RESERVATION
from eventsvc.registration.models import Status
from tests.registration.story import Story
from tests.registration.test_letters_of_turns import BESIDES, BY_TURNS
from tests.registration.visitor import html_of, mails

JOIN = "https://meet.example.org/secret-room"
SECRET = "s3cr3t-s3cr3t-s3cr3t-x"
BREAKING = "</script><script>alert(1)</script><!-- & \u2028"


@pytest.fixture
def event(cast):
    return cast.event(
        "Side event",
        capacity=1,
        attendance="hybrid",
        join_url=JOIN,
        venue={"name": "Hotel", "street": "Main St 1", "locality": "Los Angeles", "country": "US"},
    )


def data_in(html):
    """The blocks of data, as a browser finds them."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    return [json.loads(each.text) for each in tree.iter("script") if each.get("type") == "application/ld+json"]


def data_of(event, letter, status, method=None, **more):
    event = db.session.get_one(Event, event.id)
    reader = notices.Reader(uuid4(), "ana@example.org", "en", SECRET, status, "Typed-Name", **more)
    with speaking("en"):
        known = {"queue_place": 3, "offer_until": event.starts_local, "has_questions": False}
        return data_in(notices.words_of(event, letter, reader, method, **known).html)


def test_a_place_is_a_reservation_with_times_place_and_number(event, context):
    (found,) = data_of(event, "confirmed", Status.CONFIRMED, REQUEST)
    about = found["reservationFor"]

    assert found["@type"] == "EventReservation"
    assert found["reservationStatus"] == "https://schema.org/ReservationConfirmed"
    assert about["name"] == "Side event"
    for name, moment in (("startDate", event.starts_local), ("endDate", event.ends_local)):
        assert datetime.fromisoformat(about[name]) == moment
        assert re.search(r"[+-]\d\d:\d\d$", about[name])
    place, online = about["location"]
    assert place["name"] == "Hotel"
    assert place["address"]["addressLocality"] == "Los Angeles"
    assert online == {"@type": "VirtualLocation", "url": f"http://localhost/en/events/{event.slug}"}
    assert "underName" not in found
    assert "modifyReservationUrl" not in found


def test_neither_link_nor_name_nor_way_in_is_in_it(event, context):
    for letter, status in BY_TURNS + BESIDES:
        for method in (None, REQUEST, CANCEL):
            said = json.dumps(data_of(event, letter, status, method))
            assert not [canary for canary in (SECRET, JOIN, "/r/", "Typed-Name", "ana@") if canary in said], letter


def test_who_waits_gets_nothing_that_looks_booked(event, context):
    for letter, status in BY_TURNS + BESIDES:
        found = data_of(event, letter, status)
        expected = status == Status.CONFIRMED and letter not in ENDING | WITHOUT_RESERVATION
        assert len(found) == expected, (letter, status)
        assert data_of(event, letter, status, is_contact=True) == [], letter


def test_what_takes_the_event_out_of_a_calendar_ends_the_reservation(event, context):
    (found,) = data_of(event, "cancelled_by_attendee", Status.CANCELLED, CANCEL)
    assert found["reservationStatus"] == "https://schema.org/ReservationCancelled"


def test_an_event_by_invitation_has_no_address(cast, context):
    hidden = cast.event("Closed", visibility="invitation", attendance="online", join_url=JOIN)
    (found,) = data_of(hidden, "confirmed", Status.CONFIRMED, REQUEST)

    assert "url" not in found["reservationFor"]
    assert found["reservationFor"]["location"] == {"@type": "VirtualLocation"}


def test_no_title_breaks_out_of_it(cast, context):
    event = cast.event("x", titles={"en": BREAKING, "es": "x"})
    (found,) = data_of(event, "confirmed", Status.CONFIRMED, REQUEST)

    assert found["reservationFor"]["name"] == BREAKING


def test_the_number_is_the_same_from_the_first_letter_to_the_last_and_nobody_elses(app, client, event):
    story = Story(app, client, event)
    story.comes("ana")
    story.does(cancellation.cancel, "ana")
    story.comes("ben")
    story.comes("cleo")
    found: dict[str, list[Any]] = {}
    for mail in mails(client, event):
        found.setdefault(mail["To"].partition("@")[0], []).extend(data_in(html_of(mail)))

    assert [each["reservationStatus"].rpartition("/")[2] for each in found["ana"]] == [
        "ReservationConfirmed",
        "ReservationCancelled",
    ]
    assert len({each["reservationNumber"] for each in found["ana"]}) == 1
    assert found["ben"][0]["reservationNumber"] != found["ana"][0]["reservationNumber"]
    assert found["cleo"] == []
