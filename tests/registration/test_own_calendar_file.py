"""What stands in a calendar of one's own, and how a reader gets it: exactly the events at which its person has a place."""

import gzip
import random
from datetime import UTC, timedelta
from urllib.robotparser import RobotFileParser

import pytest
import sqlalchemy as sa
from sqlalchemy import event as listen

from eventsvc.calendar.lint import lint
from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event, EventStatus
from eventsvc.registration import announcements, cancellation, own_calendar_reading
from eventsvc.registration.models import PersonalFeed, Registration, Status
from eventsvc.registration.own_calendar_file import MARKS
from eventsvc.registration.people import person
from eventsvc.retention import runs
from eventsvc.vault import SealBroken
from tests.registration import visitor
from tests.registration.journal import comes, goes
from tests.registration.own_calendars import STOP, Subscriber, feeds
from tests.registration.own_links import People
from tests.registration.test_own import state_of

JOIN = "https://meet.example.org/secret-room"


@pytest.fixture
def event(cast):
    return cast.event("Assembly", capacity=5, attendance="hybrid", join_url=JOIN)


@pytest.fixture
def ana(client):
    return Subscriber(client)


@pytest.fixture
def link(ana, event):
    return ana.comes(event)


@pytest.fixture
def path(ana, event, link):
    return ana.asks(event, link)


def text_of(answer):
    return answer.text.replace("\r\n ", "")


# --- what stands in it ----------------------------------------------------------------------------------------------


def test_an_event_that_no_calendar_can_be_told_of_does_not_take_the_others_with_it(app, cast, ana, path, event, caplog):
    other = cast.event("Another")
    ana.comes(other)
    with app.app_context(), transaction():
        db.session.get_one(Event, event.id).uid = "two\nlines"

    assert ana.uids(path) == {other.uid}
    assert f"event {event.id} can stand in no calendar file" in caplog.text


@pytest.mark.parametrize("seed", range(3))
def test_it_holds_exactly_the_events_at_which_the_address_has_a_place(app, client, cast, ana, stopped_clock, seed):
    """Compared with what a look into every sealed row finds, over two people's random histories."""
    chance = random.Random(seed)  # noqa: S311 - a history, no secret
    with app.app_context():
        events = [_made(cast, chance, number) for number in range(14)]
        for event in events:
            for who in ("ben", "ana"):
                _lives(event, who, chance)
        ids = [event.id for event in events]
    anchor = cast.event("Anchor", days=400)
    path = ana.asks(anchor, ana.comes(anchor))
    seen = set()
    for days in (0, 95, 60, 45):
        stopped_clock.forward(days=days)
        with app.app_context():
            if days == 60:
                runs.purge_event(chance.choice(ids))
            expected = _looked_up("ana@example.org", stopped_clock.moment)
        assert ana.uids(path) == expected
        assert lint(ana.reads(path).data) == []
        seen.add(len(expected))
    assert len(seen) > 1  # something changed over the year


def _made(cast, chance, number):
    visibility = chance.choice(["public", "unlisted", "invitation"])
    event = cast.event(f"Event {number}", days=chance.randint(1, 120), visibility=visibility, capacity=2)
    return db.session.get_one(Event, event.id)


def _lives(made, who, chance):
    event = db.session.get_one(Event, made.id, populate_existing=True)
    fate = chance.choice(["stays away", "comes", "comes", "comes", "goes", "event off", "withdrawn"])
    if fate == "stays away" or event.status != EventStatus.PUBLISHED:
        return
    comes(event, who)
    if fate == "goes":
        goes(event, who)
    elif fate == "event off" and who == "ana":
        with transaction():
            announcements.call_off(db.session.get_one(Event, event.id), "")
    elif fate == "withdrawn" and who == "ana":
        with transaction():
            db.session.get_one(Event, event.id).status = EventStatus.DRAFT.value


