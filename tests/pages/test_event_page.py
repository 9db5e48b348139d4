"""The page of an event: all a person needs to decide, and nothing else."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import CoHost, Event, Material, Programme, Tag
from eventsvc.events.tickets import Quota
from tests.pages.counting import statements

wall = datetime.fromisoformat


def change(app, event, **values):
    with app.app_context(), transaction():
        editing.change(db.session.get_one(Event, event.id, populate_existing=True), **values)


def set_seats(app, event, **values):
    with app.app_context(), transaction():
        db.session.execute(sa.update(Quota).where(Quota.event_id == event.id).values(**values))


def test_it_says_what_when_in_which_zone_where_and_who(browse, cast):
    event = cast.event(
        "Assembly",
        starts=wall("2031-06-10T17:00"),
        venue={
            "name": "Salón comunal",
            "street": "4a calle",
            "locality": "Los Angeles",
            "region": "CA",
            "country": "US",
        },
        summary={"en": "We meet.", "es": "Nos reunimos."},
        access={"en": "Step-free.", "es": "Sin escalones."},
        contact={"en": "ask@example.org", "es": "ask@example.org"},
        interpretation=["es"],
    )

    english = browse.get(f"/en/events/{event.slug}").text
    spanish = browse.get(f"/es/events/{event.slug}").text

    for said in ("Assembly", "Tuesday, June 10, 2031", "5:00\xa0PM to 7:00\xa0PM", "Pacific Daylight Time, UTC−7",
                 "Salón comunal", "4a calle", "United States", "We meet.", "Step-free.", "Alianza Americas",
                 'href="mailto:ask@example.org"', "English and Spanish", f"/en/events/{event.slug}/register"):  # fmt: skip
        assert said in english
    for said in ("martes, 10 de junio de 2031", "hora de verano del Pacífico, UTC−7", "Nos reunimos.", "Sin escalones.",
                 "Estados Unidos", "inglés y español", "Inscribirme"):  # fmt: skip
        assert said in spanish


def test_an_event_of_several_days_names_both(browse, cast):
    event = cast.event(starts=wall("2031-06-10T09:00"), ends=wall("2031-06-12T17:00"))

    page = browse.get(f"/en/events/{event.slug}").text

    assert "Tuesday, June 10, 2031" in page
    assert "Thursday, June 12, 2031" in page


def test_hosts_co_hosts_programme_tags_and_materials_stand_there(browse, cast, app):
    event = cast.event(starts=wall("2031-06-10T17:00"))
    names = ["Oxfam America", "Sin Fronteras, I.A.P."]
    others = [cast.organization(name) for name in names]
    with app.app_context(), transaction():
        row = db.session.get_one(Event, event.id)
        row.co_hosts = [CoHost(organization_id=each.id, position=i) for i, each in enumerate(others)]
        row.programme = Programme(slug="summit", name={"en": "Summit", "es": "Cumbre"})
        row.tags = [Tag(slug="protection", name={"en": "Protection", "es": "Protección"})]
        row.materials = [Material(title={"en": "Report", "es": "Informe"}, released=wall("2031-06-10T18:30"))]
        editing.touch(row)

    page = browse.get(f"/es/events/{event.slug}").text

    for said in ("Oxfam America", "Sin Fronteras, I.A.P.", "y 2 organizaciones coanfitrionas", "/es/programmes/summit",
                 "/es/tags/protection", "Protección", "Informe", "Se publica el martes, 10 de junio de 2031"):  # fmt: skip
        assert said in page


@pytest.mark.parametrize(
    ("seats", "said", "button"),
    [
        ({"size": None}, "Places available", "Register"),
        ({"size": 100, "taken": 89}, "Places available", "Register"),
        ({"size": 100, "taken": 90}, "Few places left", "Register"),
        ({"size": 100, "taken": 100}, "Full, with a waitlist", "Join the waitlist"),
        ({"size": 100, "taken": 99, "waiting": 2}, "Full, with a waitlist", "Join the waitlist"),
    ],
)
def test_how_full_is_said_in_words_and_never_as_a_number(browse, cast, app, seats, said, button):
    event = cast.event(starts=wall("2035-03-04T18:00"))
    browse.get(f"/en/events/{event.slug}")
    set_seats(app, event, **seats)

    page = browse.get(f"/en/events/{event.slug}").text

    assert said in page
    assert f">{button}</a>" in page
    for number in ("100", "89", "90", "99", "11"):
        assert f">{number}<" not in page
        assert f" {number} " not in page


def test_a_full_event_without_a_waitlist_says_so_and_has_no_button(browse, cast, app):
    event = cast.event(waitlist=False)
    set_seats(app, event, size=10, taken=10)

    page = browse.get(f"/en/events/{event.slug}").text

    assert "All places are taken, and this event has no waitlist." in page
    assert "/register" not in page


def test_each_ticket_type_has_its_own_word(browse, cast, app):
    event = cast.event(attendance="hybrid", kinds=[("hall", 60), ("online", 1000)])
    with app.app_context(), transaction():
        db.session.execute(sa.update(Quota).where(Quota.size == 60).values(taken=60))

    page = browse.get(f"/en/events/{event.slug}").text

    assert "hall: Full, with a waitlist" in page
    assert "online: Places available" in page
    assert ">Register</a>" in page


def test_the_join_link_is_never_on_the_page(browse, cast):
    event = cast.event(attendance="online", join_url="https://meet.example.org/secret-room")

    assert "secret-room" not in browse.get(f"/en/events/{event.slug}").text


def test_a_cancelled_event_says_so_and_takes_nobody(browse, cast, app):
    event = cast.event()
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, event.id))

    page = browse.get(f"/es/events/{event.slug}").text

    assert "Este evento fue cancelado." in page
    assert "/register" not in page


def test_the_clock_alone_opens_closes_and_ends(browse, cast, stopped_clock):
    starts = (stopped_clock.moment + timedelta(days=10)).replace(tzinfo=None, microsecond=0)
    event = cast.event(
        timezone="UTC",
        starts=starts,
        registration_opens=starts - timedelta(days=5),
        registration_closes=starts - timedelta(days=1),
    )

    def said():
        return browse.get(f"/en/events/{event.slug}").text

    assert "Registration opens on" in said()
    stopped_clock.forward(days=6)
    assert ">Register</a>" in said()
    stopped_clock.forward(days=3.5)
    assert "Registration is closed." in said()
    stopped_clock.forward(days=1)
    assert "This event is over." in said()


@pytest.mark.parametrize("values", [{"published": False}, {"visibility": "invitation"}])
def test_drafts_and_invitations_are_unknown_to_the_public(browse, cast, values):
    event = cast.event("Secret meeting", **values)

    for path in (f"/en/events/{event.slug}", f"/e/{event.slug}", f"/es/events/{event.slug}"):
        assert "Secret meeting" not in browse.get(path, 404).text
    assert "Secret meeting" not in browse.get("/en/").text


def test_an_unlisted_event_is_reachable_but_in_no_list_and_not_for_search_engines(browse, cast):
    event = cast.event("Quiet meeting", visibility="unlisted")

    assert '<meta name="robots" content="noindex">' in browse.get(f"/en/events/{event.slug}").text
    assert "Quiet meeting" not in browse.get("/en/").text
    assert "Quiet meeting" not in browse.get(f"/en/organizations/{event_host(cast)}").text


def event_host(cast):
    return cast.organization().slug


def test_text_in_a_language_that_is_not_the_pages_says_so(browse, cast):
    event = cast.event(
        languages=["ar"],
        titles={"ar": "اجتماع"},
        description={"ar": "مرحبا"},
        summary={"ar": "ملخص"},
    )

    page = browse.get(f"/es/events/{event.slug}").text

    assert '<h1 lang="ar" dir="rtl">اجتماع</h1>' in page
    assert '<section lang="ar" dir="rtl">' in page
    assert '<p class="lede" lang="ar" dir="rtl">' in page


def test_hostile_texts_stay_text(browse, cast):
    nasty = '"><script>alert(1)</script>\u202e{{ 7*7 }}'
    event = cast.event(
        titles={"en": nasty, "es": nasty},
        summary={"en": nasty, "es": nasty},
        description={"en": f"[x](javascript:alert(1)) {nasty}", "es": nasty},
        venue={"name": nasty, "locality": nasty},
        contact={"en": "javascript:alert(1)@x", "es": nasty},
        access={"en": nasty, "es": nasty},
    )

    for language in ("en", "es"):
        page = browse.get(f"/{language}/events/{event.slug}").text
        assert "<script>" not in page
        assert 'href="javascript' not in page
        assert ">49" not in page


def test_a_change_shows_at_once(browse, cast, app):
    event = cast.event()
    before = browse.get(f"/en/events/{event.slug}")
    change(app, event, title={"en": "Another title", "es": "Otro título"})

    after = browse.get(f"/en/events/{event.slug}", headers={"If-None-Match": before.headers["ETag"]})

    assert "Another title" in after.text


def test_an_unchanged_page_is_a_304_by_one_tiny_query(browse, cast, app):
    event = cast.event()
    first = browse.get(f"/en/events/{event.slug}")
    with statements(app) as asked:
        again = browse.get(f"/en/events/{event.slug}", 304, headers={"If-None-Match": first.headers["ETag"]})

    assert again.data == b""
    assert len(asked) <= 1  # on SQLite it goes to the driver itself, and is not seen here


def test_the_page_takes_no_cookie_and_gives_none(browse, cast):
    event = cast.event()
    plain = browse.get(f"/en/events/{event.slug}")
    browse.client.set_cookie("session", "eyJ4IjoxfQ.x.y", domain="localhost")

    signed_in = browse.get(f"/en/events/{event.slug}")

    assert signed_in.data == plain.data
    assert "Set-Cookie" not in signed_in.headers
    assert "Cookie" not in signed_in.headers.get("Vary", "")


def test_whoever_asks_first_chooses_nothing_of_the_kept_page(browse, cast):
    event = cast.event()
    odd = browse.get(f"/en/events/{event.slug}?page=7&utm_source=x&lang=fr").text

    assert odd == browse.get(f"/en/events/{event.slug}").text
    assert f'<link rel="canonical" href="http://localhost/en/events/{event.slug}">' in odd
