"""The whole way by keyboard alone, as somebody goes who cannot hold a mouse; every stop can be seen."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import DESK, PHONE, Service, visitor
from tests.journeys.test_attendee import link_in, open_newest_letter

pytestmark = pytest.mark.slow

# What is focused, how its focus shows, and whether something lies over it.
STOP = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect();
  const rings = [undefined, '::after'].map(part => getComputedStyle(it, part));
  const over = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 10));
  return {
    outside: it === document.body,
    name: (it.ariaLabel || it.innerText || it.name || it.tagName).trim(),
    field: it.name || '',
    ring: Math.max(...rings.map(ring => ring.outlineStyle === 'none' ? 0 : parseFloat(ring.outlineWidth))),
    seen: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    covered: !!over && it !== over && !it.contains(over) && !over.contains(it),
  };
}"""


def tab_to(page: Page, wanted: str) -> dict[str, Any]:
    """Press Tab until something of this name, or the field of this name, is reached; each stop on the way must show."""
    for _patience in range(120):
        page.keyboard.press("Tab")
        stop: dict[str, Any] = page.evaluate(STOP)
        if stop["outside"]:  # in the bars of the browser, between the end of the page and its beginning
            continue
        assert stop["ring"] >= 2, f"no focus to be seen: {stop} on {page.url}"
        assert stop["seen"], f"out of sight: {stop} on {page.url}"
        assert not stop["covered"], f"something lies over it: {stop} on {page.url}"
        if wanted in {stop["field"], stop["name"]}:
            return stop
    raise AssertionError(f"{wanted!r} cannot be reached by Tab on {page.url}")


def follow(page: Page) -> None:
    """Press Enter on what leads to another page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.id || document.activeElement.className")
    return found


@pytest.mark.parametrize(("viewport", "script"), [(PHONE, False), (DESK, True)], ids=["phone-no-script", "desk"])
def test_from_the_list_to_the_cancelled_registration_without_a_mouse(
    browser: Browser, plain_site: Service, viewport, script
):
    service = plain_site
    title = f"Side event {'with' if script else 'without'} script"
    event = service.cast.event(title, capacity=5)
    me = visitor(browser, "en-US", viewport, script=script)
    page = me.new_page()

    page.goto(f"{service.url}/en/")
    _skips_the_masthead(page)
    tab_to(page, title)
    follow(page)
    tab_to(page, "Register")
    follow(page)
    _fills_in_with_a_mistake(page)
    _is_led_to_the_mistake(page)
    follow(page)  # in a field Enter sends the form
    expect(page.get_by_role("heading", level=1)).to_have_text("You have a place")
    tab_to(page, "Add to calendar")
    page.keyboard.press("Space")
    tab_to(page, "Calendar file (.ics)")

    page.goto(link_in(open_newest_letter(page, service)))
    tab_to(page, "I cannot come")
    follow(page)
    tab_to(page, "I cannot come")
    follow(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your registration is cancelled")
    assert service.statuses(event) == [("ana", "cancelled")]
    me.close()


def _skips_the_masthead(page: Page) -> None:
    tab_to(page, "Skip to the content")
    page.keyboard.press("Enter")
    assert focused(page) == "main"


def _fills_in_with_a_mistake(page: Page) -> None:
    tab_to(page, "name")
    page.keyboard.type("Ana")
    tab_to(page, "email")
    page.keyboard.type("ana@example")
    tab_to(page, "consent")
    page.keyboard.press("Space")
    tab_to(page, "Register")
    follow(page)
    expect(page.locator(".problem:visible")).to_be_visible()


def _is_led_to_the_mistake(page: Page) -> None:
    """From the summary, where focus lands, to the field, where what was typed still stands."""
    expect(page.locator(".problem:visible")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[name=email]")).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("ana@example.org")


def test_nothing_holds_the_keyboard_and_everything_comes_round(browser: Browser, plain_site: Service):
    event = plain_site.cast.event("Assembly", attendance="hybrid", kinds=[("hall", 5), ("online", 50)])
    me = visitor(browser, "en-US", DESK, script=True)
    page = me.new_page()

    for path in ("/en/", f"/en/events/{event.slug}", f"/en/events/{event.slug}/register", "/en/my-link"):
        page.goto(plain_site.url + path)
        first = tab_to(page, "Skip to the content")
        assert tab_to(page, "Accessibility") != first  # the last link of the page
        tab_to(page, "Skip to the content")  # and round again
    me.close()
