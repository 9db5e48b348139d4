"""Reading what machines read of a page."""

import json
import re
from html import unescape
from typing import Any


def event_data(page: str) -> dict[str, Any]:
    """The structured data of a page, as a search engine finds them."""
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(blocks) == 1
    found: dict[str, Any] = json.loads(blocks[0])
    return found


def properties(page: str) -> dict[str, list[str]]:
    """The `og:` and `twitter:` names of a page with all their values."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', page):
        found.setdefault(name, []).append(unescape(value))
    return found
