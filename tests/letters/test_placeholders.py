"""Placeholders: a small fixed set that is checked when it is saved, and can break nothing afterwards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.letters.placeholders import LoneBrace, UnknownPlaceholder, check, fill, fill_apart, harmless

ALLOWED = ("title", "starts", "place")


@pytest.mark.parametrize("text", ["", "Hello", "{title}", "{ Title }, {starts}: {place}", "100 % %(title)s %s $title"])
def test_what_is_known_may_be_saved(text):
    check(text, ALLOWED)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{titel}", "titel"),
        ("{}", ""),
        ("{title.__class__}", "title.__class__"),
        ("{title!r}", "title!r"),
        ("{0}", "0"),
        ("{% if x %}", "% if x %"),
        ("{name}", "name"),
    ],
)
def test_what_is_unknown_is_named(text, found):
    with pytest.raises(UnknownPlaceholder) as refused:
        check(text, ALLOWED)
    assert refused.value.found == found


@pytest.mark.parametrize("text", ["{", "}", "a { b", "{title", "title}", "{title}}", "{{title}}", "{ti\ntle}"])
def test_a_brace_alone_is_refused(text):
    with pytest.raises((LoneBrace, UnknownPlaceholder)):
        check(text, ALLOWED)


@given(st.text(), st.dictionaries(st.sampled_from(ALLOWED), st.text()))
def test_filling_in_never_fails(text, values):
    fill_apart(text, values)
    fill(text, values)


@given(st.text(alphabet="ab {}%$", max_size=20), st.sampled_from(["{title}", "{{7*7}}", "%(x)s", "{place}"]))
def test_a_value_is_not_read_for_placeholders(text, value):
    """Whatever stands in a title is a title."""
    assert fill("{title}", {"title": text + value, "place": "secret"}) == text + value


def test_what_has_no_value_is_left_out():
    assert fill("Number {queue_place}.", {}) == "Number ."


def test_in_a_line_from_the_right_every_value_keeps_its_direction_to_itself():
    assert fill_apart("مرحبا {title}!", {"title": "Summit (2027)"}) == "مرحبا \u2068Summit (2027)\u2069!"
    assert fill_apart("Hello {title}!", {"title": "قمة"}) == "Hello \u2068قمة\u2069!"
    assert fill_apart("Hello {title}!", {"title": "Summit"}) == "Hello Summit!"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("José Ñandú-O’Neil", "José Ñandú-O’Neil"),
        ("J.R. Smith", "J. R. Smith"),
        ("Win https://evil.example/now", "Win https evil. example now"),
        ("www.evil.example", "www. evil. example"),
        ("<b>ana@evil.example</b>", "b ana evil. example b"),
        ("x" * 200, "x" * 60),
    ],
)
def test_in_a_name_no_reader_of_mail_finds_a_link(typed, shown):
    assert harmless(typed) == shown
