"""Single lines: folding, and what goes into a URI."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.calendar.contentlines import clean, folded, mailto, text, uri


@given(st.text(alphabet=st.sampled_from("aé🎉\\,"), max_size=400))
def test_a_fold_cuts_no_character_and_no_escape(value: str):
    lines = folded([text("SUMMARY", value)]).split(b"\r\n")[:-1]
    assert all(len(line) <= 75 and line.decode() for line in lines)
    assert all((len(line) - len(line.rstrip(b"\\"))) % 2 == 0 for line in lines)
    assert b"".join([lines[0], *(line.removeprefix(b" ") for line in lines[1:])]).decode() == text("SUMMARY", value)


@pytest.mark.parametrize(("length", "lines"), [(67, 1), (68, 2), (141, 2), (142, 3)])
def test_lines_are_as_long_as_they_may_be(length: int, lines: int):
    assert folded([text("SUMMARY", "x" * length)]).count(b"\r\n") == lines


@pytest.mark.parametrize(
    ("written", "kept"), [("a\r\nb", "a\nb"), ("a\rb", "a\nb"), ("a\x00\x0b\x1b\x7f\x85b", "ab"), ("a\tb\n", "a\tb\n")]
)
def test_line_breaks_become_line_feeds_and_control_characters_go(written: str, kept: str):
    assert clean(written) == kept


def test_a_uri_keeps_what_is_encoded_and_encodes_the_rest():
    assert uri('https://e.org/a%20b/ñ?q=1&r=[2]#"x"\r\n') == "https://e.org/a%20b/%C3%B1?q=1&r=[2]#%22x%22%0D%0A"


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("ana+events@example.org", "mailto:ana+events@example.org"),
        ("o'neil.x-y_z@example.org", "mailto:o'neil.x-y_z@example.org"),
        ("a%b?c&d@example.org", "mailto:a%25b%3Fc%26d@example.org"),
    ],
)
def test_an_address_is_bare_but_for_what_a_uri_cannot_hold(address: str, written: str):
    assert mailto(address) == written
