"""What every page around one event says at its top: what, when, where."""

from typing import Any

from flask import render_template

from eventsvc.events.models import Event
from eventsvc.events.places import place_line
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
