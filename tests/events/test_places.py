"""Where an event takes place, in one line, also while nobody knows it."""

import pytest

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.places import place_line

HALL = {"name": "Casa Roja", "locality": "Guatemala", "country": "GT"}


@pytest.mark.parametrize(
    ("attendance", "venue", "line"),
    [
        ("in_person", HALL, "Casa Roja, Guatemala, Guatemala"),
        ("in_person", {}, "The place will be announced."),
        ("online", HALL, "Online"),
        ("online", {}, "Online"),
        ("hybrid", HALL, "Casa Roja, Guatemala, Guatemala / Online"),
        ("hybrid", {}, "In person and online"),
    ],
)
def test_only_what_is_online_is_said_to_be(context, cast, attendance, venue, line):
    event = cast.event(attendance=attendance, venue=venue)

    assert place_line(db.session.get_one(Event, event.id)) == line
