"""Feeds narrowed by what lists are narrowed by: the same names, the same meanings, one file for one choice."""

import random
from itertools import product
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from eventsvc.calendar import editions
from eventsvc.calendar.kept import ROOM, Shelf
from eventsvc.db import db
from eventsvc.events.filters import Chosen
from eventsvc.events.models import Event, Tag
from tests.calendar.lint import lint
from tests.calendar.test_feeds import events, in_transaction, programme, tag, tag_with, uids
from tests.calendar.test_stored import restarted

__all__ = ["programme", "tag"]
FEED = "/en/feeds/all.ics"


@pytest.fixture
def crowd(cast, app, tag, programme) -> list[Event]:
    chance = random.Random(11)  # noqa: S311 - made-up data
    made = []
    for number in range(30):
        attendance = chance.choice(["in_person", "online", "hybrid"])
        where = {"name": "Hall", "locality": chance.choice(["Lima", "Quito"]), "country": chance.choice(["PE", "EC"])}
        languages = chance.choice([["en"], ["es"], ["es-GT", "en"], ["pt"]])
        event = cast.event(
            f"Event {number}",
            languages=languages,
            titles=dict.fromkeys(languages, f"Event {number}"),
            interpretation=chance.choice([[], ["fr"]]),
            attendance=attendance,
            venue={} if attendance == "online" else where,
            programme=chance.choice([None, programme]),
        )
        if chance.random() < 0.5:
            in_transaction(app, lambda event=event: tag_with(event.id, tag.id))
        made.append(event)
    with app.app_context():
        return [db.session.get_one(Event, event.id) for event in made]


def meets(event: Event, language: str, place: str, mode: str) -> bool:
    """What the filters say, in words of Python: a second telling of the same meaning."""
    speaks = {each.split("-")[0] for each in (*event.languages, *event.interpretation)}
    here = set() if event.attendance == "online" else {event.venue["locality"], event.venue["country"]}
    here |= set() if event.attendance == "in_person" else {"online"}
    return (not language or language in speaks) and (not place or place in here) and mode in {"", event.attendance}


def test_a_feed_holds_exactly_what_meets_the_choice(crowd, client, tag, programme, app):
    with app.app_context():
        tagged = {e.uid for e in db.session.scalars(sa.select(Event).where(Event.tags.any(Tag.id == tag.id)))}
    feeds = {
        "/en/feeds/all.ics": {event.uid for event in crowd},
        "/feeds/organizations/alianza-americas.ics": {event.uid for event in crowd},
        "/es/feeds/tags/summit.ics": tagged,
        "/feeds/programmes/ninth-summit.ics": {event.uid for event in crowd if event.programme_id == programme.id},
    }
    found = 0
    for language, place, mode in product(["", "es", "fr"], ["", "online", "PE", "Quito"], ["", "online", "hybrid"]):
        wanted = {event.uid for event in crowd if meets(event, language, place, mode)}
        query = urlencode({"language": language, "place": place, "mode": mode})
        for path, all_of_it in feeds.items():
            assert uids(client.get(f"{path}?{query}")) == wanted & all_of_it, (path, query)
            found += bool(wanted & all_of_it)
    assert found > 80
    assert uids(client.get(f"{FEED}?tag=summit")) == tagged


@pytest.mark.parametrize(
    "query", ["language=tlh", "place=Atlantis", "mode=by_boat", "tag=none", "language=es&mode=%25", "place=%27%3B--"]
)
def test_what_cannot_be_met_is_an_empty_valid_calendar(query, cast, client):
    cast.event()
    answer = client.get(f"{FEED}?{query}")

    assert (answer.status_code, events(answer), lint(answer.data)) == (200, [], [])
    assert "X-WR-CALNAME:Events\r\n" in answer.text


def test_one_choice_is_one_file_however_it_is_spelled(cast, client):
    cast.event(attendance="online")
    first = client.get(f"{FEED}?language=en&mode=online")

    for query in (
        "mode=online&language=en",
        "language=en&mode=online&place=&tag=",
        "language=es&language=en&mode=online&utm_source=x",
        "language=en&mode=online&month=2031-01",
    ):
        answer = client.get(f"{FEED}?{query}")
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (200, first.data, first.headers["ETag"])
    whole = client.get(FEED)
    for query in ("language=", "month=2031-01", "utm_source=x", "place=%00"):
        assert client.get(f"{FEED}?{query}").headers["ETag"] == whole.headers["ETag"]


def test_a_choice_is_asked_for_again_like_any_other_file(cast, client):
    cast.event()
    path = f"{FEED}?language=en"
    first = client.get(path, headers={"Accept-Encoding": "gzip"})

    for method in (client.get, client.head):
        for named in (first.headers["ETag"], first.headers["ETag"].removeprefix("W/")):
            again = method(path, headers={"If-None-Match": named})
            assert (again.status_code, again.data) == (304, b"")
    assert client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304
    assert list(client.head(path).headers) == list(client.get(path).headers)
    cast.event()
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_narrowed_calendar_is_called_by_what_was_chosen(cast, client, tag, app):
    event = cast.event(attendance="hybrid", venue={"name": "Hall", "locality": "Lima", "country": "PE"})
    in_transaction(app, lambda: tag_with(event.id, tag.id))

    def name(query: str) -> str:
        text: str = client.get(f"/es/feeds/all.ics?{query}").text.replace("\r\n ", "")
        return text.partition("X-WR-CALNAME:")[2].partition("\r\n")[0]

    assert name("language=es&place=PE&mode=hybrid&tag=summit") == "Eventos · español · Perú · Híbrida: ambas · Cumbre"
    assert name("place=Lima") == "Eventos · Lima"
    assert name("place=online") == "Eventos · En línea"


def test_choices_have_a_shelf_of_their_own_and_it_is_bounded(cast, client, app):
    cast.event()
    whole = client.get(FEED).data
    desk = app.extensions[editions.DESK]
    desk.narrowed = Shelf(room=20_000)
    for number in range(60):
        assert client.get(f"{FEED}?place=Town {number}").status_code == 200

    def lies_there(number: int) -> bool:
        return desk.narrowed.last(("all", 0, Chosen(place=f"Town {number}"), "en")) is not None

    assert lies_there(59)
    assert not lies_there(0)
    assert desk.whole.last(("all", 0, Chosen(), "en")).body == whole
    assert editions.ROOM_FOR_CHOICES < ROOM
    restarted(app)
