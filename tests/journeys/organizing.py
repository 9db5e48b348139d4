"""An organizer at the back office, signed in by link, at night: the pages are dark."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

from eventsvc.accounts import members, signing_in
from eventsvc.accounts.models import Role
from eventsvc.db import transaction
from eventsvc.events.models import Event
from tests.journeys.attending import LOCALES
from tests.journeys.conftest import PHONE, Service, visitor


@dataclass(frozen=True)
class Organizer:
    """`page` is what they see, in the language of their account."""

    page: Page
    service: Service

    def opens(self, event: Event, path: str = "") -> None:
        self.page.goto(f"{self.service.url}/organize/events/{event.slug}{path}")

    def types(self, **values: object) -> None:
        """Into the fields of these names."""
        for name, value in values.items():
            self.page.locator(f"[name={name}]").fill(str(value))

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def goes_to(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()

    def saves(self) -> None:
        """Press the button of the page's own form."""
        self.page.locator("main form .actions button").first.click()

    def is_told(self, *sentences: str) -> None:
        for each in sentences:
            expect(self.page.locator("main")).to_contain_text(each)

    def sums(self) -> dict[str, dict[str, int]]:
        """Each limit on the page with its lines; the last of them is what the others add up to."""
        found = self.page.locator("table.sum").all()
        return {_title(each): dict(map(_line, each.locator("tr").all())) for each in found}


def _title(table: Locator) -> str:
    caption = table.locator("caption")
    return caption.inner_text() if caption.count() else ""


def _line(row: Locator) -> tuple[str, int]:
    number = re.sub(r"[^\d−]", "", row.locator("td").inner_text()).replace("−", "-")
    return row.locator("th").inner_text(), int(number)


def add_up(sums: dict[str, dict[str, int]]) -> bool:
    """Do the lines of each sum make up its last?"""
    lines: Sequence[list[int]] = [list(each.values()) for each in sums.values()]
    return bool(lines) and all(sum(each[:-1]) == each[-1] for each in lines)


def organizer(browser: Browser, service: Service, language: str) -> Organizer:
    """An owner of the organization that hosts the events, signed in."""
    address, host = f"organizer-{language}@example.org", service.cast.organization()
    with service.app.app_context(), transaction():
        members.enroll(address, host.id, Role.OWNER, language)
    with service.app.app_context(), transaction():
        link = urlsplit(signing_in.make_sign_in_link(address)).path
    page = visitor(browser, LOCALES[language], PHONE, color_scheme="dark").new_page()
    page.goto(service.url + link)
    page.locator("main form button").click()
    return Organizer(page, service)
