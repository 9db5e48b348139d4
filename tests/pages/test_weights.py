"""Every page is light: for a phone on a poor line that sees it for the first time, and for one that comes back."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.pages.weights import Weight, table, weights

pytestmark = pytest.mark.slow

FIRST, WITH_PICTURES, AGAIN, TO_PAINT = 50_000, 150_000, 15_000, 3
"""Bytes over the wire, headers included; and requests before anything shows (the page and its style sheets)."""
NOT_SENT_AGAIN = 1000
"""A page that has not changed is only confirmed: so many bytes of headers at most."""


def test_every_page_is_light_the_first_time_and_costs_next_to_nothing_the_second(browser, services):
    found = list(weights(browser, services))
    print(table(found))  # noqa: T201 - shown by -s, and where this fails; `python -m tests.weights` prints it alone

    assert heavier(found, FIRST, lambda each: each.first.without_pictures) == {}
    assert heavier(found, WITH_PICTURES, lambda each: each.first.total) == {}
    assert heavier(found, AGAIN, lambda each: each.second.total if each.second else 0) == {}
    assert heavier(found, TO_PAINT + 1, lambda each: each.first.before_paint) == {}
    assert {each.page.name: each.strangers for each in found if each.strangers} == {}

    public = [each for each in found if each.page.indexable and each.page.name not in FRESH]
    assert heavier(public, NOT_SENT_AGAIN, lambda each: each.second.sizes["html"]) == {}
    assert heavier(public, 2, lambda each: each.second.requests) == {}


def heavier(found: list[Weight], limit: int, figure: Callable[[Any], int]) -> dict[str, int]:
    """The pages whose figure reaches the limit."""
    return {each.page.name: figure(each) for each in found if figure(each) >= limit}


FRESH = {"my-link", "demo-mailbox"}
"""One has a form, with an id of its own each time; the other is nobody's page but the demonstration's."""
