"""Every page is light: for a phone on a poor line that sees it for the first time, and for one that comes back."""

import pytest

from tests.pages.weights import table, weights

pytestmark = pytest.mark.slow

FIRST, WITH_PICTURES, AGAIN, TO_PAINT = 50_000, 150_000, 15_000, 3
"""Bytes over the wire, headers included; and requests before anything shows (the page and its style sheets)."""


@pytest.fixture(scope="module")
def found(browser, services):
    measured = list(weights(browser, services))
    print(table(measured))  # noqa: T201 - shown by -s, and where a test fails; `python -m tests.weights` prints it alone
    return measured


def test_a_first_visit_is_light(found):
    assert [each.page.name for each in found if each.first.without_pictures >= FIRST] == []
    assert [each.page.name for each in found if each.first.total >= WITH_PICTURES] == []


def test_a_second_visit_costs_next_to_nothing(found):
    again = {each.page.name: each.second.total for each in found if each.second}

    assert {name: size for name, size in again.items() if size >= AGAIN} == {}


def test_a_page_that_has_not_changed_is_not_sent_again(found):
    kept = [each for each in found if each.page.indexable and each.second and each.page.name not in FRESH]

    assert {each.page.name: each.second.status for each in kept if each.second.sizes["html"] >= 1000} == {}
    assert {each.page.name for each in kept if each.second.requests > 1} == set()


FRESH = {"my-link", "demo-mailbox"}
"""One has a form, with an id of its own each time; the other is nobody's page but the demonstration's."""


def test_little_is_asked_for_before_anything_shows(found):
    assert {each.page.name: each.first.before_paint for each in found if each.first.before_paint > TO_PAINT} == {}


def test_nobody_else_is_asked(found):
    assert {each.page.name: each.strangers for each in found if each.strangers} == {}
