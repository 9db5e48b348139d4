"""The form of one person and of several: what is asked, what is wrong, what comes back, and what is kept of it."""

import pytest
from werkzeug.datastructures import MultiDict

from eventsvc.questions.answered import Answered
from eventsvc.questions.field import AtQuestion
from eventsvc.questions.form import check_answers, name_of, question_fields, read_answers, refuse_option, with_questions
from tests.questions.asking import NameAndConsent, answers, field, limits_of, question, sent

VISA = question("yes_no", "Do you need a visa letter?", number=11, required=True)
PASSPORT = question(
    "short_text", "Name in the passport", number=12, required=True, depends_on_id=11, depends_on_options=("yes",)
)
WORKSHOP = question("one_of", "Workshop", "maps", "radio", number=13, option_limits={"maps": 7})
PRESS = question("short_text", "Medium", number=14, required=True, ticket_types=("press",))


def test_a_hidden_question_is_neither_required_nor_stored_and_keeps_what_was_typed():
    form = sent([VISA, PASSPORT], {"q11": "no", "q12": "Ana María"})
    form.validate()

    assert check_answers(form, [VISA, PASSPORT], "general")
    assert read_answers(form, [VISA, PASSPORT], "general") == (Answered(11, 1011, False),)
    assert field(form, "q12").typed == ["Ana María"]


def test_a_question_that_shows_is_required():
    assert answers([VISA, PASSPORT], {"q11": "yes", "q12": ""}) == ["Please answer this question."]
    assert answers([VISA, PASSPORT], {"q11": "yes", "q12": "Ana"}) == {11: True, 12: "Ana"}


def test_a_question_for_one_way_of_attending_is_asked_of_who_attends_so():
    assert answers([PRESS], {}, ticket_type="press") == ["Please answer this question."]
    assert answers([PRESS], {"q14": "Radio"}, ticket_type="hall") == {}
    assert answers([PRESS], {}, ticket_type="") == {}


def test_the_second_person_has_fields_of_their_own():
    asked = [VISA, PASSPORT]
    fields = question_fields(asked) | question_fields(asked, "p2-")
    form = with_questions(NameAndConsent, fields)(
        MultiDict({"q11": "no", "p2-q11": "yes", "p2-q12": " "}),
    )
    form.validate()

    assert check_answers(form, asked, "general")
    assert not check_answers(form, asked, "general", "p2-", "Person 2")
    assert {each.name: each.errors for each in form if each.errors} == {"p2-q12": ["Please answer this question."]}
    (error,) = form["p2-q12"].errors
    assert isinstance(error, AtQuestion)
    assert error.in_summary == "Person 2, “Name in the passport”: Please answer this question."


def test_fields_stand_before_the_consent_and_in_the_order_asked():
    form = sent([WORKSHOP, VISA], None)

    assert [each.name for each in form] == ["name", "q13", "q11", "consent"]
    assert [each.name for each in with_questions(NameAndConsent, question_fields([VISA]), before="none")()] == [
        "name", "consent", "q11",
    ]  # fmt: skip


def test_an_answer_says_which_limits_its_options_count_against():
    days = question("several_of", "", "one", "two", "six", number=15, option_limits={"two": 9, "six": 8})
    form = sent([WORKSHOP, days], {"q13": "maps", "q15": ["one", "two", "six"]})

    assert limits_of(read_answers(form, [WORKSHOP, days], "general")) == [(7,), (8, 9)]
    assert limits_of(read_answers(sent([WORKSHOP], {"q13": "radio"}), [WORKSHOP], "general")) == [()]


def test_a_full_option_is_refused_at_its_question_and_only_of_who_chose_it():
    form = sent([WORKSHOP], {"q13": "maps"})
    other = sent([WORKSHOP], {"q13": "radio"})

    assert refuse_option(form, [WORKSHOP], 7)
    assert form["q13"].errors == ["There are no places left for “Maps”. Please choose something else."]
    assert not refuse_option(other, [WORKSHOP], 7)
    assert not refuse_option(form, [WORKSHOP], 99)
    assert other["q13"].errors == ()


def test_what_was_answered_earlier_stands_in_the_fields_until_something_is_sent():
    given = {11: True, 13: "maps", 12: "Ana"}
    empty, filled = (
        sent([VISA, PASSPORT, WORKSHOP], typed, given=given) for typed in (None, {"q11": "no", "q13": "gone"})
    )

    assert [field(empty, name_of(number)).typed for number in (11, 12, 13)] == [["yes"], ["Ana"], ["maps"]]
    assert [field(filled, name_of(number)).typed for number in (11, 12, 13)] == [["no"], [], ["gone"]]


@pytest.mark.parametrize("earlier", [["maps"], {"a": 1}, 3.5, None, True, "gone"])
def test_an_earlier_answer_that_does_not_fit_any_more_is_no_fault(earlier):
    form = sent([WORKSHOP], None, given={13: earlier})

    assert read_answers(sent([WORKSHOP], {}, given={13: earlier}), [WORKSHOP], "general") == ()
    assert set(field(form, "q13").typed) <= {"gone"}


def test_a_question_that_was_not_on_the_form_is_not_asked():
    late = question("short_text", number=16, required=True)
    form = sent([VISA], {"q11": "no"})

    assert check_answers(form, [VISA, late], "general")


def test_several_values_for_one_answer_count_as_the_first():
    assert answers([WORKSHOP], {"q13": ["radio", "maps"]}) == {13: "radio"}
