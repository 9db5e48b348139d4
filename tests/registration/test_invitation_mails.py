"""What an invitation holds in the mail itself: one event for one address, from one organizer, above all that came before."""

import re
from email.message import EmailMessage

import icalendar
import pytest

from eventsvc.calendar import lint
from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event, Organization
from eventsvc.mail import reading
from eventsvc.registration import cancellation
from eventsvc.registration.correction import Correction, correct
from eventsvc.retention import runs
from tests.registration.itip_client import Message, messages_in
from tests.registration.story import Story
from tests.registration.visitor import html_of, link_in, mails, text_of

JOIN = "https://meet.example.org/secret-room"
CANARIES = ("ana@example.org", "ben@example.org", "cleo@example.org")


@pytest.fixture
def story(app, client, cast) -> Story:
    event = cast.event("Side event", capacity=2, attendance="hybrid", join_url=JOIN, venue={"name": "Hall 1"})
    return Story(app, client, event)


def objects(story: Story, who: str) -> list[Message]:
    """What the calendar of this person was sent, in order."""
    return [message for mail in mails(story.client, story.event, f"{who}@example.org") for message in objects_in(mail)]


def objects_in(mail: EmailMessage) -> list[Message]:
    return messages_in(mail.as_bytes())


def steps(story: Story, who: str) -> list[tuple[str, int]]:
    return [(message.method, message.sequence) for message in objects(story, who)]


def test_feed_file_and_mail_say_the_same_uid_and_times_and_mail_is_never_below_the_events_sequence(story):
    story.comes()
    story.changes(venue={"name": "Hall 2"})
    mailed = objects(story, "ana")[-1]
    files = [
        icalendar.Calendar.from_ical(story.client.get(path).data).walk("VEVENT")[0]
        for path in ("/feeds/all.ics", "/en/feeds/all.ics", f"/en/events/{story.event.slug}.ics")
    ]

    for event in files:
        assert str(event["UID"]) == mailed.uid
        assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (mailed.starts, mailed.ends)
        assert event.decoded("SEQUENCE") == 1 <= mailed.sequence


def test_whatever_is_renamed_the_uid_stays(story):
    story.comes()
    with story.app.app_context(), transaction():
        event = db.session.get_one(Event, story.event.id)
        host = db.session.get_one(Organization, event.host_id)
        host.name, host.slug = "Another name", "another-name"
        event.slug = "another-slug"
        editing.touch_organization(host)
    story.changes(venue={"name": "Hall 2"})

    assert {message.uid for message in objects(story, "ana")} == {story.event.uid}


def test_nobody_else_stands_anywhere_in_the_mail(story):
    for who in ("ana", "ben", "cleo"):
        story.comes(who)
    story.changes(venue={"name": "Hall 2"})
    story.does(cancellation.cancel, "ben")
    story.is_called_off()

    for to in CANARIES:
        for mail in mails(story.client, story.event, to):
            everything = mail.as_string() + text_of(mail) + html_of(mail) + "".join(calendars(mail))
            assert not any(other in everything for other in CANARIES if other != to)
            assert [message.attendees for message in objects_in(mail)] in ([], [(f"mailto:{to}",)])


def calendars(mail: EmailMessage) -> list[str]:
    return [body.decode() for body in reading.Letter.of(mail.as_bytes()).calendars]


def test_the_organizer_is_who_the_mail_comes_from_for_the_events_whole_life(story):
    story.comes()
    story.changes(venue={"name": "Hall 2"})
    story.is_called_off()

    sent = mails(story.client, story.event)
    senders = {mail["From"].addresses[0].addr_spec for mail in sent}
    assert {message.organizer for mail in sent for message in objects_in(mail)} == {f"mailto:{senders.pop()}"}
    assert senders == set()
    assert all(
        re.search(r"^ORGANIZER;CN=.*:mailto:\S+@\S+\r$", _unfolded(each), re.MULTILINE) for each in calendars(sent[0])
    )


def _unfolded(calendar: str) -> str:
    return calendar.replace("\r\n ", "")


def test_every_object_that_was_mailed_passes_our_own_lint(story):
    story.comes()
    story.changes(attendance="online")
    story.is_called_off()

    found = [body for mail in mails(story.client, story.event) for body in calendars(mail)]
    assert len(found) == 3
    assert [lint.lint(body.encode()) for body in found] == [[], [], []]


def test_a_real_change_sends_each_person_with_a_place_one_higher_request_and_a_typo_none(story):
    for who in ("ana", "ben", "cleo"):
        story.comes(who)
    story.changes(starts=story.event.starts.replace(hour=9))
    story.changes(title={"en": "Side events", "es": "Evento"})

    assert [steps(story, who) for who in ("ana", "ben", "cleo")] == [[("REQUEST", 0), ("REQUEST", 1)]] * 2 + [[]]


def test_who_comes_again_after_a_cancellation_is_above_it(story):
    story.comes()
    story.does(cancellation.cancel)
    story.comes()

    assert steps(story, "ana") == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2)]


def test_two_registrations_with_one_address_are_one_entry_which_goes_with_the_last(story):
    """An address has one live registration: a second one that comes to it by a correction ends, and the entry stays."""
    story.comes("ana")
    story.comes("ben")
    story.does(lambda one: correct(one, Correction("Ana", "ana@example.org", "en")), "ben")
    assert (steps(story, "ana"), steps(story, "ben")) == ([("REQUEST", 0)], [("REQUEST", 0), ("CANCEL", 1)])

    story.does(lambda one: cancellation.cancel(one) if one.status == "confirmed" else None, "ana")
    assert steps(story, "ana") == [("REQUEST", 0), ("CANCEL", 1)]


def test_who_waits_gets_nothing_for_the_calendar_and_who_moves_up_the_first_request(story):
    for who in ("ana", "ben", "cleo"):
        story.comes(who)
    assert steps(story, "cleo") == []
    story.changes(venue={"name": "Hall 2"})
    story.does(cancellation.cancel, "ben")

    assert steps(story, "cleo") == [("REQUEST", 1)]


def test_who_erases_everything_right_after_cancelling_still_loses_the_entry(story):
    """The letter that takes it out was on its way."""
    story.comes()
    story.does(cancellation.cancel)
    gone = story_row(story)
    with story.app.app_context():
        runs.erase_on_request(gone)

    assert steps(story, "ana") == [("CANCEL", 1)]


def story_row(story: Story):
    with story.app.app_context():
        return db.session.scalar(db.text("SELECT id FROM registrations").columns(id=db.Uuid))


def test_the_link_to_ones_registration_is_in_the_words_alone(story):
    story.comes()
    story.changes(venue={"name": "Hall 2"})

    for mail in mails(story.client, story.event):
        secret = link_in(mail).removeprefix("/r/")
        data = "".join(re.findall(r"<script[^>]*ld\+json[^>]*>(.*?)</script>", html_of(mail), re.DOTALL))
        assert secret in text_of(mail)
        assert secret in html_of(mail)
        assert secret not in "".join(calendars(mail)) + data
