"""What a search engine reads of an event, in every state that an event can be in."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota
from eventsvc.pictures import keeping
from eventsvc.pictures.making import make
from tests.pictures.uploads import encoded, scene
from tests.sharing.conftest import HALL, JOIN
from tests.sharing.reading import event_data

wall = datetime.fromisoformat


def data_of(browse, event, language="en"):
    return event_data(browse.get(f"/{language}/events/{event.slug}").text)


def change(app, event, **values):
    with app.app_context(), transaction():
        editing.change(db.session.get_one(Event, event.id, populate_existing=True), **values)


def set_seats(app, event, **values):
    with app.app_context(), transaction():
        db.session.execute(sa.update(Quota).where(Quota.event_id == event.id).values(**values))


def test_an_event_in_person_says_what_when_where_and_who(browse, summit, company):
    company(summit, "a")

    assert data_of(browse, summit) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Asylum & protection",
        "url": "http://localhost/en/events/asylum",
        "startDate": "2031-06-10T17:00:00-07:00",
        "endDate": "2031-06-10T19:00:00-07:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": "Salón comunal",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": "4a calle 7",
                "addressLocality": "Los Angeles",
                "addressRegion": "CA",
                "postalCode": "90012",
                "addressCountry": "US",
            },
        },
        "description": "We meet.",
        "image": data_of(browse, summit)["image"],
        "organizer": [
            {
                "@type": "Organization",
                "name": "Alianza Americas",
                "url": "http://localhost/en/organizations/alianza-americas",
            },
            {"@type": "Organization", "name": "Co a", "url": "http://localhost/en/organizations/co-a"},
        ],
        "inLanguage": ["en", "es"],
        "isAccessibleForFree": True,
        "superEvent": {
            "@type": "EventSeries",
            "name": "Programme a",
            "url": "http://localhost/en/programmes/programme-a",
        },
        "offers": {
            "@type": "Offer",
            "price": 0,
            "availability": "https://schema.org/InStock",
            "url": "http://localhost/en/events/asylum",
            "validThrough": "2031-06-10T17:00:00-07:00",
        },
    }


def test_it_speaks_the_language_of_the_page(browse, summit):
    data = data_of(browse, summit, "es")

    assert (data["name"], data["description"]) == ("Asilo y protección", "Nos reunimos.")
    assert data["url"] == "http://localhost/es/events/asylum"
    assert data["startDate"] == "2031-06-10T17:00:00-07:00"


def test_the_picture_is_there_for_whoever_asks(browse, summit):
    (address,) = data_of(browse, summit)["image"]

    assert address.startswith("http://localhost/en/events/asylum/card.png?v=")
    assert browse.get(address.removeprefix("http://localhost")).mimetype == "image/png"


def test_a_cover_comes_before_the_card(browse, cast, app):
    event = cast.event()
    made = make("cover", encoded(scene(1000, 500)))
    with app.app_context(), transaction():
        row = db.session.get_one(Event, event.id)
        row.cover_id = keeping.keep(made, {"en": "People in a hall", "es": "Personas en un salón"})
        editing.touch(row)

    cover, card = data_of(browse, event)["image"]

    assert browse.get(cover.removeprefix("http://localhost")).mimetype in {"image/jpeg", "image/png"}
    assert "/card.png?v=" in card


def test_an_online_event_names_its_page_and_never_the_way_in(browse, cast):
    event = cast.event(attendance="online", join_url=JOIN, venue={})
    page = browse.get(f"/en/events/{event.slug}").text

    assert event_data(page)["location"] == {
        "@type": "VirtualLocation",
        "url": f"http://localhost/en/events/{event.slug}",
    }
    assert event_data(page)["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"
    assert "meet.example.org" not in page


def test_a_hybrid_event_is_in_both_places(browse, cast):
    event = cast.event(attendance="hybrid", join_url=JOIN, venue=HALL)
    data = data_of(browse, event)

    assert [place["@type"] for place in data["location"]] == ["Place", "VirtualLocation"]
    assert data["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert "meet.example.org" not in str(data)


def test_a_place_that_is_not_known_yet_is_still_a_place(browse, cast):
    assert data_of(browse, cast.event(venue={}))["location"] == {
        "@type": "Place",
        "name": "The place will be announced.",
    }


def test_a_cancelled_event_keeps_its_date_and_offers_nothing(browse, summit, app):
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, summit.id))
    data = data_of(browse, summit)

    assert data["eventStatus"] == "https://schema.org/EventCancelled"
    assert data["startDate"] == "2031-06-10T17:00:00-07:00"
    assert "offers" not in data


@pytest.mark.parametrize(
    ("seats", "waitlist", "word"),
    [
        ({"size": 50, "taken": 0}, True, "InStock"),
        ({"size": 50, "taken": 48}, True, "LimitedAvailability"),
        ({"size": 50, "taken": 50}, True, "SoldOut"),
        ({"size": 50, "taken": 50}, False, "SoldOut"),
    ],
)
def test_how_full_it_is_is_said_in_a_word_and_never_in_numbers(browse, cast, app, seats, waitlist, word):
    event = cast.event(capacity=50, waitlist=waitlist)
    set_seats(app, event, **seats)
    offer = data_of(browse, event)["offers"]

    assert offer["availability"] == f"https://schema.org/{word}"
    assert offer.keys() <= {"@type", "price", "availability", "url", "validFrom", "validThrough"}


def test_before_registration_opens_the_offer_says_from_when(browse, cast, stopped_clock):
    day = stopped_clock() + timedelta(days=5)
    event = cast.event(registration_opens=day.replace(tzinfo=None, microsecond=0, second=0, minute=0, hour=9))

    assert data_of(browse, event)["offers"]["validFrom"].startswith(f"{day:%Y-%m-%d}T09:00:00-0")


def test_what_is_over_or_closed_offers_nothing(browse, cast, stopped_clock):
    event = cast.event(days=1)
    assert "offers" in data_of(browse, event)

    stopped_clock.forward(days=3)

    assert "offers" not in data_of(browse, event)


def test_without_a_summary_the_description_opens_it(browse, cast):
    event = cast.event(description={"en": "# Day\n\nWe **meet**. " + "And talk. " * 100})

    assert data_of(browse, event)["description"].startswith("Day\nWe meet. And talk.")
    assert len(data_of(browse, event)["description"]) <= 300


def test_nothing_somebody_writes_ends_the_block(browse, cast):
    nasty = "</script><script>alert(1)</script><!-- \u2028 ]]> &amp; \\"
    cast.event(nasty, slug="nasty", titles={"en": nasty}, languages=["en"], summary={"en": nasty})
    page = browse.get("/en/events/nasty").text

    assert event_data(page)["name"] == nasty
    assert "<script>alert" not in page
    assert "\u2028" not in page.partition("ld+json")[2].partition("</script>")[0]


def test_an_arabic_event_says_which_language_it_is_in(browse, cast):
    event = cast.event(languages=["ar"], titles={"ar": "أصوات المجتمع المدني"})
    data = data_of(browse, event)

    assert (data["name"], data["inLanguage"]) == ("أصوات المجتمع المدني", ["ar"])


def test_an_unlisted_event_is_no_business_of_search_engines(browse, cast):
    page = browse.get(f"/en/events/{cast.event(visibility='unlisted').slug}").text

    assert "ld+json" not in page
    assert 'name="robots" content="noindex"' in page
