"""What a card in a list says at a glance: what, when, where, in which languages, and whether there is room."""

from datetime import datetime, timedelta

import html5lib
import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import CoHost, Event, Tag
from eventsvc.events.tickets import Quota
from tests.linting import text_of


def cards(page: str) -> dict[str, str]:
    """The whole text of each card, by its title."""
    found = [
        e
        for e in html5lib.parse(page, namespaceHTMLElements=False).iter("li")
        if "card" in (e.get("class") or "").split()
    ]
    return {text_of(next(e for e in card.iter() if e.tag in {"h3", "h4"})): text_of(card) for card in found}


@pytest.fixture
def change(app):
    """Change the row of an event or of its only quota."""

    def to(event: Event, **values):
        with app.app_context(), transaction():
            row = db.session.get_one(Event, event.id)
            for name, value in values.items():
                if name in {"size", "taken", "waiting"}:
                    db.session.execute(sa.update(Quota).where(Quota.event_id == event.id).values({name: value}))
                else:
                    setattr(row, name, value)

    return to


def test_a_card_says_what_when_where_by_whom_and_in_which_languages(browse, cast):
    cast.event(
        "Assembly",
        starts=datetime.fromisoformat("2099-12-07T17:00"),
        venue={"name": "Hall", "locality": "Los Angeles", "country": "US"},
        interpretation=["quc", "es"],
    )

    card = cards(browse.get("/en/").text)["Assembly"]

    assert "Monday, December 7, 2099, 5:00 PM to 7:00 PM (UTC\N{MINUS SIGN}8) · Los Angeles, United States" in card
    assert "Alianza Americas · In English and Spanish, interpreted into Kʼicheʼ" in card
    assert card.endswith("Places available")


def test_an_event_of_several_days_says_until_when(browse, cast):
    cast.event(
        "Meetings", starts=datetime.fromisoformat("2099-10-29T09:00"), ends=datetime.fromisoformat("2099-10-31T17:00")
    )

    assert "9:00 AM to Oct 31, 2099, 5:00 PM" in cards(browse.get("/en/").text)["Meetings"]


@pytest.mark.parametrize(
    ("values", "waitlist", "word"),
    [
        ({}, True, "Places available"),
        ({"taken": 48}, True, "Few places left"),
        ({"taken": 50}, True, "Full, with a waitlist"),
        ({"taken": 49, "waiting": 3}, True, "Full, with a waitlist"),
        ({"taken": 50}, False, "Full"),
    ],
)
def test_how_full_it_is_is_a_word_and_never_a_number(browse, cast, change, values, waitlist, word):
    change(cast.event("Assembly", capacity=50, waitlist=waitlist), **values)

    card = cards(browse.get("/en/").text)["Assembly"]

    assert card.endswith(word)
    assert "50" not in card


def test_a_card_says_when_registration_is_not_open(browse, cast, change, stopped_clock):
    stopped_clock.moment = stopped_clock.moment.replace(year=2031, month=1, day=2)
    event = cast.event("Assembly", days=30)
    change(event, registration_opens=datetime.fromisoformat("2031-01-20T09:00"))

    assert cards(browse.get("/en/").text)["Assembly"].endswith("Registration opens on Jan 20, 2031")
    change(event, registration_opens=None, registration_closes=datetime.fromisoformat("2031-01-01T09:00"), version=9)
    stopped_clock.forward(seconds=2)
    assert cards(browse.get("/en/").text)["Assembly"].endswith("Registration is closed")


def test_a_cancelled_event_says_only_that(browse, cast, app):
    event = cast.event("Assembly", capacity=1)
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, event.id))

    page = browse.get("/es/").text

    assert cards(page)["Assembly (es)"].endswith("Cancelado")
    assert 'class="card is-cancelled"' in page


def test_what_is_over_is_quieter_and_says_nothing_about_places(browse, cast):
    cast.event("Assembly", days=-3)

    page = browse.get("/en/").text

    assert 'class="card is-past"' in page
    assert "Places available" not in page


def test_a_title_in_another_language_says_which_one_it_is(browse, cast):
    cast.event("Arabic", languages=["ar"], titles={"ar": "طرق آمنة"}, slug="arabic")

    assert '<h3><a href="/es/events/arabic" lang="ar" dir="rtl">طرق آمنة</a></h3>' in browse.get("/es/").text


def test_an_organization_sees_where_it_is_host_and_where_co_host(browse, cast, app):
    other = cast.organization("Oxfam America")
    cast.event("Hosted", host=other)
    co_hosted = cast.event("Co-hosted")
    over = cast.event("Co-hosted before", days=-9)
    with app.app_context(), transaction():
        for event in (co_hosted, over):
            db.session.get_one(Event, event.id).co_hosts = [CoHost(organization_id=other.id, position=0)]

    found = cards(browse.get("/en/organizations/oxfam-america").text)

    assert found["Co-hosted"].endswith("Co-host Places available")
    assert "Alianza Americas" in found["Co-hosted"]
    assert "Co-host" in found["Co-hosted before"].removeprefix("Co-hosted before")
    assert "Co-host" not in found["Hosted"]
    assert "Oxfam" not in found["Hosted"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/en/", "Nothing is planned at the moment."),
        ("/es/organizations/alianza-americas", "Por el momento esta organización no ha anunciado eventos."),
    ],
)
def test_an_empty_list_invites_to_follow_the_calendar(browse, cast, path, words):
    cast.organization()

    page = browse.get(path).text

    assert words in page
    assert '<details class="follow no-print" open>' in page


def test_a_topic_that_is_over_says_that_nothing_is_planned(browse, cast, app):
    event = cast.event("Over", days=-5)
    with app.app_context(), transaction():
        db.session.get_one(Event, event.id).tags = [Tag(slug="protection", name={"en": "Protection"})]

    page = browse.get("/en/tags/protection").text

    assert "Nothing on this topic is planned at the moment." in page
    assert "Over" in cards(page)


@pytest.mark.parametrize(
    ("path", "feed"),
    [("/es/", "all.ics"), ("/es/organizations/alianza-americas", "organizations/alianza-americas.ics")],
)
def test_a_calendar_follows_by_webcal_and_by_an_address_to_paste(browse, cast, path, feed):
    cast.event()

    page = browse.get(path).text

    assert f'href="webcal://localhost/es/feeds/{feed}"' in page
    assert f'value="http://localhost/es/feeds/{feed}"' in page
    assert f'data-copy="http://localhost/es/feeds/{feed}"' in page
    assert browse.client.get(f"/es/feeds/{feed}").status_code == 200


def test_pages_of_what_is_over_are_headed_so(browse, cast, monkeypatch):
    monkeypatch.setattr("eventsvc.events.listing.PAST_PAGE", 1)
    for days in (-400, -30):
        cast.event(days=days)

    page = browse.get("/en/?page=2").text

    assert "<h1>Past events</h1>" in page
    assert page.count('<h2 class="month">') == 1
    assert "There are no earlier events." in browse.get("/en/?page=3").text


def test_an_event_that_goes_on_stands_among_what_is_ahead(browse, cast, stopped_clock):
    starts = (stopped_clock.moment - timedelta(minutes=30)).replace(tzinfo=None)
    cast.event("Now", starts=starts, timezone="UTC", attendance="online")

    page = browse.get("/en/").text

    assert cards(page)["Now"].endswith("Places available")
    assert "is-past" not in page
