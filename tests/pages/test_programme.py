"""The page of a programme: a timetable where there is something to plan, else a list."""

import re
from datetime import datetime

import html5lib
import pytest

from eventsvc import assets
from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event, Programme
from eventsvc.events.timetable import MOST_LANES, MOST_ROWS
from tests.linting import text_of
from tests.pages.counting import statements

SUMMIT = {"en": "Summit", "es": "Cumbre"}


@pytest.fixture
def inside(cast, app, stopped_clock):
    """Put an event on the 7th of June 2031 (or another moment) into the programme of a summit in Los Angeles."""
    stopped_clock.moment = stopped_clock.moment.replace(year=2031, month=5, day=1)
    with app.app_context(), transaction():
        programme = Programme(slug="summit", name=SUMMIT)
        db.session.add(programme)
        db.session.flush()
        number = programme.id

    def put(title: str, start: str, end: str, **values):
        starts, ends = (datetime.fromisoformat(t if "T" in t else f"2031-06-07T{t}") for t in (start, end))
        values.setdefault("slug", title.lower())
        event = cast.event(title, starts=starts, ends=ends, **values)
        with app.app_context(), transaction():
            db.session.get_one(Event, event.id).programme_id = number
        return event

    return put


def slots(page: str) -> dict[str, str]:
    """What stands in the timetable, by title: its whole text."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    found = [e for e in tree.iter("li") if "slot" in (e.get("class") or "").split()]
    return {text_of(next(e.iter("h3"))): text_of(e) for e in found}


def test_what_overlaps_stands_in_lanes_and_says_so_in_words(browse, inside):
    inside("Opening", "09:00", "10:00")
    inside("Asylum", "10:00", "11:30")
    inside("Labour", "11:00", "12:00")

    page = browse.get("/en/programmes/summit").text

    assert '<ol class="timetable is-grid lanes-2">' in page
    assert re.findall(r'class="slot ([^"]+)"', page) == [
        "at-1 to-2 lane-1 over-2",
        "at-2 to-4 lane-1 over-1",
        "at-3 to-5 lane-2 over-1",
    ]
    found = slots(page)
    assert "At the same time as: Labour" in found["Asylum"]
    assert "At the same time as: Asylum" in found["Labour"]
    assert "At the same time" not in found["Opening"]
    assert 'href="#event-labour"' in page


def test_days_are_sections_in_the_zone_of_the_summit(browse, inside):
    inside("Opening", "17:00", "18:30")
    inside("Asylum", "18:00", "19:00")
    inside("Closing", "2031-06-09T10:00", "2031-06-09T11:00")

    page = browse.get("/es/programmes/summit").text

    assert re.findall(r'<h2 id="(day-[\d-]+)">([^<]+)', page) == [
        ("day-2031-06-07", "sábado, 7 de junio de 2031"),
        ("day-2031-06-09", "lunes, 9 de junio de 2031"),
    ]
    assert 'href="#day-2031-06-09"' in page
    assert "hora de verano del Pacífico, UTC\N{MINUS SIGN}7" in page
    assert 'data-from="2031-06-07T17:00:00-07:00"' in page


def test_an_event_with_another_clock_says_both_times(browse, inside):
    inside("Opening", "17:00", "18:30")
    inside("Closing", "19:00", "20:00")
    inside("Far", "19:30", "20:30", timezone="America/Guatemala", attendance="online")

    found = slots(browse.get("/en/programmes/summit").text)

    assert found["Far"].startswith("6:30\N{NO-BREAK SPACE}PM to 7:30\N{NO-BREAK SPACE}PM".replace("\xa0", " "))
    assert "Local time: Saturday, June 7, 2031, 7:30 PM to 8:30 PM (UTC\N{MINUS SIGN}6)" in found["Far"]
    assert "Local time" not in found["Opening"]


def test_an_event_over_midnight_says_that_it_ends_the_next_day(browse, inside):
    inside("Opening", "17:00", "18:30")
    inside("Vigil", "22:00", "2031-06-08T01:00")

    assert slots(browse.get("/en/programmes/summit").text)["Vigil"].startswith("10:00 PM to 1:00 AM the next day")


def test_an_exhibition_of_days_stands_above_the_hours(browse, inside):
    inside("Exhibition", "09:00", "2031-06-09T18:00")
    inside("Opening", "10:00", "11:00")
    inside("Asylum", "10:00", "11:00")

    page = browse.get("/en/programmes/summit").text

    assert list(slots(page)) == ["Opening", "Asylum"]
    assert page.index("Exhibition") < page.index('<ol class="timetable')
    assert "Jun 7 – 9, 2031" in page or "Jun 7–9, 2031" in page


def test_a_cancelled_event_stays_and_clashes_with_nothing(browse, inside, app):
    inside("Opening", "10:00", "11:00")
    off = inside("Off", "10:00", "11:00")
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, off.id))

    found = slots(browse.get("/en/programmes/summit").text)

    assert "Cancelled" in found["Off"]
    assert "At the same time" not in found["Opening"]


def test_a_summit_that_is_over_still_has_its_timetable(browse, inside, stopped_clock):
    inside("Opening", "10:00", "11:00")
    inside("Asylum", "10:30", "11:30")
    stopped_clock.forward(days=100)

    page = browse.get("/en/programmes/summit").text

    assert list(slots(page)) == ["Opening", "Asylum"]
    assert page.count("is-past") == 2
    assert "Places available" not in page


def test_a_programme_of_one_event_and_a_series_are_lists(browse, inside):
    inside("First", "10:00", "11:00")
    assert slots(browse.get("/en/programmes/summit").text) == {}

    inside("Second", "2031-07-07T10:00", "2031-07-07T11:00")
    page = browse.get("/en/programmes/summit").text

    assert slots(page) == {}
    assert re.findall(r'<h2 class="month">([^<]+)', page) == ["June 2031", "July 2031"]
    assert "2 events" in page


def test_a_series_shows_what_is_over_in_pages(browse, inside, monkeypatch, stopped_clock):
    monkeypatch.setattr("eventsvc.events.listing.PAST_PAGE", 1)
    for month in (6, 7, 8):
        inside(f"In {month}", f"2031-{month:02}-07T10:00", f"2031-{month:02}-07T11:00", slug=f"in-{month}")
    stopped_clock.forward(days=80)

    first, second = (browse.get(f"/en/programmes/summit{query}").text for query in ("", "?page=2"))

    assert [f"In {month}" in first for month in (6, 7, 8)] == [False, True, True]
    assert [f"In {month}" in second for month in (6, 7, 8)] == [True, False, False]


def test_a_long_summit_can_be_narrowed(browse, inside):
    for number in range(11):
        inside(
            f"Event {number}",
            f"{9 + number % 3:02}:00",
            "13:00",
            slug=f"event-{number}",
            attendance="hybrid" if number else "online",
        )

    page = browse.get("/en/programmes/summit?mode=online").text

    assert list(slots(page)) == ["Event 0"]
    assert "At the same time" not in page
    assert "<strong>1 event</strong>" in page
    assert "No planned event matches this choice." in browse.get("/en/programmes/summit?mode=in_person").text


def test_a_title_in_another_script_stands_in_its_own_direction(browse, inside):
    inside("Opening", "10:00", "11:00")
    inside("Arabic", "10:30", "11:30", languages=["ar"], titles={"ar": "طرق آمنة"})

    page = browse.get("/es/programmes/summit").text

    assert '<a href="/es/events/arabic" lang="ar" dir="rtl">طرق آمنة</a>' in page
    assert '<span lang="ar" dir="rtl">طرق آمنة</span>' in page


def test_a_day_with_too_much_at_once_is_a_list(browse, inside):
    for number in range(MOST_LANES + 1):
        inside(f"Event {number}", "10:00", "11:00", slug=f"event-{number}")

    page = browse.get("/en/programmes/summit").text

    assert "is-grid" not in page
    assert len(slots(page)) == MOST_LANES + 1


def test_the_style_sheet_has_a_class_for_every_place_in_a_timetable():
    sheet = assets.sheet()

    for name, most in (("at", MOST_ROWS), ("lane", MOST_LANES), ("over", MOST_LANES)):
        assert [n for n in range(1, most + 1) if f".{name}-{n} {{" not in sheet] == []
    assert [n for n in range(2, MOST_ROWS + 2) if f".to-{n} {{" not in sheet] == []
    assert [n for n in range(2, MOST_LANES + 1) if f".lanes-{n} {{" not in sheet] == []


def test_the_number_of_questions_does_not_depend_on_the_rows(browse, app, inside):
    inside("One", "10:00", "11:00")
    with statements(app) as for_one:
        browse.get("/en/programmes/summit")
    for number in range(6):
        inside(
            f"More {number}", "10:00", "11:00", slug=f"more-{number}", kinds=[("hall", 5), ("online", 9)], capacity=9
        )
    with statements(app) as for_seven:
        browse.get("/en/programmes/summit")

    assert len(for_one) == len(for_seven)


def test_the_front_page_leads_to_programmes_that_go_on(browse, inside, stopped_clock):
    inside("Opening", "10:00", "11:00")

    assert '<a href="/es/programmes/summit">Cumbre</a>' in browse.get("/es/").text
    assert "/programmes/summit" not in browse.get("/es/?mode=online").text
    stopped_clock.forward(days=100)
    assert "/programmes/summit" not in browse.get("/es/").text


def test_a_hundred_at_one_time_do_not_each_name_all_others(browse, inside):
    for number in range(12):
        inside(f"Forum {number:02}", "10:00", "11:00", slug=f"forum-{number:02}")

    found = slots(browse.get("/en/programmes/summit").text)

    assert "Forum 07 Forum 08 and 3 more events" in found["Forum 00"]
    assert "Forum 09" not in found["Forum 00"]
    assert "y 3 eventos más" in browse.get("/es/programmes/summit").text
