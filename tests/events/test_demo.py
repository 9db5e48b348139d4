"""The demonstration: true weekdays, true hours, and nobody real."""

from datetime import datetime

import pytest

from eventsvc import clock
from eventsvc.db import transaction
from eventsvc.events import demo, demo_art, queries
from eventsvc.events.file_shape import tables_of
from eventsvc.events.timetable import timetable
from eventsvc.languages import LANGUAGES
from eventsvc.registration import importing
from tests.events.test_files import DEMO


@pytest.mark.parametrize("today", ["2026-02-28", "2026-07-10", "2028-02-29", "2030-12-31"])
def test_events_lie_ahead_with_their_weekday_and_hour(context, stopped_clock, today):
    stopped_clock.moment = datetime.fromisoformat(f"{today}T23:30:00+00:00")

    with transaction():
        made = {event.slug: event for event in demo.make_demo(importing.apply)}

    for entry in tables_of(DEMO / "events.toml")["event"]:
        event = made.get(entry["slug"]) or made[f"{entry['slug']}-1"]
        assert (event.starts.weekday(), event.starts.time()) == (entry["starts"].weekday(), entry["starts"].time())
        assert 15 <= (event.starts_at - clock.now()).days <= 66
    over = [event.slug for event in made.values() if event.is_past(clock.now())]
    assert over == ["reading-of-the-regional-declaration"]


@pytest.mark.parametrize("today", ["2026-02-28", "2026-07-10", "2028-02-29", "2030-12-31"])
def test_side_events_stand_around_the_one_they_belong_to(context, stopped_clock, today):
    stopped_clock.moment = datetime.fromisoformat(f"{today}T23:30:00+00:00")

    with transaction():
        made = {event.slug: event for event in demo.make_demo(importing.apply)}

    summit = made["from-deterrence-to-integration"]
    around = [event for event in made.values() if event.programme == summit.programme]
    assert len(around) == 7
    assert max(abs(event.starts - summit.starts).days for event in around) <= 1
    assert timetable(around).clashes == 4


def test_sessions_stay_together():
    series = tables_of(DEMO / "events.toml")["event"][2]

    moved = demo.moved(series, 100)

    days = [session["starts"] - moved["starts"] for session in moved["session"]]
    assert days == [session["starts"] - series["starts"] for session in series["session"]]


def test_every_page_of_the_demo_reads_well(app, browse):
    art = demo_art.draw()
    with app.app_context(), transaction():
        events = [(event.slug, event.visibility) for event in demo.make_demo(importing.apply)]
        demo_art.hang(art)

    for language in LANGUAGES:
        for slug, visibility in events:
            browse.get(f"/{language}/events/{slug}", 404 if visibility == "invitation" else 200)
        for path in ("", "programmes/ninth-summit-of-the-americas", "tags/protection", "organizations/oxfam-america"):
            browse.get(f"/{language}/{path}")
        browse.get(f"/{language}/programmes/testimony-from-the-caravan", 404)


def test_people_are_made_up_and_each_has_an_address():
    people = list(demo.people(180))

    assert len({person.email for person in people}) == 180
    assert {person.email.rpartition("@")[2] for person in people} == {"example.org"}
    assert {person.language for person in people} == {"en", "es"}
    assert people == list(demo.people(180))


def test_the_demo_shows_a_cover_two_logos_and_two_colours(context):
    art = demo_art.draw()
    with transaction():
        demo.make_demo(importing.apply)
        demo_art.hang(art)

    covered = queries.facts(demo_art.COVERED)
    assert covered
    assert covered.cover
    assert set(covered.cover.alt) == {"en", "es"}
    plain = queries.facts("from-deterrence-to-integration")
    assert plain
    assert plain.cover is None
    shown = {host.original: host.accent for host in (plain.host, *plain.co_hosts) if host.logo}
    assert shown == demo_art.ACCENTS
