"""Tor Browser in its safest setting: no script, no drawings, no pictures, no fonts of ours, nothing played."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.conftest import DESK, Service, problem, visitor
from tests.journeys.test_attendee import fill, link_in, open_newest_letter

pytestmark = pytest.mark.slow
BLOCKED = {"image", "font", "media", "script"}
DRAWN = re.compile(rb"<(svg|picture|video|audio|object)\b.*?</\1>|<img\b[^>]*>|<embed\b[^>]*>", re.DOTALL)


def safest(route: Route) -> None:
    """What this browser would not load is not loaded, and what it would not draw is taken out of the page."""
    if route.request.resource_type in BLOCKED:
        route.abort()
    elif route.request.is_navigation_request():
        answer = route.fetch(max_redirects=0)
        route.fulfill(response=answer, body=DRAWN.sub(b"", answer.body()))
    else:
        route.continue_()


def names_everything(page: Page) -> None:
    """Every link and button still says what it does."""
    for role in ("link", "button"):
        nameless = [each for each in page.get_by_role(role).all() if not each.inner_text().strip()]
        assert nameless == [], page.url


def test_everything_works_in_the_safest_setting_of_tor_browser(browser: Browser, plain_site: Service):
    service = plain_site
    event = service.cast.event("Careful assembly", capacity=5)
    me = visitor(browser, "en-US", DESK)
    me.route("**/*", safest)
    page = me.new_page()

    page.goto(f"{service.url}/en/")
    names_everything(page)
    page.get_by_role("link", name="Careful assembly").click()
    names_everything(page)
    assert page.locator("svg, img").count() == 0
    page.locator("main a.button").first.click()
    fill(page, "Ana", "ana@example")
    assert "There is a problem" in problem(page)
    fill(page, "Ana", "ana@example.org")
    expect(page.get_by_role("heading", level=1)).to_have_text("You have a place")
    names_everything(page)

    page.goto(link_in(open_newest_letter(page, service)))
    names_everything(page)
    page.get_by_role("link", name="I cannot come").click()
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your registration is cancelled")
    assert service.statuses(event) == [("ana", "cancelled")]
    assert me.cookies() == []
    me.close()
