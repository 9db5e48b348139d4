"""Two people and a question that opens another one, by keyboard alone and without script; every stop can be seen."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.announced import LAUNCH, announce
from tests.journeys.attending import attendee
from tests.journeys.conftest import Service
from tests.journeys.test_keyboard import follow, tab_to

pytestmark = pytest.mark.slow
SIGNS = [
    {
        "slug": "signs",
        "kind": "yes_no",
        "label": {"en": "Do you need sign language?", "es": "¿Necesita lengua de señas?"},
        "required": True,
    },
    {
        "slug": "which",
        "kind": "short_text",
        "label": {"en": "Which sign language?", "es": "¿Qué lengua de señas?"},
        "required": True,
        "depends_on": {"question": "signs", "options": ["yes"]},
    },
]


def test_a_party_registers_without_a_mouse(browser: Browser, plain_site: Service):
    service = plain_site
    [event] = announce(service, LAUNCH, party_most=3, capacity=2, question=SIGNS)
    ana = attendee(browser, service, "en")
    page, keys = ana.page, ana.page.keyboard
    ana.opens_form(event)
    tab_to(page, "name")
    keys.type("Ana")
    tab_to(page, "email")
    keys.type("ana@example.org")
    signs, which = _names_of_the_questions(ana, 1)
    tab_to(page, signs)
    keys.press("Space")  # yes is the first of the two
    tab_to(page, which)
    keys.type("ASL")
    tab_to(page, "Register another person along with you")
    follow(page)

    tab_to(page, "p2-name")
    keys.type("Rosa")
    signs, _which = _names_of_the_questions(ana, 2)
    tab_to(page, signs)
    keys.press("ArrowDown")  # no: nothing more is asked of her
    tab_to(page, "consent")
    keys.press("Space")
    tab_to(page, "Register")
    follow(page)
    ana.sees("You have a place")
    assert service.people(event) == [("Ana", "confirmed"), ("Rosa", "confirmed")]


def _names_of_the_questions(ana, number):
    group = ana.person(number)
    signs = group.get_by_role("radio").first.get_attribute("name")
    which = group.get_by_label("Which sign language?").get_attribute("name")
    return signs, which
