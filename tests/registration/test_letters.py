"""The letters about a registration: complete in their text part alone, in both languages, and none holds what was typed."""

import re

import pytest

from eventsvc.i18n import LANGUAGES
from eventsvc.registration import cancellation, correction, log
from eventsvc.retention.erasure import erase
from tests.registration.story import Story, method_of
from tests.registration.visitor import html_of, mails, text_of

JOIN = "https://meet.example.org/secret-room"
CONTACT = "side-event@example.org"


@pytest.fixture
def event(cast):
    return cast.event(
        "Side event",
        capacity=1,
        attendance="hybrid",
        join_url=JOIN,
        contact={"en": CONTACT},
        venue={"name": "Hotel", "locality": "Los Angeles", "country": "US"},
    )


@pytest.fixture(params=LANGUAGES)
def story(request, app, client, event):
    return Story(app, client, event, request.param)


@pytest.fixture
def english(app, client, event):
    return Story(app, client, event)


def test_a_confirmation_says_everything_in_its_text_alone(english):
    english.comes()
    mail = english.mail()
    text = text_of(mail)

    assert mail["Subject"] == "You have a place: Side event"
    assert mail["Reply-To"] == CONTACT
    assert method_of(mail) == "REQUEST"
    for said in (
        "6:00 PM to 8:00 PM (Pacific ",
        "Hotel, Los Angeles, United States",
        JOIN,
        CONTACT,
        "Alianza Americas",
    ):
        assert said in text
    assert re.search(r"http://localhost/r/[\w-]{22}\n", text)
    assert re.search(r"kept for this event until \w+, \w+ \d+, \d{4}, and then erased", text)
    assert "If you cannot come, please cancel there." in text


def test_a_confirmation_in_spanish_is_spanish_throughout(app, client, event):
    story = Story(app, client, event, "es")
    story.comes()
    text = text_of(story.mail())

    assert story.mail()["Subject"] == "Tiene un lugar: Side event (es)"
    for said in (
        "Cuándo: ",
        "hora ",
        "Dónde: Hotel, Los Angeles, Estados Unidos",
        "Enlace para participar: ",
        "se borran",
    ):
        assert said in text
    for said in ("When", "You ", "your", "Keep", "registration:"):
        assert said not in text


def test_who_waits_is_told_so_and_gets_nothing_that_looks_booked(english):
    english.comes("ben")
    english.comes("ana")
    mail = english.mail()

    assert mail["Subject"] == "You are on the waitlist: Side event"
    assert method_of(mail) is None
    assert JOIN not in str(mail) + text_of(mail) + html_of(mail)
    assert "Please do not travel before you hear from us." in text_of(mail)
    assert "so that the next in line moves up" in text_of(mail)


def test_who_is_promoted_gets_the_entry_and_the_join_link(english):
    english.comes("ben")
    english.comes("ana")
    english.does(cancellation.cancel, "ben")

    assert english.mail()["Subject"] == "You have a place now: Side event"
    assert method_of(english.mail()) == "REQUEST"
    assert JOIN in text_of(english.mail())
    assert english.mail("ben@example.org")["Subject"] == "Cancelled: your registration for Side event"
    assert method_of(english.mail("ben@example.org")) == "CANCEL"
    assert JOIN not in text_of(english.mail("ben@example.org"))


def test_who_is_in_already_learns_what_they_have(english):
    english.comes("ben")
    english.comes("cleo")
    english.comes("ana")
    english.comes("ana")
    english.comes("ben")

    assert english.mail()["Subject"] == "You are registered already: Side event"
    assert "You are on the waitlist, number 2 in line." in text_of(english.mail())
    assert "You have a place." in text_of(english.mail("ben@example.org"))


