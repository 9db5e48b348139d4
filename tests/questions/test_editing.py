"""Questions change, and what was answered stays in the words it was answered to."""

import pytest

from eventsvc.db import db, transaction
from eventsvc.errors import NotFound
from eventsvc.questions import editing
from eventsvc.questions.arrangement import MOST_CONDITIONAL, MOST_QUESTIONS, Unfit
from eventsvc.questions.models import Kind
from eventsvc.questions.wordings import Choice, Wording
from eventsvc.registration import cancellation
from eventsvc.registration.models import Registration
from tests.questions.writing import ask, both, comes, reword, slugs, stored, taken, wording, words_of

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def draft(cast):
    return cast.event(published=False)


@pytest.fixture
def event(cast):
    return cast.event()


def refused(work, sentence, part=None):
    with pytest.raises(Unfit) as unfit, transaction():
        work()
    assert unfit.value.message == sentence
    assert part is None or unfit.value.part == part


def labels(event):
    return [editing.current(each).label["en"] for each in editing.every(event) if each.asked]


# Wordings


def test_before_the_event_is_published_a_wording_is_simply_another(draft):
    food = ask(draft, "Fod?", "Vegan", "Other")

    assert reword(draft, food, wording("Food?", *stored(food)))

    assert [(v.number, v.label["en"]) for v in food.versions] == [(1, "Food?")]


def test_a_wording_that_was_answered_stays_and_a_new_one_comes(event):
    food = ask(event, "Food?", "Vegan", "Other")
    ana = comes(event, "ana", (food, "vegan"))
    vegan, other = stored(food)

    reword(event, food, wording("What do you eat?", Choice(both("No animals"), vegan.slug), other))
    ben = comes(event, "ben", (food, "vegan"))

    assert words_of(ana) == [(1, "Food?", "Vegan", "vegan")]
    assert words_of(ben) == [(2, "What do you eat?", "No animals", "vegan")]


def test_a_wording_that_somebody_may_be_reading_is_not_changed_either(event):
    food = ask(event, "Food?")

    reword(event, food, wording("Do you eat with us?"))

    assert [v.label["en"] for v in food.versions] == ["Food?", "Do you eat with us?"]


def test_saving_the_same_again_changes_nothing(event):
    food = ask(event, "Food?", "Vegan", "Other", required=True)
    version = event.version

    assert not reword(event, food, wording("Food?", *stored(food), required=True))

    assert len(food.versions) == 1
    assert event.version == version


def test_every_change_makes_what_was_kept_of_the_event_stale(event):
    version = event.version

    food, bed = ask(event, "Food?", "Vegan", "Other"), ask(event, "Bed?")
    reword(event, food, wording("Food?", *stored(food, vegan=3)))
    reword(event, food, wording("Food?", *stored(food, vegan=3)), retention_days=3)
    with transaction():
        editing.move(event, bed, down=False)
        editing.withdraw(event, bed)
        editing.bring_back(event, bed)
        editing.remove(event, bed)

    assert event.version == version + 8


def test_a_question_needs_words_and_is_called_after_them_for_ever(draft):
    refused(lambda: editing.add(draft, Kind.YES_NO, Wording({})), "Enter the question.", "label_en")

    first, second = ask(draft, "Your organization?"), ask(draft, "Your organization!")
    reword(draft, first, wording("Whom do you work for?"))

    assert [first.slug, second.slug] == ["your-organization", "your-organization-2"]


def test_the_short_name_of_a_ready_made_question_is_kept_free_for_it(draft):
    assert ask(draft, "Diet").slug == "diet-2"


def test_where_people_can_register_already_a_question_is_asked_in_all_languages_or_not_yet(event, draft):
    half = Wording({"en": "Food?"})

    sentence = "Write this in Spanish too: the event is published."
    refused(lambda: editing.add(event, Kind.YES_NO, half), sentence, "label_es")
    helped = Wording(both("Food?"), help={"es": "Lo que come."})
    refused(lambda: editing.add(event, Kind.YES_NO, helped), "Write this in English too: the event is published.")
    halves = wording("Food?", Choice({"en": "Vegan"}), "Other")
    refused(lambda: editing.add(event, Kind.ONE_OF, halves), sentence, "options")

    with transaction():
        later = editing.add(event, Kind.YES_NO, half, asked=False)
        editing.add(draft, Kind.YES_NO, half)
    refused(lambda: editing.bring_back(event, later), sentence)


