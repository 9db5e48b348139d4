"""The flyer: one page that says everything, to eyes and to screen readers."""

import re
import zlib
from datetime import datetime

import pytest

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.i18n import speaking
from eventsvc.sharing import words
from tests.sharing.conftest import HALL, JOIN
from tests.sharing.test_cards import TITLES, facts_of


def objects(pdf):
    """What the file says of itself, with what is packed in it unpacked."""
    found = [pdf]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            found.append(packed)
    return b"\n".join(found)


@pytest.fixture
def context_words(app):
    def found(event, language="en"):
        with app.test_request_context(f"/{language}/"), speaking(language):
            return words.poster(facts_of(event))

    return found


def test_it_is_one_tagged_page_in_its_language_with_a_name(browse, summit):
    response = browse.get("/es/events/asylum/flyer.pdf")
    inside = objects(response.data)

    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"] == 'inline; filename="asylum.pdf"'
    assert response.data.startswith(b"%PDF-1.7")
    assert len(re.findall(rb"/Type ?/Page\b(?!s)", inside)) == 1
    assert b"<pdfuaid:part>1</pdfuaid:part>" in inside
    assert b"/StructTreeRoot" in inside
    assert re.search(rb"/Marked true", inside)
    assert re.search(rb"/Lang ?\(es\)", inside)
    assert "Asilo y protección".encode() in inside  # the title in its description
    assert re.search(rb"/H1\b", inside)
    assert re.search(rb"/URI ?\(http://localhost/e/asylum\)", inside)
    assert len(response.data) < 100_000


@pytest.mark.parametrize("title", TITLES)
def test_whatever_the_title_it_is_one_page(browse, cast, title):
    names = [f"Organization number {i} for the rights of everybody on the way" for i in range(14)]
    event = cast.event(
        titles=TITLES[title],
        languages=list(TITLES[title]),
        slug="titled",
        summary={"en": "A summary. " * 30},
        description={"en": "# Programme\n\n" + "We meet and talk about what works. " * 200},
        access={"en": "Step-free. " * 40},
        contact={"en": "ask@example.org"},
        interpretation=["es", "quc"],
        venue=HALL,
        attendance="hybrid",
        co_hosts=[cast.organization(name) for name in names],
    )
    inside = objects(browse.get(f"/en/events/{event.slug}/flyer.pdf").data)

    assert len(re.findall(rb"/Type ?/Page\b(?!s)", inside)) == 1


def test_a_sign_that_no_font_has_leaves_the_flyer_tagged_without_a_claim(browse, cast):
    event = cast.event("Assembly \U000f1234")
    inside = objects(browse.get(f"/en/events/{event.slug}/flyer.pdf").data)

    assert b"/StructTreeRoot" in inside
    assert b"pdfuaid" not in inside


def test_it_says_when_with_the_zone_where_who_and_how(context_words, cast, company):
    event = cast.event(
        "Assembly",
        slug="assembly",
        starts=datetime.fromisoformat("2031-06-10T17:00"),
        venue=HALL,
        attendance="hybrid",
        join_url=JOIN,
        interpretation=["es", "fr"],
        access={"en": "Step-free.", "es": "Sin escalones."},
        description={"en": "We **meet**.\n\n* First\n* Second", "es": "Nos **reunimos**."},
    )
    company(event, "a")
    english, spanish = context_words(event), context_words(event, "es")

    assert english["when"] == ["Tuesday, June 10, 2031", "5:00\xa0PM to 7:00\xa0PM"]
    assert english["zone"] == "Pacific Daylight Time, UTC−7"
    assert english["where"] == ["Salón comunal", "4a calle 7, Los Angeles, CA, 90012, United States", "and online"]
    assert english["hosts"] == "Alianza Americas and Co a"
    assert english["languages"] == "English and Spanish"
    assert english["interpretation"] == "Spanish and French"
    assert english["body"]["parts"] == ["We meet.\n", "• First\n", "• Second"]
    assert english["link_words"] == "localhost/e/assembly"
    assert spanish["when"] == ["martes, 10 de junio de 2031", "de 5:00\xa0p.m. a 7:00\xa0p.m."]
    assert spanish["zone"] == "hora de verano del Pacífico, UTC−7"
    assert spanish["access"]["text"] == "Sin escalones."
    assert spanish["labels"]["register"] == "Inscríbase aquí"
    assert "meet.example.org" not in str(english)


def test_several_days_name_both(context_words, cast):
    event = cast.event(
        starts=datetime.fromisoformat("2031-06-10T17:00"), ends=datetime.fromisoformat("2031-06-12T13:00")
    )

    assert context_words(event)["when"] == [
        "Tuesday, June 10, 2031, 5:00\xa0PM, to",
        "Thursday, June 12, 2031, 1:00\xa0PM",
    ]


def test_it_changes_with_the_event(browse, cast, app):
    event = cast.event()
    first = browse.get(f"/en/events/{event.slug}/flyer.pdf")
    browse.get(f"/en/events/{event.slug}/flyer.pdf", 304, headers={"If-None-Match": first.headers["ETag"]})
    with app.app_context(), transaction():
        editing.change(
            db.session.get_one(Event, event.id, populate_existing=True), summary={"en": "New", "es": "Nuevo"}
        )

    second = browse.get(f"/en/events/{event.slug}/flyer.pdf", headers={"If-None-Match": first.headers["ETag"]})

    assert second.status_code == 200
    assert second.headers["ETag"] != first.headers["ETag"]
