"""From the list to the cancelled registration, in a real browser, without script, as on a phone."""

import re

import icalendar
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import DESK, PHONE, Service, problem, visitor

pytestmark = pytest.mark.slow


def fill(page: Page, name: str, address: str) -> None:
    page.locator("[name=name]").fill(name)
    page.locator("[name=email]").fill(address)
    page.locator("[name=consent]").check()
    page.locator("main form button").click()


def open_newest_letter(page: Page, service: Service) -> str:
    """The plain text of the newest mail in the mailbox."""
    page.goto(f"{service.url}/mailbox/")
    page.locator(".letters a").first.click()
    return page.locator(".letter-text").inner_text()


def link_in(words: str) -> str:
    found = re.search(r"https?://\S+/r/\S+", words)
    assert found
    return found[0]


def no_sideways(page: Page) -> None:
    """Nothing sticks out of a small screen."""
    page.wait_for_load_state()  # a page that has only just begun has no element to measure
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, page.url


def test_in_english_on_a_phone_from_the_list_to_the_cancelled_registration(browser: Browser, plain_site: Service):
    service = plain_site
    event = service.cast.event("Summit by the sea", capacity=1)
    me = visitor(browser, "en-US", PHONE)
    page = me.new_page()

    _register(page, service)
    words = open_newest_letter(page, service)
    assert "Pacific" in words
    _the_calendar_part_is_accepted(me, page, event.uid)
    service.comes(event, "ben")
    page.goto(link_in(words))
    no_sideways(page)
    page.get_by_role("link", name="I cannot come").click()
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your registration is cancelled")

    assert service.statuses(event) == [("ana", "cancelled"), ("ben", "confirmed")]
    page.goto(f"{service.url}/mailbox/")
    assert "ben@example.org" in page.locator(".letters li").first.inner_text()
    assert me.cookies() == []
    me.close()


def _register(page: Page, service: Service) -> None:
    """From the list to the result page, with one mistake on the way."""
    page.goto(service.url)
    assert page.url == f"{service.url}/en/"
    no_sideways(page)
    page.get_by_role("link", name="Summit by the sea").click()
    no_sideways(page)
    page.get_by_role("link", name="Register").click()
    no_sideways(page)

    fill(page, "Ana", "ana@example")
    assert page.title().startswith("Error:")
    assert "There is a problem" in problem(page)
    assert page.locator("[name=name]").input_value() == "Ana"
    no_sideways(page)
    fill(page, "Ana", "ana@example.org")
    expect(page.get_by_role("heading", level=1)).to_have_text("You have a place")
    assert "a…@example.org" in page.locator("main").inner_text()
    no_sideways(page)


def _the_calendar_part_is_accepted(me: BrowserContext, page: Page, uid: str) -> None:
    href = page.get_by_role("link", name="Download the calendar file").get_attribute("href")
    file = me.request.get(f"{page.url.partition('/mailbox')[0]}{href}").body()
    calendar = icalendar.Calendar.from_ical(file)
    [entry] = calendar.walk("VEVENT")
    assert (calendar["METHOD"], entry["UID"], calendar.errors, entry.errors) == ("REQUEST", uid, [], [])


def test_in_spanish_over_https_from_the_waitlist_to_the_erased_data(browser: Browser, https_site: Service):
    service = https_site
    event = service.cast.event(
        "Assembly", titles={"es": "Asamblea de otoño", "en": "Assembly"}, languages=["es", "en"], capacity=1
    )
    service.comes(event, "ana")
    me = visitor(browser, "es-GT", DESK)
    page = me.new_page()

    page.goto(service.url)
    assert page.url == f"{service.url}/es/"
    page.get_by_role("link", name="Asamblea de otoño").click()
    page.locator("main a.button").first.click()
    assert page.locator("html").get_attribute("lang") == "es"
    fill(page, "María José Ñandú 🌵", "maria@example.org")
    expect(page.get_by_role("heading", level=1)).to_have_text("Está en la lista de espera")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Está en la lista de espera")

    words = open_newest_letter(page, service)
    assert "METHOD" not in page.locator("main").inner_text()  # nothing that looks booked
    page.goto(link_in(words))
    assert "María José Ñandú 🌵" in page.locator("main").inner_text()
    page.get_by_role("link", name="Borrar").click()
    page.locator("main form button").first.click()

    assert service.statuses(event) == [("ana", "confirmed")]
    gone = page.goto(link_in(words))
    assert gone
    assert gone.status == 404
    me.close()


def test_going_back_and_sending_again_is_safe(browser: Browser, plain_site: Service):
    service = plain_site
    event = service.cast.event("Meeting")
    page = visitor(browser, "en-US", PHONE).new_page()
    page.goto(f"{service.url}/en/events/{event.slug}/register")
    fill(page, "Ana", "ana@example.org")

    page.go_back()
    fill(page, "Ana", "ana@example.org")
    expect(page.get_by_role("heading", level=1)).to_have_text("You have a place")
    page.go_back()
    fill(page, "Ana", "anna@example.org")
    page.get_by_role("button", name="Correct").click()

    assert service.statuses(event) == [("anna", "confirmed")]
    page.context.close()