def test_it_is_asked_of_ticket_types_that_there_are(cast):
    event = cast.event(kinds=[("hall", 5), ("press", 5)])

    refused(
        lambda: editing.add(event, Kind.YES_NO, wording("Camera?", ticket_types=("pres",))),
        "There is no ticket type “pres”.",
        "ticket_types",
    )
    assert editing.current(ask(event, "Camera?", ticket_types=("press",))).ticket_types == ["press"]


@pytest.mark.parametrize(("least", "most"), [(5, 4), ("2027-05-02", "2027-05-01")])
def test_the_least_is_not_more_than_the_most(draft, least, most):
    kind = Kind.DATE if isinstance(least, str) else Kind.NUMBER
    turned = wording("When?", limits={"least": least, "most": most})

    refused(lambda: editing.add(draft, kind, turned), "The most cannot be less than the least.", "most")


# Options


def test_options_keep_their_short_names_whatever_they_are_called_later(draft):
    food = ask(draft, "Food?", "Vegan food", "Other", "Vegan  food!")

    assert slugs(food) == ["vegan-food", "other", "vegan-food-2"]
    first, second, third = stored(food)
    reword(draft, food, wording("Food?", third, Choice(both("No animals"), first.slug), second))
    assert slugs(food) == ["vegan-food-2", "vegan-food", "other"]


def test_the_short_name_of_a_dropped_option_goes_to_nobody_else_but_to_itself(event):
    food = ask(event, "Food?", "Vegan", "Other")
    vegan, other = stored(food)

    reword(event, food, wording("Food?", other, "Kosher"))
    reword(event, food, wording("Food?", *stored(food), "VEGAN!"))  # other words, which would make the same short name
    assert slugs(food) == ["other", "kosher", "vegan-2"]

    sentence = "“vegan” is no option of this question any more: add a new one."
    refused(lambda: editing.change(event, food, wording("Food?", vegan, other)), sentence, "options")

    reword(event, food, wording("Food?", *stored(food), "Vegan"))
    assert slugs(food) == ["other", "kosher", "vegan-2", "vegan"]


def test_options_can_be_told_apart(draft):
    refused(
        lambda: editing.add(draft, Kind.ONE_OF, wording("Food?", "Vegan", "vegan")),
        "Two options read “vegan” in English.",
        "options",
    )
    twice = (Choice(both("Vegan"), "vegan"), Choice(both("Meat"), "vegan"))
    refused(lambda: editing.add(draft, Kind.ONE_OF, wording("Food?", *twice)), "An option stands there twice.")


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        (Kind.ONE_OF, 1, "Enter at least two options."),
        (Kind.SEVERAL_OF, 0, "Enter at least one option."),
        (Kind.SEVERAL_OF, 51, "A question has at most 50 options."),
    ],
)
def test_there_are_options_but_not_too_many(draft, kind, given, sentence):
    options = [f"Option {n}" for n in range(given)]

    refused(lambda: editing.add(draft, kind, wording("Which?", *options)), sentence, "options")


# Conditions and order


def after(question, *chosen, text="Which?", options=()):
    return wording(text, *options, depends_on_id=question.id, depends_on_options=chosen)


def test_a_question_depends_only_on_what_can_be_chosen_before_it(draft):
    food, name = ask(draft, "Food?", "Vegan", "Other"), ask(draft, "Name?", kind=Kind.SHORT_TEXT)

    def add(new):
        return lambda: editing.add(draft, Kind.SHORT_TEXT, new)

    gone = "“Which?” depends on an answer to “%s” that could not be chosen there."
    refused(add(after(food, "meat")), gone % "Food?", "condition")
    refused(add(after(name, "ana")), gone % "Name?", "condition")
    refused(add(after(food)), "Choose the answers on which “Which?” depends.", "condition")

    which = ask(draft, "Which?", depends_on_id=food.id, depends_on_options=("other",))
    refused(
        lambda: editing.change(draft, food, after(which, "yes", text="Food?", options=stored(food))),
        "“Food?” depends on “Which?”, so it has to come after it.",
        "condition",
    )
    refused(
        lambda: editing.change(draft, which, after(which, "yes")), "A question cannot depend on itself.", "condition"
    )


