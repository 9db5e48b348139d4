"""The page that says what came of a form, kept rendered but for what is the reader's own: its receipt and their address.

It is never packed: how well an address packs beside what others can put into a path would tell it.
"""

import secrets
from collections.abc import Callable

from flask import current_app
from markupsafe import escape

from eventsvc.events.models import Event
from eventsvc.events.pages import Seen, Shelf
from eventsvc.registration.submissions import Shown

SHELF = "eventsvc.registration.result_pages"
ADDRESS, RECEIPT = (f"{name}-{secrets.token_hex(16)}" for name in ("address", "receipt"))
"""Stand where the reader's own will; nobody can have written them anywhere else."""


def result_page(
    face: str, seen: Seen, shown: Shown, receipt: str, event: Callable[[], Event], draw: Callable[[Event, Shown], str]
) -> str:
    """The page as this face of the service shows it; `draw` draws it, receipt and all."""
    shelf: Shelf[str] = current_app.extensions.setdefault(SHELF, Shelf())
    key = (face, shown.outcome, seen.state)
    page = shelf.find(key)
    if page is None:
        drawn = event()
        page = draw(drawn, shown._replace(masked_address=ADDRESS)).replace(receipt, RECEIPT)
        if drawn.version == seen.event.version:
            shelf.put(key, page)
    return page.replace(RECEIPT, receipt).replace(ADDRESS, str(escape(shown.masked_address)))
