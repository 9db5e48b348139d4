"""axe, which reads a page as people with disabilities meet it."""

import json

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Frame, Page

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # the others are not worked out in full, which takes half the time
}
READ = "axe.run(%s).then(found => found.violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 200)}`))"


def violations(page: Page | Frame) -> list[str]:
    """What axe finds on the page that is shown. It is brought in past the page's own policy, which forbids it."""
    page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(READ % json.dumps(OPTIONS))
    return found