def _looked_up(address, now):
    edge = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=90)
    found = set()
    for row in db.session.scalars(sa.select(Registration).where(Registration.status == Status.CONFIRMED)):
        event = db.session.get_one(Event, row.event_id)
        try:
            mine = person(row).email == address
        except SealBroken:
            continue
        if mine and event.status != EventStatus.DRAFT and event.ends_at >= edge:
            found.add(event.uid)
    return found


def test_an_entry_tells_how_to_join_and_takes_up_time_and_invites_nobody(ana, event, path):
    [entry] = ana.entries(path)
    text = text_of(ana.reads(path))

    assert JOIN in entry["DESCRIPTION"]
    assert (entry["TRANSP"], entry["STATUS"], str(entry["UID"])) == ("OPAQUE", "CONFIRMED", event.uid)
    assert "NAME;LANGUAGE=en:My events" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in text
    for never in ("METHOD", "ORGANIZER", "ATTENDEE", "BEGIN:VALARM", "/r/", "Ana", "ana@", "mine"):
        assert never not in text
    assert lint(ana.reads(path).data) == []


def test_nothing_of_anybody_else_is_in_it(app, cast, ana, event, path):
    """Marks in every field that a stranger can fill, and a stranger's events."""
    others = People(app, event)
    for name in ("Canaryben", "Canarycleo"):
        others.come(name)
    canary = Subscriber(ana.client, "Canarydora")
    theirs = cast.event("Canaryevent", attendance="online", join_url="https://meet.example.org/canary")
    canary.asks(theirs, canary.comes(theirs))

    text = text_of(ana.reads(path))

    assert "canary" not in text.lower()
    with app.app_context():
        secrets = [person(row).secret for row in db.session.scalars(sa.select(Registration))]
        contact = [person(row).email for row in db.session.scalars(sa.select(Registration))]
    assert len(secrets) == 4
    assert [value for value in (*secrets, *contact) if value in text] == []


def test_uid_times_and_sequence_are_those_of_the_mail_and_of_the_public_file(client, ana, event, path):
    [mine] = ana.entries(path)
    [public] = ana.entries(f"/events/{event.slug}.ics")
    mail = visitor.mails(client, event, ana.email)[0]
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar" and part.get_param("method")]
    mailed = str(part.get_content()).replace("\r\n", "\n").replace("\n ", "")

    for name in ("UID", "DTSTART", "DTEND", "SEQUENCE"):
        assert mine[name].to_ical() == public[name].to_ical()
        assert mine[name].to_ical().decode() in mailed


def test_it_follows_what_becomes_of_the_registration(app, client, cast, ana, event, path):
    """A place elsewhere, a wait, a promotion, a cancellation: the next reading knows."""
    full = People(app, cast.event("Full house", capacity=1))
    full.come("Ben")
    second = ana.comes(full.event)
    assert ana.uids(path) == {event.uid}

    full.does("Ben", cancellation.cancel)
    assert ana.uids(path) == {event.uid, full.event.uid}

    visitor.send(client, client.get(f"{second}/cancellation"))
    assert ana.uids(path) == {event.uid}


