"""The oEmbed provider: a pasted link becomes a card, in WordPress too, which trusts nobody."""

import re
from urllib.parse import urlencode

import html5lib
import pytest

from eventsvc.db import db, transaction
from eventsvc.events.models import Event, Programme, Tag
from eventsvc.events.slugs import rename

KEPT = {"a": {"href"}, "blockquote": set(), "iframe": {"src", "width", "height", "frameborder", "title"}}
"""Of what WordPress lets through in an answer from a site it does not know (wp_filter_oembed_result), all that we use."""


@pytest.fixture
def event(cast):
    return cast.event("Assembly", titles={"en": "Assembly & <more>", "es": "Asamblea"}, slug="assembly")


def ask(client, url, status=200, **more):
    answer = client.get("/oembed?" + urlencode({"url": url, **more}))
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    return answer


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/e/assembly", "en"),
        ("/en/events/assembly", "en"),
        ("/es/events/assembly", "es"),
        ("/es/events/assembly?utm_source=mail#top", "es"),
        ("/es/events/assembly/register", "es"),
        ("/embed/assembly?lang=es", "es"),
        ("/embed/assembly/register", "en"),
    ],
)
def test_an_event_is_found_at_each_of_its_addresses(client, event, path, language):
    found = ask(client, f"http://localhost{path}").json

    assert found["title"] == {"en": "Assembly & <more>", "es": "Asamblea"}[language]
    assert f'src="http://localhost/embed/assembly?lang={language}"' in found["html"]
    assert f'href="http://localhost/{language}/events/assembly"' in found["html"]


def test_the_answer_holds_what_the_standard_asks_for(client, event):
    answer = ask(client, "http://localhost/en/events/assembly", format="json")
    found = answer.json

    assert {name: found[name] for name in ("version", "type", "provider_name", "provider_url", "author_name", "cache_age")} == {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Events",
        "provider_url": "http://localhost/",
        "author_name": "Alianza Americas",
        "cache_age": 3600,
    }  # fmt: skip
    assert found["author_url"] == "http://localhost/en/organizations/alianza-americas"
    assert (found["width"], found["height"]) == (600, 420)
    assert (found["thumbnail_width"], found["thumbnail_height"]) == (1200, 630)
    picture = client.get(found["thumbnail_url"].removeprefix("http://localhost"))
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "public, max-age=3600"


def test_wordpress_keeps_every_part_of_it(client, event):
    html = ask(client, "http://localhost/en/events/assembly").json["html"]

    parts = list(html5lib.parseFragment(html, namespaceHTMLElements=False).iter())[1:]
    assert [part.tag for part in parts] == ["blockquote", "a", "iframe"]
    assert [part.tag for part in parts if set(part.attrib) - KEPT[part.tag]] == []
    assert parts[1].text == parts[2].get("title") == "Assembly & <more>"
    kept = re.search(r"(<blockquote>.*?</blockquote>)?.*(<iframe.*?></iframe>)", html, re.DOTALL)  # its own pattern
    assert kept
    assert kept[0] == html


@pytest.mark.parametrize(
    ("limits", "size"),
    [({"maxwidth": "300"}, (300, 420)), ({"maxheight": "200"}, (600, 200)), ({"maxwidth": "9000", "maxheight": "9000"}, (600, 420))],
)  # fmt: skip
def test_there_is_never_more_than_there_is_room_for(client, event, limits, size):
    found = ask(client, "http://localhost/e/assembly", **limits).json

    assert (found["width"], found["height"]) == size
    assert f'width="{size[0]}" height="{size[1]}"' in found["html"]
    assert ("thumbnail_url" in found) is (limits.get("maxwidth") == "9000")


def test_an_old_slug_is_known_under_its_new_one(app, client, event):
    with app.app_context(), transaction():
        rename(db.session.get_one(Event, event.id), "event", "general-assembly")

    assert "/embed/general-assembly?lang=en" in ask(client, "http://localhost/e/assembly").json["html"]


def test_lists_are_found_too(app, client, event):
    with app.app_context(), transaction():
        season = Programme(slug="season", name={"en": "Season", "es": "Temporada"})
        db.session.get_one(Event, event.id).programme = season
    lists = {
        "/es/": ("Próximos eventos", "/embed/lists/all?lang=es"),
        "/": ("What is on", "/embed/lists/all?lang=en"),
        "/en/organizations/alianza-americas": (
            "Alianza Americas",
            "/embed/lists/organizations/alianza-americas?lang=en",
        ),
        "/es/programmes/season": ("Temporada", "/embed/lists/programmes/season?lang=es"),
    }

    for path, (title, frame) in lists.items():
        found = ask(client, f"http://localhost{path}").json
        assert (found["title"], frame in found["html"]) == (title, True)
        assert "author_name" not in found


def test_what_is_not_public_not_ours_or_nothing_is_404(app, client, cast):
    hidden = [cast.event("I", visibility="invitation"), cast.event("D", published=False)]
    with app.app_context(), transaction():
        db.session.add(Programme(slug="plan", name={"en": "Plan"}))
    paths = [
        *(f"/e/{event.slug}" for event in hidden),
        "/e/never",
        "/en/programmes/plan",
        "/en/privacy",
        "/r/secret",
        "/organize/",
        "",
        "/e/%00",
    ]

    for path in paths:
        ask(client, f"http://localhost{path}", 404)
    unlisted = cast.event("Unlisted", visibility="unlisted")
    ask(client, f"http://localhost/e/{unlisted.slug}")
    ask(client, f"https://localhost/e/{unlisted.slug}")
    for elsewhere in (
        "http://example.org",
        "ftp://localhost",
        "http://localhost:99",
        "//localhost",
        "http://localhost:x",
        "http://[",
        "javascript:",
    ):
        ask(client, f"{elsewhere}/e/{unlisted.slug}", 404)


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("url=", 400), ("url=x&maxwidth=0", 400), ("url=x&maxwidth=ten", 400), ("url=x&maxheight=-1", 400), ("url=x&maxwidth=1e3", 400), ("url=x&maxwidth=99999999", 400), ("url=x&format=xml", 501), ("url=x&format=yaml", 501), ("url=x", 404)],
)  # fmt: skip
def test_bad_questions_are_refused_in_words(client, query, status):
    answer = client.get(f"/oembed?{query}")

    assert (answer.status_code, answer.mimetype) == (status, "application/json")
    assert len(answer.json["error"]) > 20


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/es/events/assembly", "Asamblea"),
        ("/es/", "Próximos eventos"),
        ("/en/organizations/alianza-americas", "Alianza Americas"),
        ("/es/programmes/season", "Temporada"),
        ("/en/tags/migration", "Migration"),
    ],
)
def test_a_page_names_its_answer(app, client, event, path, title):
    with app.app_context(), transaction():
        found = db.session.get_one(Event, event.id)
        found.programme = Programme(slug="season", name={"en": "Season", "es": "Temporada"})
        found.tags = [Tag(slug="migration", name={"en": "Migration"})]

    page = client.get(path).text

    link = re.search(
        r'<link rel="alternate" type="application/json\+oembed" href="http://localhost(/oembed\?[^"]+)">', page
    )
    assert link
    assert client.get(link[1].replace("&amp;", "&")).json["title"] == title
