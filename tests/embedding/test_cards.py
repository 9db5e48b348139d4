"""A card or a list in other people's pages: what is public, in the right language, with no cookie."""

from datetime import timedelta

import pytest

from eventsvc import clock
from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event, Programme, Tag
from eventsvc.events.slugs import rename


def directives(response):
    """The policy of a page: directive -> value."""
    parts = response.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def change(app, event, **values):
    with app.app_context(), transaction():
        editing.change(db.session.get_one(Event, event.id), **values)


def test_a_card_says_what_when_where_who_and_leads_to_the_form_in_a_tab_of_its_own(browse, cast):
    event = cast.event("Assembly", venue={"name": "Union Hall", "locality": "Los Angeles", "country": "US"})

    answer = browse.get(f"/embed/{event.slug}")
    page = answer.text

    for said in ("<h1>Assembly</h1>", "Pacific", "Union Hall", "Los Angeles", "Alianza Americas", "Places available"):
        assert said in page
    assert (
        f'<a class="button" href="/en/events/{event.slug}/register" target="_blank" rel="noopener">Register'
        '<span class="hidden-visually" lang="en" dir="ltr"> (opens in a new tab)</span></a>' in page
    )
    assert answer.headers["Link"] == f'<http://localhost/en/events/{event.slug}>; rel="canonical"'
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_any_page_may_frame_a_card_and_nothing_can_be_sent_from_it(browse, cast):
    answer = browse.get(f"/embed/{cast.event().slug}")

    policy = directives(answer)
    assert policy["frame-ancestors"] == "*"
    assert policy["form-action"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["default-src"] == "'none'"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "<form" not in answer.text
    assert {"Set-Cookie", "X-Frame-Options"}.isdisjoint(answer.headers.keys())


@pytest.mark.parametrize(
    ("languages", "asked", "spoken"),
    [
        (["es", "en"], "", "es"),
        (["es", "en"], "?lang=en", "en"),
        (["es", "en"], "?lang=es-GT", "es"),
        (["es", "en"], "?lang=tlh", "es"),
        (["ar", "es"], "", "es"),
        (["ar"], "", "en"),
    ],
)
def test_a_card_speaks_the_language_asked_for_else_the_events_else_the_services(browse, cast, languages, asked, spoken):
    event = cast.event(titles={tag: f"Title {tag}" for tag in languages}, languages=languages)

    page = browse.get(f"/embed/{event.slug}{asked}", headers={"Accept-Language": "xx"}).text

    assert f'<html lang="{spoken}"' in page
    title = spoken if spoken in languages else languages[0]
    assert f"Title {title}</h1>" in page
    assert ('lang="ar" dir="rtl"' in page) is (title == "ar")


@pytest.mark.parametrize(
    ("state", "said", "button"),
    [
        ({"capacity": 0}, "Full, with a waitlist", "Join the waitlist"),
        ({"capacity": 0, "waitlist": False}, "Full", ""),
        ({"days": -1}, "This event is over.", ""),
        ({"registration_closes": True}, "Registration is closed.", ""),
        ({"registration_opens": True}, "Registration opens on", ""),
    ],
)
def test_a_card_tells_in_which_state_the_event_is(browse, cast, state, said, button):
    hour = (clock.now() - timedelta(days=2)).replace(tzinfo=None, microsecond=0)
    if "registration_closes" in state:
        state = {"registration_closes": hour}
    if "registration_opens" in state:
        state = {"registration_opens": hour + timedelta(days=9)}
    page = browse.get(f"/embed/{cast.event('Assembly', **state).slug}").text

    assert said in page
    assert "More about this event" in page
    assert ("/register" in page) is bool(button)
    assert button in page


def test_a_cancelled_event_says_so(app, browse, cast):
    event = cast.event()
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, event.id))

    page = browse.get(f"/embed/{event.slug}?lang=es").text

    assert "Este evento se canceló." in page or "cancelado" in page
    assert "/register" not in page


def test_an_unlisted_event_has_a_card_and_one_by_invitation_or_in_draft_has_none(browse, cast):
    unlisted = cast.event("Unlisted", visibility="unlisted")
    hidden = [cast.event("Invitation", visibility="invitation"), cast.event("Draft", published=False)]

    browse.get(f"/embed/{unlisted.slug}")
    for event in hidden:
        answer = browse.get(f"/embed/{event.slug}", status=404)
        assert event.title["en"] not in answer.text
        assert "There is nothing at this address" in answer.text
        assert directives(answer)["frame-ancestors"] == "*"  # so that a reader sees that there is nothing


