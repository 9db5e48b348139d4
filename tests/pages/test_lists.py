"""What is on, and the lists of an organization, a programme and a tag."""

import re
from datetime import timedelta

import pytest

from eventsvc import clock
from eventsvc.db import db, transaction
from eventsvc.events import editing, listing
from eventsvc.events.models import CoHost, Event, Programme, Tag
from tests.pages.counting import statements


def attach(app, *events, **values):
    """Put events into a programme, under a tag, or beside a co-host."""
    with app.app_context(), transaction():
        made = {name: db.session.merge(each) for name, each in values.items()}
        for event in events:
            row = db.session.get_one(Event, event.id)
            row.programme = made.get("programme")
            row.tags += [made["tag"]] if "tag" in made else []
            row.co_hosts += [CoHost(organization=made["co_host"], position=0)] if "co_host" in made else []


@pytest.fixture
def programme() -> Programme:
    return Programme(slug="summit", name={"en": "Summit", "es": "Cumbre"})


@pytest.fixture
def tag() -> Tag:
    return Tag(slug="protection", name={"en": "Protection", "es": "Protección"})


def test_upcoming_events_come_first_soonest_first_and_past_ones_after_latest_first(browse, cast):
    for title, days in (("Far", 60), ("Soon", 3), ("Long over", -60), ("Just over", -3)):
        cast.event(title, days=days)

    page = browse.get("/en/").text

    assert page.index("Soon") < page.index("Far") < page.index("Past events")
    assert page.index("Past events") < page.index("Just over") < page.index("Long over")


def test_an_event_that_is_going_on_is_not_past(browse, cast):
    cast.event("Going on", starts=(clock.now() - timedelta(hours=1)).replace(tzinfo=None), timezone="UTC")

    assert "Past events" not in browse.get("/en/").text


def test_months_head_the_list_in_the_language_of_the_page(browse, cast, stopped_clock):
    stopped_clock.moment = stopped_clock.moment.replace(year=2031, month=1, day=2)
    cast.event("One", days=3)
    cast.event("Two", days=5)
    cast.event("Three", days=40)

    page = browse.get("/es/").text

    assert page.count("enero de 2031</h2>") == 1
    assert page.count("febrero de 2031</h2>") == 1


def test_an_empty_list_says_so(browse):
    assert "Nothing is planned at the moment." in browse.get("/en/").text
    assert "Por el momento no hay eventos anunciados." in browse.get("/es/").text


def test_a_cancelled_event_stays_in_the_list_and_says_so(browse, cast, app):
    event = cast.event("Off")
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, event.id))

    page = browse.get("/en/").text

    assert "Off" in page
    assert "Cancelled" in page


def test_past_events_are_shown_in_pages(browse, cast, monkeypatch):
    monkeypatch.setattr(listing, "PAST_PAGE", 2)
    for days in (1, 2, 3, 4, 5):
        cast.event(f"Over {days}", days=-10 * days)

    first, second, third = (browse.get(f"/en/?page={number}").text for number in (1, 2, 3))

    assert [f"Over {n}" in first for n in (1, 2, 3)] == [True, True, False]
    assert [f"Over {n}" in second for n in (2, 3, 4, 5)] == [False, True, True, False]
    assert "Over 5" in third
    assert "Earlier events" in first
    assert "Earlier events" not in third


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x"])
def test_a_strange_page_number_is_no_fault(browse, page):
    browse.get(f"/en/?page={page}", 200 if page == "x" else 404)


def test_an_organizations_page_holds_what_it_hosts_and_co_hosts(browse, cast, app):
    other = cast.organization("Oxfam America", country="US", website="https://oxfam.example", abbreviation="OA")
    cast.event("Hosted", host=other)
    co_hosted = cast.event("Co-hosted")
    cast.event("Of others")
    attach(app, co_hosted, co_host=other)

    page = browse.get("/es/organizations/oxfam-america").text

    assert "Hosted" in page
    assert "Co-hosted" in page
    assert "Of others" not in page
    assert "Estados Unidos" in page
    assert 'href="https://oxfam.example"' in page


def test_a_website_that_is_no_web_address_is_no_link(browse, cast):
    cast.organization("Odd", website="javascript:alert(1)")

    assert 'href="javascript' not in browse.get("/en/organizations/odd").text


def test_a_programme_and_a_tag_list_their_events(browse, cast, app, programme, tag):
    event = cast.event("Inside")
    cast.event("Outside")
    attach(app, event, programme=programme, tag=tag)

    for path, name in (("programmes/summit", "Cumbre"), ("tags/protection", "Protección")):
        page = browse.get(f"/es/{path}").text
        assert f"<h1>{name}</h1>" in page
        assert "Inside" in page
        assert "Outside" not in page


def test_what_only_invitations_belong_to_is_unknown(browse, cast, app, programme, tag):
    attach(app, cast.event(visibility="invitation"), cast.event(published=False), programme=programme, tag=tag)

    browse.get("/en/programmes/summit", 404)
    browse.get("/en/tags/protection", 404)


@pytest.mark.parametrize("path", ["", "organizations/alianza-americas", "programmes/summit", "tags/protection"])
def test_a_list_asks_the_same_number_of_questions_for_one_row_and_for_three(browse, cast, app, programme, tag, path):
    programme.id = tag.id = 1
    attach(app, cast.event("One"), programme=programme, tag=tag)
    with statements(app) as for_one:
        browse.get(f"/en/{path}")
    more = [cast.event(f"{days}", days=days, kinds=[("hall", 5), ("online", 50)], capacity=50) for days in (5, -5)]
    attach(app, *more, programme=programme, tag=tag)
    with statements(app) as for_three:
        browse.get(f"/en/{path}")

    assert len(for_three) == len(for_one)


@pytest.mark.parametrize("path", ["", "organizations/alianza-americas", "programmes/summit", "tags/protection"])
def test_chats_and_news_readers_learn_what_a_list_is(browse, cast, app, programme, tag, path):
    attach(app, cast.event(days=20), programme=programme, tag=tag)

    page = browse.get(f"/es/{path}").text

    feed = f"/es/feeds/{path or 'all'}.atom"
    assert f'<link rel="alternate" type="application/atom+xml" title="{heading(page)}" href="{feed}">' in page
    assert browse.client.get(feed).status_code == 200
    assert f'<meta property="og:title" content="{heading(page)}">' in page
    description = re.search(r'<meta name="description" content="([^"]+)">', page)
    assert description
    assert f'<meta property="og:description" content="{description[1]}">' in page


def heading(page: str) -> str:
    found = re.search("<h1>([^<]+)</h1>", page)
    return found[1] if found else ""
