"""Events in languages that are none of ours, and which language each text of a page says it is in."""

from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

import html5lib
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event, Programme, Tag
from eventsvc.events.tickets import TicketType
from tests.factories import Cast


class Tongue(NamedTuple):
    """An event's language, and its words for everything that is shown of it."""

    tag: str
    direction: str
    title: str
    summary: str
    description: str
    access: str
    programme: str
    topic: str
    handout: str
    hall: str
    remote: str
    venue: str
    street: str
    host: str


ARABIC = Tongue(
    "ar", "rtl", "جمعية المنظمات الأعضاء (2031)", "لقاء مفتوح مع ترجمة فورية.", "ينتقل الناس من أجل العمل.",
    "مدخل بلا درجات.", "قمة الهجرة", "حماية", "تقرير: من يدفع؟", "في القاعة", "عن بعد",
    "فندق الواحة", "شارع الحمرا 12", "شبكة الكرامة",
)  # fmt: skip
KICHE = Tongue(
    "quc", "ltr", "Jun nim riqbʼal ibʼ (2031)", "Ri tzijonem kukʼ konojel winaq.", "Xa jun qachʼobʼoj.",
    "Kuyaʼ kok ri kuj.", "Nim molojriʼil", "Kolonem", "Wuj: ¿jachin katojow?", "Pa ri ja", "Chi naj",
    "Jolom Konobʼ", "4a calle 7-50", "Ajbʼatzʼ",
)  # fmt: skip


def announce(cast: Cast, tongue: Tongue) -> Event:
    """An event with everything that one may have, in this language alone; one seat in the hall."""

    def in_it(text: str) -> dict[str, str]:
        return {tongue.tag: text}

    with cast.app.app_context():
        with transaction():
            programme = Programme(slug="summit", name=in_it(tongue.programme))
            db.session.add(programme)
        event = cast.event(
            tongue.title, slug="elsewhere", languages=[tongue.tag], titles=in_it(tongue.title),
            host=cast.organization(tongue.host), summary=in_it(tongue.summary), description=in_it(tongue.description),
            access=in_it(tongue.access), contact=in_it("ask@example.org"), attendance="hybrid",
            kinds=[("hall", 1), ("remote", None)], join_url="https://meet.example.org/x", timezone="Asia/Beirut",
            venue={"name": tongue.venue, "street": tongue.street, "locality": "Beirut", "country": "LB"},
            programme=programme, tags=[Tag(slug="topic", name=in_it(tongue.topic))],
            materials=[(in_it(tongue.handout), None)],
        )  # fmt: skip
        with transaction():
            for kind in db.session.scalars(sa.select(TicketType).where(TicketType.event_id == event.id)):
                kind.name = in_it(getattr(tongue, kind.slug))
            editing.touch(db.session.get_one(Event, event.id))
        return event


class Text(NamedTuple):
    """A text of a page, the language and direction it stands in, and whether its own letters decide the latter."""

    words: str
    lang: str
    direction: str


UNSEEN = {"script", "style", "template", "title"}


def texts_of(html: str) -> list[Text]:
    """Every text of the body, and what is read out instead of a picture or a drawing."""
    page = html5lib.parse(html, namespaceHTMLElements=False)
    body = page.find("body")
    assert body is not None
    return list(_texts(body, page.get("lang", ""), page.get("dir", "")))


def _texts(element: Element, lang: str, direction: str) -> Iterator[Text]:
    if str(element.tag) in UNSEEN or callable(element.tag):  # a comment's tag is a function
        return
    inner = element.get("lang", lang), "auto" if element.tag == "bdi" else element.get("dir", direction)
    found = [element.text, *(element.get(name) for name in ("alt", "aria-label", "title", "placeholder"))]
    yield from (Text(text, *inner) for text in found if text and text.strip())
    for child in element:
        yield from _texts(child, *inner)
        if child.tail and child.tail.strip():
            yield Text(child.tail, *inner)
