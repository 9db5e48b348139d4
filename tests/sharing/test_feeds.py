"""Atom feeds of what is on: valid, newest first, and silent about what is not for everyone."""

from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events import editing, slugs
from eventsvc.events.models import Event, Organization
from tests.pages.counting import statements
from tests.sharing.atom import ATOM, LANG, problems, read, text, titles, uuid_of


def feed(browse, path="all", language="en"):
    return read(browse.get(f"/{language}/feeds/{path}.atom").data)


def change(app, event, **values):
    with app.app_context(), transaction():
        editing.change(db.session.get_one(Event, event.id, populate_existing=True), **values)


def test_an_empty_feed_is_a_feed(browse):
    found = feed(browse)

    assert titles(found) == []
    assert text(found, "title") == "Events"


def test_an_entry_says_what_when_where_and_leads_to_the_page_in_its_language(browse, summit):
    spanish = feed(browse, language="es")
    (entry,) = spanish.findall(f"{ATOM}entry")

    assert spanish.get(LANG) == "es"
    assert text(spanish, "id") == "http://localhost/es/feeds/all.atom"
    assert text(entry, "title") == "Asilo y protección"
    assert entry.find(f"{ATOM}link").get("href") == "http://localhost/es/events/asylum"
    assert text(entry.find(f"{ATOM}author"), "name") == "Alianza Americas"
    assert text(entry, "summary") == (
        "martes, 10 de junio de 2031, de 5:00\xa0p.m. a 7:00\xa0p.m. (hora de verano del Pacífico, UTC−7)"
        " · Salón comunal, 4a calle 7, Los Angeles, CA, 90012, Estados Unidos · Nos reunimos."
    )


def test_an_event_is_one_entry_for_each_language_and_stays_it(browse, summit, app):
    def identity(language):
        return uuid_of(feed(browse, language=language).find(f"{ATOM}entry"))

    before = identity("en")
    change(app, summit, title={"en": "Moved", "es": "Movido"})

    assert identity("en") == before
    assert identity("es") != before


def test_the_one_announced_last_comes_first(browse, cast, stopped_clock):
    for title, days in (("first", 50), ("second", 10), ("third", 30)):
        cast.event(title, days=days)
        stopped_clock.forward(hours=1)

    assert titles(feed(browse)) == ["third", "second", "first"]


def test_a_change_moves_the_time_and_not_the_place(browse, cast, app, stopped_clock):
    first = cast.event("first")
    stopped_clock.forward(hours=1)
    cast.event("second")
    before = [text(entry, "updated") for entry in feed(browse).findall(f"{ATOM}entry")]
    stopped_clock.forward(hours=1)
    change(app, first, summary={"en": "New", "es": "Nuevo"})
    found = feed(browse)
    after = [text(entry, "updated") for entry in found.findall(f"{ATOM}entry")]

    assert titles(found) == ["second", "first"]
    assert after[0] == before[0]
    assert after[1] > before[1]
    assert text(found, "updated") == after[1]


def test_a_cancelled_event_stays_and_says_so(browse, cast, app):
    event = cast.event("Assembly")
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, event.id))

    assert titles(feed(browse)) == ["Cancelled: Assembly"]
    assert titles(feed(browse, language="es")) == ["Cancelado: Assembly (es)"]


def test_an_arabic_title_says_its_language(browse, cast):
    cast.event(titles={"ar": "أصوات المجتمع المدني"}, languages=["ar"], slug="arabic")
    title = feed(browse).find(f"{ATOM}entry/{ATOM}title")

    assert (title.text, title.get(LANG)) == ("أصوات المجتمع المدني", "ar")


@pytest.mark.parametrize(
    "values", [{"visibility": "unlisted"}, {"visibility": "invitation"}, {"published": False}, {"days": -3}]
)
def test_what_is_not_for_everyone_or_over_is_not_there(browse, cast, company, values):
    event = cast.event("Hidden", **values)
    company(event, "a")
    cast.event("Seen")

    assert titles(feed(browse)) == ["Seen"]
    assert titles(feed(browse, "organizations/alianza-americas")) == ["Seen"]
    assert titles(feed(browse, "organizations/co-a")) == []
    for path in ("programmes/programme-a", "tags/tag-a"):
        status = 200 if "days" in values else 404  # what only hidden events belong to is not even named
        assert b"Hidden" not in browse.get(f"/en/feeds/{path}.atom", status).data


