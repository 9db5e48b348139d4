"""The small script beside the time of an event, in a real browser."""

from datetime import datetime

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.slow


def clock_of(browser: Browser, url: str, **reader) -> str | None:
    with browser.new_context(**reader) as context:
        page = context.new_page()
        page.goto(url)
        line = page.locator(".reader-clock")
        return line.inner_text() if line.is_visible() else None


@pytest.mark.parametrize(
    ("zone", "language", "said"),
    [
        ("Europe/Madrid", "en", "On your clock: Wednesday, June 11, 2:00 – 4:00 AM"),
        ("America/Guatemala", "es", "En su reloj: martes, 10 de junio, 6:00–8:00 p.m."),
        ("America/Tijuana", "en", None),  # another zone with the same hours
        ("America/Los_Angeles", "en", None),
    ],
)
def test_a_reader_elsewhere_sees_the_moment_on_their_own_clock(browser, origin, cast, zone, language, said):
    event = cast.event(starts=datetime.fromisoformat("2031-06-10T17:00"))

    shown = clock_of(browser, f"{origin}/{language}/events/{event.slug}", timezone_id=zone)

    assert plain(shown) == said


def plain(shown: str | None) -> str | None:
    """Without the name of the zone, which differs from browser to browser, and with one kind of space."""
    return shown and " ".join(shown.split()).rpartition(" ")[0]


def test_without_script_the_events_own_time_stands_there_and_nothing_else(browser, origin, cast):
    event = cast.event()

    options = {"timezone_id": "Europe/Madrid", "java_script_enabled": False}
    assert clock_of(browser, f"{origin}/en/events/{event.slug}", **options) is None
