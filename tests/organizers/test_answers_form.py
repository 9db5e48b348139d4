"""Answers changed by an organizer: nothing is required, nothing lost, and each change is written down."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.questions import editing
from eventsvc.questions.models import OptionLimit
from eventsvc.questions.wordings import Choice, Wording
from eventsvc.registration import answers
from eventsvc.registration.models import Registration
from tests.organizers.asking import asks, come
from tests.organizers.staff import form_on, says


def page_of(event, registration_id):
    return f"/organize/events/{event.slug}/attendees/{registration_id}"


def given(staff, registration_id):
    """Answers by the name of the question, with the number of the wording."""
    with staff.app.app_context():
        rows = answers.of(db.session.get_one(Registration, registration_id))
        return {each.question.slug: (each.value, each.version.number) for each in rows}


def field_of(answer, value="x"):
    return f"q{answer(value).question_id}"


def reword(staff, event, answer, *labels, **values):
    """Ask it in other words, with these options."""
    with staff.app.app_context(), transaction():
        found = db.session.get_one(Event, event.id)
        question = editing.one(found, answer("x").question_id)
        known = {option["label"]["en"]: option["slug"] for option in editing.current(question).options}
        choices = tuple(Choice({"en": each, "es": f"{each} (es)"}, slug=known.get(each, "")) for each in labels)
        editing.change(found, question, Wording({"en": "New words", "es": "¿Otras?"}, choices=choices, **values))


def taken(staff, event):
    with staff.app.app_context():
        rows = db.session.execute(
            sa.select(OptionLimit.option, OptionLimit.taken).where(OptionLimit.event_id == event.id)
        )
        return dict(rows.all())


@pytest.fixture
def event(staff):
    return staff.event(capacity=9)


def test_an_answer_is_changed_and_the_log_names_the_question_and_who_did_it(staff, event):
    meal, badge = asks(staff, event, "Meal"), asks(staff, event, "Badge")
    ana = come(staff, event, "Ana", answers=[meal("beans"), badge("Ana")])[0]
    member = staff.member("organizer")

    answer = member.fill(f"{page_of(event, ana)}/answers", **{field_of(meal): "rice"})

    assert answer.status_code == 303
    page = member.get(page_of(event, ana))
    assert says(page, "Meal rice")
    assert says(page, "organizer@alianza.example.org Corrected: Meal")
    assert given(staff, ana) == {"meal": ("rice", 1), "badge": ("Ana", 1)}


def test_one_answer_is_changed_without_inventing_another_that_is_required(staff, event):
    meal, must = asks(staff, event, "Meal"), asks(staff, event, "Passport", required=True)
    made = staff.member().fill(f"/organize/events/{event.slug}/attendees/new", name="Walk-in").headers["Location"]
    page = staff.member().get(made)
    assert says(page, "Nothing was answered.")

    answer = staff.member().fill(f"{made}/answers", **{field_of(meal): "rice"})

    assert answer.status_code == 303
    assert given(staff, UUID(made.rpartition("/")[2])) == {"meal": ("rice", 1)}
    assert field_of(must) in form_on(staff.member().get(f"{made}/answers"))[1]


def test_saved_as_it_stands_nothing_is_changed_even_where_the_words_are_new_by_now(staff, event):
    meal = asks(staff, event, "Meal", ("Beans", None), ("Rice", None))
    badge = asks(staff, event, "Badge")
    ana = come(staff, event, "Ana", answers=[meal("beans"), badge("Ana")])[0]
    reword(staff, event, badge)
    reword(staff, event, meal, "Rice", "Bread")
    member = staff.member()

    untouched = member.fill(f"{page_of(event, ana)}/answers")
    assert says(member.get(untouched.headers["Location"]), "Nothing was changed.")
    member.fill(f"{page_of(event, ana)}/answers", **{field_of(badge): "Anita"})

    assert given(staff, ana) == {"meal": ("beans", 1), "badge": ("Anita", 2)}
    assert says(member.get(page_of(event, ana)), "Meal Beans")


def test_a_full_option_is_refused_at_the_question_and_what_was_typed_is_kept(staff, event):
    workshop = asks(staff, event, "Workshop", ("Maps", 1), ("Songs", 2))
    badge = asks(staff, event, "Badge")
    come(staff, event, "Zoe", answers=[workshop("maps")])
    ana = come(staff, event, "Ana", answers=[workshop("songs")])[0]

    answer = staff.member().fill(
        f"{page_of(event, ana)}/answers", **{field_of(workshop, "maps"): "maps", field_of(badge): "Anita"}
    )

    assert answer.status_code == 422
    assert says(answer, "There are no places left for “Maps”.")
    assert 'value="Anita"' in answer.text
    assert taken(staff, event) == {"maps": 1, "songs": 1}
    assert given(staff, ana) == {"workshop": ("songs", 1)}


def test_who_has_a_full_option_may_keep_it(staff, event):
    workshop, badge = asks(staff, event, "Workshop", ("Maps", 1), ("Songs", 2)), asks(staff, event, "Badge")
    ana = come(staff, event, "Ana", answers=[workshop("maps")])[0]

    answer = staff.member().fill(f"{page_of(event, ana)}/answers", **{field_of(badge): "Anita"})

    assert answer.status_code == 303
    assert given(staff, ana) == {"workshop": ("maps", 1), "badge": ("Anita", 1)}
    assert taken(staff, event) == {"maps": 1, "songs": 0}


def test_a_wrong_answer_is_said_at_the_question(staff, event):
    meal = asks(staff, event, "Meal", ("Beans", None), ("Rice", None))
    ana = come(staff, event, "Ana", answers=[meal("beans")])[0]

    answer = staff.member().fill(f"{page_of(event, ana)}/answers", **{field_of(meal): "stones"})

    assert answer.status_code == 422
    assert given(staff, ana) == {"meal": ("beans", 1)}


def test_of_who_has_ended_or_is_asked_nothing_there_is_nothing_to_change(staff, event):
    ana = come(staff, event, "Ana")[0]
    member = staff.member()
    assert member.get(f"{page_of(event, ana)}/answers").status_code == 409
    meal = asks(staff, event, "Meal")
    page = member.get(f"{page_of(event, ana)}/answers")
    assert page.status_code == 200
    staff.cancels(ana)

    assert member.fill(page, **{field_of(meal): "rice"}).status_code == 409
    assert given(staff, ana) == {}
    assert "/answers" not in member.get(page_of(event, ana)).text


def test_what_is_asked_no_more_is_still_read(staff, event):
    meal = asks(staff, event, "Meal")
    ana = come(staff, event, "Ana", answers=[meal("beans")])[0]
    with staff.app.app_context(), transaction():
        found = db.session.get_one(Event, event.id)
        editing.withdraw(found, editing.one(found, meal("x").question_id))

    assert says(staff.member("viewer").get(page_of(event, ana)), "Meal beans")