def test_what_was_taken_back_or_purged_leaves(browse, cast, app, stopped_clock):
    events = [cast.event(title) for title in ("Back", "Purged", "Stays")]
    assert sorted(titles(feed(browse))) == ["Back", "Purged", "Stays"]
    with app.app_context(), transaction():
        back, purged = (db.session.get_one(Event, event.id) for event in events[:2])
        back.status, purged.purged_at = "draft", stopped_clock()
        editing.touch(back)
        editing.touch(purged)

    assert titles(feed(browse)) == ["Stays"]


def test_feeds_of_an_organization_a_programme_and_a_tag_hold_what_belongs_there(browse, cast, company):
    company(cast.event("Shared"), "a")
    cast.event("Other", host=cast.organization("Oxfam America"))

    assert titles(feed(browse, "organizations/alianza-americas")) == ["Shared"]
    assert titles(feed(browse, "organizations/co-a")) == ["Shared"]
    assert titles(feed(browse, "organizations/oxfam-america")) == ["Other"]
    for path in ("programmes/programme-a", "tags/tag-a"):
        assert titles(feed(browse, path)) == ["Shared"]
    assert text(feed(browse, "programmes/programme-a"), "title") == "Programme a"
    assert text(feed(browse, "tags/tag-a", "es"), "title") == "Tema"
    for path in ("organizations/none", "programmes/none", "tags/none"):
        browse.get(f"/en/feeds/{path}.atom", 404)


def test_a_former_name_answers_with_the_new_address(browse, cast, app):
    host = cast.event().host_id
    with app.app_context(), transaction():
        slugs.rename(db.session.get_one(Organization, host), "organization", "renamed")
    found = feed(browse, "organizations/alianza-americas")

    assert text(found, "id") == "http://localhost/en/feeds/organizations/renamed.atom"


def test_signs_that_xml_cannot_hold_are_left_out(browse, cast):
    cast.event("A\x0bB <b>&amp;</b> ]]>\ufffe", slug="odd")

    assert titles(feed(browse)) == ["AB <b>&amp;</b> ]]>"]


def test_a_reader_that_has_it_is_told_so_until_something_changes(browse, cast, app):
    event = cast.event()
    first = browse.get("/en/feeds/all.atom")
    known = {"If-None-Match": first.headers["ETag"]}

    assert first.mimetype == "application/atom+xml"
    assert first.headers["Cache-Control"] == "public, max-age=900"
    assert "Set-Cookie" not in first.headers
    browse.get("/en/feeds/all.atom", 304, headers=known)
    change(app, event, title={"en": "Other", "es": "Otra"})
    browse.get("/en/feeds/all.atom", 200, headers=known)


def test_what_is_over_leaves_the_next_day(browse, cast, stopped_clock):
    cast.event("Soon over", days=1)
    assert titles(feed(browse)) == ["Soon over"]

    stopped_clock.forward(days=3)

    assert titles(feed(browse)) == []


@pytest.mark.parametrize("path", ["all", "organizations/alianza-americas", "programmes/programme-a", "tags/tag-a"])
def test_the_number_of_questions_does_not_grow_with_the_events(browse, cast, company, app, path):
    def asked():
        with statements(app) as found:
            assert browse.get(f"/en/feeds/{path}.atom").status_code == 200
        return sum(statement.startswith("SELECT") for statement in found)

    company(cast.event("one"), "a")
    few = asked()
    with app.app_context(), transaction():
        one = db.session.scalars(sa.select(Event)).one()
        programme_id, tags = one.programme_id, list(one.tags)
    for title in ("two", "three", "four"):
        other = cast.event(title)
        with app.app_context(), transaction():
            row = db.session.get_one(Event, other.id)
            row.programme_id, row.tags = programme_id, [db.session.merge(tag) for tag in tags]
            editing.touch(row)

    assert asked() == few <= 2


def test_a_long_feed_ends(browse, cast):
    for number in range(52):
        cast.event(f"Event {number}", days=5 + number)

    assert len(titles(feed(browse))) == 50


def test_the_reader_of_these_tests_is_strict():
    broken = b'<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><title/><entry><id>urn:x:y</id></entry></feed>'

    found = list(problems(ET.fromstring(broken)))  # noqa: S314 - written above

    for wrong in (
        "feed has 0 updated",
        "an id that is no IRI: x",
        "a feed without a title, or an author without a name",
        "an entry without an author",
    ):
        assert wrong in found
