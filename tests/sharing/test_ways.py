"""Ways to pass an event on: they carry words and an address, and nobody is followed by them."""

import re
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event

PAGE = "http://localhost/es/events/asylum"
WORDS = (
    "Asilo y protección\nmartes, 10 de junio de 2031, 5:00\xa0p.m. (UTC−7)\n"
    "Salón comunal, 4a calle 7, Los Angeles, CA, 90012, Estados Unidos"
)


def section(page):
    return page.partition('<section class="share')[2].partition("</section>")[0]


def links(page):
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', section(page))]


def link_to(page, start):
    (found,) = [link for link in links(page) if link.startswith(start)]
    return found


@pytest.fixture
def page(browse, summit):
    return browse.get("/es/events/asylum").text


def test_whatsapp_gets_words_and_address_in_one_text(page):
    link = link_to(page, "https://wa.me/?")

    assert parse_qs(urlsplit(link).query) == {"text": [f"{WORDS}\n{PAGE}"]}
    assert "%20" in link
    assert "+" not in link


def test_telegram_gets_the_address_apart(page):
    assert parse_qs(urlsplit(link_to(page, "https://t.me/share/url?")).query) == {"url": [PAGE], "text": [WORDS]}


def test_mail_has_subject_and_body_with_line_ends_that_mail_knows(page):
    subject, body = (unquote(part) for part in urlsplit(link_to(page, "mailto:?")).query.split("&"))

    assert subject == "subject=Asilo y protección"
    assert body == "body=" + f"{WORDS}\n\n{PAGE}\n".replace("\n", "\r\n")


def test_the_short_link_can_be_read_and_copied(page):
    assert '<a href="http://localhost/e/asylum">localhost/e/asylum</a>' in section(page)
    assert 'data-copy="http://localhost/e/asylum"' in section(page)
    assert 'data-share="http://localhost/es/events/asylum"' in section(page)


def test_buttons_that_need_a_script_are_not_there_without_one(page):
    buttons = re.findall(r"<button[^>]*>", section(page))

    assert len(buttons) == 3
    assert all(" hidden" in button and 'type="button"' in button for button in buttons)


def test_no_link_tells_where_somebody_came_from(page):
    outward = [link for link in links(page) if link.startswith("https://")]

    assert len(outward) == 2
    assert not re.search(r"utm_|fbclid|[?&]ref=", " ".join(links(page)))
    assert section(page).count('rel="noopener noreferrer"') == len(outward)


def test_code_and_flyer_are_there(browse, page):
    for path in ("/es/events/asylum/qr.svg", "/es/events/asylum/qr.png", "/es/events/asylum/flyer.pdf"):
        assert f'href="{path}"' in section(page)
        browse.get(path)


def test_a_cancelled_event_is_passed_on_as_cancelled(browse, summit, app):
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, summit.id))
    page = browse.get("/en/events/asylum").text

    assert parse_qs(urlsplit(link_to(page, "https://wa.me/?")).query)["text"][0].startswith("Cancelled: Asylum &")


def test_what_somebody_writes_stays_inside_the_link(browse, cast):
    event = cast.event('A & B?x=1#y "z" <b>\u202e', slug="odd")
    page = browse.get(f"/en/events/{event.slug}").text

    assert parse_qs(urlsplit(link_to(page, "https://t.me/")).query)["text"][0].startswith('A & B?x=1#y "z" <b>')