def test_it_follows_what_becomes_of_the_event(app, ana, event, path):
    [before] = ana.entries(path)
    with app.app_context(), transaction():
        later = {name: getattr(event, name) + timedelta(hours=23) for name in ("starts", "ends")}
        announcements.change(db.session.get_one(Event, event.id), "", **later)
    [moved] = ana.entries(path)
    with app.app_context(), transaction():
        announcements.call_off(db.session.get_one(Event, event.id), "")
    [off] = ana.entries(path)

    assert moved["DTSTART"].dt - before["DTSTART"].dt == timedelta(hours=23)
    assert moved["SEQUENCE"] > before["SEQUENCE"]
    assert off["SEQUENCE"] > moved["SEQUENCE"]
    assert (off["STATUS"], off["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert str(off["SUMMARY"]) == "Cancelled: Assembly"
    assert {str(each["UID"]) for each in (before, moved, off)} == {event.uid}


def test_it_speaks_the_language_of_the_registration_it_was_asked_from(client, cast):
    rosa = Subscriber(client, "Rosa", "es")
    event = cast.event("Assembly")
    path = rosa.asks(event, rosa.comes(event))

    text = text_of(rosa.reads(path, Accept_Language="fr"))

    assert "NAME;LANGUAGE=es:Mis eventos" in text
    assert "SUMMARY;LANGUAGE=es:Assembly (es)" in text


def test_an_event_leaves_it_ninety_days_after_its_end_at_midnight(app, cast, ana, stopped_clock):
    later = cast.event("Later", days=300)
    soon = cast.event("Soon", days=2, retention_days=200)
    path = ana.asks(later, ana.comes(later))
    ana.comes(soon)
    last_day = soon.ends_at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=90)

    stopped_clock.moment = last_day + timedelta(hours=23, minutes=59)
    assert ana.uids(path) == {soon.uid, later.uid}
    stopped_clock.forward(minutes=1)
    assert ana.uids(path) == {later.uid}


# --- how a reader gets it -------------------------------------------------------------------------------------------


def test_the_headers_of_an_answer(ana, path):
    answer = ana.reads(path)

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Disposition"] == 'inline; filename="my-events.ics"'
    assert answer.headers["ETag"].startswith('W/"')
    assert "Last-Modified" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_who_has_it_already_is_told_so_in_every_way_to_ask(app, ana, event, path):
    tag = ana.reads(path).headers["ETag"]
    ways = [tag, tag.removeprefix("W/"), f'"other", {tag}', tag[:-1] + '-gzip"']

    for fresh_process in (False, True):
        for asked in ways:
            for packed in ("", "gzip"):
                if fresh_process:
                    app.extensions.pop(MARKS, None)
                answer = ana.reads(path, If_None_Match=asked, Accept_Encoding=packed)
                assert (answer.status_code, answer.data) == (304, b"")
                assert answer.headers["ETag"] == tag
                assert answer.headers["Cache-Control"] == "private, max-age=300"
                assert answer.headers["Vary"] == "Accept-Encoding"
                assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert ana.reads(path, If_None_Match='W/"other"').status_code == 200


def test_the_mark_is_another_one_after_each_thing_that_changes_the_file(app, client, cast, ana, event, path):
    marks = [ana.reads(path).headers["ETag"]]

    def changed():
        answer = ana.reads(path, If_None_Match=marks[-1])
        marks.append(answer.headers["ETag"])
        return answer.status_code == 200

    second = ana.comes(cast.event("Second"))
    assert changed()
    with app.app_context(), transaction():
        editing.change(db.session.get_one(Event, event.id), title={"en": "Assembly!", "es": "¡Asamblea!"})
    assert changed()
    with app.app_context(), transaction():
        editing.change(db.session.get_one(Event, event.id), join_url="https://meet.example.org/other")
    assert changed()
    visitor.send(client, client.get(f"{second}/cancellation"))
    assert changed()
    assert not changed()


def test_an_event_that_was_handed_on_is_gone_though_nothing_is_newer(app, client, cast, ana, event, path):
    second = ana.comes(cast.event("Second"))
    tag = ana.reads(path).headers["ETag"]
    visitor.send(client, client.get(f"{second}/handover"), name="Grace", email="grace@example.org", language="en")

    answer = ana.reads(path, If_None_Match=tag, If_Modified_Since="Fri, 31 Dec 2066 00:00:00 GMT")

    assert answer.status_code == 200
    assert ana.uids(path) == {event.uid}


def test_head_is_get_without_a_body(client, ana, path):
    got, asked = client.get(path), client.head(path)

    assert (asked.status_code, asked.data) == (200, b"")
    assert dict(asked.headers) == dict(got.headers)


def test_it_is_packed_only_when_asked(ana, path):
    plain, packed = ana.reads(path, Accept_Encoding="identity"), ana.reads(path, Accept_Encoding="gzip")

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == plain.headers["ETag"]
    assert "Content-Encoding" not in ana.reads(path, Accept_Encoding="*").headers


def test_it_is_the_same_for_whoever_asks(ana, path):
    bodies = {
        ana.reads(path, Accept=accept, Accept_Language=tongue, User_Agent=agent, Cookie="session=x").data
        for accept in ("", "text/html", "application/json")
        for tongue in ("", "fr", "es")
        for agent in ("", "Google-Calendar-Importer")
    }

    assert len(bodies) == 1


def test_unknown_stopped_and_malformed_are_one_and_the_same_answer(client, ana, event, link, path):
    ana.presses(link, STOP)
    wrong = ["AAAAAAAAAAAAAAAAAAAAAA", "x", "A" * 5000, "..%2F..", "%00", "ñ", link.removeprefix("/r/")]

    revoked = client.get(path)

    assert revoked.status_code == 404
    for secret in wrong:
        answer = client.get(f"/feeds/mine/{secret}.ics")
        assert (answer.status_code, answer.data) == (404, revoked.data)
        assert dict(answer.headers) == dict(revoked.headers)
    assert client.post(path).status_code == 405


def test_robots_may_read_it_and_keep_it_to_themselves(client, ana, path):
    rules = RobotFileParser()
    rules.parse(client.get("/robots.txt").text.splitlines())

    assert rules.can_fetch("Google-Calendar-Importer", f"http://localhost{path}")
    assert "noindex" in ana.reads(path).headers["X-Robots-Tag"]


# --- the hour of its last use ---------------------------------------------------------------------------------------


def test_reading_writes_the_hour_and_nothing_else(app, ana, path, stopped_clock):
    """Everywhere else asking changes nothing; here people see whether somebody still reads along."""
    stopped_clock.moment = stopped_clock.moment.replace(minute=40)

    def all_but_use():
        with app.app_context():
            used = feeds()[0].used_at
        return used, state_of(app).replace(repr(used and used), "…")

    with app.app_context(), transaction():
        db.session.execute(sa.update(PersonalFeed).values(used_at=stopped_clock.moment - timedelta(days=2)))
    before = all_but_use()
    ana.reads(path)
    first = all_but_use()

    assert first[0] == stopped_clock.moment.replace(minute=0, second=0, microsecond=0)
    assert first[1] == before[1]
    for _again in range(3):
        stopped_clock.forward(minutes=6)
        ana.reads(path, If_None_Match="*")
    assert all_but_use() == first
    stopped_clock.forward(minutes=5)
    ana.reads(path, If_None_Match="*")
    assert all_but_use()[0] == first[0] + timedelta(hours=1)


def test_it_is_written_once_an_hour_and_not_by_every_reader(app, ana, path):
    written = []
    with app.app_context():
        engine = db.engine
    listen.listen(engine, "before_cursor_execute", note := lambda *given: written.append(given[2]))
    for _each in range(5):
        ana.reads(path)
    listen.remove(engine, "before_cursor_execute", note)

    assert sum(sql.startswith("UPDATE personal_feeds") for sql in written) == 1
    assert not [sql for sql in written if sql.startswith(("INSERT", "DELETE"))]


def test_where_it_cannot_be_written_the_calendar_is_read_all_the_same(app, ana, path, monkeypatch, caplog):
    whole = ana.reads(path).data
    with app.app_context(), transaction():
        db.session.execute(sa.update(PersonalFeed).values(used_at=None))

    def broken(*_given):
        raise sa.exc.OperationalError("UPDATE", {}, Exception(f"locked {path}"))

    monkeypatch.setattr(own_calendar_reading, "_write_use", broken)
    answer = ana.reads(path)

    assert (answer.status_code, answer.data) == (200, whole)
    assert "could not be noted" in caplog.text
    assert path.split("/")[-1][:10] not in caplog.text
    assert ana.reads(path).status_code == 200
