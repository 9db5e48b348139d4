"""The letters page: words are saved and gone back to, mistakes are named, a preview keeps secrets, a test goes to oneself."""

import re

import pytest

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.letters.editable import LETTERS
from eventsvc.mail.models import Message
from eventsvc.mail.reading import Letter, opened
from eventsvc.organizers.letter_names import MEANINGS, TRIGGERS
from eventsvc.reminders import schedule
from tests.organizers.staff import form_on, says
from tests.registration.visitor import mails

FIRST = "/letters/confirmed"


def at(event, path="/letters"):
    return f"/organize/events/{event.slug}{path}"


def sent(staff):
    """The letters to members, newest last."""
    with staff.app.app_context():
        rows = db.session.scalars(db.select(Message).where(Message.letter == "trial").order_by(Message.created_at))
        return [(found.recipient, Letter.of(found.content)) for row in rows if (found := opened(row))]


def test_every_letter_and_every_placeholder_has_a_name_for_people():
    assert TRIGGERS.keys() == LETTERS.keys()
    assert {name for each in LETTERS.values() for name in each.placeholders} <= MEANINGS.keys()


def test_what_is_saved_stands_in_the_form_again_and_in_the_next_letter(staff, client):
    event = staff.event(capacity=5)
    member = staff.member()

    saved = member.fill(at(event, FIRST), subject_en="See you at {title}", text_en="Dear guest,\n\nbring {title}.")

    assert saved.status_code == 303
    shown = form_on(member.get(at(event, FIRST)), FIRST)[1]
    assert (shown["subject_en"], shown["text_en"]) == ("See you at {title}", "Dear guest,\n\nbring {title}.")
    assert staff.fresh(event).version == event.version + 1
    assert staff.fresh(event).sequence == event.sequence
    assert says(member.get(at(event)), "Your own words in: English")
    staff.signs_up(event, "Ana")
    staff.signs_up(event, "Beto", language="es")
    ana, beto = mails(client, event)
    assert ana["Subject"] == "See you at Assembly"
    assert beto["Subject"] == "Tiene un lugar: Assembly (es)"


def test_who_opened_it_before_somebody_else_saved_is_told(staff):
    event = staff.event()
    ana, beto = staff.member(), staff.member("organizer")
    opened_before = ana.get(at(event, FIRST))
    beto.fill(at(event, FIRST), subject_en="Beto")

    answer = ana.fill(opened_before, FIRST, subject_en="Ana")
    assert answer.status_code == 409
    assert says(answer, "Somebody else saved this letter in the meantime.")
    assert form_on(answer, FIRST)[1]["subject_en"] == "Ana"
    assert form_on(ana.get(at(event, FIRST)), FIRST)[1]["subject_en"] == "Beto"

    assert ana.fill(answer, FIRST).status_code == 303
    assert form_on(ana.get(at(event, FIRST)), FIRST)[1]["subject_en"] == "Ana"


def test_each_first_letter_names_the_ticket_type_of_its_reader(staff, client):
    event = staff.event(kinds=[("hall", 1), ("online", None)])
    staff.member().fill(at(event, FIRST), subject_en="You come: {ticket_type}")
    for name, kind in (("Ana", 0), ("Beto", 1), ("Cleo", 1), ("Dora", 0)):
        staff.signs_up(event, name, kind=kind)

    said = [mail["Subject"] for mail in mails(client, event)]
    assert said == ["You come: hall", "You come: online", "You come: online", "You are on the waitlist: Assembly"]


def test_signs_that_control_something_are_left_out(staff):
    event = staff.event()
    member = staff.member()

    member.fill(at(event, FIRST), subject_en="A\x00\u202eB\nC", text_en="D\x00\u2066E\x07")

    shown = form_on(member.get(at(event, FIRST)), FIRST)[1]
    assert (shown["subject_en"], shown["text_en"]) == ("A B C", "DE")


