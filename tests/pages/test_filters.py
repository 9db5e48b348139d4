"""Narrowing what is on: by language, place, mode, tag and month, in one address for each choice."""

import re
from urllib.parse import quote_plus
from xml.etree.ElementTree import Element

import html5lib
import pytest

from eventsvc.db import db, transaction
from eventsvc.events import overview
from eventsvc.events.models import Event, Tag
from tests.linting import text_of
from tests.pages.counting import statements

MEXICO = {"name": "Casa", "locality": "Ciudad de México", "country": "MX"}
GUATEMALA = {"name": "Salón", "locality": "Quetzaltenango", "country": "GT"}


@pytest.fixture
def four(cast, app, stopped_clock):
    """Four events that differ in everything one can ask for."""
    stopped_clock.moment = stopped_clock.moment.replace(year=2031, month=1, day=2)
    hall = cast.event("Hall", days=5, languages=["es"], titles={"es": "Hall"}, venue=MEXICO)
    cast.event("Call", days=6, attendance="online", languages=["en"], titles={"en": "Call"}, interpretation=["quc"])
    cast.event("Both", days=40, attendance="hybrid", languages=["es-GT"], titles={"es-GT": "Both"}, venue=GUATEMALA)
    over = cast.event("Over", days=-5, languages=["es"], titles={"es": "Over"}, venue=MEXICO)
    with app.app_context(), transaction():
        tag = Tag(slug="protection", name={"en": "Protection", "es": "Protección"})
        for event in (hall, over):
            db.session.get_one(Event, event.id).tags = [tag]


def titles(page: str) -> list[str]:
    return re.findall(r"<h[34]><a [^>]*>([^<]+)</a></h[34]>", page)