def test_the_questions_of_another_event_are_none_to_depend_on(cast, draft):
    theirs = ask(cast.event("Other", published=False))

    refused(
        lambda: editing.add(draft, Kind.YES_NO, after(theirs, "yes")),
        "“Which?” depends on a question that would not be asked.",
    )


def test_a_round_of_conditions_cannot_be_closed(draft):
    first = ask(draft, "First?")
    second = ask(draft, "Second?", depends_on_id=first.id, depends_on_options=("yes",))
    third = ask(draft, "Third?", depends_on_id=second.id, depends_on_options=("yes",))

    refused(
        lambda: editing.change(draft, first, after(third, "yes", text="First?")),
        "“First?” depends on “Third?”, so it has to come after it.",
    )


def test_what_others_depend_on_is_neither_dropped_nor_asked_no_more_nor_moved_behind_them(draft):
    food = ask(draft, "Food?", "Vegan", "Other")
    which = ask(draft, "Which?", depends_on_id=food.id, depends_on_options=("other",))
    vegan, _other = stored(food)

    refused(
        lambda: editing.change(draft, food, wording("Food?", vegan, "Meat")),
        "“Which?” depends on an answer to “Food?” that could not be chosen there.",
        "options",
    )
    gone = "“Which?” depends on a question that would not be asked."
    refused(lambda: editing.withdraw(draft, food), gone)
    refused(lambda: editing.remove(draft, food), gone)
    behind = "“Which?” depends on “Food?”, so it has to come after it."
    refused(lambda: editing.move(draft, food, down=True), behind)
    refused(lambda: editing.move(draft, which, down=False), behind)
    assert labels(draft) == ["Food?", "Which?"]


def test_an_option_that_others_depend_on_may_be_worded_anew(draft):
    food = ask(draft, "Food?", "Vegan", "Othr")
    ask(draft, "Which?", depends_on_id=food.id, depends_on_options=("othr",))
    vegan, other = stored(food)

    assert reword(draft, food, wording("Food?", vegan, Choice(both("Other"), other.slug)))


def test_a_question_comes_back_only_where_its_condition_still_holds(draft):
    food = ask(draft, "Food?")
    which = ask(draft, "Which?", depends_on_id=food.id, depends_on_options=("yes",))
    with transaction():
        editing.withdraw(draft, which)
        editing.withdraw(draft, food)

    refused(
        lambda: editing.bring_back(draft, which), "“Which?” depends on a question that would not be asked.", "condition"
    )
    with transaction():
        editing.bring_back(draft, food)
        editing.bring_back(draft, which)
    assert labels(draft) == ["Food?", "Which?"]


def test_questions_change_places_with_their_neighbours_that_are_asked(draft):
    first, second, third = (ask(draft, text) for text in ("First?", "Second?", "Third?"))
    with transaction():
        editing.withdraw(draft, second)

        assert editing.move(draft, third, down=False)
        assert not editing.move(draft, third, down=False)
        assert not editing.move(draft, first, down=True)
        assert not editing.move(draft, second, down=True)

    assert labels(draft) == ["Third?", "First?"]


def test_a_form_stays_one_that_people_fill_in(draft):
    first = ask(draft)
    for number in range(MOST_CONDITIONAL):
        ask(draft, f"Which {number}?", depends_on_id=first.id, depends_on_options=("yes",))
    refused(
        lambda: editing.add(draft, Kind.YES_NO, after(first, "yes")),
        "At most 20 questions depend on another one.",
        "condition",
    )

    for number in range(MOST_QUESTIONS - MOST_CONDITIONAL - 1):
        ask(draft, f"More {number}?")
    refused(lambda: editing.add(draft, Kind.YES_NO, wording("One more?")), "A form has at most 60 questions.")
    with transaction():
        editing.add(draft, Kind.YES_NO, wording("One more?"), asked=False)


# Going


def test_what_was_answered_is_asked_no_more_but_not_removed(event):
    food = ask(event, "Food?")
    ana = comes(event, "ana", (food, True))
    refused(
        lambda: editing.remove(event, food),
        "People have answered this question. It can be asked no more, but not be removed.",
    )

    with transaction():
        editing.withdraw(event, food)

    assert labels(event) == []
    assert words_of(ana) == [(1, "Food?", "", True)]