def test_the_usual_words_come_back(staff, client):
    event = staff.event()
    member = staff.member()
    member.fill(at(event, FIRST), subject_en="Mine", subject_es="Mío")

    member.fill(at(event, FIRST), "usual-words", language="en")

    shown = form_on(member.get(at(event, FIRST)), FIRST)[1]
    assert (shown["subject_en"], shown["subject_es"]) == ("", "Mío")
    staff.signs_up(event, "Ana")
    assert mails(client, event)[-1]["Subject"] == "You have a place: Assembly"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Dear {nombre}", "There is no placeholder {nombre} here. You can use: {title}, {starts}, {place}"),
        ("Dear {name}", "{name} cannot stand in this letter: it may be the first one to an address"),
        ("Dear {title", "A brace, { or }, stands alone."),
        ("{{ config }}", "There is no placeholder {config} here."),
        ("x" * 5001, "This text is too long: at most 5000 characters."),
    ],
)
@pytest.mark.parametrize("button", ["", "/preview", "/layout", "/test"])
def test_a_mistake_is_named_and_nothing_is_lost(staff, typed, sentence, button):
    event = staff.event()
    member = staff.member()
    values = form_on(member.get(at(event, FIRST)), FIRST)[1] | {"text_en": typed, "subject_es": "Mío"}

    answer = member.client.post(at(event, FIRST + button), data=values)

    assert answer.status_code == 422
    assert says(answer, sentence)
    kept = form_on(answer, FIRST)[1]
    assert (kept["text_en"], kept["subject_es"]) == (typed, "Mío")
    assert staff.fresh(event).version == event.version
    assert sent(staff) == []


def test_the_languages_are_those_of_the_event_and_of_who_registered(staff):
    event = staff.event(languages=["en", "ar"], titles={"en": "Assembly", "ar": "جمعية"})
    member = staff.member()
    assert _languages(member, event) == ["en", "ar"]
    staff.signs_up(event, "Ana", language="fr")
    assert _languages(member, event) == ["en", "ar", "fr"]


def _languages(member, event):
    return [name.removeprefix("text_") for name in form_on(member.get(at(event, FIRST)), FIRST)[1] if "text_" in name]


def test_a_preview_shows_a_real_person_what_is_typed_and_keeps_the_link_secret(staff, client):
    event = staff.event(attendance="online", join_url="https://meet.example.org/1")
    ana = staff.signs_up(event, "Ana", language="es")
    words = mails(client, event)[0].get_body(("plain",))
    assert words
    (link,) = set(re.findall(r"/r/([\w-]{22})", words.get_content()))
    member = staff.member()
    values = form_on(member.get(at(event, "/letters/promoted")), "promoted")[1]
    values |= {"person": str(ana), "text_es": "Hola, {name}:\n\nhay lugar."}

    preview = member.client.post(at(event, "/letters/promoted/preview"), data=values)
    layout = member.client.post(at(event, "/letters/promoted/layout"), data=values)

    assert preview.status_code == layout.status_code == 200
    assert says(preview, "Hola, Ana: hay lugar.")
    assert says(preview, "As Ana would get it")
    assert "their-own-secret-link" in preview.text
    assert "Hola, Ana:" in layout.text
    assert link not in preview.text + layout.text
    assert form_on(preview, "promoted")[1]["text_es"] == "Hola, {name}:\n\nhay lugar."
    assert layout.headers["Content-Security-Policy"].endswith("sandbox")
    assert "script-src" not in layout.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in preview.headers["Content-Security-Policy"]
    assert staff.fresh(event).version == event.version
    assert len(mails(client, event)) == 1


def test_what_the_schedule_has_is_in_the_preview(staff):
    event = staff.event()
    with staff.app.app_context(), transaction():
        row = db.session.get_one(Event, event.id)
        of = schedule.times_of(row)
        schedule.change(row, schedule.plan(of, "afterwards")._replace(survey_url="https://survey.example.org/1"))
    member = staff.member()
    values = form_on(member.get(at(event, "/letters/afterwards")), "afterwards")[1] | {"text_en": "It was good."}

    preview = member.client.post(at(event, "/letters/afterwards/preview"), data=values)

    assert says(preview, "It was good.")
    assert "https://survey.example.org/1" in preview.text


