"""Every page of the back office is valid HTML, says what it is, and names each of its fields, in both languages."""

import re

import html5lib
import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from eventsvc.languages import OFFICE_LANGUAGES
from eventsvc.questions import sets
from eventsvc.registration import limits
from tests.linting import problems
from tests.organizers.route_table import MEMBERS, rows

PATHS = sorted({rule for verb, rule, _answers in rows(MEMBERS) if verb == "GET" and "." not in rule})


def shown(staff, language, tags=("en", "es")):
    """Each page as an owner sees it, with an event that has everything."""
    event = staff.event(
        "Assembly", kinds=[("hall", 1), ("online", None)], attendance="hybrid", join_url="https://m.example.org/x"
    )
    staff.event("Draft", published=False, summary={"en": "Only English"})
    made = staff.signs_up(event, "Ana")
    waits = staff.signs_up(event, "Beto")
    member = staff.member(language=language)
    named = {
        "<event>": event.slug,
        "<uuid:registration>": str(made),
        "<organization>": "alianza-americas",
        "<letter>": "approved",
    }
    named |= numbers_of(staff, event)
    for rule in PATHS:
        values = named | ({"<uuid:registration>": str(waits)} if "/waitlist/" in rule else {})
        path = "".join(str(values.get(part, part)) for part in re.split("(<.+?>)", rule))
        yield rule, member.get(path)
    yield "form", member.get("/organize/new-event?" + "&".join(f"language={tag}" for tag in tags))
    for refused in ("/organize/new-event?language=en", f"/organize/events/{event.slug}/clone"):
        yield f"refused {refused}", member.fill(refused, starts="x")
    yield "search", member.fill(f"/organize/events/{event.slug}/attendees", "search", text="ana")
    yield "confirm", member.fill(f"/organize/events/{event.slug}/edit", join_url="https://m.example.org/y")


def numbers_of(staff, event):
    """A ticket type of the event, a limit over all of them, and a question with options."""
    with staff.app.app_context():
        kinds = db.session.scalars(sa.select(TicketType.id).where(TicketType.event_id == event.id)).all()
        with transaction():
            room = limits.add(db.session.get_one(Event, event.id), "The room", 40, kinds)
            question = sets.add(db.session.get_one(Event, event.id), "diet").questions[-1]
        return {"<int:kind>": str(kinds[0]), "<int:limit>": str(room.id), "<int:question>": str(question.id)}


@pytest.mark.parametrize("language", OFFICE_LANGUAGES)
def test_every_page_passes_the_strict_reader(staff, language):
    """Among other things: no English sentence of ours on a page in Spanish."""
    for name, page in shown(staff, language, ("en", "es", "ar", "pt-BR")):
        assert page.status_code in {200, 422}, name
        assert problems(page.text) == [], name
        tree = html5lib.parse(page.text, namespaceHTMLElements=False)
        (heading,) = [" ".join("".join(h.itertext()).split()) for h in tree.iter("h1")]
        title = " ".join(tree.findtext(".//title", "").split())
        assert title.removeprefix("Error: ").startswith(heading), (name, title)
        assert tree.get("lang") == language


def test_a_page_stays_small(staff):
    for name, page in shown(staff, "en"):
        assert len(page.data) < 150_000, (name, len(page.data))