def options(page: str, name: str) -> list[Element]:
    """What one filter of the form offers."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return [option for select in tree.iter("select") if select.get("name") == name for option in select.iter("option")]


def offered(page: str, name: str) -> list[str]:
    """The same as values."""
    return [option.get("value", "") for option in options(page, name)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("language=es", ["Hall", "Both", "Over"]),
        ("language=quc", ["Call"]),
        ("place=Ciudad+de+M%C3%A9xico", ["Hall", "Over"]),
        ("place=GT", ["Both"]),
        ("place=online", ["Call", "Both"]),
        ("mode=in_person", ["Hall", "Over"]),
        ("mode=hybrid", ["Both"]),
        ("tag=protection", ["Hall", "Over"]),
        ("month=2031-01", ["Hall", "Call"]),
        ("month=2031-02", ["Both"]),
        ("language=es&mode=in_person&tag=protection", ["Hall", "Over"]),
    ],
)
def test_each_filter_finds_what_meets_it(browse, four, query, found):
    assert titles(browse.get(f"/en/?{query}").text) == found


def test_only_what_occurs_is_offered_and_a_choice_between_one_is_none(browse, four, cast):
    page = browse.get("/en/").text

    assert offered(page, "language") == ["", "en", "quc", "es"]
    assert offered(page, "place") == ["", "online", "GT", "MX", "Ciudad de México", "Quetzaltenango"]
    assert offered(page, "mode") == ["", "in_person", "online", "hybrid"]
    assert offered(page, "tag") == []  # one tag narrows, but there is nothing to choose between
    assert offered(page, "month") == ["", "2031-01", "2031-02"]


def test_options_are_named_and_sorted_in_the_language_of_the_page(browse, four):
    page = browse.get("/es/").text

    assert [text_of(option) for option in options(page, "language")] == ["Todos", "Español", "Inglés", "Quiché"]
    assert [text_of(option) for option in options(page, "month")] == ["Todos", "Enero de 2031", "Febrero de 2031"]


def test_what_was_chosen_is_shown_counted_and_can_be_taken_away(browse, four):
    page = browse.get("/en/?language=es&mode=in_person").text

    assert "<strong>1 event</strong>" in page
    assert '<details class="filters no-print" open>' in page
    assert 'href="/en/?mode=in_person"' in page
    assert 'href="/en/?language=es"' in page
    assert '<option value="es" selected>' in page
    assert "<strong>2 events</strong>" in browse.get("/en/?language=es").text


def test_a_page_without_a_choice_is_folded_and_counts_nothing(browse, four):
    page = browse.get("/en/").text

    assert '<details class="filters no-print">' in page
    assert '<div class="chosen">' not in page


@pytest.mark.parametrize(
    "query", ["language=xx", "language=%25", "place=Atlantis", "mode=astral", "tag=none", "month=2031-13", "month=x"]
)
def test_what_does_not_occur_matches_nothing_and_all_is_one_link_away(browse, four, query):
    page = browse.get(f"/en/?{query}").text

    assert titles(page) == []
    assert "No planned event matches this choice." in page
    assert '<a class="button button-quiet" href="/en/">Show all events</a>' in page


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("language=&place=&mode=online&tag=&month=", "?mode=online"),
        ("mode=online&language=en", "?language=en&mode=online"),
        ("language=en&language=es", "?language=es"),
        ("language=", ""),
        ("place=%00", ""),
        ("place=" + "x" * 200, ""),
        ("language=es&page=2&mode=", "?language=es&page=2"),
        ("place=++Ciudad+de++M%C3%A9xico", "?place=Ciudad+de+M%C3%A9xico"),
    ],
)
def test_every_choice_has_one_address(browse, four, query, canonical):
    assert browse.get(f"/en/?{query}", 302).headers["Location"] == f"/en/{canonical}"


@pytest.mark.parametrize("query", ["utm_source=mail", "fbclid=1&language=es", "page=1"])
def test_what_others_add_to_an_address_does_no_harm(browse, four, query):
    browse.get(f"/en/?{query}")


def test_the_language_switch_and_the_pages_of_what_is_over_keep_the_choice(browse, four, cast, monkeypatch):
    monkeypatch.setattr("eventsvc.events.listing.PAST_PAGE", 1)
    cast.event("Older", days=-40, languages=["es"], titles={"es": "Older"}, venue=MEXICO)
    cast.event("Elsewhere", days=-50, venue=GUATEMALA)

    place = quote_plus("Ciudad de México")
    first = browse.get(f"/en/?place={place}").text
    second = browse.get(f"/en/?place={place}&page=2").text

    assert f'href="/es/?place={place}" hreflang="es"' in first
    assert f'href="/en/?place={place}&amp;page=2" rel="next"' in first
    assert titles(second) == ["Older"]
    assert f'href="/en/?place={place}" rel="prev"' in second
    assert f'href="/es/?place={place}&amp;page=2" hreflang="es"' in second
    assert "Earlier events" not in second


def test_a_filtered_page_names_the_whole_one_as_its_canonical_address(browse, four):
    assert '<link rel="canonical" href="http://localhost/en/">' in browse.get("/en/?mode=online").text


def test_far_months_are_links_with_their_numbers(browse, four, monkeypatch):
    monkeypatch.setattr(overview, "FIRST_CARDS", 2)

    page = browse.get("/en/").text
    assert titles(page) == ["Hall", "Call", "Over"]
    assert '<a href="/en/?month=2031-02">February 2031 <span class="soft">(1)</span></a>' in page
    assert titles(browse.get("/en/?month=2031-02").text) == ["Both"]
    assert 'href="/en/?language=es&amp;month=2031-02"' not in browse.get("/en/?language=es").text


def test_events_of_several_zones_stand_under_one_heading_for_each_month(browse, cast, stopped_clock):
    """By their own clocks: the last hours of January in Honolulu are February in Auckland."""
    stopped_clock.moment = stopped_clock.moment.replace(year=2031, month=1, day=2)
    for zone, day, hour in (("Pacific/Auckland", 1, 9), ("Pacific/Honolulu", 31, 20), ("Pacific/Auckland", 2, 9)):
        month = 1 if day == 31 else 2
        starts = stopped_clock.moment.replace(
            month=month, day=day, hour=hour, minute=0, second=0, microsecond=0, tzinfo=None
        )
        cast.event(f"{zone} {day}", timezone=zone, starts=starts)

    page = browse.get("/en/").text

    assert re.findall(r'<h2 class="month">([^<]+)', page) == ["January 2031", "February 2031"]
    assert titles(page) == ["Pacific/Honolulu 31", "Pacific/Auckland 1", "Pacific/Auckland 2"]


def test_other_lists_offer_filters_only_where_there_is_much_to_look_through(browse, cast, monkeypatch):
    for number in range(11):
        cast.event(f"Event {number}", days=number + 1, attendance="online" if number else "in_person")

    assert offered(browse.get("/en/organizations/alianza-americas").text, "mode") == ["", "in_person", "online"]
    page = browse.get("/en/organizations/alianza-americas?mode=online").text
    assert "<strong>10 events</strong>" in page
    assert 'action="/en/organizations/alianza-americas"' in page


def test_few_events_of_an_organization_need_no_filter(browse, four):
    assert "<form" not in browse.get("/en/organizations/alianza-americas").text


def test_the_number_of_questions_does_not_depend_on_the_choice_or_on_the_rows(browse, app, four, cast):
    with statements(app) as plain:
        browse.get("/en/")
    with statements(app) as narrowed:
        browse.get("/en/?language=es&place=MX&mode=in_person&tag=protection&month=2031-01")
    for number in range(20):
        cast.event(f"More {number}", days=number + 3, kinds=[("hall", 5), ("online", 50)], capacity=50)
    with statements(app) as with_more:
        browse.get("/en/")

    assert len(plain) == len(narrowed) == len(with_more)
