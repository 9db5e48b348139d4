"""Every letter as a phone shows it, by day and at night, in a real browser: nothing is cut off, nothing is too pale."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.i18n import LANGUAGES
from eventsvc.letters.wording import Wording
from eventsvc.mail.letters import render
from tests.letters.test_own_words import write
from tests.registration.test_letters_of_turns import BESIDES, BY_TURNS, GUEST, facts, written
from tests.servers import chromium
from tests.servers.missing import required

pytestmark = pytest.mark.slow

NARROWEST = {"width": 320, "height": 640}
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsversammlungsvorbereitung"
MOST_BYTES = 60_000
SCHEMES = {"light": "rgb(243, 241, 236)", "dark": "rgb(23, 23, 22)"}
PALE = (
    "axe.run({runOnly: ['color-contrast', 'link-in-text-block', 'empty-heading', 'html-has-lang', 'valid-lang',"
    " 'document-title', 'meta-viewport', 'td-headers-attr', 'th-has-data-cells']})"
    ".then(found => found.violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 200)}`))"
)
STICKS_OUT = """() => {
  const wide = [...document.body.querySelectorAll('*')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 0.5 || box.left < -0.5);
  });
  return [getComputedStyle(document.body).backgroundColor, document.documentElement.scrollWidth, ...wide.map(e => e.outerHTML.slice(0, 120))];
}"""


@pytest.fixture(scope="module")
def browser():
    with required(chromium.launch()) as running:
        yield running


@pytest.fixture
def event(cast, context, settings):
    if settings.database_url.startswith("postgresql"):
        pytest.skip("what a browser shows does not depend on the database")
    made = cast.event(
        "Side event",
        attendance="hybrid",
        join_url=f"https://meet.example.org/{'x' * 120}",
        languages=[*LANGUAGES, "ar"],
        titles=dict.fromkeys(LANGUAGES, f"Side event: {LONG}") | {"ar": "اجتماع"},
        contact={"en": "side-event@example.org"},
        venue={"name": f"قاعة {LONG}", "locality": "Los Angeles", "country": "US"},
    )
    return db.session.get_one(Event, made.id)


def inventory(event, language) -> Iterator[tuple[str, str]]:
    """(name, HTML) of every letter there is, and of some in the organizers' own words."""
    more = {"guests": [(2, GUEST), (3, f"{GUEST}-3")], "changes": [("When", LONG, LONG)], "note": f"{LONG}\n{'x' * 99}"}
    for letter, status in BY_TURNS + BESIDES:
        yield f"{letter} ({status})", written(event, letter, status, language, **more).html
    about: dict[str, Any] = {"organization": f"Organization {LONG}", "contact": "side-event@example.org"}
    several = [facts(event, status, language) for status in ("confirmed", "waitlisted", "unconfirmed")]
    yield "several", render("several", language, events=several, **about).html
    link = f"http://localhost/organize/sign-in/{'x' * 60}"
    yield "sign_in", render("sign_in", language, link=link, minutes=30).html
    yield "test", render("test", language).html
    calendar: dict[str, Any] = {"calendar_url": f"{link}.ics", "webcal_url": f"{link}.ics", "link": link}
    yield "own_calendar", render("own_calendar", language, **about, **calendar).html
    for own in (
        f"{LONG} https://example.org/{'y' * 200}\n\n{{title}}, {{place}}",
        "مرحبا بكم في {title} (2027)!\n\n{starts}",
    ):
        write(event, "promoted", language, Wording(f"{LONG} {{title}}", own))
        yield "own words", written(event, "promoted", "confirmed", language).html


def test_every_letter_fits_the_narrowest_phone_by_day_and_at_night(event, browser):
    asked: list[str] = []
    wrong: dict[str, list[str]] = {}
    with browser.new_context(viewport=NARROWEST) as phone:
        page = phone.new_page()
        page.on("request", lambda request: asked.append(request.url))
        count = 0
        for language in LANGUAGES:
            for name, html in inventory(event, language):
                assert len(html.encode()) < MOST_BYTES, name
                page.set_content(html)
                for scheme, expected in SCHEMES.items():
                    page.emulate_media(color_scheme=scheme)
                    ground, width, *wide = page.evaluate(STICKS_OUT)
                    if width > NARROWEST["width"] or wide or ground != expected:
                        wrong[f"{language} {scheme} {name}"] = [str(width), ground, *wide[:3]]
                count += 1
    assert wrong == {}
    assert count > 4 * 50
    assert asked == []


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "es")])
def test_everything_in_every_letter_can_be_told_from_its_ground(event, browser, scheme, language):
    wrong: dict[str, list[str]] = {}
    with browser.new_context(viewport=NARROWEST, color_scheme=scheme) as phone:
        page = phone.new_page()
        for name, html in inventory(event, language):
            page.set_content(html)
            page.evaluate(AXE_SCRIPT)
            if found := page.evaluate(PALE):
                wrong[name] = found
    assert wrong == {}
