"""The picture of an event for chats: made once, kept, and true to the event whatever its title holds."""

import io
import threading
from datetime import datetime

import pytest
from PIL import Image

from eventsvc.db import db, transaction
from eventsvc.events import editing, queries, slugs
from eventsvc.events.models import Event, Organization
from eventsvc.i18n import speaking
from eventsvc.sharing import press, words
from eventsvc.sharing.kept import Prints
from tests.sharing.reading import properties

LIGHT_ENOUGH = 60_000  # bytes

TITLES = {
    "short": {"en": "Assembly"},
    "long": {"es": "De la disuasión a la integración: " * 9},
    "without spaces": {"en": "x" * 280},
    "arabic": {"ar": "من الردع إلى الاندماج: أصوات المجتمع المدني حول تحديات سياسات الهجرة والممارسات الجيدة"},
    "kiche": {"quc": "Nimariq: ri uk’exwach ri tinamit, xuquje’ ri ulewal pa Iximulew"},
    "markup": {"en": '#panic("x") *bold* $x^2$ \\ #include "/etc/passwd" @ref <label> `raw` // gone?'},
    "mixed": {"en": "Assembly الاجتماع 会议 \u202e"},
}


def picture(response):
    return Image.open(io.BytesIO(response.data))


def facts_of(event):
    found = queries.facts(event.slug)
    assert found is not None
    return found


@pytest.fixture
def context_words(app):
    def found(event, language="en"):
        with app.test_request_context(f"/{language}/"), speaking(language):
            return words.card(facts_of(event))

    return found


@pytest.mark.parametrize("title", TITLES)
def test_every_title_has_a_card_of_the_right_size_that_is_light(browse, cast, title):
    event = cast.event(titles=TITLES[title], languages=list(TITLES[title]), slug="titled")

    for language in ("en", "es"):
        response = browse.get(f"/{language}/events/{event.slug}/card.png")
        assert response.mimetype == "image/png"
        assert picture(response).size == (1200, 630)
        assert len(response.data) < LIGHT_ENOUGH


def test_its_grounds_have_the_colours_of_our_pages(browse, cast):
    card = picture(browse.get(f"/en/events/{cast.event().slug}/card.png")).convert("RGB")

    assert (card.getpixel((2, 2)), card.getpixel((1198, 2))) == ((0x0B, 0x5D, 0x57), (0xFB, 0xFA, 0xF7))


def test_what_somebody_writes_is_set_as_it_stands(app, cast, context_words):
    markup = cast.event(titles=TITLES["markup"], languages=["en"], slug="markup")
    found = context_words(markup)

    with app.app_context():
        drawn = press.picture("card", found)
        plain = press.picture("card", found | {"title": found["title"] | {"text": "Assembly"}})

    assert found["title"]["text"].startswith('#panic("x") *bold* $x^2$')
    assert drawn != plain  # the words are there, and nothing was done by them


def test_a_template_can_read_nothing_of_the_machine(app, context_words, cast):
    found = context_words(cast.event())
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(press, "_template", lambda _name: b'#read("/etc/hostname")')
        with pytest.raises(RuntimeError, match="file not found"):
            press.picture("card", found)


def test_the_card_speaks_the_language_of_the_page_and_the_title_its_own(context_words, cast):
    event = cast.event(
        titles=TITLES["arabic"],
        languages=["ar"],
        starts=datetime.fromisoformat("2031-06-10T17:00"),
        venue={"name": "Salón comunal", "country": "US"},
    )
    found = context_words(event, "es")

    assert (found["weekday"], found["day"], found["month"], found["year"]) == ("martes", "10", "junio", "2031")
    assert (found["time"], found["zone"]) == ("5:00\xa0p.m.", "UTC−7")
    assert found["place"] == "Salón comunal, Estados Unidos"
    assert (found["title"]["lang"], found["title"]["dir"], found["dir"]) == ("ar", "rtl", "ltr")


@pytest.mark.parametrize(
    ("ends", "day"), [("2031-06-10T19:00", "10"), ("2031-06-12T17:00", "10–12"), ("2031-07-02T17:00", "10")]
)
def test_days_in_one_month_stand_together(context_words, cast, ends, day):
    event = cast.event(starts=datetime.fromisoformat("2031-06-10T17:00"), ends=datetime.fromisoformat(ends))

    assert context_words(event)["day"] == day


def test_the_accent_of_the_host_is_made_readable(context_words, cast, app):
    event = cast.event()
    assert context_words(event)["colours"]["accent"] == "#0b5d57"
    with app.app_context(), transaction():
        db.session.get_one(Organization, event.host_id).accent = "#ffee00"

    assert context_words(event)["colours"]["accent"] not in {"#ffee00", "#0b5d57"}


def test_a_cancelled_event_says_so_on_its_card(context_words, cast, app):
    event = cast.event()
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, event.id))

    assert context_words(event, "es")["mark"] == "Cancelado"


def test_under_its_mark_it_may_be_kept_for_a_year_and_else_for_an_hour(browse, cast):
    event = cast.event()
    page = browse.get(f"/en/events/{event.slug}").text
    named = properties(page)["og:image"][0].removeprefix("http://localhost")

    marked, plain = browse.get(named), browse.get(f"/en/events/{event.slug}/card.png")
    other = browse.get(f"/en/events/{event.slug}/card.png?v=0")

    assert marked.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Cache-Control"] == other.headers["Cache-Control"] == "public, max-age=3600"
    assert marked.headers["ETag"] == plain.headers["ETag"]
    assert marked.data == plain.data
    assert "Set-Cookie" not in marked.headers
    browse.get(named, 304, headers={"If-None-Match": marked.headers["ETag"]})


def test_drafts_and_invitations_have_no_card_and_who_has_a_link_does(browse, cast):
    for event, status in (
        (cast.event(published=False), 404),
        (cast.event(visibility="invitation"), 404),
        (cast.event(visibility="unlisted"), 200),
    ):
        for name in ("card.png", "flyer.pdf", "qr.svg", "qr.png"):
            browse.get(f"/en/events/{event.slug}/{name}", status)
    browse.get("/en/events/none/card.png", 404)


def test_an_old_address_leads_to_the_new_one(browse, cast, app):
    event = cast.event(slug="old")
    with app.app_context(), transaction():
        slugs.rename(db.session.get_one(Event, event.id), "event", "new")

    for name in ("card.png", "flyer.pdf", "qr.svg", "qr.png"):
        assert browse.get(f"/es/events/old/{name}", 301).headers["Location"] == f"/es/events/new/{name}"


def test_the_service_has_a_card_of_its_own(browse):
    response = browse.get("/es/card.png")

    assert picture(response).size == (1200, 630)
    assert len(response.data) < LIGHT_ENOUGH


def test_a_print_is_made_once_however_many_ask_at_a_moment():
    prints, made, start = Prints(), [], threading.Barrier(8)

    def make():
        made.append(1)
        threading.Event().wait(0.05)
        return b"print"

    def ask(answers):
        start.wait()
        answers.append(prints.take("mark", make))

    answers: list[bytes] = []
    askers = [threading.Thread(target=ask, args=(answers,)) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()

    assert answers == [b"print"] * 8
    assert len(made) == 1


def test_what_is_kept_is_bounded_and_the_least_asked_for_goes_first():
    prints, made = Prints(room=100), []

    def print_of(name):
        made.append(name)
        return b"x" * 40

    def take(name):
        return prints.take(name, lambda: print_of(name))

    for name in ("a", "b", "a", "c", "a", "b"):
        take(name)

    assert made == ["a", "b", "c", "b"]
