"""Back and send again: what people do who see their mistake on the next page."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import PHONE, Service, visitor
from tests.registration.journal import letters

pytestmark = pytest.mark.slow


def test_whoever_goes_back_and_corrects_the_address_keeps_one_registration(browser: Browser, plain_site: Service):
    service = plain_site
    event = service.cast.event("Assembly", capacity=1)
    me = visitor(browser, "en-US", PHONE)
    page = me.new_page()
    page.goto(f"{service.url}/en/events/{event.slug}/register")
    page.locator("[name=name]").fill("Ana")
    page.locator("[name=email]").fill("ana@exmaple.org")
    page.locator("[name=consent]").check()
    page.locator("main form button").click()

    page.go_back()
    assert page.locator("[name=email]").input_value() == "ana@exmaple.org"
    page.locator("[name=email]").fill("ana@example.org")
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Correct it, or register another person?")
    page.get_by_role("button", name="Correct my registration").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("You have a place")
    assert service.statuses(event) == [("ana", "confirmed")]
    with service.app.app_context():
        assert sorted(letters(event)) == ["confirmed", "corrected", "moved_away"]
    me.close()
