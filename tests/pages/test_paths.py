"""Where paths lead: short links, old slugs, languages, and what is not there."""

import pytest

from eventsvc.db import db, transaction
from eventsvc.events import editing, slugs
from eventsvc.events.models import Event, Organization, Programme, Tag


def rename(app, model, thing, kind, slug):
    with app.app_context(), transaction():
        slugs.rename(db.session.get_one(model, thing.id), kind, slug)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("es-GT,es;q=0.9,en;q=0.5", "es"), ("en-US", "en"), ("de,es;q=0.3", "es"), ("quc", "en"), ("", "en"), ("*", "en")],
)
def test_the_front_page_leads_to_the_readers_language(browse, accepted, language):
    response = browse.get("/", 302, headers={"Accept-Language": accepted})

    assert response.headers["Location"] == f"/{language}/"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Vary"] == "Accept-Language"


def test_the_short_link_does_likewise(browse, cast):
    event = cast.event()

    response = browse.get(f"/e/{event.slug}", 302, headers={"Accept-Language": "es"})

    assert response.headers["Location"] == f"/es/events/{event.slug}"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Vary"] == "Accept-Language"


def test_an_old_slug_leads_to_the_new_one(browse, cast, app):
    event, host = cast.event(slug="old"), cast.organization()
    rename(app, Event, event, "event", "new")
    rename(app, Organization, host, "organization", "renamed")

    assert browse.get("/es/events/old", 301).headers["Location"] == "/es/events/new"
    assert browse.get("/en/organizations/alianza-americas", 301).headers["Location"] == "/en/organizations/renamed"
    assert browse.get("/e/old", 302).headers["Location"] == "/en/events/new"
    browse.get("/es/events/new")


def test_the_old_slug_of_a_draft_tells_nothing(browse, cast, app):
    rename(app, Event, cast.event(slug="old", published=False), "event", "new")

    browse.get("/en/events/old", 404)
    browse.get("/e/old", 404)


@pytest.mark.parametrize(
    "path",
    ["/en/events/none", "/en/organizations/none", "/es/programmes/none", "/es/tags/none", "/e/none", "/de/", "/en/x",
     "/en/events/none/", "/en/events/%00", "/en/events/" + "x" * 3000, "/es/events/<script>"],
)  # fmt: skip
def test_what_is_not_there_is_a_404_in_the_readers_language(browse, path):
    page = browse.get(path, 404).text

    assert ("Aquí no hay nada" if path.startswith("/es/") else "Nothing here") in page
    assert "<script>" not in page


def test_a_wrong_method_is_a_405(browse):
    assert "GET" in browse.post("/en/", status=405).headers["Allow"]


def test_the_switch_stays_on_the_page(browse, cast):
    event = cast.event()

    page = browse.get(f"/en/events/{event.slug}").text

    assert f'<a href="/es/events/{event.slug}" hreflang="es" lang="es">Español</a>' in page
    assert f'<link rel="alternate" hreflang="es" href="http://localhost/es/events/{event.slug}">' in page


def test_the_switch_of_an_unknown_page_leads_to_the_front_page(browse):
    assert '<a href="/es/" hreflang="es" lang="es">Español</a>' in browse.get("/en/nothing", 404).text


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "[::1", "localhost@evil.example:80", ""])
def test_a_foreign_host_is_refused_and_not_repeated(browse, host):
    page = browse.get("/en/", 400, headers={"Host": host}).text

    assert "evil" not in page


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:5000", "[::1]:8000"])
def test_our_own_host_is_known_however_it_is_spelled(browse, host):
    browse.get("/en/", 200, headers={"Host": host})


@pytest.mark.parametrize("kind", ["programme", "tag"])
@pytest.mark.parametrize("path", ["/en/{kind}s/{slug}", "/embed/lists/{kind}s/{slug}", "/oembed?url=http%3A%2F%2Flocalhost%2Fen%2F{kind}s%2F{slug}"])  # fmt: skip
def test_what_only_drafts_belong_to_is_named_nowhere_not_even_by_its_old_slug(browse, cast, app, kind, path):
    model = {"programme": Programme, "tag": Tag}[kind]
    with app.app_context(), transaction():
        made = model(slug="plans", name={"en": "Plans"})
        db.session.add(made)
    event = cast.event(published=False, **({"programme": made} if kind == "programme" else {"tags": [made]}))
    rename(app, model, made, kind, "new-plans")

    for slug in ("plans", "new-plans"):
        browse.get(path.format(kind=kind, slug=slug), 404)

    with app.app_context(), transaction():
        editing.publish(db.session.get_one(Event, event.id))
    browse.get(path.format(kind=kind, slug="new-plans"))
