"""The strict reader itself: it must see what it is there to see."""

import pytest

from tests.linting import problems

PAGE = (
    '<!doctype html><html lang="{lang}" dir="ltr"><head><title>{title} · Events</title></head>'
    '<body><main id="main"><h1>Hello</h1>{body}</main></body></html>'
)


def page(body: str = "", title: str = "Hello", lang: str = "en") -> str:
    return PAGE.format(body=body, title=title, lang=lang)


def test_a_good_page_passes():
    assert problems(page('<h2>More</h2><p><label for="a">Name</label><input id="a"></p>')) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p><div>x</div></p>", "unexpected-end-tag"),
        ('<p id="a" id="b">x</p>', "duplicate-attribute"),
        ("<h3>x</h3>", "an h3 follows an h1"),
        ("<h1>x</h1>", "not exactly one h1"),
        ('<p id="x">x</p><p id="x">y</p>', "stands there 2 times"),
        ('<a href="#nowhere">x</a>', "points to 'nowhere'"),
        ('<input name="a">', "input 'a' has no label"),
        ('<label for="a"></label><input id="a" name="a">', "an empty label"),
        ('<p style="color:red">x</p>', "p has style"),
        ('<p onclick="x()">x</p>', "p has onclick"),
        ("<script>x()</script>", "an inline script"),
        ("<style>p{}</style>", "an inline style"),
        ('<img src="https://elsewhere.example/x.png" alt="">', "img loads https://elsewhere.example/x.png"),
        ('<img src="/x.png">', "an img without alt"),
        ('<a href="/x"></a>', "an empty a"),
    ],
)
def test_what_is_wrong_is_named(body, found):
    assert found in "\n".join(problems(page(body)))


def test_a_title_that_does_not_hold_the_heading_is_named():
    assert "does not hold the heading" in "\n".join(problems(page(title="Other")))


@pytest.mark.parametrize(
    "body",
    [
        "<p>Privacy</p>",
        "<p>In the hall: Few places left</p>",
        "<p>Registration closes on lunes, 5:00</p>",
        '<p aria-label="Privacy">x</p>',
        "<p><em>x</em> Privacy</p>",
    ],
)
def test_english_on_a_spanish_page_is_named(body):
    assert "not in es" in "\n".join(problems(page(body, lang="es")))


def test_english_that_says_so_may_stand_on_a_spanish_page():
    assert problems(page('<p lang="en">Privacy</p>', lang="es")) == []