def test_what_nobody_answered_goes_with_its_limits_and_with_what_once_depended_on_it(event):
    food = ask(event, "Food?", "Vegan", "Other")
    reword(event, food, wording("Food?", *stored(food, vegan=3)))
    which = ask(event, "Which?", depends_on_id=food.id, depends_on_options=("other",))
    reword(event, which, wording("Which?"))

    with transaction():
        editing.remove(event, food)

    assert labels(event) == ["Which?"]
    assert [v.number for v in which.versions] == [2]
    with pytest.raises(NotFound):
        editing.one(event, food.id)


def test_what_an_answer_once_depended_on_stays(event):
    food = ask(event, "Food?")
    which = ask(event, "Which?", depends_on_id=food.id, depends_on_options=("yes",))
    comes(event, "ana", (which, True))
    reword(event, which, wording("Which?"))

    refused(
        lambda: editing.remove(event, food),
        "The answers to another question depended on this one. It cannot be removed.",
    )


def test_a_question_that_is_asked_no_more_still_holds_what_it_depends_on(event):
    food = ask(event, "Food?")
    which = ask(event, "Which?", depends_on_id=food.id, depends_on_options=("yes",))
    with transaction():
        editing.withdraw(event, which)

    refused(
        lambda: editing.remove(event, food),
        "Another question depends on this one: change its condition, or remove it first.",
    )


# How long answers stay


def test_answers_go_with_all_the_rest_or_before(event):
    food = ask(event, "Food?", retention_days=7)

    assert editing.kept_days(food, event) == 7
    assert editing.kept_days(ask(event, "Bed?"), event) == event.retention_days == 30
    refused(
        lambda: editing.change(event, food, wording("Food?"), retention_days=31),
        "At most 30 days: then all personal data of the event are erased.",
        "retention_days",
    )


@pytest.mark.parametrize("longer", [8, None])
def test_the_day_on_which_answers_go_comes_nearer_but_never_moves_away_from_who_answered(event, longer):
    food = ask(event, "Food?", retention_days=7)
    reword(event, food, wording("Food?"), retention_days=longer)
    reword(event, food, wording("Food?"), retention_days=7)
    comes(event, "ana", (food, True))

    refused(
        lambda: editing.change(event, food, wording("Food?"), retention_days=longer),
        "People have answered, and agreed that their answers are erased 7 days after the end. "
        "You can choose fewer days, not more.",
        "retention_days",
    )
    assert reword(event, food, wording("Food?"), retention_days=6)


def test_where_all_data_go_sooner_the_answers_do_too(event):
    food = ask(event, "Food?", retention_days=20)
    event.retention_days = 10

    assert editing.kept_days(food, event) == 10


# Limits of options


def test_a_limit_may_be_lowered_below_what_is_taken(event):
    day = ask(event, "Workshop?", "A", "B")
    reword(event, day, wording("Workshop?", *stored(day, a=2)))
    for who in ("ana", "ben"):
        comes(event, who, (day, "a"))

    reword(event, day, wording("Workshop?", *stored(day, a=1)))

    assert taken(day) == {"a": (2, 1)}
    assert len(day.versions) == 1


def test_a_limit_that_comes_later_knows_who_has_the_option_already(event):
    day = ask(event, "Workshop?", "A", "B")
    for who, where in (("ana", "a"), ("ben", "a"), ("cleo", "b")):
        comes(event, who, (day, where))

    reword(event, day, wording("Workshop?", *stored(day, a=5, b=5)))

    assert taken(day) == {"a": (2, 5), "b": (1, 5)}


def test_a_limit_that_is_taken_away_and_set_again_counts_who_went_in_between(event):
    day = ask(event, "Workshop?", "A", "B")
    reword(event, day, wording("Workshop?", *stored(day, a=5)))
    comes(event, "ana", (day, "a"))
    ben = comes(event, "ben", (day, "a"))

    reword(event, day, wording("Workshop?", *stored(day)))
    assert taken(day) == {}
    with transaction():
        cancellation.cancel(db.session.get_one(Registration, ben))
    reword(event, day, wording("Workshop?", *stored(day, a=5)))

    assert taken(day) == {"a": (1, 5)}


def test_the_limit_of_a_dropped_option_goes_with_it(event):
    day = ask(event, "Workshop?", "A", "B", "C")
    reword(event, day, wording("Workshop?", *stored(day, a=5, b=6)))
    a, _b, c = stored(day, a=5)

    reword(event, day, wording("Workshop?", a, c))

    assert taken(day) == {"a": (0, 5)}
