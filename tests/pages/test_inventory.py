"""The list of all pages tells the truth: each is there, answers as it says, and bears a strict reader."""

import pytest

from eventsvc.i18n import LANGUAGES
from tests.linting import problems
from tests.pages.inventory import PAGES, spoken


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_answers_as_the_inventory_says_and_is_sound(applications, language):
    answers = {page.name: (page.status, applications.fetch(page, language)) for page in spoken(language)}

    assert {
        name: answer.status_code for name, (status, answer) in answers.items() if answer.status_code != status
    } == {}
    found = {name: wrong for name, (_status, answer) in answers.items() if (wrong := problems(answer.text))}
    assert found == {}


def test_search_engines_may_keep_what_the_inventory_says_and_nothing_else(applications):
    kept = {page.name for page in PAGES if "noindex" not in applications.fetch(page).text and page.status == 200}

    assert kept == {page.name for page in PAGES if page.indexable}


def test_names_are_unique():
    assert len({page.name for page in PAGES}) == len(PAGES)
