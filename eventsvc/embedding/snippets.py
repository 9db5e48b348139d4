"""What organizers copy into other web sites: pieces of HTML, and the short words of our WordPress plugin."""

from typing import Any, NamedTuple

from flask import url_for
from markupsafe import Markup

from eventsvc.embedding.oembed import frame_of
from eventsvc.intake import current_settings

HEIGHTS = {"card": 460, "form": 1100, "list": 640}
"""About as tall as they are on a phone, in pixels; static/embed.js begins with the same."""


class Snippets(NamedTuple):
    """One thing to show, in one language."""

    script: str
    frame: str
    shortcode: str


def of_event(view: str, slug: str, title: str, tag: str) -> Snippets:
    """The card or the form of an event."""
    endpoint = "embedding.form" if view == "form" else "embedding.card"
    data = {"event": slug, "view": view, "lang": tag, "title": title}
    return _snippets(view, data, title, url_for(endpoint, slug=slug, lang=tag), url_for("events.event", slug=slug))


def of_organization(slug: str, name: str, tag: str) -> Snippets:
    """What an organization has ahead."""
    data = {"organization": slug, "view": "list", "lang": tag, "title": name}
    frame = url_for("embedding.organization", slug=slug, lang=tag)
    return _snippets("list", data, name, frame, url_for("events.organization", slug=slug))


def _snippets(view: str, data: dict[str, str], title: str, frame: str, page: str) -> Snippets:
    origin = current_settings().origin
    given = {name: value for name, value in data.items() if (name, value) != ("view", "card")}
    script = Markup('<script async src="{}/embed.js"{}></script>\n<noscript><a href="{}">{}</a></noscript>').format(
        origin, _attributes(given, "data-"), origin + page, title
    )
    shortcode = Markup("[eventsvc{}]").format(_attributes(_without(given, "title"), ""))
    return Snippets(str(script), str(frame_of(origin + frame, title, "100%", HEIGHTS[view])), str(shortcode))


def _attributes(values: dict[str, str], prefix: str) -> Markup:
    return Markup().join(Markup(' {}{}="{}"').format(prefix, name, value) for name, value in values.items())


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}
