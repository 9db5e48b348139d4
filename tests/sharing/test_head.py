"""What a chat shows of a link."""

import pytest

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from tests.sharing.reading import properties

ALT = (
    "Asylum & protection, Tuesday, June 10, 2031, 5:00\xa0PM (UTC−7), "
    "Salón comunal, 4a calle 7, Los Angeles, CA, 90012, United States"
)


def test_the_page_of_an_event_names_words_and_picture_in_its_language(browse, summit):
    english = properties(browse.get("/en/events/asylum").text)
    spanish = properties(browse.get("/es/events/asylum").text)

    assert english == {
        "og:type": ["website"],
        "og:site_name": ["Events"],
        "og:title": ["Asylum & protection"],
        "og:url": ["http://localhost/en/events/asylum"],
        "og:description": ["Tuesday, June 10, 2031 · We meet."],
        "og:locale": ["en_US"],
        "og:locale:alternate": ["es_LA", "pt_BR", "fr_FR"],
        "og:image": english["og:image"],
        "og:image:type": ["image/png"],
        "og:image:width": ["1200"],
        "og:image:height": ["630"],
        "og:image:alt": [ALT],
        "twitter:card": ["summary_large_image"],
    }
    assert spanish["og:title"] == ["Asilo y protección"]
    assert spanish["og:description"] == ["martes, 10 de junio de 2031 · Nos reunimos."]
    assert spanish["og:locale"] == ["es_LA"]
    assert spanish["og:locale:alternate"] == ["en_US", "pt_BR", "fr_FR"]
    assert spanish["og:image"][0].startswith("http://localhost/es/events/asylum/card.png?v=")


def test_the_address_of_the_picture_changes_with_what_stands_on_it(browse, summit, app):
    def picture():
        return properties(browse.get("/en/events/asylum").text)["og:image"][0]

    def change(**values):
        with app.app_context(), transaction():
            editing.change(db.session.get_one(Event, summit.id, populate_existing=True), **values)

    first = picture()
    change(description={"en": "More words, none of them on the card.", "es": "Más"})
    assert picture() == first
    change(title={"en": "Asylum, moved", "es": "Asilo"})
    assert picture() != first


def test_a_cancelled_event_says_so_first(browse, summit, app):
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, summit.id))

    assert properties(browse.get("/es/events/asylum").text)["og:title"] == ["Cancelado: Asilo y protección"]


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_whoever_has_the_link_sees_what_it_leads_to(browse, cast, visibility):
    event = cast.event(visibility=visibility)

    assert properties(browse.get(f"/en/events/{event.slug}").text)["og:title"] == ["Assembly"]
