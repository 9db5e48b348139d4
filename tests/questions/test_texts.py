"""Answers in words: whatever is typed, in every script, and what is not taken over."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.i18n import speaking
from eventsvc.questions.cleaning import clean_line, clean_text
from eventsvc.questions.kinds import KINDS
from tests.questions.asking import answers, field, question, sent

LINE, TEXT = KINDS["short_text"], KINDS["long_text"]


@pytest.mark.parametrize("text", ["أنا نباتي", "👩‍👩‍👧 vegan 🌱", "Ñandú y Ω", "می‌خواهم", "q’eqchi’"])
def test_every_script_is_kept_as_it_was_typed(text):
    asked = [question("short_text")]

    assert answers(asked, {f"q{asked[0].question_id}": f"  {text} "}) == {asked[0].question_id: text}


def test_control_signs_and_tricks_with_the_direction_are_left_out():
    assert clean_line("n\u202e\u0303") == "ñ"
    assert clean_line("no\x00 nuts\u202e, thanks\r\nBcc: x\u2066") == "no nuts, thanks Bcc: x"


def test_a_long_text_keeps_its_lines_and_at_most_one_empty_line_between_two():
    assert (
        clean_text("\r\nDear all,\r\n\r\n\r\n\r\n I need\ta ramp.\u2028Thanks\r")
        == "Dear all,\n\nI need a ramp.\nThanks"
    )


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u200d", "\r\n\r\n", "\x00"])
def test_signs_that_cannot_be_seen_are_no_answer(typed):
    wanted = question("long_text", required=True)

    assert answers([wanted], {f"q{wanted.question_id}": typed}) == ["Please answer this question."]


def test_too_long_and_too_short_are_told_with_the_number_and_nothing_typed_is_lost():
    short = question("short_text", limits={"least": 3, "most": 10})
    name = f"q{short.question_id}"

    assert answers([short], {name: "x" * 11}) == ["This is too long. Please shorten it to 10 characters."]
    assert answers([short], {name: "xx"}) == ["This is too short. Please write at least 3 characters."]
    assert answers([short], {name: "é" * 10}) == {short.question_id: "é" * 10}
    assert field(sent([short], {name: " \x00x" * 11}), name).typed == [" \x00x" * 11]
    with speaking("es"):
        assert answers([short], {name: "x" * 11}) == [
            "Este texto es demasiado largo. Por favor, redúzcalo a 10 caracteres."
        ]


def test_signs_are_counted_after_cleaning():
    short = question("short_text", limits={"most": 3})

    assert answers([short], {f"q{short.question_id}": "   a\u0301bc   "}) == {short.question_id: "ábc"}


@pytest.mark.parametrize("kind", ["short_text", "long_text", "number", "date", "one_of", "several_of", "country"])
def test_ten_megabytes_are_refused_at_once(kind):
    asked = question(kind, "", *(["vegan"] if kind.endswith("_of") else []))
    began = time.perf_counter()

    assert len(answers([asked], {f"q{asked.question_id}": "\u202e😀 " * 3_400_000})) == 1
    assert time.perf_counter() - began < 1


@given(st.text())
def test_cleaning_is_done_once_and_leaves_nothing_that_harms(typed):
    line, text = clean_line(typed), clean_text(typed)

    assert (clean_line(line), clean_text(text)) == (line, text)
    assert not set(line) & set("\x00\r\n\t\u2028\u202e\u2066")
    assert not set(text) & set("\x00\r\t\u2028\u202e\u2066")


@given(st.text(max_size=300))
def test_what_is_stored_comes_back_into_the_field_and_is_read_the_same(typed):
    for kind in (LINE, TEXT):
        wording = question("long_text", limits={"most": 1000})
        value = kind.read([typed], wording)
        assert value is None or kind.read(kind.typed(value), wording) == value
