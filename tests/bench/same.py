"""The limit of our own pages: a bare Flask view that renders the very template of ours, with facts that never change.

Template, base, macros, words and paths are those of the service, and so are the routes they are found by. What it does
not do is everything else: no database (the facts are read once, at start, and their Markdown is made HTML once), nothing
before or after a request, nothing kept rendered.
"""

import os
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask, render_template

from eventsvc.app import create_app
from eventsvc.db import db
from eventsvc.events import markdown
from eventsvc.events.fullness import overall
from eventsvc.events.pages import Seen, see
from eventsvc.i18n import speak
from eventsvc.questions.drawing import opened_by
from eventsvc.registration.choices import best
from eventsvc.registration.pages import page
from eventsvc.registration.views import event_at, offered

SLUG = os.environ["BENCH_SLUG"]
Page = Callable[[], str]


def _bare() -> Flask:
    speak("en")
    ours = create_app()
    with ours.test_request_context(f"/en/events/{SLUG}"):
        ours.preprocess_request()
        event, form = _event_page(), _form_page()
        assert all((event(), form()))  # what is loaded late is loaded now
        db.session.expunge_all()
    app = Flask("bare")
    app.url_map, app.jinja_env, app.extensions = ours.url_map, ours.jinja_env, ours.extensions
    app.jinja_env.filters["markdown"] = cache(markdown.to_html)
    app.url_default_functions = ours.url_default_functions
    app.url_value_preprocessors[None] = [_without_language]
    app.view_functions["events.event"] = lambda slug: event()  # noqa: ARG005 - there is one
    app.view_functions["registration.form"] = lambda slug: form()  # noqa: ARG005
    app.view_functions["health.alive"] = lambda: "alive"
    return app


def _without_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values:
        values.pop("lang", None)


def _event_page() -> Page:
    seen = see(SLUG)
    assert isinstance(seen, Seen)
    facts: dict[str, Any] = {"event": seen.event, "words": seen.words, "overall": overall(seen.words.values())}
    facts |= {"standing": seen.event.standing(seen.at), "at": seen.at}
    return lambda: render_template("events/event.html", **facts)


def _form_page() -> Page:
    offer = offered(event_at(SLUG))
    facts: dict[str, Any] = {"form": offer.form(None), "fullness": best(offer.choices), "choices": offer.choices}
    facts |= {"drawing": offer.drawing(), "opens": opened_by(offer.asked, [choice.slug for choice in offer.choices])}
    return lambda: page("registration/form.html", offer.event, flow="registration", **facts)


app = _bare()