def test_an_old_slug_leads_to_the_card_in_the_language_that_was_asked_for(app, client, cast):
    event = cast.event("Assembly", slug="assembly")
    with app.app_context(), transaction():
        rename(db.session.get_one(Event, event.id), "event", "general-assembly")

    answer = client.get("/embed/assembly?lang=es")

    assert (answer.status_code, answer.location) == (301, "/embed/general-assembly?lang=es")


def test_a_card_is_asked_about_by_its_mark_and_changes_with_the_event(app, client, cast):
    event = cast.event("Assembly")
    first = client.get(f"/embed/{event.slug}")

    again = client.get(f"/embed/{event.slug}", headers={"If-None-Match": first.headers["ETag"]})
    change(app, event, title={"en": "General assembly", "es": "Asamblea"})
    changed = client.get(f"/embed/{event.slug}", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, no-cache"
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert "General assembly" in changed.text


@pytest.fixture
def season(app, cast):
    """Two events ahead in a programme with a tag, one that is over, one nobody may see."""
    with app.app_context(), transaction():
        programme = Programme(slug="season", name={"en": "Season", "es": "Temporada"})
        tag = Tag(slug="t", name={"en": "T"})
        db.session.add_all([programme, tag])
    with app.app_context():
        more = {"programme": db.session.get_one(Programme, programme.id), "tags": [db.session.get_one(Tag, tag.id)]}
        for title, days in (("Later", 9), ("Sooner", 3), ("Over", -3)):
            cast.event(title, days=days, **more)
        cast.event("Secret", visibility="unlisted", **more)


@pytest.mark.parametrize(
    ("path", "heading", "page"),
    [
        ("all", "What is on", "/en/"),
        ("organizations/alianza-americas", "Alianza Americas", "/en/organizations/alianza-americas"),
        ("programmes/season", "Season", "/en/programmes/season"),
        ("tags/t", "T", "/en/tags/t"),
    ],
)
@pytest.mark.usefixtures("season")
def test_a_list_holds_what_is_ahead_soonest_first(browse, path, heading, page):
    answer = browse.get(f"/embed/lists/{path}")

    assert f"<h1>{heading}</h1>" in answer.text
    assert answer.text.index("Sooner") < answer.text.index("Later")
    assert "Over" not in answer.text
    assert "Secret" not in answer.text
    assert answer.headers["Link"] == f'<http://localhost{page}>; rel="canonical"'
    assert directives(answer)["frame-ancestors"] == "*"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.usefixtures("season")
def test_a_list_speaks_the_language_asked_for_else_the_services(browse):
    assert "<h1>Temporada</h1>" in browse.get("/embed/lists/programmes/season?lang=es").text
    assert '<html lang="en"' in browse.get("/embed/lists/all", headers={"Accept-Language": "es"}).text
    assert '<html lang="es"' in browse.get("/embed/lists/organizations/x?lang=es", status=404).text


def test_words_of_ours_inside_a_title_in_another_language_keep_their_own(browse, cast):
    cast.event(languages=["ar"], titles={"ar": "لقاء"})

    assert (
        'لقاء<span class="hidden-visually" lang="fr" dir="ltr"> (s’ouvre' in browse.get("/embed/lists/all?lang=fr").text
    )


def test_what_only_drafts_and_invitations_belong_to_has_no_list(app, browse, cast):
    with app.app_context(), transaction():
        db.session.add_all([Programme(slug="plan", name={"en": "Plan"}), Tag(slug="plan", name={"en": "Plan"})])

    for kind in ("programmes", "tags"):
        assert "Plan" not in browse.get(f"/embed/lists/{kind}/plan", status=404).text


def test_a_long_list_ends_with_a_link_to_everything(browse, cast):
    for number in range(22):
        cast.event(f"Event {number:02}", days=number + 2)

    page = browse.get("/embed/lists/all").text

    assert page.count("<h2") == 20
    assert "Event 19" in page
    assert "See everything" in page


def test_the_script_may_be_kept_for_an_hour_and_is_then_asked_about(client):
    script = client.get("/embed.js")

    assert script.mimetype == "text/javascript"
    assert script.headers["Cache-Control"] == "public, max-age=3600"
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in script.headers
    assert client.get("/embed.js", headers={"If-None-Match": script.headers["ETag"]}).status_code == 304
