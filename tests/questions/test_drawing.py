"""The questions on a page: every kind, in every language and state, read as strictly as all other pages."""

import re
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask

from eventsvc.i18n import LANGUAGES
from eventsvc.questions.asked import Asked
from eventsvc.questions.kinds import KINDS
from tests.linting import problems, text_of
from tests.questions.asking import question
from tests.questions.sheet import WAYS, page_of


def page(app: Flask, asked: Sequence[Asked], *typed: Any, **more: Any) -> Element:
    """The page, after it was read by a strict reader."""
    html = page_of(app, asked, *typed, **more)
    assert problems(html) == []
    return html5lib.parse(html, namespaceHTMLElements=False)


def by_id(html: Element, name: str) -> Element:
    (found,) = [element for element in html.iter() if element.get("id") == name]
    return found


def hint(html: Element, name: str) -> list[str]:
    return [text_of(each) for each in by_id(html, f"{name}-hint")]


def all_kinds(**values: Any) -> list[Asked]:
    texts = {tag: f"Words in {tag}" for tag in LANGUAGES}
    return [
        question(kind, f"About {kind}", "one", "two", number=number, help=texts, purpose=texts, **values)
        for number, kind in enumerate(KINDS, 1)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("required", [True, False])
def test_every_kind_is_drawn_empty_and_with_mistakes_in_every_language(app, language, required):
    asked = all_kinds(required=required)

    empty = page(app, asked, None, language)
    wrong = page(app, asked, {"q6": "many", "q7": "soon", "q3": "three"}, language)

    for html in (empty, wrong):
        drawn = [element for element in html.iter() if "question" in (element.get("class") or "").split()]
        assert len(drawn) == len(KINDS)
    links = [a.get("href") for a in html.iter("a") if re.fullmatch(r"#q\d+(-0)?", a.get("href") or "")]
    expected = [f"#q{n}-0" if n in {3, 4, 5} else f"#q{n}" for n in range(1, 11)]
    assert links == (expected if required else ["#q3-0", "#q6", "#q7"])
    assert (wrong.findtext(".//span[@class='optional']") is None) is required


def test_what_was_typed_stands_there_again_right_or_wrong(app):
    long = "\n<b>Dear</b>\n أهلا \N{ROCKET}"
    html = page(app, all_kinds(), {
        "q1": '" onfocus="', "q2": long, "q3": "two", "q4": ["one", "two"], "q5": "no", "q6": "many", "q7": "2027-13-01",
        "q8": "GT", "q9": "quc", "q10": "yes",
    })  # fmt: skip

    assert by_id(html, "q1").get("value") == '" onfocus="'
    assert by_id(html, "q2").text == long
    checked = [e.get("id") for e in html.iter("input") if e.get("checked") is not None]
    assert checked == ["q3-1", "q4-0", "q4-1", "q5-1", "q10"]
    assert (by_id(html, "q6").get("value"), by_id(html, "q7").get("value")) == ("many", "2027-13-01")
    assert [o.get("value") for o in html.iter("option") if o.get("selected") is not None] == ["GT", "quc"]


def test_each_control_suits_what_is_typed_into_it(app):
    number = question("number", number=1, limits={"least": 0, "decimals": True})
    below = question("number", number=2, limits={"least": -5})
    day = question("date", number=3, limits={"least": "2027-01-01", "most": "2027-01-31"})
    many = question("one_of", "", *(f"option{n}" for n in range(20)), number=4, required=True)
    html = page(app, [number, below, day, many])

    assert [by_id(html, f"q{n}").get("inputmode") for n in (1, 2)] == ["decimal", None]
    assert [by_id(html, "q3").get(name) for name in ("type", "min", "max")] == ["date", "2027-01-01", "2027-01-31"]
    assert by_id(html, "q4").tag == "select"


def test_the_hint_says_what_for_why_and_until_when(app, cast):
    event = cast.event(days=10)
    asked = question(
        "short_text", number=1, help={"en": "Also by halves."}, purpose={"es": "la cocina"}, retention_days=1
    )
    same = question("short_text", number=2, retention_days=30)
    html = page(app, [asked, same], event=event)

    last = event.ends_local.date().toordinal() + 1
    helped, why, until = hint(html, "q1")
    assert (helped, why) == ("Also by halves.", "Why we ask: la cocina")
    assert re.fullmatch(r"Erased on \w+, \w+ \d+, \d{4}", until)
    assert str(event.ends_local.fromordinal(last).day) in until
    assert [e.get("lang") for e in by_id(html, "q1-hint").iter("span")] == ["es"]
    assert not [e for e in html.iter() if e.get("id") == "q2-hint"]


def test_a_full_option_says_so_and_cannot_be_chosen(app):
    workshop = question("one_of", "", "maps", "radio", number=1, option_limits={"maps": 7, "radio": 8})
    html = page(app, [workshop], full=[7])

    full, free = by_id(html, "q1-full-0"), by_id(html, "q1-0")
    assert (full.get("disabled"), free.get("disabled")) == ("", None)
    labels = {e.get("for"): text_of(e) for e in html.iter("label")}
    assert (labels["q1-full-0"], labels["q1-0"]) == ("Maps – no places left", "Radio")


def test_a_full_option_in_a_list_that_folds_says_so_too(app):
    workshop = question("one_of", "", *(f"option{n}" for n in range(20)), number=1, option_limits={"option3": 7})
    html = page(app, [workshop], full=[7])

    assert [text_of(e) for e in html.iter("option") if e.get("disabled") is not None] == ["Option3 – no places left"]


def test_who_has_a_full_option_keeps_it_and_may_choose_it_again(app):
    workshop = question("one_of", "", "maps", "radio", number=1, option_limits={"maps": 7, "radio": 8})

    kept = page(app, [workshop], full=[7, 8], given={1: "maps"})
    changed = page(app, [workshop], {"q1": "radio"}, full=[7, 8], given={1: "maps"})

    assert by_id(kept, "q1-0").get("checked") == ""
    assert "Maps" in [text_of(e) for e in kept.iter("label")]
    assert by_id(kept, "q1-full-0").get("value") == "radio"
    assert by_id(changed, "q1-0").get("disabled") is None
    assert by_id(changed, "q1-1").get("checked") == ""
    assert by_id(changed, "q1-1").get("disabled") is None  # typed: it is not lost, and refused only when sent


def test_texts_in_other_languages_are_marked_and_ours_are_not(app):
    asked = Asked(1, 1, "eats", "one_of", {"ar": "ماذا تأكل؟"}, options=({"slug": "vegan", "label": {"ar": "نباتي"}},))
    html = page(app, [asked])

    label = next(e for e in html.iter("label") if e.get("for") == "q1-0")
    assert (label.get("lang"), label.get("dir")) == ("ar", "rtl")
    assert [e.get("lang") for e in html.iterfind(".//legend/span")] == ["ar", None]
    folded = page(app, [Asked(1, 1, "eats", "one_of", {"en": "x"}, options=tuple(
        {"slug": f"o{n}", "label": {"ar": f"نباتي {n}"}} for n in range(20)))])  # fmt: skip
    assert [e.get("lang") for e in folded.iter("option")] == [None, *["ar"] * 20]


def test_a_question_names_what_it_waits_for_in_words_and_numbers(app):
    listen = question("yes_no", "Interpretation?", number=1)
    tongue = question("one_of", "Which?", "mam", "other", number=2, depends_on_id=1, depends_on_options=("yes",))
    name = question("short_text", "Its name", number=3, depends_on_id=2, depends_on_options=("other", "mam"))
    meal = question("short_text", "Meal", number=4, ticket_types=("hall",))
    html = page(app, [listen, tongue, name, meal], ways=WAYS)

    def after(name: str) -> str:
        """The numbers of what the question waits for."""
        parent = next(e for e in html.iter() if any(child.get("id") == f"{name}-hint" for child in e))
        return " ".join(re.findall(r"after-\d+", parent.get("class") or ""))

    assert [after(f"q{n}") for n in (2, 3, 4)] == ["after-1", "after-2 after-1", "after-3"]
    opens = {e.get("id") or e.get("value"): e.get("data-opens") for e in html.iter("input") if e.get("data-opens")}
    assert opens == {"hall": "3", "q1-0": "1", "q2-0": "2", "q2-1": "2"}
    assert [hint(html, f"q{n}")[0] for n in (2, 3, 4)] == [
        "Only if you chose “Yes” at “Interpretation?”",
        "Only if you chose one of these at “Which?”: “Mam”, “Other”",
        "Only if you chose “In the hall”",
    ]


def test_with_one_way_of_attending_nothing_waits_for_it(app):
    meal, other = (question("short_text", number=n, ticket_types=(way,)) for n, way in ((1, "hall"), (2, "online")))
    html = page(app, [meal, other])

    assert by_id(html, "q1").get("aria-describedby") is None
    assert not [e for e in html.iter("input") if e.get("id") == "q2"]


def test_the_summary_of_errors_names_the_question(app):
    html = page(app, [question("number", "How many?", number=1, required=True)], {})

    assert [text_of(a) for a in html.iter("a") if a.get("href") == "#q1"] == ["“How many?”: Enter a number."]
    assert text_of(by_id(html, "q1-error")) == "Enter a number."
    assert by_id(html, "q1").get("aria-describedby") == "q1-error"
