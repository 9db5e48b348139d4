"""Before a change is saved or an event called off, the organizer reads who will be told, and the very letters."""

import re
from datetime import timedelta

import html5lib
import pytest
import sqlalchemy as sa

from eventsvc.chores import announce
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.mail import reading
from eventsvc.mail.models import Message
from eventsvc.registration.announcements import unfinished
from eventsvc.registration.drafting import Signup
from eventsvc.registration.log import organizer
from eventsvc.registration.signup import add
from tests.organizers.staff import says

JOIN = "https://meet.example.org/secret-room"
LINK = re.compile(r"/r/\S+")


def previews(page) -> list[tuple[str, ...]]:
    """(heading, subject, text) of each letter shown."""
    tree = html5lib.parse(page.text, namespaceHTMLElements=False)
    shown = [[each.find(part) for part in ("summary", ".//strong", ".//pre")] for each in tree.iter("details")]
    found = [tuple("".join(part.itertext()) for part in parts if part is not None) for parts in shown]
    return [letter for letter in found if len(letter) == 3]


def letters_sent(staff, event: Event) -> list[tuple[str, str]]:
    """(subject, text) of every notice, after the clockwork went round."""
    with staff.app.app_context():
        while unfinished():
            announce()
        rows = db.session.scalars(
            sa.select(Message).where(
                Message.event_id == event.id, Message.letter.in_(("event_changed", "event_cancelled"))
            )
        )
        opened = [reading.opened(row) for row in rows]
        letters = [reading.Letter.of(found.content) for found in opened if found]
    return [(letter.subject, letter.text) for letter in letters]


def without_link(text: str) -> str:
    return LINK.sub("/r/…", text).strip()


@pytest.fixture
def event(staff) -> Event:
    event: Event = staff.event(capacity=2, attendance="hybrid", join_url=JOIN, venue={"name": "Hall 1"})
    staff.signs_up(event, "Ana")
    staff.signs_up(event, "Beto", language="es")
    staff.signs_up(event, "Carla", language="es")
    return event


def asked(staff, event: Event, **values):
    return staff.member().fill(f"/organize/events/{event.slug}/edit", **values)


def later(event: Event) -> dict[str, str]:
    by = timedelta(days=1)
    return {name: (getattr(event, name) + by).isoformat(timespec="minutes") for name in ("starts", "ends")}


def test_each_letter_is_shown_as_it_will_be_in_every_language_and_for_who_waits(staff, event):
    member = staff.member()
    page = member.fill(f"/organize/events/{event.slug}/edit", **later(event), venue_name="Hall 2")
    shown = previews(page)

    assert [heading for heading, _subject, _text in shown] == [
        "Spanish: to people with a place",
        "Spanish: to people who wait",
        "English: to people with a place",
    ]
    assert staff.fresh(event).sequence == 0
    assert member.fill(page, "edit").status_code == 303
    sent = letters_sent(staff, event)
    assert len(sent) == 3
    assert {(subject, without_link(text)) for subject, text in sent} == {
        (subject, without_link(text)) for _heading, subject, text in shown
    }


def test_nobody_stands_in_the_letters_shown_and_no_link_of_anybody(staff, event):
    page = asked(staff, event, venue_name="Hall 2")

    assert not any(name in page.text for name in ("ana@", "beto@", "Carla"))
    assert {link for _h, _s, text in previews(page) for link in LINK.findall(text)} == {
        "/r/link-of-each-person",
        "/r/enlace-de-cada-persona",
    }


def test_the_organizer_reads_their_own_words_in_the_letter_before_anything_is_saved(staff, event):
    member = staff.member()
    page = member.fill(f"/organize/events/{event.slug}/edit", venue_name="Hall 2")
    again = member.fill(page, "edit", people_note="The roof <leaks>.", preview="yes")

    assert all("The roof <leaks>." in text for _heading, _subject, text in previews(again))
    assert staff.fresh(event).venue == {"name": "Hall 1"}
    assert member.fill(again, "edit").status_code == 303
    assert staff.fresh(event).venue["name"] == "Hall 2"
    assert all("The roof <leaks>." in text for _subject, text in letters_sent(staff, event))


def test_whether_one_comes_or_joins_from_afar_is_a_line_of_its_own(staff, event):
    page = asked(staff, event, attendance="online")

    assert says(page, "How Until now: In person and online From now on: Online")


def test_who_cannot_be_reached_is_counted_and_named_as_work(staff):
    event = staff.event(venue={"name": "Hall 1"})
    with staff.app.app_context():
        kind = db.session.scalar(sa.text("SELECT id FROM ticket_types WHERE event_id = :e"), {"e": event.id})
        add(db.session.get_one(Event, event.id), Signup("By hand", None, "en", kind, "1"), organizer())
    page = asked(staff, event, venue_name="Hall 2")

    assert says(page, "1 person has no mail address and cannot be told: please tell them yourself.")
    assert "A notice with an update" not in page.text
    assert says(page, "Change it")


def test_cancelling_shows_its_letters_too_with_the_words_typed(staff, event):
    member, path = staff.member(), f"/organize/events/{event.slug}/cancellation"
    page = member.get(path)
    assert [heading for heading, _subject, _text in previews(page)] == [
        "Spanish: to people with a place, to people who wait",
        "English: to people with a place",
    ]
    again = member.fill(page, "cancellation", note="A storm.", preview="yes")
    assert staff.fresh(event).status == "published"
    shown = previews(again)
    assert all("A storm." in text for _heading, _subject, text in shown)
    assert JOIN not in again.text

    assert member.fill(again, "cancellation").status_code == 303
    sent = {(subject, without_link(text)) for subject, text in letters_sent(staff, event)}
    assert sent == {(subject, without_link(text)) for _heading, subject, text in shown}


def test_a_typo_asks_nothing(staff, event):
    answer = asked(staff, event, title_en="Assembly of all")

    assert answer.status_code == 303
    assert letters_sent(staff, event) == []


def test_what_is_over_is_corrected_without_asking(staff, stopped_clock):
    event = staff.event(days=1, venue={"name": "Hall 1"})
    staff.signs_up(event, "Ana")
    stopped_clock.forward(days=3)

    assert asked(staff, event, venue_name="Hall 2").status_code == 303
    assert letters_sent(staff, event) == []


def test_an_event_that_is_cancelled_may_be_corrected_and_tells_nobody(staff, event):
    with staff.app.app_context(), transaction():
        from_now_on = db.session.get_one(Event, event.id)
        from_now_on.status = "cancelled"
        from_now_on.version += 1

    assert asked(staff, event, venue_name="Hall 2").status_code == 303
    assert letters_sent(staff, event) == []
