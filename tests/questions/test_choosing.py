"""Answers by choosing: only what there is to choose from, and what was chosen in words and in a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.i18n import speaking
from eventsvc.questions.kinds import KINDS, kind_of, plain, said
from tests.questions.asking import answers, question

DIET = question("one_of", "Diet", "vegan", "meat", number=71)
DAYS = question("several_of", "Days", "monday", "tuesday", "friday", number=72)


@pytest.mark.parametrize("sent", ["bacon", "Vegan", "vegan "])
def test_one_of_takes_only_its_own_options(sent):
    assert answers([DIET], {"q71": sent}) == ["Choose one of these."]


def test_one_of_is_the_slug_and_said_by_its_label():
    assert answers([DIET], {"q71": "vegan"}) == {71: "vegan"}
    assert (said("vegan", DIET, "es"), plain("vegan", DIET)) == ("Vegan (es)", "vegan")
    assert said("gone", DIET, "en") == "gone"


def test_several_of_are_kept_in_the_order_of_the_options_and_once_each():
    assert answers([DAYS], {"q72": ["friday", "monday", "friday"]}) == {72: ["monday", "friday"]}
    assert plain(["monday", "friday"], DAYS) == "monday; friday"
    assert said(["monday", "tuesday", "friday"], DAYS, "en") == "Monday, Tuesday, and Friday"
    assert said(["monday", "friday"], DAYS, "es") == "Monday (es) y Friday (es)"


def test_several_of_refuses_what_there_is_not_and_too_few_or_too_many():
    two = question("several_of", "Days", "monday", "tuesday", "friday", number=73, limits={"least": 2, "most": 2})

    assert answers([DAYS], {"q72": ["monday", "sunday"]}) == ["Choose from these only."]
    assert answers([two], {"q73": ["monday"]}) == ["Choose at least 2 of these."]
    assert answers([two], {"q73": ["monday", "tuesday", "friday"]}) == ["Choose at most 2 of these."]
    assert answers([two], {}) == {}


def test_no_is_an_answer_and_silence_is_none():
    visa = question("yes_no", number=74, required=True)

    assert answers([visa], {"q74": "no"}) == {74: False}
    assert answers([visa], {"q74": "yes"}) == {74: True}
    assert answers([visa], {}) == ["Choose yes or no."]
    assert answers([visa], {"q74": "maybe"}) == ["Choose yes or no."]
    assert (plain(False, visa), said(False, visa, "pt"), said(True, visa, "es")) == ("no", "Não", "Sí")


def test_who_does_not_agree_gives_no_answer():
    photos = question("consent", number=75)
    asked = question("consent", number=76, required=True)

    assert answers([photos], {"q75": "yes"}) == {75: True}
    assert answers([photos], {"q75": "false"}) == {}
    assert answers([asked], {}) == ["Please tick this box if you agree; we cannot register you without it."]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("short_text", "Please answer this question."),
        ("long_text", "Please answer this question."),
        ("one_of", "Choose one of these."),
        ("several_of", "Choose at least one of these."),
        ("yes_no", "Choose yes or no."),
        ("number", "Enter a number."),
        ("date", "Enter a date."),
        ("country", "Choose a country."),
        ("language", "Choose a language."),
    ],
)
def test_each_kind_says_in_its_own_words_that_an_answer_is_needed(kind, sentence):
    wanted = question(kind, "", "vegan", required=True, number=77)
    optional = question(kind, "", "vegan", number=77)

    assert answers([wanted], {}) == [sentence]
    assert answers([wanted], {"q77": ""}) == [sentence]
    assert answers([optional], {}) == answers([optional], {"q77": ""}) == {}
    with speaking("fr"):
        assert answers([wanted], {}) != [sentence]


WORDINGS = [question(kind, "", "vegan", "meat", "fish", limits={"decimals": True}) for kind in KINDS]
typed = st.lists(
    st.sampled_from(["", "vegan", "meat", "fish", "yes", "no", "MX", "es", "quc", "3", "-2.5", "2027-02-28"])
    | st.text(),
    max_size=4,
)


@given(st.sampled_from(WORDINGS), typed)
def test_a_value_stands_in_the_field_again_and_is_read_as_the_same_value(wording, typed):
    kind = kind_of(wording)
    try:
        value = kind.read(typed, wording)
    except ValueError:
        return

    if value is not None:
        again = kind.typed(value)
        assert kind.read(again, wording) == value
        assert kind.chosen(value) == kind.marked(again, wording)
        assert set(kind.chosen(value)) <= set(kind.marked(typed, wording))
        assert kind.plain(value)
        assert all(kind.said(value, wording, tag) for tag in ("en", "es", "pt", "fr"))


@given(
    st.sampled_from(WORDINGS),
    st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists),
)
def test_a_value_of_another_kind_leaves_the_field_empty_or_is_told_as_a_mistake(wording, value):
    kind = kind_of(wording)
    again = kind.typed(value)

    assert all(isinstance(each, str) for each in again)
    assert isinstance(kind.chosen(value), tuple)
