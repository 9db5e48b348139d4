"""Three people register on one phone, one of them without an address: they come together, each with a link of their own."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.announced import LAUNCH, announce
from tests.journeys.attending import Attendee, attendee, can_be_used_by_everybody
from tests.journeys.conftest import Service, problem

pytestmark = pytest.mark.slow
ONE_MORE = "Inscribir a otra persona con usted"


def test_three_people_on_one_phone_get_places_together(browser: Browser, https_site: Service):
    service = https_site
    [event] = announce(service, LAUNCH, party_most=4, capacity=3)
    ana = attendee(browser, service, "es")
    ana.opens_form(event)
    _adds_and_takes_away(ana)
    _is_led_to_what_is_wrong(ana)
    ana.sends()
    ana.sees("Tiene un lugar")
    can_be_used_by_everybody(ana.page)

    assert "Noé Ajanel" not in ana.reads("ana@example.org")  # nobody has shown yet that the address is hers
    assert "/r/" in ana.reads("abuela@example.org")
    assert service.people(event) == [("Ana", "confirmed"), ("Abuela Rosa", "confirmed"), ("Noé Ajanel", "confirmed")]
    ana.follows("ana@example.org")
    ana.sees("Tiene un lugar")
    ana.reads_on_page("Noé Ajanel", "https://meet.example.org/")
    _noe_stays_at_home(ana)
    assert service.people(event) == [("Ana", "confirmed"), ("Abuela Rosa", "confirmed"), ("Noé Ajanel", "cancelled")]


def test_three_people_wait_together_where_only_two_places_are_left(browser: Browser, https_site: Service):
    service = https_site
    [event] = announce(service, LAUNCH, party_most=4, capacity=3)
    service.comes(event, "wendy")
    ana = attendee(browser, service, "es")
    ana.opens_form(event)
    ana.types("Ana", "ana@example.org")
    for number, name in ((2, "Rosa"), (3, "Noé")):
        ana.presses(ONE_MORE)
        ana.types(name, number=number)
    ana.sends()

    ana.sees("Está en la lista de espera")
    assert {status for name, status in service.people(event) if name != "Wendy"} == {"waitlisted"}
    attendee(browser, service, "en").cannot_come("wendy@example.org")
    assert {status for name, status in service.people(event) if name != "Wendy"} == {"confirmed"}


def _adds_and_takes_away(ana: Attendee) -> None:
    """Four people, and the third is taken away again: what was typed about the others stays theirs."""
    ana.types("Ana", "ana@example.org")
    for number, name in ((2, "Abuela Rosa"), (3, "Por error"), (4, "Noé Ajanel")):
        ana.presses(ONE_MORE)
        ana.types(name, number=number)
    expect(ana.page.get_by_role("button", name=ONE_MORE)).to_have_count(0)  # no more than four
    ana.presses("Quitar a la persona 3")
    assert [ana.page.locator(f"[name={mark}name]").input_value() for mark in ("", "p2-", "p3-")] == [
        "Ana",
        "Abuela Rosa",
        "Noé Ajanel",
    ]


def _is_led_to_what_is_wrong(ana: Attendee) -> None:
    """One address is broken: the summary names whose it is and leads to the field, and nothing is lost."""
    ana.types("Abuela Rosa", "abuela@", number=2)
    ana.sends()
    expect(ana.page).to_have_title(re.compile("^Error:"))  # waits for the page
    assert "Persona 2" in problem(ana.page)
    can_be_used_by_everybody(ana.page)
    ana.page.locator(".problem a").click()
    expect(ana.page.locator("[name=p2-email]")).to_be_focused()
    assert ana.page.locator("[name=p3-name]").input_value() == "Noé Ajanel"
    assert ana.page.locator("[name=consent]").is_checked()
    ana.types("Abuela Rosa", "abuela@example.org", number=2)


def _noe_stays_at_home(ana: Attendee) -> None:
    """Who came without an address has a link too, in the mail of whoever registered them."""
    ana.follows("ana@example.org", after="Persona 3")
    ana.reads_on_page("Noé Ajanel")
    ana.stays_at_home()
    assert "Noé Ajanel" in ana.reads("ana@example.org")
