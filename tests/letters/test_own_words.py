"""The organizers' own words: for whom they are, what stays below them, and that nothing in them can break a letter."""

import re
from datetime import timedelta
from uuid import uuid4

import html5lib
import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from eventsvc.i18n import LANGUAGES, speaking
from eventsvc.letters import editing, wording
from eventsvc.letters.editable import LETTERS
from eventsvc.letters.wording import Wording
from eventsvc.registration import notices
from eventsvc.settings import project_folder

JOIN = "https://meet.example.org/secret-room"
SECRET = "s3cr3t-s3cr3t-s3cr3t-x"
OWN = Wording("Our own: {title}", "Dear guest,\n\nwelcome to {title} on {starts}.\nSee https://us.example/faq.")


@pytest.fixture
def event(cast, context):
    made = cast.event(
        "Side event",
        attendance="hybrid",
        join_url=JOIN,
        languages=list(LANGUAGES),
        titles={"en": "Side event", "es": "Evento paralelo", "pt": "Evento", "fr": "Rencontre"},
        venue={"name": "Hotel", "locality": "Los Angeles", "country": "US"},
        kinds=[("hall", 5)],
    )
    return db.session.get_one(Event, made.id)


def write(event, letter="confirmed", language="en", own=OWN):
    with transaction():
        editing.write(event, letter, language, own)
        db.session.flush()


def letter_to(event, letter="confirmed", language="en", status=None, **more):
    kind = db.session.scalars(sa.select(TicketType.id).where(TicketType.event_id == event.id)).first()
    status = status or LETTERS[letter].statuses[0]
    reader = notices.Reader(uuid4(), "ana@example.org", language, SECRET, status, "Ana Typed", ticket_type_id=kind)
    known = {
        "queue_place": 3 if status == "waitlisted" else None,
        "offer_until": event.starts_local - timedelta(days=2),
        "changes": [("When", "Monday", "Tuesday")] if letter == "event_changed" else [],
    }
    with speaking(language):
        return notices.words_of(event, letter, reader, **(known | more))


def test_own_words_stand_in_place_of_the_letters_first_words(event):
    usual = letter_to(event)
    write(event)
    own = letter_to(event)

    assert usual.subject == "You have a place: Side event"
    assert own.subject == "Our own: Side event"
    assert "You will find the event attached" in usual.text
    assert own.text.startswith("Our own: Side event\n\nDear guest,\n\nwelcome to Side event on ")
    assert "6:00 PM (Pacific" in own.text.partition("See https://us.example/faq.")[0]
    assert '<a href="https://us.example/faq"' in own.html
    assert ">https://us.example/faq</a>." in own.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_must_be_known_can_be_edited_away(event, language):
    for letter in LETTERS:
        if letter == "afterwards":
            continue  # what has to be known is over
        write(event, letter, language, Wording("x", "y"))
        for status in LETTERS[letter].statuses:
            own = letter_to(event, letter, language, status)
            joins = status == "confirmed" and letter != "event_cancelled"
            for part in (own.text, own.html):
                for fact in (event.title[language], "Los Angeles", f"/r/{SECRET}", "Alianza Americas"):
                    assert fact in part, (letter, status, fact)
                assert (JOIN in part) == joins, (letter, status)


def test_what_the_letter_is_about_stays(event):
    for letter, status, sentence in (
        ("confirmed", "confirmed", "You have a place."),
        ("waitlisted", "waitlisted", "You are on the waitlist"),
        ("waitlisted", "waitlisted", "Please do not travel before you hear from us."),
        ("pending", "pending", "You do not have a place yet."),
        ("approved", "waitlisted", "number 3 in line"),
        ("declined", "declined", "the organizers cannot give you a place"),
        ("offered", "offered", "A place is held for you until"),
        ("offered", "offered", "it goes to the next in line"),
        ("offer_expired", "expired", "your registration has ended"),
        ("offer_refused", "cancelled", "Your registration is cancelled"),
        ("cancelled_by_attendee", "cancelled", "Your registration is cancelled"),
        ("cancelled_by_organizer", "cancelled", "has cancelled your registration"),
        ("event_cancelled", "confirmed", "this event will not take place"),
        ("event_changed", "confirmed", "Tuesday"),
        ("event_changed", "confirmed", "Monday"),
        ("added_by_organizer", "confirmed", "Alianza Americas has registered you"),
    ):
        write(event, letter, own=Wording("x", "y"))
        own = letter_to(event, letter, status=status)
        assert sentence in own.text, letter
        assert sentence in own.html, letter


