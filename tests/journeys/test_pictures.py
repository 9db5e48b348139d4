"""An organizer gives the organization its face, without any script, and visitors see it at once, by day and by night."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from eventsvc.accounts import members, signing_in
from eventsvc.accounts.models import Role
from eventsvc.db import transaction
from eventsvc.pictures.accents import DARK, LIGHT, corrected
from tests.journeys.conftest import PHONE, Service, problem, visitor
from tests.pages.axe import violations
from tests.pictures.uploads import emblem, encoded, from_a_phone, photograph

LOOK = "/organize/organizations/alianza-americas/look"
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
ACCENT = "getComputedStyle(document.querySelector('main .button')).backgroundColor"

pytestmark = pytest.mark.slow


def sign_in(page: Page, service: Service) -> None:
    with service.app.app_context(), transaction():
        members.enroll("ana@example.org", service.cast.organization().id, Role.OWNER, "en")
    with service.app.app_context(), transaction():
        link = urlsplit(signing_in.make_sign_in_link("ana@example.org")).path
    page.goto(service.url + link)
    page.locator("main form button").click()


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (0, 2, 4))})"


def choose(page: Page, folder: Path) -> None:
    page.get_by_label("Logo (optional)", exact=True).set_input_files(folder / "logo.png")
    page.get_by_label("Cover picture (optional)", exact=True).set_input_files(folder / "photo.jpg")


def visit(browser: Browser, service: Service, path: str, scheme: Literal["light", "dark"], accent: str) -> None:
    """Somebody with a small phone looks at the page of an event."""
    with browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme) as context:
        page = context.new_page()
        asked: list[str | None] = []
        page.on("request", lambda request: asked.append(urlsplit(request.url).hostname))
        page.goto(service.url + path)
        cover = page.get_by_alt_text("Fractal shapes in grey")
        cover.scroll_into_view_if_needed()
        cover.evaluate("image => image.decode()")
        assert cover.evaluate("image => image.currentSrc").endswith("/480.webp")  # no more than the screen can show
        assert not page.evaluate(WIDER_THAN_THE_SCREEN)
        assert page.evaluate(ACCENT) == rgb(accent)
        assert set(asked) == {urlsplit(service.url).hostname}
        assert violations(page) == []


def test_logo_colour_and_cover_from_the_form_to_the_page_of_an_event(
    plain_site: Service, browser: Browser, tmp_path: Path
) -> None:
    service = plain_site
    event = service.cast.event("Assembly")
    (tmp_path / "logo.png").write_bytes(encoded(emblem(), "PNG"))
    (tmp_path / "photo.jpg").write_bytes(from_a_phone(photograph(), 6))
    with visitor(browser, "en-US", PHONE) as context:
        page = context.new_page()
        sign_in(page, service)
        page.goto(service.url + LOOK)
        choose(page, tmp_path)
        page.get_by_label("Colour (optional)", exact=True).fill("#c2185b")
        page.get_by_role("button", name="Save").click()
        assert "Say what the picture shows, in at least one language" in problem(page)
        assert "please choose it again" in problem(page)
        choose(page, tmp_path)
        page.get_by_label("English (optional)", exact=True).fill("Fractal shapes in grey")
        page.get_by_role("button", name="Save").click()
        assert page.get_by_text("Saved.").is_visible()
        assert not page.evaluate(WIDER_THAN_THE_SCREEN)

    path = f"/en/events/{event.slug}"
    visit(browser, service, path, "light", corrected("c2185b", LIGHT).accent)
    visit(browser, service, path, "dark", corrected("c2185b", DARK).accent)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_back_office_can_be_used_by_everybody(
    plain_site: Service, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    service = plain_site
    event = service.cast.event("Assembly")
    with browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme) as context:
        page = context.new_page()
        sign_in(page, service)
        page.goto(service.url + LOOK)
        page.get_by_label("Colour (optional)", exact=True).fill("#ffff00")
        page.get_by_role("button", name="Save").click()
        for path in (LOOK, f"/organize/events/{event.slug}/picture", "/organize/"):
            page.goto(service.url + path)
            assert violations(page) == [], path
        page.goto(f"{service.url}/organize/events/{event.slug}/picture")
        page.get_by_role("button", name="Save").click()
        assert violations(page) == []
