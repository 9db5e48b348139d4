"""Numbers and days: what people type, and the one sentence for each mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.i18n import LANGUAGES, speaking
from eventsvc.questions.kinds import KINDS, plain, said
from tests.questions.asking import answers, question

PEOPLE = question("number", number=81, limits={"least": 1, "most": 1200})
HOURS = question("number", number=82, limits={"decimals": True})
ARRIVAL = question("date", number=83, limits={"least": "2027-03-01", "most": "2027-03-12"})


@pytest.mark.parametrize(
    ("typed", "number"), [("3", 3), (" 1 200 ", 1200), ("٣", 3), ("+7", 7), ("007", 7), ("１２", 12)]
)
def test_a_number_is_read_as_people_write_it(typed, number):
    assert answers([PEOPLE], {"q81": typed}) == {81: number}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("three", "Enter a number in figures, such as 3."),
        ("3.5", "Enter a whole number, in figures only, such as 1200."),
        ("1,000", "Enter a whole number, in figures only, such as 1200."),
        ("1e3", "Enter a number in figures, such as 3."),
        ("0", "Enter a number from 1 to 1,200."),
        ("-1", "Enter a number from 1 to 1,200."),
        ("1201", "Enter a number from 1 to 1,200."),
        ("9" * 16, "This number is too long."),
    ],
)
def test_each_mistake_in_a_number_has_its_sentence(typed, sentence):
    assert answers([PEOPLE], {"q81": typed}) == [sentence]


def test_decimals_are_taken_where_they_are_asked_for_with_point_or_comma():
    assert answers([HOURS], {"q82": "2.5"}) == answers([HOURS], {"q82": "2,5"}) == {82: 2.5}
    assert answers([HOURS], {"q82": "−2"}) == {82: -2}
    assert answers([HOURS], {"q82": "x"}) == ["Enter a number in figures, such as 3 or 2.5."]


def test_a_sign_between_thousands_is_not_taken_for_a_decimal_one():
    asked = ["Please write the number without a sign between its thousands, such as 1200."]

    assert answers([HOURS], {"q82": "1,200"}) == asked
    assert answers([HOURS], {"q82": "1.205"}) == {82: 1.205}
    with speaking("pt"):
        assert answers([HOURS], {"q82": "1,205"}) == {82: 1.205}
        assert answers([HOURS], {"q82": "1.200"}) != {82: 1.2}


@pytest.mark.parametrize(("limits", "sentence"), [
    ({"least": 2}, "Enter a number not below 2."),
    ({"most": 0}, "Enter a number not above 0."),
])  # fmt: skip
def test_one_limit_alone_is_told_alone(limits, sentence):
    assert answers([question("number", number=84, limits=limits)], {"q84": "1"}) == [sentence]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12/03/2027", "Enter a date as year, month and day, such as 2027-03-09."),
        ("20270309", "Enter a date as year, month and day, such as 2027-03-09."),
        ("2027-02-30", "There is no such day. Please check the date."),
        ("2027-02-28", "Enter a date from March 1, 2027 to March 12, 2027."),
        ("2027-03-13", "Enter a date from March 1, 2027 to March 12, 2027."),
    ],
)
def test_each_mistake_in_a_date_has_its_sentence(typed, sentence):
    assert answers([ARRIVAL], {"q83": typed}) == [sentence]


def test_a_date_is_kept_as_iso_writes_it_and_said_in_words():
    assert answers([ARRIVAL], {"q83": " 2027-03-01 "}) == {83: "2027-03-01"}
    assert plain("2027-03-01", ARRIVAL) == "2027-03-01"
    assert said("2027-03-01", ARRIVAL, "fr") == "1er mars 2027"
    assert said("2027-03-02", ARRIVAL, "es") == "2 de marzo de 2027"
    assert said("whenever", ARRIVAL, "es") == "whenever"


def test_a_date_has_one_limit_or_none():
    early, late = ({"least": "2027-01-01"}, {"most": "2027-01-01"})

    assert answers([question("date", number=85, limits=early)], {"q85": "2026-12-31"}) == [
        "Enter a date not before January 1, 2027."
    ]
    assert answers([question("date", number=85, limits=late)], {"q85": "2027-01-02"}) == [
        "Enter a date not after January 1, 2027."
    ]


def test_a_number_is_said_with_the_signs_of_the_language_and_kept_plain():
    assert [said(1234.5, HOURS, tag) for tag in ("en", "pt")] == ["1,234.5", "1.234,5"]
    assert (plain(1234.5, HOURS), plain(-3, HOURS), plain(0.000001, HOURS)) == ("1234.5", "-3", "0.000001")


numbers = st.integers(-(10**15) + 1, 10**15 - 1) | st.integers(-(10**8), 10**8).map(lambda number: number / 10_000)


@given(numbers, st.sampled_from(LANGUAGES))
def test_every_number_is_read_again_as_it_stands_in_the_field_in_any_language(number, language):
    kind = KINDS["number"]

    with speaking(language):
        assert kind.read(kind.typed(number), HOURS) == number
    assert float(kind.plain(number)) == number


@given(st.dates())
def test_every_day_is_read_again_as_it_was_written(day):
    assert KINDS["date"].read([day.isoformat()], question("date")) == day.isoformat()
