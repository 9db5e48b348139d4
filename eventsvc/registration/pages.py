"""What every page around one event says at its top: what, when, where, and where its other languages are."""

from typing import Any

from flask import g, render_template, url_for

from eventsvc.events.models import Event
from eventsvc.events.places import place_line
from eventsvc.frame import LANGUAGE_NAMES, LanguageLink
from eventsvc.i18n import language, pick


def page(template: str, event: Event, **more: Any) -> str:
    """The page, with the event's title and place in the reader's language as far as it has them."""
    return render_template(
        template,
        event=event,
        title=pick(event.title, language(), event.languages)[0],
        place=place_line(event),
        **more,
    )


def switch_language_at(endpoint: str, **values: Any) -> None:
    """Let the page's other languages be found at this endpoint, where its own address only answers a form."""
    g.language_links = [
        LanguageLink(tag, name, url_for(endpoint, lang=tag, **values)) for tag, name in LANGUAGE_NAMES.items()
    ]
