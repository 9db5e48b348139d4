"""Which events stand in which file, in which words, and that equal data give equal bytes."""

import random
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import icalendar
import pytest

from eventsvc import clock
from eventsvc.db import db, transaction
from eventsvc.events import editing, slugs
from eventsvc.events.models import Event, Organization, Programme, Tag
from eventsvc.i18n import LANGUAGES
from tests.calendar.lint import lint

JOIN = "https://meet.example.org/only-for-those-who-registered"


def uids(answer) -> set[str]:
    assert answer.status_code == 200, answer.status
    assert lint(answer.data) == []
    return {str(event["UID"]) for event in events(answer)}


def events(answer) -> list[Any]:
    return list(icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))


def the_event(answer) -> Any:
    (event,) = events(answer)
    return event


def change(app, event, **values) -> None:
    with app.app_context(), transaction():
        editing.change(db.session.get_one(Event, event.id), **values)


def in_transaction(app, work) -> None:
    with app.app_context(), transaction():
        work()


@pytest.fixture
def tag(app) -> Tag:
    with app.app_context(), transaction():
        db.session.add(made := Tag(slug="summit", name={"en": "Summit", "es": "Cumbre"}))
    return made


@pytest.fixture
def programme(app) -> Programme:
    with app.app_context(), transaction():
        db.session.add(made := Programme(slug="ninth-summit", name={"en": "Ninth Summit", "es": "Novena Cumbre"}))
    return made


def test_one_event_carries_the_same_uid_times_and_sequence_in_every_file(cast, client):
    event = cast.event(venue={"name": "Hall", "country": "US"})

    paths = [f"/en/events/{event.slug}.ics", f"/es/events/{event.slug}.ics", f"/events/{event.slug}.ics"]
    paths += ["/en/feeds/all.ics", "/feeds/all.ics", "/es/feeds/organizations/alianza-americas.ics"]
    told = {
        tuple(str(the_event(client.get(path))[name].to_ical()) for name in ("UID", "DTSTART", "DTEND", "SEQUENCE"))
        for path in paths
    }

    assert len(told) == 1


def test_a_file_speaks_the_language_of_its_path_and_without_one_the_events_own(cast, client):
    event = cast.event("Assembly", languages=["es", "en"], venue={"name": "Salón", "country": "US"})

    english, spanish, own = (
        the_event(client.get(f"{prefix}/events/{event.slug}.ics", headers={"Accept-Language": "en"}))
        for prefix in ("/en", "/es", "")
    )

    assert (str(english["SUMMARY"]), str(english["LOCATION"])) == ("Assembly", "Salón, United States")
    assert (str(spanish["SUMMARY"]), str(spanish["LOCATION"])) == ("Assembly (es)", "Salón, Estados Unidos")
    assert own.to_ical() == spanish.to_ical()
    assert english["URL"].endswith(f"/en/events/{event.slug}")


def test_an_event_in_another_language_is_told_in_it(cast, client):
    event = cast.event(languages=["pt"], titles={"pt": "Assembleia"})

    told = the_event(client.get(f"/es/events/{event.slug}.ics"))

    assert str(told["SUMMARY"]) == "Assembleia"
    assert told["SUMMARY"].params["LANGUAGE"] == "pt"


def test_a_cancelled_event_stays_says_so_and_rises(cast, client, app):
    event = cast.event()
    before = the_event(client.get("/es/feeds/all.ics"))

    in_transaction(app, lambda: editing.cancel(db.session.get_one(Event, event.id)))

    for path in ("/es/feeds/all.ics", f"/es/events/{event.slug}.ics"):
        after = the_event(client.get(path))
        assert after["STATUS"] == "CANCELLED"
        assert after["TRANSP"] == "TRANSPARENT"
        assert str(after["SUMMARY"]) == "Cancelado: Assembly (es)"
        assert after["SEQUENCE"] == before["SEQUENCE"] + 1
        assert after["UID"] == before["UID"]


