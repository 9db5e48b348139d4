"""Other answers: only what changed is written anew, and limited options change hands once."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.questions import editing
from eventsvc.questions.answered import Answered
from eventsvc.questions.models import Kind, OptionLimit
from eventsvc.questions.wordings import Choice, Wording
from eventsvc.registration import answers, cancellation, log, options, rewriting
from eventsvc.registration.options import OptionFull
from eventsvc.registration.signup import sign_up
from tests.registration.journal import latest, signup


def text(label):
    return {"en": label, "es": f"{label} (es)"}


@pytest.fixture
def event(context, cast):
    return cast.event(capacity=9)


def asks(event, label, *choices, kind=None):
    """A question of the event, with options where there are choices: (slug is the label, places)."""
    made = Wording(text(label), choices=tuple(Choice(text(name), size=size) for name, size in choices))
    with transaction():
        return editing.add(event, kind or (Kind.ONE_OF if choices else Kind.SHORT_TEXT), made)


def answer(question, value):
    version = editing.current(question)
    limits = db.session.execute(
        sa.select(OptionLimit.option, OptionLimit.id).where(OptionLimit.question_id == question.id)
    )
    return Answered(question.id, version.id, value, tuple(id_ for option, id_ in limits if option == value))


def comes(event, who, *given):
    sign_up(event, replace(signup(event, who), answers=given))
    return latest(event, who)


def says(registration, *given, actor=log.ATTENDEE):
    with transaction():
        return rewriting.rewrite(registration, given, actor)


def said(registration):
    return {each.question.slug: (each.value, each.version.number) for each in answers.of(registration)}


def taken(event):
    rows = db.session.execute(
        sa.select(OptionLimit.option, OptionLimit.taken)
        .where(OptionLimit.event_id == event.id)
        .order_by(OptionLimit.id)
    )
    return dict(rows.all())


def test_the_log_says_which_questions_were_answered_anew_and_not_what(event):
    meal, badge = asks(event, "Meal"), asks(event, "Badge")
    ana = comes(event, "ana", answer(meal, "vegan"), answer(badge, "Ana"))

    assert says(ana, answer(meal, "none"), answer(badge, "Ana"))

    assert said(ana) == {"meal": ("none", 1), "badge": ("Ana", 1)}
    last = log.lines_of(ana)[-1]
    assert (last.verb, last.note) == ("correct", "meal")


def test_the_same_answers_change_nothing(event):
    meal = asks(event, "Meal")
    ana = comes(event, "ana", answer(meal, "vegan"))

    assert not says(ana, answer(meal, "vegan"))
    assert [line.verb for line in log.lines_of(ana)] == ["register"]


def test_an_answer_that_stays_keeps_the_wording_it_answered(event):
    meal, badge = asks(event, "Meal"), asks(event, "Badge")
    ana = comes(event, "ana", answer(meal, "vegan"), answer(badge, "Ana"))
    earlier = answer(meal, "vegan")
    with transaction():
        editing.change(event, meal, Wording(text("What do you eat?")))

    says(ana, earlier, answer(badge, "Anita"))

    assert said(ana) == {"meal": ("vegan", 1), "badge": ("Anita", 1)}


def test_what_is_not_asked_any_more_is_not_touched_and_its_place_not_given_away(event):
    workshop, badge = asks(event, "Workshop", ("maps", 1), ("songs", None)), asks(event, "Badge")
    ana = comes(event, "ana", answer(workshop, "maps"), answer(badge, "Ana"))
    with transaction():
        editing.withdraw(event, workshop)

    says(ana, answer(badge, "Anita"))

    assert said(ana) == {"workshop": ("maps", 1), "badge": ("Anita", 1)}
    assert taken(event) == {"maps": 1}
    with transaction():
        cancellation.cancel(ana)
    assert taken(event) == {"maps": 0}


def test_a_limited_option_is_given_back_and_another_taken(event):
    workshop = asks(event, "Workshop", ("maps", 1), ("songs", 1))
    ana = comes(event, "ana", answer(workshop, "maps"))

    says(ana, answer(workshop, "songs"))

    assert taken(event) == {"maps": 0, "songs": 1}
    assert sorted(options.counted(event).values()) == [1]


def test_a_full_option_is_refused_and_nothing_is_changed(event):
    workshop, badge = asks(event, "Workshop", ("maps", 1), ("songs", 1)), asks(event, "Badge")
    comes(event, "ana", answer(workshop, "maps"))
    beto = comes(event, "beto", answer(workshop, "songs"), answer(badge, "Beto"))

    with pytest.raises(OptionFull):
        says(beto, answer(workshop, "maps"), answer(badge, "B"))

    assert said(beto) == {"workshop": ("songs", 1), "badge": ("Beto", 1)}
    assert taken(event) == {"maps": 1, "songs": 1}


def test_who_has_ended_keeps_what_they_said(event):
    meal = asks(event, "Meal")
    ana = comes(event, "ana", answer(meal, "vegan"))
    with transaction():
        cancellation.cancel(ana)

    assert not says(ana, answer(meal, "none"))
    assert said(ana) == {"meal": ("vegan", 1)}
