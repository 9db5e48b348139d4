"""A calendar that follows a feed over HTTP, and one that takes in what comes by mail, show each change of an event."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.mail.models import Message
from eventsvc.registration import announcements
from eventsvc.zones import local_instant
from tests.calendar.readings import by_khal, by_program, nameless
from tests.calendar.test_readers import calendar_parts, tell
from tests.journeys.conftest import Service
from tests.servers import khal
from tests.servers.icaljs import Reader
from tests.servers.khal import Agenda, Copied
from tests.servers.libical import Judge
from tests.servers.missing import required

pytestmark = pytest.mark.slow
HOURS = timedelta(hours=3)
MADRID, MEXICO = "Europe/Madrid", "America/Mexico_City"


@pytest.fixture
def by_mail() -> Iterator[Agenda]:
    """The calendar of somebody who opens what comes by mail."""
    with required(khal.agenda()) as mine:
        yield mine


def feed_of(running: Service, host: str) -> str:
    return f"{running.url}/es/feeds/organizations/{running.cast.organization(host).slug}.ics"


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=20) as answer:
        body: bytes = answer.read()
        return body


@contextmanager
def changing(running: Service, event: Event) -> Iterator[Event]:
    """In one transaction; everybody concerned has been written to afterwards."""
    with running.app.app_context():
        with transaction():
            yield db.session.get_one(Event, event.id, populate_existing=True)
        tell()


def parts_of(running: Service, event: Event) -> list[bytes]:
    """The calendar part of each letter about the event, in the order they were posted."""
    with running.app.app_context():
        query = sa.select(Message).where(Message.event_id == event.id).order_by(Message.created_at)
        return [parts[0] for message in db.session.scalars(query) if (parts := calendar_parts(message))]


@dataclass(frozen=True)
class Calendars:
    """All that one event may be seen in: two that follow the feed or read it, and one that takes in letters."""

    running: Service
    event: Event
    url: str
    programs: tuple[Reader, Judge]
    following: Agenda
    by_mail: Agenda

    def show(self, zone: str, wall: datetime, status: str, *, copied: Copied) -> None:
        """Each has exactly this one event; following the feed so many items were copied."""
        starts, first = local_instant(wall, zone), wall.date() - timedelta(days=5)
        expected = [(starts, starts + HOURS, status)]
        assert self.following.sync() == copied
        self.by_mail.take(part := parts_of(self.running, self.event)[-1])
        file = fetched(self.url)
        for program in self.programs:
            assert nameless(by_program(program, file)) == nameless(by_program(program, part)) == expected
        for agenda in (self.following, self.by_mail):
            assert nameless(by_khal(agenda, first, 10)) == expected
        judge = self.programs[1]
        assert judge.judge(part) == judge.judge(file) == []


def test_an_event_moved_twice_and_called_off_shows_rightly_in_every_calendar(
    plain_site: Service, other_reader: Reader, judge: Judge, agenda: Agenda, by_mail: Agenda
):
    running = plain_site
    day = clock.now().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(days=60)
    evening, later = day + timedelta(hours=18), day + timedelta(days=1, hours=10)
    host = running.cast.organization("Mesa de Diálogo")
    ends = evening + HOURS
    event = running.cast.event("Asamblea", host=host, published=False, timezone=MADRID, starts=evening, ends=ends)
    agenda.follow(url := feed_of(running, "Mesa de Diálogo"))
    assert agenda.sync() == Copied(0, 0)
    calendars = Calendars(running, event, url, (other_reader, judge), agenda, by_mail)

    with changing(running, event) as it:
        editing.publish(it)
    running.comes(event, "ana")
    calendars.show(MADRID, evening, "CONFIRMED", copied=Copied(1, 0))

    with changing(running, event) as it:
        announcements.change(it, starts=later, ends=later + HOURS)
    calendars.show(MADRID, later, "CONFIRMED", copied=Copied(1, 1))

    with changing(running, event) as it:
        announcements.change(it, timezone=MEXICO)
    calendars.show(MEXICO, later, "CONFIRMED", copied=Copied(1, 1))

    with changing(running, event) as it:
        announcements.call_off(it)
    calendars.show(MEXICO, later, "CANCELLED", copied=Copied(1, 1))

    assert agenda.events(day.date(), 5)[0]["title"].startswith("Cancelado: ")
    tell_one_story(judge, parts_of(running, event), fetched(url))


def tell_one_story(judge: Judge, parts: list[bytes], feed: bytes) -> None:
    """Letters and feed are about one UID; SEQUENCE rises from letter to letter, and is never below the feed's."""
    mailed = [judge.read(part) for part in parts]
    (published,) = judge.read(feed)["events"]
    sequences = [each["events"][0]["sequence"] for each in mailed]
    assert [each["method"] for each in mailed] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert {each["events"][0]["uid"] for each in mailed} == {published["uid"]}
    assert sequences == sorted({*sequences})
    assert published["sequence"] <= sequences[-1]


def test_a_second_sync_copies_nothing_and_after_one_edit_one_item(plain_site: Service, agenda: Agenda):
    running = plain_site
    host = running.cast.organization("Red de Centros")
    events = [running.cast.event(f"Reunión {number}", host=host, days=10 + number) for number in range(5)]
    agenda.follow(feed_of(running, "Red de Centros"))
    assert [agenda.sync(), agenda.sync()] == [Copied(5, 0), Copied(0, 0)]

    with changing(running, events[2]) as it:
        editing.change(it, title={"en": "A meeting", "es": "Una reunión"})

    assert [agenda.sync(), agenda.sync()] == [Copied(1, 1), Copied(0, 0)]
    titles = {each["title"] for each in agenda.events(datetime.now(UTC).date(), 40)}
    assert titles == {"Una reunión", *(f"Reunión {number} (es)" for number in (0, 1, 3, 4))}
