"""The room grows and shrinks: who waits moves up at once and is told; nobody loses a place, and none is given too many."""

import pytest
from playwright.sync_api import Browser

from eventsvc.events.models import Event
from tests.journeys.announced import LAUNCH, announce
from tests.journeys.attending import attendee
from tests.journeys.conftest import Service
from tests.journeys.organizing import Organizer, add_up, organizer

pytestmark = pytest.mark.slow


def test_a_larger_room_moves_the_queue_and_a_smaller_one_takes_nothing_away(browser: Browser, https_site: Service):
    service = https_site
    [event] = announce(service, LAUNCH, capacity=2)
    for who in ("wendy", "grace"):
        service.comes(event, who)
    rosa = attendee(browser, service, "es")
    rosa.registers(event, "Rosa")
    rosa.sees("Está en la lista de espera")

    ana = organizer(browser, service, "en")
    _sets_places(ana, event, 3)
    ana.is_told("1 person moved up from the waitlist.")
    assert "Ya tiene un lugar" in rosa.reads("rosa@example.org")
    rosa.follows("rosa@example.org")
    rosa.sees("Tiene un lugar")

    _sets_places(ana, event, 1)
    assert ana.sums() == {
        "": {
            "With a place": 3,
            "Offered, not answered yet": 0,
            "To be decided, place kept": 0,
            "Too many": -2,
            "Places": 1,
        }
    }
    assert add_up(ana.sums())
    ana.is_told("That is 2 people too many: nothing more is given out until it fits.")
    noe = attendee(browser, service, "es")
    noe.registers(event, "Noé")
    noe.sees("Está en la lista de espera")
    rosa.stays_at_home()
    assert [status for _name, status in service.people(event)] == ["confirmed", "confirmed", "cancelled", "waitlisted"]
    ana.opens(event, "/waitlist")
    ana.is_told("there is 1 person too many since it was lowered")


def _sets_places(ana: Organizer, event: Event, size: int) -> None:
    ana.opens(event, "/places")
    ana.page.get_by_label("Places (optional)").fill(str(size))
    ana.presses("Save")
