"""Ready-made questions, in the languages an event and we have in common."""

import re

import pytest

from eventsvc.db import transaction
from eventsvc.i18n import LANGUAGES
from eventsvc.questions import editing, gaps, sets
from eventsvc.questions.arrangement import MOST_CONDITIONAL, MOST_QUESTIONS
from eventsvc.questions.asked import questions_of
from eventsvc.questions.kinds import kind_of
from eventsvc.questions.models import Kind
from eventsvc.questions.ready import SETS, SLUGS
from tests.questions.writing import ask, slugs

pytestmark = pytest.mark.usefixtures("context")
EVERY = [pytest.param(ready, id=f"{name}-{ready.slug}") for name, questions in SETS.items() for ready in questions]


def add(event, name):
    with transaction():
        return sets.add(event, name)


def slugs_of(event):
    return [each.slug for each in editing.every(event)]


@pytest.mark.parametrize("ready", EVERY)
def test_each_says_everything_in_each_of_our_languages_and_what_it_is_for(ready):
    texts = [ready.label, ready.purpose, *ready.options.values(), *([ready.help] if ready.help else [])]

    assert all(list(text) == list(LANGUAGES) and all(text.values()) for text in texts)
    assert all(text["en"] != text["es"] for text in (ready.label, ready.purpose))
    french = " ".join(text["fr"] for text in texts)
    assert re.findall("(?<!\u00a0)[:;?!»]|«(?!\u00a0)", french) == []


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_taken_in_as_it_is_in_all_languages_of_the_event(cast, name):
    event = cast.event(languages=["fr", "pt-BR", "es", "en"], titles={"fr": "A", "pt-BR": "A", "es": "A", "en": "A"})

    added = add(event, name)

    assert [question.slug for question in added.questions] == [ready.slug for ready in SETS[name]]
    assert added.lacking == []
    assert gaps.gaps(event) == []
    for ready, asked in zip(SETS[name], questions_of(event.id, event.version), strict=True):
        assert asked.kind == ready.kind
        assert asked.label == {**{tag: ready.label[tag] for tag in ("fr", "es", "en")}, "pt-BR": ready.label["pt"]}
        assert asked.purpose["es"] == ready.purpose["es"]
        assert asked.retention_days == ready.retention_days


def test_what_people_eat_and_what_they_need_is_forgotten_after_a_week(cast):
    event, brief = cast.event(), cast.event(retention_days=3)
    for each in (event, brief):
        add(each, "diet")
        add(each, "access")

    assert {editing.kept_days(each, event) for each in editing.every(event)} == {7}
    assert {editing.kept_days(each, brief) for each in editing.every(brief)} == {3}


@pytest.mark.parametrize("name", SETS)
def test_adding_a_set_twice_does_nothing_twice(cast, name):
    event = cast.event()
    first = add(event, name)
    version, questions = event.version, slugs_of(event)

    assert add(event, name) == ([], [])
    assert (event.version, slugs_of(event)) == (version, questions)
    assert sets.is_taken_in(SETS[name], first.questions)


def test_what_was_asked_no_more_is_not_asked_again_by_adding_its_set(cast):
    event = cast.event()
    add(event, "diet")
    with transaction():
        details, diet = reversed(editing.every(event))
        editing.remove(event, details)
        editing.withdraw(event, diet)

    assert add(event, "diet").questions == []
    assert [each.asked for each in editing.every(event)] == [False]


def test_the_kitchen_hears_of_an_allergy_where_there_is_one(cast):
    event = cast.event()
    diet, details = add(event, "diet").questions
    version = editing.current(details)

    assert (version.kind, version.required, version.limits) == (Kind.LONG_TEXT, True, {"most": 500})
    assert (version.depends_on_id, version.depends_on_options) == (diet.id, ["other"])
    assert slugs(diet)[-1] == "other"


def test_the_languages_of_the_event_and_its_interpretation_are_offered_by_their_names(cast):
    event = cast.event(languages=["es", "en"], interpretation=["pt", "quc"])

    listens = editing.current(add(event, "languages").questions[0])

    assert [option["slug"] for option in listens.options] == ["es", "en", "pt", "quc", "other"]
    assert [option["label"]["es"] for option in listens.options] == [
        "Español", "Inglés", "Portugués", "Quiché", "Otro idioma",
    ]  # fmt: skip
    assert listens.options[0]["label"]["en"] == "Spanish"
    assert kind_of(listens).said(["en", "pt"], listens, "es") == "Inglés y Portugués"


def test_a_language_that_we_do_not_speak_is_left_to_be_written(cast):
    event = cast.event(languages=["es", "ar"], titles={"es": "A", "ar": "A"}, published=False)

    added = add(event, "organization")

    assert added.lacking == ["ar"]
    assert [list(editing.current(each).label) for each in added.questions] == [["es"], ["es"]]
    assert [each.asked for each in added.questions] == [True, True]
    assert gaps.gaps(event) == [
        ("ar", "question.organization.label"),
        ("ar", "question.organization.help"),
        ("ar", "question.organization.purpose"),
        ("ar", "question.role.label"),
        ("ar", "question.role.purpose"),
    ]


def test_where_people_register_already_it_is_asked_only_when_all_is_written(cast):
    event = cast.event(languages=["es", "ar"], titles={"es": "A", "ar": "A"})

    added = add(event, "diet")

    assert added.lacking == ["ar"]
    assert [each.asked for each in added.questions] == [False, False]
    assert gaps.gaps(event) == []
    assert editing.current(added.questions[1]).depends_on_id == added.questions[0].id


def test_an_event_in_no_language_of_ours_gets_the_texts_in_english_to_translate_from(cast):
    event = cast.event(languages=["ar"], titles={"ar": "A"}, published=False)

    (question, *_rest) = add(event, "access").questions

    assert list(editing.current(question).label) == ["en"]
    assert ("ar", "question.access-needs.option.step-free") in gaps.gaps(event)


def test_the_press_is_asked_alone_where_it_has_a_ticket_type_of_its_own(cast):
    mixed, all_alike = cast.event(kinds=[("hall", 5), ("press", 5)]), cast.event()

    assert {tuple(editing.current(each).ticket_types) for each in add(mixed, "press").questions} == {("press",)}
    assert {tuple(editing.current(each).ticket_types) for each in add(all_alike, "press").questions} == {()}


def test_a_question_of_ones_own_never_passes_for_a_ready_made_one(cast):
    event = cast.event()
    for slug in SLUGS:
        ask(event, slug.replace("-", " "))

    added = [question.slug for name in SETS for question in add(event, name).questions]

    assert sorted(added) == sorted(SLUGS)


def test_all_sets_together_leave_room_for_more(cast):
    event = cast.event()
    for name in SETS:
        add(event, name)
    every = [editing.current(each) for each in editing.every(event)]

    assert len(every) <= MOST_QUESTIONS / 2
    assert sum(version.depends_on_id is not None for version in every) <= MOST_CONDITIONAL / 2
