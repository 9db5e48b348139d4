"""An event in Arabic or K'iche' alone, in pages and letters in each of our languages: every text says what it is."""

import re

import html5lib
import pytest

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.i18n import LANGUAGES
from eventsvc.registration import announcements, own
from tests.languages.elsewhere import ARABIC, KICHE, texts_of
from tests.languages.elsewhere import announce as announced
from tests.registration.visitor import forms_in, html_of, link_of, mails, text_of

ARABIC_LETTER = re.compile("[\u0600-\u06ff]")
SET_APART = re.compile("\u2068[^\u2068\u2069]*\u2069")


@pytest.fixture(params=LANGUAGES)
def lang(request, monkeypatch):
    monkeypatch.setattr(own, "ANSWER_AFTER", 0.0)
    return request.param


@pytest.fixture(params=[ARABIC, KICHE], ids=lambda tongue: tongue.tag)
def tongue(request):
    return request.param


@pytest.fixture
def event(cast, tongue):
    return announced(cast, tongue)


@pytest.fixture
def read(browse, tongue, lang):
    """Open a page, read it strictly, and look for these texts of the event: each stands there, and says what it is."""

    def texts(page, *names):
        found = texts_of(page.text)
        assert page.text.partition('<html lang="')[2].startswith(f'{lang}" dir="ltr"')
        for name in ("title", "summary", "description", "access", "programme", "topic", "handout", "hall", "remote"):
            words = getattr(tongue, name)
            said = [text for text in found if words in text.words]
            assert said or name not in names, name
            assert {text[1:] for text in said} <= {(tongue.tag, tongue.direction)}, (name, said)
        if tongue is ARABIC:
            stray = [
                text
                for text in found
                if ARABIC_LETTER.search(SET_APART.sub("", text.words)) and text.direction not in {"rtl", "auto"}
            ]
            assert stray == []
            nameless = [text for text in found if ARABIC_LETTER.search(text.words) and text.direction == "auto"]
            assert {text.lang for text in nameless} <= {"ar", lang}
        return page

    def read(path, *names, **options):
        return texts(browse.get(path, **options), *names)

    read.answer = texts  # type: ignore[attr-defined]  # a function with one more way to be called
    return read


def typed(page, **values):
    return {**forms_in(page)[0][1], "ticket_type": "hall", "consent": "y", **values}


def stays_in_every_language(browse, page, words=None):
    """The switch of the page leads to the same page in each language, and so does its head where it names them."""
    tree = html5lib.parse(page.text, namespaceHTMLElements=False)
    (switch,) = (nav for nav in tree.iter("nav") if nav.get("class") == "languages")
    links = {a.get("hreflang"): a.get("href") for a in switch.iter("a")}
    assert list(links) == list(LANGUAGES)
    for tag, path in links.items():
        other = browse.get(path)
        assert f'<html lang="{tag}"' in other.text, path
        assert words is None or words in other.text, path
    alternates = {a.get("hreflang"): a.get("href") for a in tree.iter("link") if a.get("hreflang")}
    alternates.pop("x-default", None)
    if alternates:
        assert alternates == {tag: f"http://localhost{path}" for tag, path in links.items()}
    return links


def test_the_public_pages_of_the_event(read, browse, event, lang, tongue):
    names = ("title", "summary", "description", "access", "programme", "topic", "handout", "hall", "remote")
    page = read(f"/{lang}/events/elsewhere", *names)

    stays_in_every_language(browse, page, tongue.summary)
    for path in ("", "programmes/summit", "tags/topic", f"organizations/{organization_of(page)}"):
        stays_in_every_language(browse, read(f"/{lang}/{path}", "title"), tongue.title)
    read(f"/{lang}/programmes/summit", "programme")
    read(f"/{lang}/tags/topic", "topic")


def organization_of(page):
    [slug] = set(re.findall(r"/organizations/([\w-]+)\"", page.text))
    return slug


def test_the_way_to_a_registration(read, browse, event, lang, tongue, client):
    path = f"/{lang}/events/elsewhere/register"
    form = read(path, "title", "hall", "remote")
    stays_in_every_language(browse, form, tongue.title)

    wrong = read.answer(browse.post(path, typed(form, name=""), status=422), "title", "hall", "remote")
    stays_in_every_language(browse, wrong, tongue.title)
    answer = browse.post(path, typed(form, name="Ana", email="ana@example.org"))
    stays_in_every_language(browse, read(answer.location, "title"), tongue.title)
    read.answer(browse.post(path, typed(form, name="Ben", email="ana@example.org"), status=409), "title")
    second = read(path, "title", "hall", "remote")
    waiting = browse.post(path, typed(second, name="Cleo", email="cleo@example.org"))
    read(waiting.location, "title")
    read(link_of(client, event, "cleo@example.org"), "title", "hall")


def test_what_one_can_do_with_a_registration(read, browse, event, lang, tongue, client):
    path = f"/{lang}/events/elsewhere/register"
    browse.post(path, typed(browse.get(path), name="Ana", email="ana@example.org"))
    mine = link_of(client, event, "ana@example.org")

    stays_in_every_language(browse, read(mine, "title", "hall"), tongue.title)
    for page in ("correction", "cancellation", "link", "erasure"):
        stays_in_every_language(browse, read(f"{mine}/{page}", "title"), tongue.title)
    browse.post(f"{mine}/cancellation", forms_in(browse.get(f"{mine}/cancellation"))[0][1])
    read(mine, "title", "hall")


def test_the_event_in_frames_on_other_pages(read, browse, event, lang):
    card = read(f"/embed/elsewhere?lang={lang}", "title")
    read(f"/embed/lists/all?lang={lang}", "title")
    read(f"/embed/lists/programmes/summit?lang={lang}", "title", "programme")
    read(f"/embed/lists/tags/topic?lang={lang}", "title", "topic")
    form = read(f"/embed/elsewhere/register?lang={lang}", "title", "hall", "remote")
    answer = browse.post(forms_in(form)[0][0], typed(form, name="Ana", email="ana@example.org"))
    read(answer.location, "title")
    assert f'/{lang}/events/elsewhere"' in card.text


def test_a_cancelled_event(read, app, event, lang):
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, event.id))

    read(f"/{lang}/events/elsewhere", "title", "summary")
    read(f"/{lang}/events/elsewhere/register", "title")


def test_the_letters(app, browse, event, lang, tongue, client):
    path = f"/{lang}/events/elsewhere/register"
    browse.post(path, typed(browse.get(path), name="Ana", email="ana@example.org"))
    with app.app_context():
        with transaction():
            announcements.change(db.session.get_one(Event, event.id), "", venue={"name": "Hotel", "country": "LB"})
        for announcement in announcements.unfinished():
            with transaction():
                while announcements.carry_on(announcement):
                    pass

    for mail in mails(client, event):
        html, text = html_of(mail), text_of(mail)
        heading = rf'<h2[^>]* lang="{tongue.tag}"[^>]* dir="{tongue.direction}"[^>]*>{re.escape(tongue.title)}</h2>'
        assert re.search(heading, html)
        assert tongue.title in str(mail["Subject"])
        assert f"\n{tongue.title}\n" in text
        assert tongue.venue in text
        if tongue is ARABIC:
            beside_our_words = [
                line for line in text.splitlines() if re.search("[A-Za-z]", line) and ARABIC_LETTER.search(line)
            ]
            assert beside_our_words
            assert [line for line in beside_our_words if ARABIC_LETTER.search(SET_APART.sub("", line))] == []
            assert f'<bdi lang="ar">{tongue.venue}' in html
