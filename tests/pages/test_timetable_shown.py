"""A timetable as people see it, in a real browser: lanes on a desk, a list on a phone and on paper."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import combinations

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from eventsvc.db import db, transaction
from eventsvc.events.models import Event, Programme

pytestmark = pytest.mark.slow

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture
def summit(app: Flask, cast, origin: str) -> str:
    """The address of a programme: an opening, then two at the same time, then a vigil."""
    with app.app_context(), transaction():
        programme = Programme(slug="summit", name={"en": "Summit"})
        db.session.add(programme)
        db.session.flush()
        number = programme.id
    for title, start, end in (("Opening", 9, 10), ("Asylum", 10, 12), ("Labour", 11, 13), ("Vigil", 22, 23)):
        day = "2031-06-10T{:02}:00"
        starts, ends = (datetime.fromisoformat(day.format(hour)) for hour in (start, end))
        event = cast.event(title, slug=title.lower(), starts=starts, ends=ends)
        with app.app_context(), transaction():
            db.session.get_one(Event, event.id).programme_id = number
    return f"{origin}/en/programmes/summit"


@pytest.fixture
def visit(browser: Browser, summit: str) -> Iterator[Callable[..., Page]]:
    """Open the page on a screen of that size."""
    opened = []

    def on(size, zone: str = "America/Los_Angeles") -> Page:
        context = browser.new_context(viewport=size, timezone_id=zone, locale="en-US")
        opened.append(context)
        page = context.new_page()
        page.goto(summit)
        return page

    yield on
    for context in opened:
        context.close()


Box = dict[str, float]


def boxes(page: Page) -> dict[str, Box]:
    """Where each event stands."""
    where = "e => { const {x, y, width, height} = e.getBoundingClientRect(); return {x, y, width, height}; }"
    names = ("opening", "asylum", "labour", "vigil")
    return {name: page.locator(f"#event-{name}").evaluate(where) for name in names}


def overlap(one: Box, other: Box) -> bool:
    return all(
        one[start] < other[start] + other[size] and other[start] < one[start] + one[size]
        for start, size in (("x", "width"), ("y", "height"))
    )


def test_on_a_desk_what_clashes_stands_side_by_side(visit):
    found = boxes(visit(DESK))

    assert found["opening"]["width"] > 1.9 * found["asylum"]["width"]
    assert found["asylum"]["x"] + found["asylum"]["width"] <= found["labour"]["x"]
    assert found["asylum"]["y"] < found["labour"]["y"] < found["asylum"]["y"] + found["asylum"]["height"]
    assert [pair for pair in combinations(found, 2) if overlap(found[pair[0]], found[pair[1]])] == []


def test_on_a_phone_it_is_a_list_that_says_what_clashes(visit):
    page = visit(PHONE)

    found = boxes(page)
    assert len({box["x"] for box in found.values()}) == 1
    assert sorted(found, key=lambda name: found[name]["y"]) == ["opening", "asylum", "labour", "vigil"]
    assert page.get_by_text("At the same time as:").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_the_words_are_there_for_screen_readers_and_show_themselves_to_the_keyboard(visit):
    page = visit(DESK)
    link = page.locator("#event-asylum .beside a")
    words = page.locator("#event-asylum .beside")

    assert 'link "Labour"' in page.locator("#event-asylum").aria_snapshot()
    assert (words.bounding_box() or {})["width"] <= 1
    link.focus()
    assert (words.bounding_box() or {})["width"] > 20


def test_a_reader_elsewhere_sees_hours_and_the_day_only_where_it_is_another_one(visit):
    page = visit(DESK, "America/New_York")

    clocks = {name: page.locator(f"#event-{name} .reader-clock").inner_text() for name in ("opening", "vigil")}
    assert clocks["opening"].replace("\u2009", " ").replace("\u202f", " ").startswith("On your clock: 12:00 – 1:00 PM")
    assert "Wednesday, June 11" in clocks["vigil"]


def test_on_paper_it_is_a_list_with_every_word(visit):
    page = visit(DESK)
    page.emulate_media(media="print")

    assert len({box["x"] for box in boxes(page).values()}) == 1
    assert page.get_by_text("At the same time as:").first.is_visible()
    assert not page.locator(".hour").first.is_visible()
