"""Filters in a real browser, without script: a row on a desk, folded away on a phone."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture
def visit(browser: Browser, origin: str, cast) -> Iterator[Callable[..., Page]]:
    """Open the list of two events on a screen of that size."""
    cast.event("Hall", days=5, languages=["es"], titles={"es": "Hall"})
    cast.event("Call", days=6, languages=["en"], titles={"en": "Call"}, attendance="online")
    opened = []

    def on(size: dict[str, int], path: str = "/en/") -> Page:
        context = browser.new_context(viewport=size, java_script_enabled=False, locale="en-US")  # type: ignore[arg-type]  # a size is two numbers
        opened.append(context)
        page = context.new_page()
        page.goto(origin + path)
        return page

    yield on
    for context in opened:
        context.close()


def titles(page: Page) -> list[str]:
    return page.locator(".card h3").all_inner_texts()


def test_on_a_desk_the_row_is_there_and_leads_to_the_address_of_the_choice(visit, origin):
    page = visit(DESK)

    assert not page.locator(".filters summary").is_visible()
    page.get_by_role("combobox", name="Language", include_hidden=True).select_option("Spanish")
    page.get_by_role("button", name="Show events").click()

    assert page.url == f"{origin}/en/?language=es"
    assert titles(page) == ["Hall"]


def test_on_a_desk_the_row_is_reached_by_keyboard(visit):
    page = visit(DESK)
    page.locator("#main").focus()

    names = []
    for _step in range(3):
        page.keyboard.press("Tab")
        names.append(page.locator(":focus").get_attribute("name"))
    assert names == ["language", "mode", None]


def test_on_a_phone_the_filters_wait_behind_a_word(visit, origin):
    page = visit(PHONE)

    assert not page.get_by_role("combobox", name="Language", include_hidden=True).is_visible()
    page.get_by_text("Filter the events").click()
    page.get_by_label("How to attend").select_option("Online")
    page.get_by_role("button", name="Show events").click()

    assert page.url == f"{origin}/en/?mode=online"
    assert titles(page) == ["Call"]
    assert page.get_by_role("combobox", name="Language", include_hidden=True).is_visible()


def test_a_filter_is_taken_away_by_its_name(visit, origin):
    page = visit(PHONE, "/en/?language=es&mode=in_person")

    page.get_by_role("link", name="Remove the filter: Language, Spanish").click()

    assert page.url == f"{origin}/en/?mode=in_person"
    page.goto(f"{origin}/en/?language=en&mode=in_person")
    page.get_by_role("link", name="Show all events").click()
    assert page.url == f"{origin}/en/"
    assert titles(page) == ["Hall", "Call"]
