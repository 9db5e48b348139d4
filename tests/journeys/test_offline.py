"""On a bus: the line goes down while somebody reads, and while somebody sends a form."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.journeys.conftest import PHONE, Service, visitor

pytestmark = pytest.mark.slow


def fill(page: Page) -> None:
    page.locator("[name=name]").fill("Ana María")
    page.locator("[name=email]").fill("ana@example.org")
    page.locator("[name=consent]").check()


def test_without_a_line_a_page_of_ours_says_so_in_the_readers_language(browser: Browser, plain_site: Service):
    me = visitor(browser, "es-GT", PHONE, script=True)
    page = me.new_page()
    page.goto(f"{plain_site.url}/es/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    me.set_offline(True)
    page.goto(f"{plain_site.url}/es/privacy")

    expect(page.get_by_role("heading", level=1)).to_have_text("No tiene conexión")
    assert page.evaluate("getComputedStyle(document.querySelector('.outcome')).display") == "flex"  # with its style
    me.set_offline(False)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Privacidad")
    me.close()


def test_what_the_browser_keeps_is_one_page_and_its_style_and_nothing_of_mine(browser: Browser, plain_site: Service):
    event = plain_site.cast.event("Assembly")
    me = visitor(browser, "en-US", PHONE, script=True)
    page = me.new_page()
    page.goto(f"{plain_site.url}/en/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{plain_site.url}/en/events/{event.slug}/register")
    fill(page)
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have a place")

    kept = page.evaluate(
        """async () => {
            const urls = [];
            for (const name of await caches.keys())
                for (const request of await (await caches.open(name)).keys()) urls.push(new URL(request.url).pathname);
            return {urls: urls.sort(), local: localStorage.length, session: sessionStorage.length, cookie: document.cookie};
        }"""
    )

    assert kept == {"urls": ["/en/offline", "/static/style.css"], "local": 0, "session": 0, "cookie": ""}
    me.close()


def test_a_form_sent_without_a_line_stays_with_all_that_was_typed(browser: Browser, plain_site: Service):
    event = plain_site.cast.event("Assembly")
    me = visitor(browser, "en-US", PHONE, script=True)
    page = me.new_page()
    page.goto(f"{plain_site.url}/en/events/{event.slug}/register")
    fill(page)

    me.set_offline(True)
    page.locator("main form button").click()

    expect(page.locator("#line-lost")).to_be_visible()
    expect(page.locator("#line-lost")).to_be_focused()
    assert "There is no connection" in page.locator("#line-lost").inner_text()
    assert page.locator("[name=name]").input_value() == "Ana María"
    assert page.locator("[name=consent]").is_checked()
    me.set_offline(False)
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have a place")
    assert plain_site.statuses(event) == [("ana", "confirmed")]
    me.close()


def test_an_impatient_finger_sends_it_once(browser: Browser, plain_site: Service):
    event = plain_site.cast.event("Assembly")
    me = visitor(browser, "en-US", PHONE, script=True)
    page = me.new_page()
    page.goto(f"{plain_site.url}/en/events/{event.slug}/register")
    fill(page)

    page.locator("main form button").dblclick()

    expect(page.get_by_role("heading", level=1)).to_have_text("You have a place")
    assert plain_site.statuses(event) == [("ana", "confirmed")]
    me.close()


def test_who_goes_back_to_the_answer_of_a_form_is_not_told_to_be_offline(browser: Browser, plain_site: Service):
    event = plain_site.cast.event("Assembly")
    me = visitor(browser, "en-US", PHONE, script=True)
    page = me.new_page()
    page.goto(f"{plain_site.url}/en/events/{event.slug}/register")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    fill(page)
    page.locator("[name=consent]").uncheck()
    page.locator("main form button").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.locator("[name=consent]").check()
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have a place")

    with suppress(Error):  # the browser's own question is no page
        page.go_back()
    page.wait_for_timeout(1000)

    assert page.get_by_role("heading", name="You are offline").count() == 0
    me.close()
