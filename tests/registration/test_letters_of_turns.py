"""Every turn of a registration has its letter: in every language, whole in plain text alone, and true for whom it goes to."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import uuid4

import html5lib
import pytest
from markupsafe import escape

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.i18n import LANGUAGES, date_text, speaking, time_text, zone_text
from eventsvc.letters.editable import LETTERS as EDITABLE
from eventsvc.mail.letters import render
from eventsvc.registration import notices, states
from eventsvc.registration.log import ATTENDEE, organizer
from eventsvc.registration.models import LIVE, Status
from eventsvc.settings import project_folder
from tests.linting import problems

TABLE = Path(__file__).parents[2] / "CONTRIBUTING.md"
JOIN, CONTACT, TYPED = "https://meet.example.org/secret-room", "side-event@example.org", "Typed-Name"
SECRET = "s3cr3t-s3cr3t-s3cr3t-x"
GUEST = "http://localhost/r/gu3st-gu3st-gu3st-gu3s"
LINK = re.compile(r"https?://\S+[\w/]")
BROKEN = ("HTML:", "not in ", "an empty ", "an h")
"""What a strict reader of pages says that counts for a letter too."""

BY_TURNS = sorted(
    {
        (letter, status)
        for verb, turn in states.TURNS.items()
        for status in turn.after
        for actor in (ATTENDEE, organizer())
        if (letter := states.letter_of(verb, status, actor))
    }
)
BESIDES = [
    *((letter, status) for letter in ("my_link", "already_registered", "corrected") for status in LIVE),
    *(("event_changed", status) for status in LIVE if status != Status.UNCONFIRMED),
    ("event_cancelled", Status.CONFIRMED),
    ("moved_away", Status.CONFIRMED),
    ("handed_on", Status.CONFIRMED),
    *(("guests_entrusted", status) for status in LIVE),
    *((letter, Status.CONFIRMED) for letter in ("reminder_day", "reminder_hour", "afterwards")),
]
FIRST = ("confirm_address", "pending", "confirmed", "waitlisted", "handed_over")
"""The first letter to an address: it could be a stranger's."""


@pytest.fixture
def event(cast, context):
    return cast.event(
        "Side event",
        attendance="hybrid",
        join_url=JOIN,
        languages=list(LANGUAGES),
        titles={"en": "Side event", "es": "Evento paralelo", "pt": "Evento paralelo", "fr": "Rencontre"},
        contact={"en": CONTACT},
        venue={"name": "Hotel", "locality": "Los Angeles", "country": "US"},
    )


def reader(status, language="en"):
    return notices.Reader(uuid4(), "ana@example.org", language, SECRET, status, TYPED)


def known(event, status):
    return {
        "queue_place": 3 if status == Status.WAITLISTED else None,
        "offer_until": event.starts_local - timedelta(days=2, hours=1, minutes=30),
        "has_questions": True,
        "ticket_type": "Hall",
    }


def facts(event, status, language="en", **more):
    with speaking(language):
        return notices.facts(event, reader(status, language), **(known(event, status) | more))


def written(event, letter, status, language="en", method=None, **more):
    with speaking(language):
        return notices.words_of(event, letter, reader(status, language), method, **(known(event, status) | more))


def said(html):
    """The words of a page, as one line."""
    found: list[str] = []
    reader = HTMLParser()
    vars(reader)["handle_data"] = found.append
    reader.feed(re.sub(r"(?s)<head>.*</head>", "", html))
    return " ".join(" ".join(found).split())


def faults(subject, text, html, language):
    """What a strict reader finds in a letter, who knows the language and the sentences of the house."""
    html5lib.HTMLParser(strict=True).parse(html)
    found = problems(html) + problems(as_page(f"{subject}\n{text}", language))
    leftovers = re.findall(
        r"\{\{|\{%|%\(|\bNone\b|<(?:img|link)|<script(?! type=.application/ld.json)", subject + text + html
    )
    return [one for one in found if one.startswith(BROKEN)] + leftovers