def test_a_subject_alone_leaves_the_words_and_a_text_alone_leaves_the_subject(event):
    write(event, own=Wording(subject="Hello"))
    assert letter_to(event).subject == "Hello"
    assert "You will find the event attached" in letter_to(event).text

    write(event, own=Wording(text="Only a text"))
    assert letter_to(event).subject == "You have a place: Side event"
    assert "Only a text" in letter_to(event).text


def test_a_language_without_own_words_has_the_usual_ones(event):
    write(event, language="es", own=Wording("Asunto", "Texto"))

    assert letter_to(event, language="es").subject == "Asunto"
    assert letter_to(event, language="fr").subject == letter_to(event, "confirmed", "fr").subject
    assert "Asunto" not in letter_to(event, language="en").subject


def test_words_in_a_language_of_the_event_only_are_for_those_who_read_none_of_its_others(event):
    write(event, language="ar", own=Wording("أهلا {title}", "مرحبا بكم في {title}"))
    event.languages = ["ar", "fr"]

    english = letter_to(event, language="en")
    assert english.subject == "أهلا Side event"
    assert '<div class="own" dir="rtl" lang="ar" style="text-align: start;">' in english.html
    assert "\u2068Side event\u2069" in english.text
    assert "You have a place." in english.text
    assert "أهلا" not in letter_to(event, language="fr").subject


HOSTILE = (
    "<script>alert(1)</script> {% raw %}{{ 7 * 7 }} %(title)s %s {event.host} </p></td>",
    'https://x.example/"onmouseover=alert(1) javascript:alert(1) http://plain.example',
)


@pytest.mark.parametrize("text", HOSTILE)
def test_words_are_only_words(event, text):
    """Also where they got past the check: they stand in the letter as they are."""
    write(event, own=Wording(text, text))
    letter = letter_to(event)

    html5lib.HTMLParser(strict=True).parse(letter.html)
    assert "<script>alert" not in letter.html
    assert not re.search(r"<[^>]+ onmouseover", letter.html)
    assert set(re.findall(r'href="(?!http://localhost|https://meet)([^"]*)"', letter.html)) <= {"https://x.example/"}
    assert "49" not in letter.subject


def test_a_subject_is_one_line_without_signs_that_turn_it(event):
    write(event, own=Wording("A\r\nBcc: eve@example.org\u202e {title}", "x"))

    assert letter_to(event).subject == "A Bcc: eve@example.org Side event"


def test_a_first_letter_never_holds_the_typed_name(event):
    for letter in ("confirmed", "waitlisted", "pending", "added_by_organizer", "handed_over"):
        assert "name" not in LETTERS[letter].placeholders
        write(event, letter, own=Wording("{name}", "Hello {name}!"))
        assert "Typed" not in "".join(letter_to(event, letter))


def test_a_later_letter_may_greet_by_name(event):
    write(event, "promoted", own=Wording("{name}", "Dear {name},\n\nyour way: {ticket_type}"))
    letter = letter_to(event, "promoted")

    assert letter.subject == "Ana Typed"
    assert "Dear Ana Typed,\n\nyour way: hall\n" in letter.text


def test_saving_raises_the_version_and_the_next_letter_has_the_new_words(event):
    before = event.version
    write(event)
    write(event)
    assert event.version == before + 1
    assert letter_to(event).subject == "Our own: Side event"

    write(event, own=Wording())
    assert event.version == before + 2
    assert letter_to(event).subject == "You have a place: Side event"
    assert wording.wordings(event) == {}


def test_the_longest_text_in_a_wide_script_stays_far_below_what_readers_cut_off(event):
    write(event, language="fr", own=Wording("é" * 150, "https://a.é\n\n" * 500))
    assert len(letter_to(event, language="fr").html.encode()) < 100_000
    write(event, language="fr", own=Wording("م" * 150, ("م" * 9 + " ") * 500))
    assert len(letter_to(event, language="fr").html.encode()) < 60_000


def test_every_letter_that_can_be_edited_is_there():
    folder = project_folder("templates") / "mail"
    for letter in LETTERS:
        assert (folder / f"{letter}.subject.txt").is_file(), letter
        assert "{% block words %}" in (folder / f"{letter}.txt").read_text(), letter