def test_drafts_and_invitations_are_in_no_file_and_unlisted_events_only_in_their_own(cast, client, app):
    shown = cast.event("Shown")
    hidden = [cast.event("Draft", published=False), cast.event("Invitation", visibility="invitation")]
    dead = cast.event("Never published", published=False)
    in_transaction(app, lambda: editing.cancel(db.session.get_one(Event, dead.id)))
    unlisted = cast.event("Unlisted", visibility="unlisted")

    assert uids(client.get("/en/feeds/all.ics")) == {shown.uid}
    assert uids(client.get("/en/feeds/organizations/alianza-americas.ics")) == {shown.uid}
    assert uids(client.get(f"/en/events/{unlisted.slug}.ics")) == {unlisted.uid}
    for event in [*hidden, dead]:
        assert client.get(f"/en/events/{event.slug}.ics").status_code == 404


def test_nothing_private_is_in_any_file(cast, client):
    cast.event("Online", attendance="online", join_url=JOIN, note="SECRET-NOTE")
    cast.event("Both", attendance="hybrid", venue={"name": "Hall"}, join_url=JOIN)
    event = cast.event("Invitation", visibility="invitation", join_url=JOIN)

    answers = [client.get(path).text for path in ("/en/feeds/all.ics", "/feeds/organizations/alianza-americas.ics")]
    answers += [client.get(f"/en/events/{event.slug}.ics").text]

    for text in answers:
        assert "meet.example.org" not in text.replace("\r\n ", "")
        assert "SECRET" not in text
        for word in ("METHOD", "ORGANIZER", "ATTENDEE", "VALARM"):
            assert word not in text


def test_feeds_of_tags_programmes_and_organizations_hold_exactly_what_belongs_to_them(
    cast, client, app, tag, programme
):
    chance = random.Random(7)  # noqa: S311 - made-up data
    other = cast.organization("Oxfam America")
    expected: dict[str, set[str]] = {name: set() for name in ("all", "tag", "programme", "host", "other")}
    for number in range(24):
        visibility = chance.choice(["public", "public", "unlisted", "invitation"])
        published = chance.random() < 0.8
        tagged, inside, shared, theirs = (chance.random() < 0.5 for _ in range(4))
        event = cast.event(
            f"Event {number}",
            days=chance.randint(-120, 300),
            visibility=visibility,
            published=published,
            programme=programme if inside else None,
            host=other if theirs else cast.organization(),
            co_hosts=[other] if shared and not theirs else [],
        )
        if tagged:
            in_transaction(app, partial(tag_with, event.id, tag.id))
        recent = event.ends_at >= clock.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=90)
        if visibility == "public" and published and recent:
            belongs = {"all": True, "tag": tagged, "programme": inside, "host": not theirs, "other": theirs or shared}
            for name, does in belongs.items():
                if does:
                    expected[name].add(event.uid)

    assert min(map(len, expected.values())) > 1
    assert uids(client.get("/en/feeds/all.ics")) == expected["all"]
    assert uids(client.get("/es/feeds/tags/summit.ics")) == expected["tag"]
    assert uids(client.get("/feeds/programmes/ninth-summit.ics")) == expected["programme"]
    assert uids(client.get("/feeds/organizations/alianza-americas.ics")) == expected["host"]
    assert uids(client.get("/en/feeds/organizations/oxfam-america.ics")) == expected["other"]


def tag_with(event_id: int, tag_id: int) -> None:
    event = db.session.get_one(Event, event_id)
    event.tags.append(db.session.get_one(Tag, tag_id))
    editing.touch(event)


def test_an_event_leaves_the_feed_at_midnight_utc_ninety_days_after_its_end(cast, client, stopped_clock):
    stopped_clock.moment = datetime(2026, 6, 1, 12, tzinfo=UTC)
    cast.event(
        "Over",
        timezone="UTC",
        starts=datetime.fromisoformat("2026-03-02T20:00"),
        ends=datetime.fromisoformat("2026-03-03T09:00"),
    )

    stopped_clock.moment = datetime(2026, 6, 1, 23, 59, 59, tzinfo=UTC)
    before = client.get("/en/feeds/all.ics")
    stopped_clock.moment = datetime(2026, 6, 2, tzinfo=UTC)
    after = client.get("/en/feeds/all.ics")

    assert (len(events(before)), len(events(after))) == (1, 0)
    assert before.headers["ETag"] != after.headers["ETag"]


