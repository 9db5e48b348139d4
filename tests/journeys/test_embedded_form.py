"""Registering inside a page of somebody else, on another origin, in a real browser that keeps no cookies of others."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event, Organization
from tests.journeys.conftest import DESK, PHONE, Service, visitor
from tests.journeys.test_attendee import no_sideways
from tests.pages.axe import violations
from tests.servers import chromium, neighbour
from tests.servers.missing import required
from tests.servers.neighbour import Neighbour

pytestmark = pytest.mark.slow


@pytest.fixture
def theirs() -> Iterator[Neighbour]:
    with neighbour.site() as running:
        yield running


@pytest.fixture
def strict_browser() -> Iterator[Browser]:
    """It keeps no cookie of a site that is not the one in the address bar."""
    with required(chromium.launch(args=["--test-third-party-cookie-phaseout"])) as running:
        yield running


def host_allows(service: Service, event: Event, *origins: str) -> None:
    with service.app.app_context(), transaction():
        host = db.session.get_one(Organization, event.host_id)
        host.frame_ancestors = list(origins)
        editing.touch_organization(host)


def fill(frame: FrameLocator, name: str, address: str) -> None:
    frame.locator("[name=name]").fill(name)
    frame.locator("[name=email]").fill(address)
    frame.locator("[name=consent]").check()
    frame.locator("main form button").click()


def framed(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def test_without_script_somebody_registers_inside_the_page_of_a_union(
    browser: Browser, plain_site: Service, theirs: Neighbour
):
    service = plain_site
    event = service.cast.event("Assembly", capacity=1)
    host_allows(service, event, theirs.url)
    page = visitor(browser, "es-GT", PHONE).new_page()
    there = theirs.shows(
        f'<iframe src="{service.url}/embed/{event.slug}/register?lang=es" title="x" width="100%" height=900></iframe>'
    )
    page.goto(there)

    fill(framed(page), "Ana", "ana@example")
    assert "Hay un problema" in framed(page).locator(".problem:not([hidden])").inner_text()
    fill(framed(page), "Ana", "ana@example.org")
    expect(framed(page).get_by_role("heading", level=1)).to_have_text("Tiene un lugar")

    assert service.statuses(event) == [("ana", "confirmed")]
    assert page.url == there
    assert page.context.cookies() == []
    page.context.close()


def test_over_https_the_script_puts_the_form_there_and_keeps_its_height_and_no_cookie(
    strict_browser: Browser, https_site: Service
):
    service = https_site
    event = service.cast.event("Assembly", capacity=1)
    with neighbour.site(service.certificate) as theirs:
        host_allows(service, event, theirs.url)
        page = visitor(strict_browser, "en-US", PHONE, script=True).new_page()
        page.goto(theirs.shows(
            f'<p style="height:30rem">…</p><script async src="{service.url}/embed.js" data-event="{event.slug}" data-view="form" data-lang="en"></script>'
        ))  # fmt: skip
        page.locator("iframe").scroll_into_view_if_needed()
        expect(framed(page).get_by_role("heading", level=1)).to_have_text("Register")
        no_sideways(page)
        framed(page).locator("main form button").click()
        expect(framed(page).locator(".problem:not([hidden])")).to_be_focused()
        as_tall_as_what_is_in_it(page)
        fill(framed(page), "Ana", "ana@example.org")
        expect(framed(page).get_by_role("heading", level=1)).to_have_text("You have a place")
        as_tall_as_what_is_in_it(page)
        no_sideways(page)

        assert service.statuses(event) == [("ana", "confirmed")]
        assert page.context.cookies() == []
        assert page.context.service_workers == []
        page.context.close()


def as_tall_as_what_is_in_it(page: Page) -> None:
    frame = page.locator("iframe").element_handle().content_frame()
    assert frame
    tall = frame.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)")
    expect(page.locator("iframe")).to_have_attribute("height", str(tall))


def test_on_a_site_that_the_host_does_not_list_the_browser_shows_no_form_and_the_script_leaves_a_link(
    browser: Browser, plain_site: Service, theirs: Neighbour
):
    service = plain_site
    event = service.cast.event("Assembly")
    host_allows(service, event, "https://www.union.example.org")
    page = visitor(browser, "en-US", DESK, script=True).new_page()
    refusals: list[str] = []
    page.on("console", lambda said: refusals.append(said.text))
    page.goto(
        theirs.shows(
            f'<script async src="{service.url}/embed.js" data-event="{event.slug}" data-view="form" data-title="Assembly"></script>'
        )
    )

    frame = page.locator("iframe").element_handle().content_frame()
    assert frame
    assert frame.locator("form").count() == 0
    expect(page.get_by_role("link", name="Assembly")).to_have_attribute(
        "href", f"{service.url}/e/{event.slug}", timeout=15000
    )
    assert page.locator("iframe").count() == 0
    assert any("frame-ancestors" in said for said in refusals)
    page.context.close()


def test_opened_by_itself_the_form_for_frames_is_a_page(browser: Browser, plain_site: Service):
    event = plain_site.cast.event("Assembly")
    page = visitor(browser, "en-US", {"width": 320, "height": 700}, script=True).new_page()
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{plain_site.url}/embed/{event.slug}/register?lang=es")
        page.locator("main form button").click()
        assert "Hay un problema" in page.locator(".problem:not([hidden])").inner_text()
        found += violations(page)
        no_sideways(page)

    page.locator("[name=name]").fill("Ana")
    page.locator("[name=email]").fill("ana@example.org")
    page.locator("[name=consent]").check()
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tiene un lugar")
    found += violations(page)

    assert found == []
    page.context.close()
