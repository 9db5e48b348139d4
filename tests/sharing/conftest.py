"""Events in the states that matter when something is passed on."""

from datetime import datetime

import pytest

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import CoHost, Event, Programme, Tag
from tests.factories import Cast

HALL = {
    "name": "Salón comunal",
    "street": "4a calle 7",
    "locality": "Los Angeles",
    "region": "CA",
    "postal_code": "90012",
    "country": "US",
}
JOIN = "https://meet.example.org/secret-room"


@pytest.fixture
def summit(cast: Cast) -> Event:
    """In person, on a known day."""
    return cast.event(
        "Asylum & protection",
        slug="asylum",
        starts=datetime.fromisoformat("2031-06-10T17:00"),
        titles={"en": "Asylum & protection", "es": "Asilo y protección"},
        summary={"en": "We meet.", "es": "Nos reunimos."},
        venue=HALL,
    )


@pytest.fixture
def company(cast: Cast):
    """Give an event a co-host, a programme and a tag, each of its own."""

    def give(event: Event, name: str) -> None:
        other = cast.organization(f"Co {name}")
        with cast.app.app_context(), transaction():
            row = db.session.get_one(Event, event.id)
            row.co_hosts = [CoHost(organization_id=other.id, position=0)]
            row.programme = Programme(slug=f"programme-{name}", name={"en": f"Programme {name}", "es": "Programa"})
            row.tags = [Tag(slug=f"tag-{name}", name={"en": f"Tag {name}", "es": "Tema"})]
            editing.touch(row)

    return give
