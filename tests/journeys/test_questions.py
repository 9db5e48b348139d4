"""What the organizers ask: ready-made and of their own, in two languages, some only of some people, some only so often."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from eventsvc.events.models import Event
from tests.journeys.announced import SUMMIT, announce
from tests.journeys.attending import Attendee, attendee, can_be_used_by_everybody
from tests.journeys.conftest import Service, problem
from tests.journeys.organizing import Organizer, organizer

pytestmark = pytest.mark.slow
WORKSHOP: dict[str, Any] = {
    "slug": "workshop",
    "kind": "one_of",
    "label": {"en": "Which workshop?", "es": "¿Qué taller?"},
    "required": True,
    "option": [
        {"slug": "radio", "label": {"en": "Radio", "es": "Radio"}, "capacity": 1},
        {"slug": "maps", "label": {"en": "Maps", "es": "Mapas"}},
    ],
}
SIGNS, WHICH = "¿Necesita interpretación en lengua de señas?", "¿Qué lengua de señas?"


def test_a_ready_made_set_is_answered_in_spanish_and_edited_without_touching_the_answer(
    browser: Browser, https_site: Service
):
    service = https_site
    [event] = announce(service, SUMMIT, question=[WORKSHOP])
    ana = organizer(browser, service, "en")
    ana.opens(event, "/questions")
    can_be_used_by_everybody(ana.page)
    ana.page.locator("button[name=set][value=languages]").click()
    ana.is_told("Which sign language?")

    rosa = attendee(browser, service, "es")
    rosa.opens_form(event)
    rosa.types("Rosa", "rosa@example.org")
    _is_asked_more_only_where_it_fits(rosa)
    rosa.follows("rosa@example.org")
    rosa.reads_on_page(WHICH, "LSM", "¿Qué taller?", "Radio")
    can_be_used_by_everybody(rosa.page)

    _the_workshop_is_full_for_noe(attendee(browser, service, "es"), event)
    _asks_otherwise(ana, event)
    rosa.opens_form(event)
    expect(rosa.page.locator("main")).to_contain_text("¿A qué taller quiere ir?")
    rosa.follows("rosa@example.org")
    rosa.reads_on_page("¿Qué taller?")
    ana.opens(event, "/attendees")
    ana.goes_to("Rosa")
    ana.is_told("Which workshop?", "LSM")


def _is_asked_more_only_where_it_fits(rosa: Attendee) -> None:
    """Which sign language is asked, and must be answered, of who needs one; the style sheet alone hides it."""
    which = rosa.page.get_by_label(WHICH)
    rosa.page.get_by_label("Radio").check()
    expect(which).to_be_hidden()
    signs = rosa.page.get_by_role("group", name=SIGNS)
    signs.get_by_label("Sí").check()
    expect(which).to_be_visible()
    rosa.sends()
    assert WHICH in problem(rosa.page)
    can_be_used_by_everybody(rosa.page)
    rosa.page.locator(".problem a").click()
    expect(which).to_be_focused()
    which.fill("LSM")
    rosa.sends()
    rosa.sees("Tiene un lugar")


def _the_workshop_is_full_for_noe(noe: Attendee, event: Event) -> None:
    """There was one place in it. Without signs, nothing about them has to be said."""
    noe.opens_form(event)
    noe.types("Noé", "noe@example.org")
    expect(noe.page.get_by_label("Radio")).to_be_disabled()
    noe.page.get_by_label("Mapas").check()
    noe.sends()
    noe.sees("Tiene un lugar")


def _asks_otherwise(ana: Organizer, event: Event) -> None:
    """From now on people are asked in other words; the page says what becomes of the answers there are."""
    ana.opens(event, "/questions")
    ana.page.locator(".sheets li", has_text="Which workshop?").get_by_role("link").click()
    ana.is_told("Their answers keep the words they were given to")
    can_be_used_by_everybody(ana.page)
    ana.types(label_en="Which workshop do you want to go to?", label_es="¿A qué taller quiere ir?")
    ana.saves()
