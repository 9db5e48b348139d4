"""Every page is valid HTML to the letter, in every language."""

import pytest

from eventsvc.i18n import LANGUAGES
from tests.pages.inventory import spoken
from tests.servers import pagecheck
from tests.servers.missing import required

pytestmark = pytest.mark.slow


def test_a_strict_reader_finds_no_fault_on_any_page_in_any_language(applications):
    pages = {
        f"{language} {page.name}": applications.fetch(page, language).text
        for language in LANGUAGES
        for page in spoken(language)
    }

    with required(pagecheck.reader()) as faults:
        assert faults(pages) == {}


def test_the_reader_sees_what_it_is_there_to_see():
    page = '<!doctype html>\n<html lang="en"><head><title>x</title></head><body><h1>x</h1>{}</body></html>'
    wrong = {
        "nested": "<p><div>x</div>",
        "unlabelled": '<input type="text">',
        "role": '<a href="/" role="button" aria-label="">x</a>',
        "sound": "<p>x</p>",
    }

    with required(pagecheck.reader()) as faults:
        found = faults({name: page.format(body) for name, body in wrong.items()})

    assert found.keys() == wrong.keys() - {"sound"}
