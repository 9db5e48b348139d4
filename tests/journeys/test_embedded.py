"""The service inside a page of somebody else, on another origin, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.journeys.conftest import DESK, PHONE, Service, visitor
from tests.journeys.test_attendee import no_sideways
from tests.pages.axe import violations
from tests.servers import neighbour
from tests.servers.neighbour import Neighbour

pytestmark = pytest.mark.slow
VENUE = {"name": "Union Hall", "street": "4th street", "locality": "Los Angeles", "country": "US"}


@pytest.fixture
def theirs() -> Iterator[Neighbour]:
    """The web site of a member organization."""
    with neighbour.site() as running:
        yield running


def script(service: Service, **data: str) -> str:
    given = " ".join(f'data-{name}="{value}"' for name, value in data.items())
    return f'<script async src="{service.url}/embed.js" {given}></script>'


def height(page: Page, number: int = 0) -> float:
    box = page.locator("iframe").nth(number).bounding_box()
    assert box
    return box["height"]


def content_height(page: Page, number: int = 0) -> int:
    """How tall the page inside the frame is."""
    found = page.locator("iframe").nth(number).element_handle().content_frame()
    assert found
    return int(found.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)"))


def inside(page: Page, number: int = 0) -> FrameLocator:
    return page.frame_locator("iframe").nth(number)


def test_the_script_puts_cards_and_a_list_onto_a_page_of_somebody_else(
    browser: Browser, plain_site: Service, theirs: Neighbour
):
    first = plain_site.cast.event("Assembly", venue=VENUE, titles={"en": "Assembly", "es": "Asamblea"})
    plain_site.cast.event("Side event", host=plain_site.cast.organization("Union of the harvest"))
    context = visitor(browser, "en-US", PHONE, script=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(
        theirs.shows(
            script(plain_site, event=first.slug, lang="es")
            + script(plain_site, view="list", organization="union-of-the-harvest")
        )
    )
    spanish = next(n for n in (0, 1) if first.slug in (page.locator("iframe").nth(n).get_attribute("src") or ""))
    expect(inside(page, spanish).get_by_role("heading", level=1)).to_have_text("Asamblea")
    expect(inside(page, 1 - spanish).get_by_role("link", name="Side event")).to_be_visible()

    for number in (0, 1):
        expect(page.locator("iframe").nth(number)).to_have_attribute("height", str(content_height(page, number)))
        no_sideways(page)
    expect(page.locator("iframe").nth(spanish)).to_have_attribute("title", "Asamblea · Eventos")
    assert context.cookies() == []
    assert all(url.startswith((plain_site.url, theirs.url)) for url in asked)
    context.close()


def test_a_frame_grows_and_shrinks_with_what_is_in_it(browser: Browser, plain_site: Service, theirs: Neighbour):
    event = plain_site.cast.event(
        "A very long title of an assembly that needs many lines on a small screen", venue=VENUE
    )
    page = visitor(browser, "en-US", DESK, script=True).new_page()
    page.goto(theirs.shows(script(plain_site, event=event.slug)))
    expect(inside(page).get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("iframe")).to_have_attribute("height", str(content_height(page)))
    wide = height(page)

    page.set_viewport_size({"width": 320, "height": 740})

    page.wait_for_function("before => document.querySelector('iframe').offsetHeight > before", arg=wide)
    expect(page.locator("iframe")).to_have_attribute("height", str(content_height(page)))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_function("before => document.querySelector('iframe').offsetHeight === before", arg=wide)
    page.context.close()


def test_the_register_link_opens_our_form_in_a_tab_of_its_own(browser: Browser, plain_site: Service, theirs: Neighbour):
    event = plain_site.cast.event("Assembly")
    page = visitor(browser, "en-US", DESK).new_page()  # without script: a plain frame
    page.goto(theirs.shows(f'<iframe src="{plain_site.url}/embed/{event.slug}" title="Assembly" height=460></iframe>'))

    with page.context.expect_page() as opened:
        inside(page).get_by_role("link", name="Register").click()

    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Register")
    assert opened.value.url == f"{plain_site.url}/en/events/{event.slug}/register"
    assert page.url.startswith(theirs.url)
    page.context.close()


LISTENER = """<script>
window.heard = [];
addEventListener("DOMContentLoaded", () => {
  const frame = document.querySelector("iframe");
  addEventListener("message", message => {
    if (message.data.secret !== frame.dataset.secret || message.source !== frame.contentWindow) return;
    window.heard.push(message.data);
    frame.removeAttribute("style");
    if (message.data.message === "height") frame.height = Math.min(1000, Math.max(200, parseInt(message.data.value)));
  });
  frame.contentWindow.postMessage({ message: "ready", secret: frame.dataset.secret }, "*");
});
</script>"""
"""What wp-embed.js does: it shows the frame as soon as it has spoken, and says when it begins to listen."""


def as_wordpress_shows(page: Page, service: Service, link: str) -> str:
    """What the core of WordPress makes of the answer of a provider that it does not trust (wp_filter_oembed_result)."""
    html: str = page.request.get(
        f"{service.url}/oembed", params={"url": link, "format": "json", "maxwidth": 500}
    ).json()["html"]
    html = re.sub(r' src="(.*?)"', r' src="\1#?secret=abc123" data-secret="abc123"', html)
    return html.replace(
        "<iframe",
        '<iframe class="wp-embedded-content" sandbox="allow-scripts" security="restricted" style="position: absolute; clip: rect(1px, 1px, 1px, 1px);"',
    )


def test_a_card_lives_in_the_sandbox_of_wordpress_and_speaks_its_protocol(
    browser: Browser, plain_site: Service, theirs: Neighbour
):
    event = plain_site.cast.event("Assembly", venue=VENUE)
    page = visitor(browser, "en-US", DESK, script=True).new_page()
    link = f"{plain_site.url}/en/events/{event.slug}"
    page.goto(theirs.shows(as_wordpress_shows(page, plain_site, link) + LISTENER))

    expect(inside(page).get_by_role("heading", level=1)).to_have_text("Assembly")
    expect(page.locator("iframe")).to_have_attribute("height", str(content_height(page)))
    rounded = "getComputedStyle(document.querySelector('.button')).borderRadius"
    frame = page.locator("iframe").element_handle().content_frame()
    assert frame
    assert frame.evaluate(rounded) != "0px"  # our style sheet is there
    inside(page).get_by_role("link", name="Register").click()
    page.wait_for_function("heard.some(said => said.message === 'link')")

    assert page.evaluate("heard.find(said => said.message === 'link')") == {
        "message": "link",
        "value": f"{link}/register",
        "secret": "abc123",
    }
    page.context.close()


def test_axe_finds_nothing_in_a_card_and_a_list_and_nothing_sticks_out_of_a_small_screen(
    browser: Browser, plain_site: Service
):
    event = plain_site.cast.event("Assembly", venue=VENUE, capacity=0)
    page = visitor(browser, "en-US", {"width": 320, "height": 700}, script=True).new_page()

    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for path in (event.slug, "lists/all", "no-such-event"):
            page.goto(f"{plain_site.url}/embed/{path}?lang=es")
            found += violations(page)
            no_sideways(page)

    assert found == []
    page.context.close()
