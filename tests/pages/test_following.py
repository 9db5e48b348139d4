"""Following a list in one's own calendar: the address, the ways in, and what is said of the delay."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from eventsvc.db import db, transaction
from eventsvc.events.models import Event, Programme, Tag
from eventsvc.i18n import LANGUAGES
from tests.pages.axe import violations

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture
def paths(cast, app) -> dict[str, str]:
    """The pages that hold a list, each with the path of its feed."""
    event, other = cast.event(venue={"name": "Hall", "country": "US"}), cast.event(attendance="online")
    with app.app_context(), transaction():
        db.session.add_all([programme := Programme(slug="summit", name={"en": "Summit"})])
        for each in (event, other):
            row = db.session.get_one(Event, each.id)
            row.programme, row.version = programme, row.version + 1
            row.tags = [db.session.merge(Tag(id=1, slug="labor", name={"en": "Labor"}))]
    kinds = {"organizations/alianza-americas", "programmes/summit", "tags/labor"}
    return {"": "feeds/all.ics"} | {kind: f"feeds/{kind}.ics" for kind in sorted(kinds)}


def panel(page: str) -> str:
    return page[page.index('<details class="follow') :]


def links(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', panel(page))]


def address(page: str) -> str:
    found = re.search(r'<input id="follow-link"[^>]* value="([^"]+)"', panel(page))
    assert found
    return unescape(found[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_list_offers_its_feed_to_paste_and_each_calendar_its_way(browse, paths, language):
    for path, feed in paths.items():
        page = browse.get(f"/{language}/{path}").text
        to = f"http://localhost/{language}/{feed}"

        assert address(page) == to
        assert f'data-copy="{to}"' in page
        webcal, google, outlook = links(page)[:3]
        assert webcal == f"webcal://localhost/{language}/{feed}"
        assert google == "https://calendar.google.com/calendar/r/settings/addbyurl"
        assert outlook.startswith("https://outlook.live.com/calendar/0/addfromweb?url=http%3A%2F%2Flocalhost%2F")
        assert parse_qs(urlsplit(outlook).query)["url"] == [to]
        assert parse_qs(urlsplit(outlook).query)["name"] != [""]
        assert browse.client.get(urlsplit(to).path).status_code == 200


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["4 to 24 hours", "about 3 hours", "from every 5 minutes to once a week", "every 30 minutes"]),
        ("es", ["de 4 a 24 horas", "unas 3 horas", "desde cada 5 minutos hasta una vez por semana", "cada 30 minutos"]),
        ("pt", ["de 4 a 24 horas", "umas 3 horas", "de 5 em 5 minutos até uma vez por semana", "a cada 30 minutos"]),
        ("fr", ["de 4 à 24 heures", "environ 3 heures", "toutes les 5 minutes à une fois par semaine", "30 minutes"]),
    ],
)
def test_it_says_how_long_each_takes_to_see_a_change(browse, paths, language, words):
    page = panel(browse.get(f"/{language}/").text)

    assert [word for word in words if word not in page] == []
    for name in ("Apple", "Google", "Outlook.com", "Thunderbird", "Nextcloud", "ICSx5"):
        assert f"<dt>{name}</dt>" in page or name in page


def test_a_narrowed_list_offers_the_calendar_of_that_very_choice(browse, paths):
    page = browse.get("/en/?language=en&mode=online").text

    assert address(page) == "http://localhost/en/feeds/all.ics?language=en&mode=online"
    assert links(page)[0] == "webcal://localhost/en/feeds/all.ics?language=en&mode=online"
    assert parse_qs(urlsplit(links(page)[2]).query)["url"] == [address(page)]
    assert "This calendar follows your choice" in page
    feed = browse.client.get("/en/feeds/all.ics?language=en&mode=online")
    assert feed.text.count("BEGIN:VEVENT") == 1
    assert "This calendar follows your choice" not in browse.get("/en/").text


def test_a_month_is_no_part_of_what_is_followed(browse, paths, cast):
    event = cast.event(days=5)
    page = browse.get(f"/en/?month={event.starts:%Y-%m}").text

    assert address(page) == "http://localhost/en/feeds/all.ics"
    assert "It is not limited to the month." in page


@pytest.fixture
def screen(browser: Browser, origin: str, request) -> Iterator[Page]:
    size, scripts = request.param
    context = browser.new_context(viewport=size, locale="en-US", java_script_enabled=scripts)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(20_000)
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url))
    page.goto(f"{origin}/en/")
    yield page
    assert [url for url in asked if not url.startswith(origin)] == []
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("screen", [(PHONE, True), (DESK, True)], indirect=True, ids=["phone", "desk"])
def test_the_address_is_copied_by_keyboard_alone(paths, screen):
    screen.locator(".follow > summary").focus()
    screen.keyboard.press("Enter")
    screen.keyboard.press("Tab")
    field = screen.get_by_label("Address of this calendar")
    expect(field).to_be_focused()
    assert screen.evaluate("getSelection().toString()") == field.input_value()
    screen.keyboard.press("Tab")
    button = screen.get_by_role("button", name="Copy the link")
    expect(button).to_be_focused()
    screen.keyboard.press("Enter")
    expect(screen.locator(".copying button")).to_have_text("Copied")
    assert screen.evaluate("navigator.clipboard.readText()") == field.input_value()
    assert field.input_value().endswith("/en/feeds/all.ics")

    screen.locator(".follow details > summary").press("Enter")
    assert violations(screen) == []
    assert screen.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.slow
@pytest.mark.parametrize("screen", [(PHONE, False)], indirect=True, ids=["phone"])
def test_without_script_the_address_stands_there_to_be_selected(paths, screen):
    screen.locator(".follow > summary").click()

    expect(screen.get_by_label("Address of this calendar")).to_be_editable(editable=False)
    expect(screen.get_by_label("Address of this calendar")).to_be_visible()
    expect(screen.locator(".copying button")).to_be_hidden()
    screen.keyboard.press("Tab")
    expect(screen.get_by_label("Address of this calendar")).to_be_focused()
