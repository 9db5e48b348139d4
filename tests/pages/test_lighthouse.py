"""What search engines and auditors see: Lighthouse on the pages most people come to.

Its figure for speed is a matter of how busy the machine is (`python -m tests.lighthouse` says it); what makes pages
fast, few blocking requests and nothing that jumps, is not.
"""

import pytest

from tests.lighthouse import PAGES
from tests.servers import lighthouse
from tests.servers.missing import required

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def seen(services):
    addresses = {page.name: services.address(page, "en") for page in PAGES}
    with required(lighthouse.looking()) as look_at:
        found = look_at(list(addresses.values()))
    return {name: found[address] for name, address in addresses.items()}


def test_nothing_is_left_to_wish_for_people_with_disabilities_and_in_craft(seen):
    for category in ("accessibility", "best-practices"):
        assert {name: each.short for name, each in seen.items() if each.scores[category] < 100} == {}


def test_search_engines_find_all_they_want_on_the_pages_they_may_keep(seen):
    assert {
        page.name: seen[page.name].short for page in PAGES if page.indexable and seen[page.name].scores["seo"] < 100
    } == {}


def test_only_style_sheets_are_waited_for_and_nothing_jumps(seen):
    assert {name: each.blocking for name, each in seen.items() if any(".css" not in url for url in each.blocking)} == {}
    assert {name: each.shift for name, each in seen.items() if each.shift >= 0.1} == {}