def test_of_more_than_a_thousand_events_the_oldest_go(cast, client, app):
    first = cast.event("First", days=1)
    with app.app_context(), transaction():
        columns = {c.name: getattr(first, c.name) for c in Event.__table__.columns if c.name != "id"}
        rows = [
            columns
            | {"uid": f"copy-{n}", "slug": f"copy-{n}"}
            | {"starts_at": first.starts_at + timedelta(hours=n), "ends_at": first.ends_at + timedelta(hours=n)}
            for n in range(1, 1003)
        ]
        db.session.execute(db.insert(Event), rows)

    found = uids(client.get("/en/feeds/all.ics"))

    assert found == {f"copy-{n}" for n in range(3, 1003)}


def test_an_empty_feed_is_a_legal_calendar(cast, client, tag):
    cast.event(days=-200, tags=[tag], host=cast.organization("Long ago"))
    cast.organization()

    for path in ("/en/feeds/all.ics", "/feeds/organizations/alianza-americas.ics", "/feeds/tags/summit.ics"):
        assert uids(client.get(path)) == set()


@pytest.mark.parametrize("hidden", [{"published": False}, {"visibility": "invitation"}, {"visibility": "unlisted"}])
def test_a_feed_does_not_name_what_only_hidden_events_belong_to(cast, client, tag, programme, hidden):
    cast.event(tags=[tag], programme=programme, **hidden)

    for path in ("/feeds/tags/summit.ics", "/en/feeds/programmes/ninth-summit.ics"):
        assert client.get(path).status_code == 404


def test_what_was_never_there_is_not_found(client):
    for path in ("/en/events/none.ics", "/feeds/tags/none.ics", "/es/feeds/organizations/none.ics"):
        assert client.get(path).status_code == 404
    assert client.get("/de/feeds/all.ics").status_code == 404
    assert client.post("/en/feeds/all.ics").status_code == 405


def test_a_former_slug_answers_directly_and_changes_no_uid(cast, client, app):
    event = cast.event()
    before = uids(client.get("/en/feeds/organizations/alianza-americas.ics"))

    def rename() -> None:
        slugs.rename(db.session.get_one(Event, event.id), "event", "another-name")
        editing.touch(db.session.get_one(Event, event.id))
        slugs.rename(db.session.get_one(Organization, event.host_id), "organization", "alianza")

    in_transaction(app, rename)

    assert uids(client.get("/en/feeds/organizations/alianza-americas.ics")) == before == {event.uid}
    for slug in (event.slug, "another-name"):
        answer = client.get(f"/en/events/{slug}.ics")
        assert the_event(answer)["URL"].endswith("/en/events/another-name")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="another-name.ics"'


def test_every_feed_answers_at_the_first_hop_under_every_slug_it_had(cast, client, app, tag, programme):
    event = cast.event(programme=programme)
    in_transaction(app, partial(tag_with, event.id, tag.id))
    owners: list[tuple[str, Any, int]] = [
        ("organization", Organization, event.host_id),
        ("tag", Tag, tag.id),
        ("programme", Programme, programme.id),
    ]

    def rename() -> None:
        for kind, model, key in owners:
            slugs.rename(db.session.get_one(model, key), kind, f"new-{kind}")

    in_transaction(app, rename)

    feeds = ["all", "organizations/alianza-americas", "organizations/new-organization", "tags/summit", "tags/new-tag"]
    feeds += ["programmes/ninth-summit", "programmes/new-programme"]
    for feed in feeds:
        for prefix in ("", *(f"/{language}" for language in LANGUAGES)):
            for query in ("", "?mode=in_person&language=en"):
                assert uids(client.get(f"{prefix}/feeds/{feed}.ics{query}")) == {event.uid}
