"""What search engines and auditors see: Lighthouse on the pages most people come to.

Its figure for speed is a matter of how busy the machine is (`python -m tests.lighthouse` says it); what makes pages
fast, few blocking requests and nothing that jumps, is not.
"""

import pytest

from tests.lighthouse import PAGES
from tests.servers import lighthouse
from tests.servers.missing import required

pytestmark = pytest.mark.slow


def test_nothing_is_left_to_wish_but_what_depends_on_the_machine(services):
    addresses = {page: services.address(page, "en") for page in PAGES}
    with required(lighthouse.looking()) as look_at:
        answers = look_at(list(addresses.values()))
    seen = {page.name: answers[address] for page, address in addresses.items()}

    for category in ("accessibility", "best-practices"):
        assert {name: each.short for name, each in seen.items() if each.scores[category] < 100} == {}
    found = {page.name: seen[page.name] for page in PAGES if page.indexable}
    assert {name: each.short for name, each in found.items() if each.scores["seo"] < 100} == {}
    assert {name: each.blocking for name, each in seen.items() if any(".css" not in url for url in each.blocking)} == {}
    assert {name: each.shift for name, each in seen.items() if each.shift >= 0.1} == {}
