"""A service with five hundred events ahead and as many behind it: lists stay light, whole months stay together."""

import gzip
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from eventsvc import clock
from eventsvc.db import db, transaction
from eventsvc.events.models import Event, Organization, Programme, Tag, event_tags
from eventsvc.events.overview import FIRST_CARDS
from eventsvc.events.tickets import Quota, TicketType, ticket_type_quotas
from tests.pages.counting import statements

AHEAD = BEHIND = 500
DAYS = 200


@pytest.fixture
def many(app: Flask) -> None:
    """Every event has a room, a place, a tag; the first hundred belong to a programme."""
    with app.app_context(), transaction():
        host = Organization(slug="host", name="Host")
        programme = Programme(slug="clinic", name={"en": "Clinic"})
        tags = [Tag(slug=f"tag-{number}", name={"en": f"Tag {number}"}) for number in range(10)]
        db.session.add_all([host, programme, *tags])
        db.session.flush()
        rows = [_row(number, host.id, programme.id) for number in range(-BEHIND, AHEAD)]
        db.session.execute(sa.insert(Event), rows)
        ids = list(db.session.scalars(sa.select(Event.id).order_by(Event.starts_at)))
        db.session.execute(sa.insert(event_tags), [{"event_id": n, "tag_id": tags[n % 10].id} for n in ids])
        db.session.execute(
            sa.insert(TicketType),
            [{"id": n, "event_id": n, "slug": "hall", "name": {"en": "Hall"}, "position": 0} for n in ids],
        )
        db.session.execute(
            sa.insert(Quota),
            [{"id": n, "event_id": n, "name": "Hall", "size": 50, "taken": n % 51, "waiting": 0} for n in ids],
        )
        db.session.execute(sa.insert(ticket_type_quotas), [{"ticket_type_id": n, "quota_id": n} for n in ids])


def _row(number: int, host: int, programme: int) -> dict[str, object]:
    starts = clock.now().replace(microsecond=0) + timedelta(days=DAYS * number / AHEAD, hours=1)
    ends = starts + timedelta(minutes=50)
    return {
        "uid": str(uuid4()), "slug": f"event-{number}", "status": "published", "visibility": "public",
        "attendance": ("in_person", "online", "hybrid")[number % 3], "languages": ["en", "es"],
        "title": {"en": f"Meeting {uuid4().hex} about the rights of people who move", "es": f"Encuentro {number}"},
        "starts": starts.replace(tzinfo=None), "ends": ends.replace(tzinfo=None), "timezone": "UTC",
        "starts_at": starts, "ends_at": ends, "host_id": host, "programme_id": programme if 0 <= number < 100 else None,
        "venue": {"name": "Hall", "locality": f"Town {number % 40}", "country": ("MX", "GT", "US")[number % 3]},
        "created_at": starts, "changed_at": clock.now(), "published_at": starts,
    }  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/en/", "/en/?language=es&place=MX", "/en/organizations/host", "/en/tags/tag-3", "/en/programmes/clinic"]
)
def test_a_long_list_is_light(browse, many, path):
    page = browse.get(path)

    assert len(gzip.compress(page.data)) < 40_000


def test_the_first_page_ends_with_a_whole_month_and_names_the_others(browse, many):
    page = browse.get("/en/").text

    shown, later = page.split('<h2 class="month">Later</h2>')
    assert FIRST_CARDS <= shown.count('class="card"') < FIRST_CARDS + 31 * AHEAD // DAYS + 1
    months = [line.partition("?month=")[2][:7] for line in later.splitlines() if "?month=" in line]
    assert len(months) >= 4
    assert browse.get(f"/en/?month={months[0]}").text.count('class="card"') > 20


def test_every_event_ahead_is_shown_or_counted(browse, many):
    page = browse.get("/en/").text

    later = [int(part.partition(")")[0]) for part in page.split('<span class="soft">(')[1:]]
    assert page.count('class="card"') + sum(later) == AHEAD


def test_as_many_questions_are_asked_as_for_none(browse, app, many):
    with statements(app) as for_many:
        browse.get("/en/")
    with app.app_context(), transaction():
        db.session.execute(sa.update(Event).values(visibility="unlisted", version=Event.version + 1))
    with statements(app) as for_none:
        assert "Nothing is planned" in browse.get("/en/").text

    assert len(for_many) == len(for_none)
