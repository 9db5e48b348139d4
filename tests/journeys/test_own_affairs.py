"""What people settle themselves, with the link in their mail: answers, the way of attending, the place, the queue."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from eventsvc.events.models import Event
from tests.journeys.announced import ASSEMBLY, SUMMIT, announce
from tests.journeys.attending import Attendee, attendee, can_be_used_by_everybody
from tests.journeys.conftest import Service, problem
from tests.journeys.organizing import organizer

pytestmark = pytest.mark.slow
VILLAGE: dict[str, Any] = {
    "slug": "village",
    "kind": "short_text",
    "label": {"es": "¿De qué pueblo viene?", "en": "Which village are you from?"},
    "required": True,
}


def test_answers_are_corrected_the_way_is_changed_and_the_place_handed_on(browser: Browser, plain_site: Service):
    service = plain_site
    [event] = announce(service, ASSEMBLY, question=[VILLAGE])
    rosa = attendee(browser, service, "en")
    rosa.opens_form(event)
    rosa.types("Rosa", "rosa@example.org")
    rosa.page.get_by_label("In the hall").check()
    rosa.page.get_by_label("Which village are you from?").fill("Nebaj")
    rosa.sends()
    rosa.sees("You have a place")

    rosa.follows("rosa@example.org")
    _corrects_an_answer(rosa)
    _goes_online(rosa)
    _hands_the_place_on(rosa)
    assert service.people(event) == [("Grace", "confirmed")]
    grace = attendee(browser, service, "en")
    grace.follows("grace@example.org")
    grace.sees("You have a place")
    grace.reads_on_page("Online", "The organizers have questions that you have not answered yet.")
    assert "Chajul" not in grace.page.locator("main").inner_text()
    _the_log_says_so(browser, service, event)


def _corrects_an_answer(rosa: Attendee) -> None:
    rosa.goes_to("Change my answers")
    can_be_used_by_everybody(rosa.page)
    village = rosa.page.get_by_label("Which village are you from?")
    expect(village).to_have_value("Nebaj")
    village.fill("")
    rosa.presses("Save changes")
    expect(rosa.page).to_have_title(re.compile("^Error:"))
    assert problem(rosa.page)
    village.fill("Chajul")
    rosa.presses("Save changes")
    rosa.reads_on_page("Your changes are saved.", "Chajul")


def _goes_online(rosa: Attendee) -> None:
    rosa.goes_to("Change how I take part")
    can_be_used_by_everybody(rosa.page)
    rosa.page.get_by_label("Online").check()
    rosa.presses("Save changes")
    rosa.reads_on_page("Your changes are saved.", "Online", "https://meet.example.org/asamblea")
    assert "https://meet.example.org/asamblea" in rosa.reads("rosa@example.org")


def _hands_the_place_on(rosa: Attendee) -> None:
    """To Grace, who has a link of her own from then on; Rosa's is dead."""
    rosa.follows("rosa@example.org")
    own = rosa.page.url
    rosa.goes_to("Hand over my place")
    can_be_used_by_everybody(rosa.page)
    rosa.types("Grace", "grace@example.org")
    rosa.presses("Hand over my place")
    can_be_used_by_everybody(rosa.page)
    gone = rosa.page.goto(own)
    assert gone
    assert gone.status == 404


def _the_log_says_so(browser: Browser, service: Service, event: Event) -> None:
    ana = organizer(browser, service, "es")
    ana.opens(event, "/attendees")
    ana.goes_to("Grace")
    assert ana.page.locator(".steps li").count() >= 4  # registered, answered otherwise, other way, handed over
    can_be_used_by_everybody(ana.page)


def test_the_address_is_confirmed_first_and_the_queue_can_be_left(browser: Browser, plain_site: Service):
    service = plain_site
    [event] = announce(service, SUMMIT, capacity=1, confirms_address=True)
    service.comes(event, "wendy")
    wendy = attendee(browser, service, "en")
    wendy.follows("wendy@example.org")
    can_be_used_by_everybody(wendy.page)
    _confirms(wendy, "wendy@example.org", "You have a place")

    rosa = attendee(browser, service, "en")
    rosa.registers(event, "Rosa")
    rosa.sees("One more step: look at your mail")
    can_be_used_by_everybody(rosa.page)
    assert dict(service.people(event))["Rosa"] == "unconfirmed"
    _confirms(rosa, "rosa@example.org", "You are on the waitlist")
    rosa.reads_on_page("You are number 1 in line.")
    rosa.goes_to("Leave the waitlist")
    rosa.presses("Leave the waitlist")
    rosa.sees("You have left the waitlist")
    wendy.stays_at_home()
    assert dict(service.people(event)) == {"Wendy": "cancelled", "Rosa": "cancelled"}


def _confirms(who: Attendee, address: str, heading: str) -> None:
    """Opening the link changes nothing; the button on the page does."""
    who.follows(address)
    who.sees("Is this your address?")
    who.presses("Yes, this is my address: register me")
    who.sees(heading)
