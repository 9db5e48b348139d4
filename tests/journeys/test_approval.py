"""Press asks to come; an organizer reads who they are, approves one with words of their own, and declines two at once."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.announced import SUMMIT, announce
from tests.journeys.attending import address_of, attendee, can_be_used_by_everybody
from tests.journeys.conftest import Service
from tests.journeys.organizing import add_up, organizer

pytestmark = pytest.mark.slow
WAYS: list[dict[str, Any]] = [
    {"slug": "public", "name": {"en": "As a guest", "es": "Como público"}, "capacity": 110},
    {
        "slug": "press",
        "name": {"en": "As press", "es": "Como prensa"},
        "description": {"en": "With a seat at the front.", "es": "Con un asiento adelante."},
        "capacity": 10,
        "approval": "keeps_seat",
    },
]
MEDIUM = {
    "slug": "medium",
    "kind": "short_text",
    "label": {"en": "For which medium do you work?", "es": "¿Para qué medio trabaja?"},
    "required": True,
    "ticket_types": ["press"],
}


def test_press_asks_and_is_approved_or_declined_with_words(browser: Browser, plain_site: Service):
    service = plain_site
    [event] = announce(service, SUMMIT, ticket_type=WAYS, question=[MEDIUM], capacity=None)
    press = attendee(browser, service, "en")
    for name in ("Rosa", "Tomás", "Emma"):
        press.opens_form(event)
        press.types(name, address_of(name))
        press.page.get_by_label("As press", exact=True).check()
        press.page.get_by_label("For which medium do you work?").fill(f"Radio {name}")
        press.sends()
        press.sees("The organizers have your request")

    ana = organizer(browser, service, "es")
    ana.opens(event, "/requests")
    can_be_used_by_everybody(ana.page)
    ana.is_told("3 personas")
    ana.types(note="Pase por la mesa de prensa.")
    ana.page.get_by_role("button", name=re.compile("^Aprobar.*Rosa$")).click()
    ana.is_told("1 persona quedó aprobada y tiene lugar.")
    for name in ("Tomás", "Emma"):
        ana.page.get_by_label(name).check()
    ana.types(note="Ya no hay mesa.")
    ana.presses("Rechazar")
    assert service.people(event) == [("Rosa", "confirmed"), ("Tomás", "declined"), ("Emma", "declined")]
    ana.opens(event, "/places")
    assert add_up(ana.sums())
    assert ana.sums()["Como prensa"]["Con lugar"] == 1

    assert "Pase por la mesa de prensa." in press.reads("rosa@example.org")
    for address in ("tomas@example.org", "emma@example.org"):
        assert "Ya no hay mesa." in press.reads(address)
