"""Adding an event to a calendar: a file for most, links for calendars on the web, and the truth about copies."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import render_template

from eventsvc.db import db, transaction
from eventsvc.events import editing, queries
from eventsvc.events.models import Event
from eventsvc.i18n import speaking
from tests.pages.counting import statements
from tests.sharing.conftest import HALL, JOIN

CALENDARS = ("calendar.google.com", "outlook.live.com", "outlook.office.com", "calendar.yahoo.com")


def offered(app, event, language="en", **more):
    """The part as a page includes it."""
    with app.test_request_context(f"/{language}/"), speaking(language):
        return render_template("calendar/add.html", event=event, **more)


def links(part):
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', part)]


def facts_of(app, event):
    with app.app_context():
        return queries.facts(event.slug)


def test_the_file_comes_first_then_the_calendars(app, summit):
    found = links(offered(app, facts_of(app, summit), "es"))

    assert found[0] == "/es/events/asylum.ics"
    assert found[1] == found[0]  # Apple opens it
    assert [urlsplit(link).hostname for link in found[2:6]] == list(CALENDARS)
    assert found[6:] == ["/es/organizations/alianza-americas#follow-link"]


def test_google_is_told_time_place_hosts_and_page_in_the_language_of_the_page(app, summit, company):
    company(summit, "a")
    google = parse_qs(urlsplit(links(offered(app, facts_of(app, summit), "es"))[2]).query)

    assert google == {
        "action": ["TEMPLATE"],
        "text": ["Asilo y protección"],
        "dates": ["20310610T170000/20310610T190000"],
        "ctz": ["America/Los_Angeles"],
        "details": [
            "Nos reunimos.\n\nOrganizan: Alianza Americas y Co a\n\nhttp://localhost/es/events/asylum",
        ],
        "location": ["Salón comunal, 4a calle 7, Los Angeles, CA, 90012, Estados Unidos"],
    }


def test_facts_and_models_give_the_same(app, summit, company):
    company(summit, "a")
    with app.app_context():
        row = db.session.get_one(Event, summit.id)
        of_model = offered(app, row)

    assert of_model == offered(app, facts_of(app, summit))


def test_a_page_may_name_its_own_file(app, summit):
    assert links(offered(app, facts_of(app, summit), file_url="/r/x/event.ics"))[0] == "/r/x/event.ics"


def test_the_way_in_goes_to_no_other_calendar(app, cast):
    event = cast.event(attendance="hybrid", join_url=JOIN, venue=HALL)

    assert "meet.example.org" not in offered(app, facts_of(app, event))
    with app.app_context():
        assert "meet.example.org" not in offered(app, db.session.get_one(Event, event.id))


def test_an_event_by_invitation_has_no_public_page_to_tell_of(app, cast):
    event = cast.event(visibility="invitation")
    with app.app_context():
        part = offered(app, db.session.get_one(Event, event.id), file_url="/r/x/event.ics")

    assert "/events/" not in part
    assert "feeds" not in part


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_says_that_a_copy_does_not_follow(app, summit, language):
    part = offered(app, facts_of(app, summit), language)

    assert {"en": "it does not follow", "es": "no se actualizan si el evento cambia"}[language] in part


def test_what_is_over_or_cancelled_is_not_offered(app, summit, stopped_clock):
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, summit.id))
    assert offered(app, facts_of(app, summit)).strip() == ""

    with app.app_context(), transaction():
        db.session.get_one(Event, summit.id).status = "published"
    stopped_clock.forward(days=4000)
    assert offered(app, facts_of(app, summit)).strip() == ""


def test_it_asks_the_database_nothing(app, summit):
    event = facts_of(app, summit)

    with statements(app) as asked:
        offered(app, event)

    assert asked == []
