"""The line goes down at the very moment a form is sent. What was typed is still there, and sent again it counts once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.journeys.conftest import PHONE, Service, visitor
from tests.servers import line
from tests.servers.line import Line

pytestmark = pytest.mark.slow
TYPED = {"name": "Ana María", "email": "ana@example.org"}


@pytest.fixture
def poor_line(plain_site: Service) -> Iterator[Line]:
    with line.between(plain_site.url) as poor:
        yield poor


def send(page: Page) -> None:
    """Press the button; what the browser says about the line is none of our pages."""
    try:
        page.locator("main form button").click()
        page.wait_for_load_state()
    except Error:
        return


@pytest.mark.parametrize("script", [False, True], ids=["no-script", "script"])
@pytest.mark.parametrize("lost", ["lose_requests", "lose_answers"])
def test_what_was_typed_is_still_there_and_is_taken_once(
    browser: Browser, plain_site: Service, poor_line: Line, lost, script
):
    event = plain_site.cast.event("Assembly", capacity=1)
    me = visitor(browser, "en-US", PHONE, script=script)
    page = me.new_page()
    page.goto(f"{poor_line.url}/en/events/{event.slug}")
    page.locator("main a.button").first.click()
    for name, value in TYPED.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=consent]").check()

    setattr(poor_line, lost, True)
    send(page)
    page.wait_for_timeout(500)
    assert poor_line.lost > 0
    assert plain_site.statuses(event) == ([("ana", "confirmed")] if lost == "lose_answers" else [])
    poor_line.mend()
    page.go_back()

    assert {name: page.locator(f"[name={name}]").input_value() for name in TYPED} == TYPED
    assert page.locator("[name=consent]").is_checked()
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have a place")
    assert plain_site.statuses(event) == [("ana", "confirmed")]
    me.close()


def test_a_service_that_stopped_loses_nothing_that_was_typed(browser: Browser, plain_site: Service, poor_line: Line):
    event = plain_site.cast.event("Assembly")
    me = visitor(browser, "en-US", PHONE, script=True)
    page = me.new_page()
    page.goto(f"{poor_line.url}/en/events/{event.slug}/register")
    for name, value in TYPED.items():
        page.locator(f"[name={name}]").fill(value)

    poor_line.down = True
    page.locator("main form button").click()

    expect(page.locator("#line-lost")).to_be_focused()
    assert {name: page.locator(f"[name={name}]").input_value() for name in TYPED} == TYPED
    me.close()


def test_an_old_browser_sends_the_form_as_well(browser: Browser, plain_site: Service):
    event = plain_site.cast.event("Assembly")
    me = visitor(browser, "en-US", PHONE, script=True)
    me.add_init_script("delete HTMLFormElement.prototype.requestSubmit; delete AbortSignal.timeout")
    page = me.new_page()
    page.goto(f"{plain_site.url}/en/events/{event.slug}/register")
    for name, value in TYPED.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=consent]").check()

    page.locator("main form button").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("You have a place")
    assert plain_site.statuses(event) == [("ana", "confirmed")]
    me.close()
