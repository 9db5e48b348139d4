"""The questions as people meet them: read by axe, by a strict reader of HTML, and on a narrow phone, in light and dark."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from eventsvc.i18n import LANGUAGES
from eventsvc.questions.kinds import KINDS
from tests.pages.axe import violations
from tests.questions.asking import question
from tests.questions.sheet import WAYS, look_at, page_of
from tests.servers import pagecheck
from tests.servers.missing import required

LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle"
MISTAKES = {"q6": "many", "q7": "soon", "q3": "three"}


def every_kind(app: Flask, language: str = "en", *, wrong: bool = True) -> str:
    """With hints, conditions, options that are full, and mistakes; everything in sight."""
    texts = dict.fromkeys(LANGUAGES, f"Words, {LONG}") | {"ar": "كلمات"}
    asked = [
        question(
            kind, f"About {kind}", "one", "two", LONG.lower(), number=number, required=number % 3 > 0, help=texts,
            purpose=texts, option_limits={"one": 7},
        )
        for number, kind in enumerate(KINDS, 1)
    ]  # fmt: skip
    asked.append(question("short_text", LONG, number=11, depends_on_id=10, depends_on_options=("yes",)))
    typed = {**MISTAKES, "q10": "yes"} if wrong else None
    return page_of(app, asked, typed, language, full=[7], ways=WAYS, prefixes=("", "p2-"))


@pytest.fixture
def narrow(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A phone of the narrowest kind that is common."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=request.param)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("narrow", ["light", "dark"], indirect=True)
@pytest.mark.parametrize("wrong", [False, True])
def test_axe_finds_nothing_and_nothing_is_cut_off(one_app: Flask, narrow: Page, wrong: bool):
    look_at(narrow, every_kind(one_app, wrong=wrong))

    assert violations(narrow) == []
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_strict_reader_finds_no_fault_in_any_language(one_app: Flask):
    pages = {
        f"{language} {wrong}": every_kind(one_app, language, wrong=wrong)
        for language in LANGUAGES
        for wrong in (False, True)
    }

    with required(pagecheck.reader()) as faults:
        assert faults(pages) == {}


def test_every_control_is_reached_and_set_by_keyboard_alone(one_app: Flask, browser: Browser):
    asked = [question(kind, "", "one", "two", number=number) for number, kind in enumerate(KINDS, 1)]
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    look_at(page, page_of(one_app, asked))
    page.locator("#q1").focus()
    keys = page.keyboard
    keys.type("Ana")
    for key in ["Tab", "x", "Tab", "Space", "Tab", "Tab", "Space", "Tab", "Space", "ArrowDown", "Tab"]:
        keys.press(key)
    keys.type("3")
    keys.press("Tab")
    keys.type("03092027")
    for key in ["Tab", "Tab"]:
        keys.press(key)
    keys.type("Guat")
    keys.press("Tab")
    keys.type("Mam")
    keys.press("Tab")
    keys.press("Space")

    assert [page.input_value(f"#q{n}") for n in (1, 2, 6, 7, 8, 9)] == ["Ana", "x", "3", "2027-03-09", "GT", "mam"]
    checked = page.locator("input:checked").all()
    assert [each.get_attribute("id") for each in checked] == ["q3-0", "q4-1", "q5-1", "q10"]
    context.close()