def test_an_organizer_may_say_why_and_the_words_stay_text(english):
    english.comes()
    english.does(lambda one: cancellation.cancel(one, log.organizer(), "We are sorry:\n<b>the room shrank</b>"))
    mail = english.mail()

    assert "Alianza Americas has cancelled your registration for this event." in text_of(mail)
    assert "A message from Alianza Americas:\n\nWe are sorry:\n<b>the room shrank</b>" in text_of(mail)
    assert "We are sorry:<br>&lt;b&gt;the room shrank&lt;/b&gt;" in html_of(mail)


def test_a_change_says_what_was_and_what_is(english, event):
    english.comes()
    english.changes(
        venue={"name": "Town hall", "locality": "Los Angeles", "country": "US"}, starts=event.starts.replace(hour=17)
    )
    text = text_of(english.mail())

    assert english.mail()["Subject"] == "Changed: Side event"
    assert method_of(english.mail()) == "REQUEST"
    assert re.search(r"When: .* 5:00 PM to 8:00 PM .*\nBefore: .* 6:00 PM to 8:00 PM ", text)
    assert "Town hall, Los Angeles, United States / Online\nBefore: Hotel, Los Angeles, United States / Online" in text
    assert "Sorry for the trouble." in text


def test_a_new_join_link_is_read_by_those_who_have_a_place_and_nobody_else(story):
    story.comes()
    story.comes("ben")
    story.changes(join_url="https://meet.example.org/new-room")
    seated, waiting = story.mail(), story.mail("ben@example.org")

    assert "https://meet.example.org/new-room" in text_of(seated)
    assert "https://meet.example.org" not in str(waiting) + text_of(waiting) + html_of(waiting)
    assert JOIN not in text_of(seated)


def test_who_erased_everything_loses_the_join_link(english):
    english.comes()
    english.does(lambda one: erase(one.id))

    assert english.mail()["Subject"] == "Your data are erased: Side event"
    assert JOIN not in str(english.mail()) + text_of(english.mail()) + html_of(english.mail())


def test_a_cancelled_event_says_so_once_and_clearly(english):
    english.comes()
    english.is_called_off()

    assert english.mail()["Subject"] == "Cancelled: Side event"
    assert method_of(english.mail()) == "CANCEL"
    assert "The hotel is closed." in text_of(english.mail())


def test_a_moved_registration_tells_the_old_mailbox_and_gives_it_no_link(english):
    english.comes()
    english.does(lambda one: correction.correct(one, correction.Correction("New-Name", "eva@example.org", "en")))
    old, new = english.mail(), english.mail("eva@example.org")

    assert "/r/" not in text_of(old) + html_of(old)
    assert "eva" not in str(old) + text_of(old)
    assert (method_of(old), method_of(new)) == ("CANCEL", "REQUEST")
    assert new["Subject"] == "Your registration: Side event"


def test_letters_about_invitation_events_lead_to_no_public_page(app, client, cast):
    story = Story(app, client, cast.event("Closed meeting", visibility="invitation"))
    story.comes(added=True)

    assert story.mail()["Subject"] == "You are registered: Closed meeting"
    assert "/events/" not in text_of(story.mail()) + html_of(story.mail())


def test_no_letter_holds_what_was_typed_and_all_are_whole(story):
    story.comes("ben")
    story.comes()
    story.comes()
    story.does(cancellation.cancel, "ben")
    story.changes(venue={"name": "Town hall"})
    story.does(
        lambda one: correction.correct(one, correction.Correction("Typed-Name", "eva@example.org", story.language))
    )
    story.does(lambda one: cancellation.cancel(one, log.organizer(), "x"), "eva")
    story.comes("dora", added=True)
    story.is_called_off()
    written = mails(story.client, story.event)

    assert len(written) == 11
    for mail in written:
        text, html = text_of(mail), html_of(mail)
        assert "Typed-Name" not in str(mail) + text + html
        assert "{{" not in text + html
        assert "%(" not in text + html
        assert "None" not in text
        assert text.splitlines()[0] in html  # the same heading
        assert "Alianza Americas" in text
        assert mail["Content-Language"] in {None, story.language}
