"""Somebody with a phone and no script: what they open, type and press, and the mail they read."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

from eventsvc.events.models import Event
from tests.journeys.conftest import PHONE, Service, visitor
from tests.journeys.test_attendee import no_sideways
from tests.pages.axe import violations

LOCALES = {"en": "en-US", "es": "es-GT"}


@dataclass(frozen=True)
class Attendee:
    """A person who reads in this language; `page` is what their phone shows."""

    page: Page
    service: Service
    language: str

    def opens_form(self, event: Event) -> None:
        self.page.goto(f"{self.service.url}/{self.language}/events/{event.slug}/register")

    def person(self, number: int = 1) -> Locator:
        """Their group of the form."""
        return self.page.locator(".person").nth(number - 1)

    def types(self, name: str, address: str = "", number: int = 1) -> None:
        mark = "" if number == 1 else f"p{number}-"
        self.page.locator(f"[name={mark}name]").fill(name)
        self.page.locator(f"[name={mark}email]").fill(address)

    def sends(self) -> None:
        """Agree, and press what registers."""
        self.page.locator("[name=consent]").check()
        self.page.locator("main form .actions button").click()

    def registers(self, event: Event, name: str, *ways: str) -> None:
        """Open the form, fill it in with an address of that name, choose these, and send it."""
        self.opens_form(event)
        self.types(name, address_of(name))
        for way in ways:
            self.page.get_by_label(way, exact=True).check()
        self.sends()

    def reads(self, address: str) -> str:
        """The newest mail to this address, which the mailbox then shows."""
        self.page.goto(f"{self.service.url}/mailbox/")
        self.page.locator(".letters li", has_text=address).first.get_by_role("link").click()
        return self.page.locator(".letter-text").inner_text()

    def follows(self, address: str, after: str = "") -> None:
        """The first personal link in the newest mail to this address, or the first one after these words."""
        _before, mark, rest = self.reads(address).partition(after or "\n")
        assert mark, after
        found = re.search(r"https?://\S+/r/\S+", rest)
        assert found, rest
        self.page.goto(self.service.url + urlsplit(found[0]).path)  # others wrote from another process

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def goes_to(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()

    def cannot_come(self, address: str) -> None:
        """From the mail to this address to the cancelled registration."""
        self.follows(address)
        self.stays_at_home()

    def stays_at_home(self) -> None:
        """From the page of a registration with a place to its end."""
        words = {"en": "I cannot come", "es": "No puedo asistir"}[self.language]
        self.goes_to(words)
        self.presses(words)

    def sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def reads_on_page(self, *words: str) -> None:
        for each in words:
            expect(self.page.locator("main")).to_contain_text(each)


def attendee(browser: Browser, service: Service, language: str) -> Attendee:
    """A new person, who has never been here. Closes with their browser's context."""
    page = visitor(browser, LOCALES[language], PHONE, color_scheme="light").new_page()
    return Attendee(page, service, language)


def address_of(name: str) -> str:
    """Noé Ajanel is noe@example.org."""
    plain = unicodedata.normalize("NFKD", name.split(maxsplit=1)[0].lower()).encode("ascii", "ignore").decode()
    return f"{plain}@example.org"


def can_be_used_by_everybody(page: Page) -> None:
    """Nothing sticks out of the smallest phone, and axe finds nothing, by day or at night as the page is shown."""
    shown = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    no_sideways(page)
    if shown:
        page.set_viewport_size(shown)
    assert _read(page) == [], page.url


def _read(page: Page) -> list[str]:
    """What axe finds. It is a script and waits for timers, so it reads the same page in a browser that runs scripts."""
    browser, words = page.context.browser, page.content()
    assert browser
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    with visitor(browser, "en-US", PHONE, script=True, color_scheme="dark" if dark else "light") as context:
        copy = context.new_page()
        copy.route(page.url, lambda route: route.fulfill(body=words, content_type="text/html"))
        copy.goto(page.url)
        return violations(copy)
