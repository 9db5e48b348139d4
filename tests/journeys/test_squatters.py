"""Programs that send forms: whoever is too quick, or fills in what no person sees, has to open the link in their mail first."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.announced import LAUNCH, announce
from tests.journeys.attending import attendee
from tests.journeys.conftest import Service, service

pytestmark = pytest.mark.slow


@pytest.fixture
def wary_service(tmp_path: Path) -> Iterator[Service]:
    """It takes whoever sends a form within two seconds for a program."""
    with service(tmp_path, quickest_form=2) as running:
        yield running


def test_who_is_too_quick_or_fills_the_trap_has_no_place_before_the_link(browser: Browser, wary_service: Service):
    [event] = announce(wary_service, LAUNCH, capacity=2)
    quick = attendee(browser, wary_service, "en")
    quick.registers(event, "Rosa")
    quick.sees("One more step: look at your mail")

    trapped = attendee(browser, wary_service, "es")
    trapped.opens_form(event)
    trapped.types("Bot", "bot@example.org")
    trapped.page.locator("[name=homepage]").evaluate("field => field.value = 'https://example.org'")
    trapped.page.wait_for_timeout(2100)
    trapped.sends()
    trapped.sees("Falta un paso: revise su correo")

    calm = attendee(browser, wary_service, "en")
    calm.opens_form(event)
    calm.types("Ana", "ana@example.org")
    calm.page.wait_for_timeout(2100)
    calm.sends()
    calm.sees("You have a place")
    assert wary_service.people(event) == [("Rosa", "unconfirmed"), ("Bot", "unconfirmed"), ("Ana", "confirmed")]

    quick.follows("rosa@example.org")
    quick.presses("Yes, this is my address: register me")
    quick.sees("You have a place")
    assert dict(wary_service.people(event)) == {"Rosa": "confirmed", "Bot": "unconfirmed", "Ana": "confirmed"}