def as_page(text, language):
    """Plain text as a page of paragraphs, for the reader of pages."""
    lines = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line)
    return f'<!doctype html><html lang="{language}" dir="ltr"><title>x</title>{lines}</html>'


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_whole_and_in_its_language(event, language):
    with speaking(language):
        begins = time_text(event.starts_local)
    for letter, status in BY_TURNS + BESIDES:
        case = f"{letter} to who is {status}"
        subject, text, html = written(event, letter, status, language)

        assert faults(subject, text, html, language) == [], case
        assert len(subject) <= 80, case
        assert text.splitlines()[0] in said(html), case
        for fact in (event.title[language], begins, "Los Angeles", "Alianza Americas", CONTACT):
            assert fact in text, case


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_text_leads_wherever_the_layout_does(event, language):
    for letter, status in BY_TURNS + BESIDES:
        _, text, html = written(event, letter, status, language)

        assert set(LINK.findall(text)) - {"http://localhost"} == set(re.findall(r'href="([^"]+)"', html)), letter


def test_every_letter_has_its_three_parts():
    folder = project_folder("templates") / "mail"
    for letter in {letter for letter, _ in BY_TURNS + BESIDES} | {"several", "own_calendar"}:
        for part in ("subject.txt", "txt", "html"):
            assert (folder / f"{letter}.{part}").is_file(), f"{letter}.{part}"


def test_every_letter_has_a_turn_or_another_reason():
    folder = project_folder("templates") / "mail"
    known = {letter for letter, _ in BY_TURNS + BESIDES} | {"several", "own_calendar", "sign_in", "test"}

    assert {path.name.partition(".")[0] for path in folder.glob("*.subject.txt")} == known


def test_the_table_of_letters_names_each_once_and_says_which_may_have_own_words():
    rows = re.findall(r"(?m)^\| (`\w+`[^|]*) \| [^|]+ \| (yes|no) \|$", TABLE.read_text())
    table = [(letter, own == "yes") for names, own in rows for letter in re.findall(r"`(\w+)`", names)]
    folder = project_folder("templates") / "mail"

    assert sorted(name for name, _ in table) == sorted(p.name.partition(".")[0] for p in folder.glob("*.subject.txt"))
    assert {name for name, own in table if own} == EDITABLE.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_letter_holds_nothing_that_was_typed(event, language):
    for letter, status in BY_TURNS:
        if letter in FIRST:
            assert TYPED not in "".join(written(event, letter, status, language, guests=[(2, GUEST)])), letter
    several = [facts(event, status, language) for status in LIVE[:3]]
    about: dict[str, Any] = {"events": several, "organization": "Alianza Americas", "contact": CONTACT}
    assert TYPED not in "".join(render("several", language, **about))


def test_only_who_has_a_place_reads_the_join_link_and_of_a_calendar_entry(event):
    for letter, status in BY_TURNS:
        whole = "".join(written(event, letter, status))
        if status != Status.CONFIRMED:
            assert JOIN not in whole, letter
            assert "attached" not in whole, letter
        else:
            assert "attached as a calendar entry" in whole or letter == "added_by_organizer", letter


def test_a_letter_that_ends_everything_takes_the_join_link_along(event):
    for letter in ("cancelled_by_attendee", "cancelled_by_organizer", "erased", "moved_away", "handed_on"):
        assert JOIN not in "".join(written(event, letter, Status.CONFIRMED)), letter


def test_who_has_not_confirmed_finds_one_link_and_what_becomes_of_it(event):
    _, text, html = written(event, "confirm_address", Status.UNCONFIRMED, guests=[(2, GUEST)])

    assert re.findall(r"/r/\S+", text) == [f"/r/{SECRET}/confirmation"]
    assert html.count("/r/") == 1
    assert "until then, no place is kept for you" in text
    assert "The link works for 48 hours." in text
    assert "nothing is kept about you" in text
    assert "cancel" not in text.lower()


def test_who_is_pending_knows_that_this_is_no_place(event):
    hybrid = written(event, "pending", Status.PENDING).text
    event.attendance = "online"
    online = written(event, "pending", Status.PENDING).text

    assert "You do not have a place yet. Please do not travel before you hear from us." in hybrid
    assert "You do not have a place yet.\n" in online
    assert "travel" not in online