def test_who_stands_otherwise_is_said_to(staff):
    event = staff.event(capacity=1)
    staff.signs_up(event, "Ana")
    beto = staff.signs_up(event, "Beto")
    member = staff.member()

    shown = member.fill(at(event, FIRST), FIRST, person=str(beto))
    assert shown.status_code == 303
    values = form_on(member.get(at(event, FIRST)), FIRST)[1] | {"person": str(beto)}
    as_if = member.client.post(at(event, FIRST + "/preview"), data=values)
    assert says(as_if, "This person stands otherwise at the moment, and would not get this letter now.")


def test_people_of_another_event_cannot_be_chosen(staff):
    event, other = staff.event("One"), staff.event("Other")
    eva = staff.signs_up(other, "Eva")
    member = staff.member()
    values = form_on(member.get(at(event, FIRST)), FIRST)[1] | {"person": str(eva)}

    assert member.client.post(at(event, FIRST + "/preview"), data=values).status_code == 422


def test_a_test_goes_to_oneself_and_says_that_it_is_one(staff, client):
    event = staff.event()
    ana = staff.signs_up(event, "Ana", language="es")
    member = staff.member()
    values = form_on(member.get(at(event, FIRST)), FIRST)[1]
    values |= {"person": str(ana), "subject_es": "Nos vemos", "text_es": "Hola.", "email": "eve@example.org"}

    answer = member.client.post(at(event, FIRST + "/test"), data=values)

    assert says(answer, "The test is on its way to owner@alianza.example.org. Nothing is saved yet.")
    assert form_on(answer, FIRST)[1]["text_es"] == "Hola."
    ((to, letter),) = sent(staff)
    assert to == "owner@alianza.example.org"
    assert letter.subject == "Test: Nos vemos"
    assert "Esta es una prueba" in letter.text
    assert "su calendario" in letter.text
    assert "Ana" not in letter.text + letter.html
    assert letter.calendars == []
    assert "application/ld+json" not in letter.html
    assert "their-own-secret-link" in letter.text
    assert len(mails(client, event)) == 1


def test_ten_tests_an_hour_are_enough(staff, stopped_clock):
    event = staff.event()
    member = staff.member()
    values = form_on(member.get(at(event, FIRST)), FIRST)[1]

    answers = [member.client.post(at(event, FIRST + "/test"), data=values).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    assert len(sent(staff)) == 10

    stopped_clock.forward(minutes=61)
    assert member.client.post(at(event, FIRST + "/test"), data=values).status_code == 200


def test_a_copy_of_the_event_speaks_alike(staff):
    event = staff.event()
    member = staff.member()
    member.fill(at(event, FIRST), subject_en="Mine")

    member.fill(at(event, "/clone"), title="Second", starts="2031-05-01T18:00", ends="2031-05-01T20:00")

    copy = staff.by_title("Second")
    assert form_on(member.get(at(copy, FIRST)), FIRST)[1]["subject_en"] == "Mine"


def test_every_letter_can_be_opened_and_previewed_in_every_language(staff):
    event = staff.event(
        languages=["en", "es", "pt", "fr"],
        titles={"en": "Assembly", "es": "Asamblea", "pt": "Assembleia", "fr": "Assemblée"},
        attendance="hybrid",
        join_url="https://meet.example.org/1",
    )
    member = staff.member()
    for letter in LETTERS:
        page = member.get(at(event, f"/letters/{letter}"))
        values = form_on(page, letter)[1] | {"text_fr": "Bonjour : {title}"}
        for tag in ("en", "fr"):
            values["person"] = f"made-up:{tag}"
            assert member.client.post(at(event, f"/letters/{letter}/preview"), data=values).status_code == 200
            assert member.client.post(at(event, f"/letters/{letter}/layout"), data=values).status_code == 200


def test_from_the_schedule_one_comes_to_the_words_and_back(staff):
    event, member = staff.event(), staff.member()
    schedule_page = member.get(at(event, "/reminders")).get_data(as_text=True)
    for letter in ("reminder_day", "reminder_hour", "afterwards"):
        assert f'href="{at(event, "/letters/" + letter)}"' in schedule_page
    assert f'href="{at(event, "/reminders")}"' in member.get(at(event)).get_data(as_text=True)
