"""What robots may read, and the list of all pages."""

import urllib.robotparser
from xml.etree import ElementTree as ET

import pytest

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.i18n import LANGUAGES
from eventsvc.sharing import sitemap
from tests.pages.counting import statements

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def listed(browse, path="/sitemap.xml"):
    """Each address with its alternates."""
    root = ET.fromstring(browse.get(path).data)  # noqa: S314 - of our own making
    assert root.tag == f"{SITEMAP}urlset"
    return {
        url.findtext(f"{SITEMAP}loc"): {
            link.get("hreflang"): link.get("href") for link in url.findall(f"{XHTML}link[@rel='alternate']")
        }
        for url in root
    }


def in_english(browse):
    return [url.removeprefix("http://localhost/en/") for url in listed(browse) if "/en/" in url]


def test_every_page_stands_there_in_every_language_with_all_the_others(browse, summit, company):
    company(summit, "a")
    found = listed(browse)

    paths = [
        "",
        "events/asylum",
        "organizations/alianza-americas",
        "organizations/co-a",
        "programmes/programme-a",
        "tags/tag-a",
    ]
    assert in_english(browse) == paths
    assert len(found) == len(paths) * len(LANGUAGES)
    for path in paths:
        alternates = {tag: f"http://localhost/{tag}/{path}" for tag in LANGUAGES}
        for address in alternates.values():
            assert found[address] == alternates
            browse.get(address.removeprefix("http://localhost"))


def test_it_says_when_a_page_changed(browse, summit, company):
    company(summit, "a")
    root = ET.fromstring(browse.get("/sitemap.xml").data)  # noqa: S314 - of our own making
    with browse.client.application.app_context():
        changed = db.session.get_one(Event, summit.id).changed_at.isoformat(timespec="seconds")

    assert {url.findtext(f"{SITEMAP}lastmod") for url in root} == {changed}


def test_an_empty_service_has_its_front_page(browse):
    assert in_english(browse) == [""]


@pytest.mark.parametrize(
    "values", [{"visibility": "unlisted"}, {"visibility": "invitation"}, {"published": False}, {"purged": True}]
)
def test_what_is_not_for_everyone_is_nowhere(browse, cast, company, app, stopped_clock, values):
    event = cast.event("Hidden", **{name: value for name, value in values.items() if name != "purged"})
    company(event, "a")
    if "purged" in values:
        with app.app_context(), transaction():
            db.session.get_one(Event, event.id).purged_at = stopped_clock()

    assert in_english(browse) == [""]
    assert b"hidden" not in browse.get("/sitemap.xml").data
    assert b"hidden" not in browse.get("/robots.txt").data


def test_a_long_list_is_cut_into_files(browse, cast, monkeypatch):
    monkeypatch.setattr(sitemap, "PAGES_IN_FILE", 2)
    for number in range(3):
        cast.event(f"Event {number}", slug=f"event-{number}")

    root = ET.fromstring(browse.get("/sitemap.xml").data)  # noqa: S314 - of our own making
    files = [each.findtext(f"{SITEMAP}loc") or "" for each in root]
    found = [url for file in files for url in listed(browse, file.removeprefix("http://localhost")) if "/en/" in url]

    assert root.tag == f"{SITEMAP}sitemapindex"
    assert files == [f"http://localhost/sitemaps/{number}.xml" for number in (1, 2, 3)]
    assert [url.removeprefix("http://localhost/en/") for url in found] == [
        "",
        "events/event-0",
        "events/event-1",
        "events/event-2",
        "organizations/alianza-americas",
    ]
    browse.get("/sitemaps/4.xml", 404)
    browse.get("/sitemaps/0.xml", 404)


def test_four_questions_however_many_events(browse, cast, company, app):
    def asked():
        with statements(app) as found:
            browse.get("/sitemap.xml")
        return sum(statement.startswith("SELECT") for statement in found)

    company(cast.event("one"), "a")
    few = asked()
    for name in ("two", "three"):
        company(cast.event(name), name)

    assert asked() == few == 4


def test_a_robot_that_has_it_is_told_so(browse, cast):
    cast.event()
    first = browse.get("/sitemap.xml")

    assert first.mimetype == "application/xml"
    browse.get("/sitemap.xml", 304, headers={"If-None-Match": first.headers["ETag"]})


@pytest.fixture
def may_read(browse):
    robots = urllib.robotparser.RobotFileParser()
    robots.parse(browse.get("/robots.txt").text.splitlines())
    return lambda path, agent="Google-Calendar-Importer": robots.can_fetch(agent, f"http://localhost{path}")


@pytest.mark.parametrize(
    "path",
    ["/", "/en/", "/es/events/x", "/es/events/x.ics", "/events/x.ics", "/feeds/all.ics", "/es/feeds/tags/x.ics",
     "/en/feeds/all.atom", "/en/events/x/card.png", "/en/events/x/flyer.pdf", "/en/organizations/x", "/e/x",
     "/static/style.css", "/sitemap.xml", "/es/privacy", "/feeds/mine/secret.ics"],
)  # fmt: skip
def test_robots_may_read_pages_feeds_and_pictures(may_read, path):
    assert may_read(path)
    assert may_read(path, "WhatsApp/2.0")


@pytest.mark.parametrize(
    "path",
    ["/r/secret", "/r/secret/event.ics", "/organize", "/organize/sign-in/secret", "/organize/setup/secret", "/door/x",
     "/mailbox/", *(f"/{tag}/my-link" for tag in LANGUAGES), "/es/erased/reference"],
)  # fmt: skip
def test_robots_may_not_read_what_hangs_on_a_secret(may_read, path):
    assert not may_read(path)


def test_robots_are_led_to_the_list(browse):
    lines = browse.get("/robots.txt").text.splitlines()

    assert "Sitemap: http://localhost/sitemap.xml" in lines
    assert "Disallow: /*/events/*/registered/" in lines
