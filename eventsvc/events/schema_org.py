"""Data that machines read in pages and letters: schema.org as JSON, and the parts of it that both have."""

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from eventsvc.events.facts import EventFacts
from eventsvc.events.models import Event
from eventsvc.i18n import _

_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
_ADDRESS = {
    "street": "streetAddress",
    "locality": "addressLocality",
    "region": "addressRegion",
    "postal_code": "postalCode",
    "country": "addressCountry",
}


def in_script(data: Mapping[str, Any]) -> Markup:
    """The content of `<script type="application/ld+json">`."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_UNSAFE))  # noqa: S704 - nothing in it can end the element or open another


def term(name: str) -> str:
    """A word of the vocabulary."""
    return f"https://schema.org/{name}"


def place(event: Event | EventFacts) -> dict[str, Any]:
    """The venue. Speaks the language in which it says that there is none yet."""
    address = {named: event.venue[name] for name, named in _ADDRESS.items() if event.venue.get(name)}
    found: dict[str, Any] = {
        "@type": "Place",
        "name": event.venue.get("name") or event.venue.get("locality") or _("The place will be announced."),
    }
    return found | ({"address": {"@type": "PostalAddress", **address}} if address else {})
