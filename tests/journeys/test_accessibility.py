"""Every kind of attendee page in every state, read by axe: WCAG 2.2 AA, light and dark, phone and desk."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import DESK, PHONE, Service, visitor
from tests.journeys.test_attendee import fill, link_in, open_newest_letter

pytestmark = pytest.mark.slow
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{page.url} {each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


def pages(page: Page, service: Service, language: str, slug: str) -> Iterator[None]:
    """Walk through the pages; each stop is one to be read."""
    page.goto(f"{service.url}/{language}/")
    yield
    page.goto(f"{service.url}/{language}/events/{slug}")
    yield
    page.goto(f"{service.url}/{language}/events/{slug}/register")
    yield
    page.locator("main form button").click()  # nothing filled in: every message shows
    yield
    fill(page, "Ana", f"{language}@example.org")
    yield
    page.goto(link_in(open_newest_letter(page, service)))
    yield
    page.locator("a[href*=correction]").click()
    yield
    for path in (
        f"/{language}/my-link",
        f"/{language}/privacy",
        f"/{language}/nothing",
        "/organize/sign-in",
        "/mailbox/",
    ):
        page.goto(service.url + path)
        yield


@pytest.mark.parametrize(("language", "viewport", "scheme"), [("en", PHONE, "dark"), ("es", DESK, "light")])
def test_axe_finds_nothing_on_any_page(browser: Browser, plain_service: Service, language, viewport, scheme):
    event = plain_service.cast.event("Assembly", summary={"en": "All.", "es": "Todo."}, capacity=5)
    context = visitor(browser, language, viewport, script=True)
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)

    found = [each for _ in pages(page, plain_service, language, event.slug) for each in violations(page)]

    assert found == []
    context.close()