def test_an_approval_says_what_it_leads_to_in_the_words_of_the_organizers(event):
    seat = written(event, "approved", Status.CONFIRMED, note="See you\n<b>soon</b>")
    queue = written(event, "approved", Status.WAITLISTED, note="Soon")

    assert seat.subject == "You have a place: Side event"
    assert "A message from Alianza Americas:\n\nSee you\n<b>soon</b>\n" in seat.text
    assert "See you<br>&lt;b&gt;soon&lt;/b&gt;" in seat.html
    assert queue.subject == "You are on the waitlist: Side event"
    assert "number 3 in line" in queue.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_offer_says_until_when_in_the_zone_of_the_event(event, language):
    until = event.starts_local - timedelta(days=3)
    _, text, html = written(event, "offered", Status.OFFERED, language, offer_until=until)
    with speaking(language):
        moment = f"{date_text(until)}, {time_text(until)} ({zone_text(until)})"

    assert moment in text
    assert moment in html
    assert f"http://localhost/r/{SECRET}/offer\n" in text
    assert html.count(f'href="http://localhost/r/{SECRET}/offer"') == 2


def test_who_waits_where_places_are_offered_is_not_promised_one(event):
    event.offer_hours = 24
    for letter in ("waitlisted", "approved"):
        text = written(event, letter, Status.WAITLISTED).text
        assert "we offer it to you, and you have some time to answer" in text
        assert "it is yours" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_about_a_guest_names_them_at_its_top(event, language):
    for letter, status in BY_TURNS + BESIDES:
        subject, text, html = written(event, letter, status, language, guest_name="مريم", note="…")

        assert faults(subject, text, html, language) == [], letter
        assert "\u2068مريم\u2069" in text.splitlines()[0], letter
        assert "\u2068مريم\u2069" in said(html).partition("Los Angeles")[0], letter


def test_a_letter_about_a_guest_has_nothing_attached_and_says_so_nowhere(event):
    """One calendar holds an event once, and it is the contact's."""
    for letter, status in BY_TURNS + BESIDES:
        about_guest = written(event, letter, status, guest_name="Eva")
        assert "attached" not in about_guest.text + about_guest.html or letter == "handed_over", letter


def test_the_contact_of_a_party_gets_the_links_of_the_others_by_number(event):
    for letter in ("pending", "confirmed", "waitlisted", "already_registered"):
        _, text, html = written(event, letter, Status.CONFIRMED, guests=[(2, GUEST), (3, f"{GUEST}-3")])
        assert f"\nPerson 2: {GUEST}\nPerson 3: {GUEST}-3\n" in text
        assert f'href="{GUEST}"' in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_letter_about_several_events_gives_each_its_status_and_link(event, cast, language):
    other = db.session.get_one(Event, cast.event("Second day", languages=list(LANGUAGES)).id)
    about: dict[str, Any] = {"organization": "Alianza Americas", "contact": CONTACT}
    events = [
        facts(one, status, language, link=f"http://localhost/r/{number}", queue_place=None)
        for number, (one, status) in enumerate(
            [(event, Status.CONFIRMED), (other, Status.WAITLISTED), (event, Status.PENDING)]
        )
    ]
    subject, text, html = render("several", language, events=events, **about)

    assert faults(subject, text, html, language) == []
    assert [f"http://localhost/r/{number}\n" in text for number in range(3)] == [True] * 3
    assert set(LINK.findall(text)) - {"http://localhost"} == set(re.findall(r'href="([^"]+)"', html))
    assert text.count(JOIN) == 1


def test_who_has_to_confirm_several_events_finds_a_link_for_each_and_nothing_to_cancel(event):
    events = [facts(event, Status.UNCONFIRMED, confirm_url=f"http://localhost/r/{n}/confirmation") for n in range(2)]
    text = render("several", "en", events=events, organization="Alianza Americas", contact=CONTACT).text

    assert re.findall(r"/r/\S+", text) == ["/r/0/confirmation", "/r/1/confirmation"]
    assert "cancel" not in text
    assert "The links work for 48 hours." in text
