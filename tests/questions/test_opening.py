"""What waits for a choice, in a real browser without scripts: shown exactly where the server asks it."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from eventsvc.assets import SHEET_PARTS, sheet
from eventsvc.questions.asked import Asked
from eventsvc.questions.conditions import shown
from eventsvc.questions.drawing import MOST_CONDITIONS
from tests.questions.asking import question
from tests.questions.sheet import WAYS, look_at, page_of

SLUGS = ("a", "b", "c")


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    """A phone that runs no scripts."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


def seen(phone: Page, prefix: str = "") -> list[int]:
    """The numbers of the questions of a person that are in sight."""
    drawn = phone.locator(f"#person{prefix} .question").filter(visible=True)
    ids = [each.locator("[id]").first.get_attribute("id") or "" for each in drawn.all()]
    return [int(found[1]) for found in (re.search(r"q(\d+)", each) for each in ids) if found]


def test_a_choice_opens_what_hangs_on_it_and_closing_it_closes_the_whole_chain(one_app: Flask, phone: Page):
    asked = [
        question("yes_no", "Interpretation?", number=1),
        question("several_of", "Which?", *SLUGS, number=2, depends_on_id=1, depends_on_options=("yes",)),
        question("short_text", "Its name", number=3, depends_on_id=2, depends_on_options=("c",), required=True),
        question("country", "Where from?", number=4, ticket_types=("online",)),
        question("long_text", "Which state?", number=5, depends_on_id=4, depends_on_options=("MX", "US")),
        question("consent", "Photos", number=6),
        question("short_text", "Credit", number=7, depends_on_id=6, depends_on_options=("yes",)),
    ]
    look_at(phone, page_of(one_app, asked, ways=WAYS, prefixes=("", "p2-")))
    assert seen(phone) == seen(phone, "p2-") == [1, 6]

    phone.locator("#q1-0").focus()
    phone.keyboard.press("Space")
    assert seen(phone) == [1, 2, 6]
    phone.keyboard.press("Tab")
    for _ in SLUGS[1:]:
        phone.keyboard.press("Tab")
    phone.keyboard.press("Space")
    assert seen(phone) == [1, 2, 3, 6]
    phone.fill("#q3", "Mam")
    phone.check("#q1-1")
    assert seen(phone) == [1, 6]
    phone.check("#q1-0")
    assert (seen(phone), phone.input_value("#q3")) == ([1, 2, 3, 6], "Mam")

    phone.check("#p2-q1-0")
    assert seen(phone, "p2-") == [1, 2, 6]
    phone.check("#p2-q1-1")
    phone.locator("#personp2- [value=online]").check()
    assert seen(phone, "p2-") == [1, 4, 6]
    phone.select_option("#p2-q4", "GT")
    assert seen(phone, "p2-") == [1, 4, 6]
    phone.select_option("#p2-q4", "MX")
    phone.check("#p2-q6")
    assert seen(phone, "p2-") == [1, 4, 5, 6, 7]
    phone.locator("#personp2- [value=hall]").check()
    assert seen(phone, "p2-") == [1, 6, 7]
    assert seen(phone) == [1, 2, 3, 6]


def test_a_browser_that_cannot_tell_shows_everything_with_a_sentence(one_app: Flask, phone: Page):
    asked = [
        question("yes_no", "Interpretation?", number=1),
        question("short_text", "Which language?", number=2, depends_on_id=1, depends_on_options=("yes",)),
    ]
    old = sheet().replace("selector(:has(*))", "selector(:never-heard-of)")
    phone.set_content(
        re.sub(r"<link[^>]*>|<script[^>]*></script>", "", page_of(one_app, asked)) + f"<style>{old}</style>"
    )

    assert seen(phone) == [1, 2]
    expect(phone.locator("#q2-hint")).to_have_text("Only if you chose “Yes” at “Interpretation?”")


def some_questions() -> st.SearchStrategy[list[Asked]]:
    """Questions of all kinds that can be waited for, hanging on earlier ones and on the way of attending."""
    one = st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["one_of", "several_of", "yes_no", "consent", "folded"]),
            "ticket_types": st.sampled_from([(), ("hall",), ("online",)]),
            "depends_on_id": st.none() | st.integers(1, 6),
            "depends_on_options": st.lists(st.sampled_from(["a", "b", "yes", "no"]), min_size=1, unique=True).map(
                tuple
            ),
        }
    )

    def made(number: int, values: dict[str, object]) -> Asked:
        kind = str(values.pop("kind"))
        more = [f"more{n}" for n in range(20)] if kind == "folded" else []
        return question("one_of" if kind == "folded" else kind, "", *SLUGS, *more, number=number, **values)

    return st.lists(one, min_size=2, max_size=7).map(lambda each: [made(n, dict(v)) for n, v in enumerate(each, 1)])


choices = st.dictionaries(
    st.integers(1, 7), st.lists(st.sampled_from(["a", "b", "yes", "no"]), min_size=1, max_size=2, unique=True)
)


@settings(
    max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(asked=some_questions(), chosen=choices)
def test_the_browser_shows_what_the_server_asks(
    one_app: Flask, phone: Page, asked: list[Asked], chosen: dict[int, list[str]]
):
    typed = {f"q{number}": slugs for number, slugs in chosen.items()}
    look_at(phone, page_of(one_app, asked, typed, ways=WAYS))
    marked = {
        number: phone.locator(f"[name=q{number}]:checked, [name=q{number}] option:checked").all()
        for number in range(1, 8)
    }
    really = {number: [str(each.get_attribute("value")) for each in some] for number, some in marked.items()}

    assert seen(phone) == [each.question_id for each in shown(asked, "hall", really)]


def test_there_is_a_rule_for_every_condition_there_may_be():
    assert "questions" in SHEET_PARTS
    assert re.findall(r"\.after-(\d+)", sheet()) == [str(number) for number in range(1, MOST_CONDITIONS + 1)]
    assert re.findall(r'opens~="(\d+)"', sheet()) == [str(number) for number in range(1, MOST_CONDITIONS + 1)]
