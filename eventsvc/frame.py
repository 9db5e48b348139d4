"""What stands around every page: the name of the site, and the switch between languages."""

from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from flask import Flask, g, request, url_for
from markupsafe import Markup

from eventsvc import clock
from eventsvc.i18n import _
from eventsvc.intake import current_settings
from eventsvc.languages import LANGUAGE_NAMES, LANGUAGES

NUMBERED = {f"events.{page}" for page in ("what_is_on", "organization", "programme", "tag")}
"""Lists that go on over several pages."""


class LanguageLink(NamedTuple):
    tag: str
    name: str
    url: str


def init_frame(app: Flask) -> None:
    """Give every template what `base.html` asks for."""
    app.jinja_env.globals.update(
        attributes=attributes,
        canonical=canonical,
        contact_link=contact_link,
        language_links=language_links,
        now=_now,
        settings=current_settings,
        site_name=site_name,
        stays=stays,
    )


def _now() -> datetime:
    """Looked up anew each time, so that a stopped clock is seen here too."""
    return clock.now()


def site_name() -> str:
    """What this service calls itself: its operator's name, or simply what it is about."""
    return current_settings().operator_name or _("Events")


def language_links() -> list[LanguageLink]:
    """This page in every language of the interface; the front page where this one has no language in its path."""
    if g.get("language_links") is None:
        g.language_links = [LanguageLink(tag, LANGUAGE_NAMES[tag], _in_language(tag)) for tag in LANGUAGES]
    links: list[LanguageLink] = g.language_links
    return links


def stays() -> bool:
    """Has this page a path in every language?"""
    rule = request.url_rule
    return bool(rule and "lang" in rule.arguments and "GET" in (rule.methods or ()))


def canonical() -> str:
    """The one address of this page, under which search engines may keep it: a filter makes no other page, a number does.

    Other pages take nothing from the query: they are kept rendered, and whoever asks first must not choose their words.
    """
    number = request.args.get("page", 1, type=int) if request.endpoint in NUMBERED else 1
    return f"{current_settings().origin}{quote(request.path)}{f'?page={number}' if number > 1 else ''}"


def _in_language(tag: str) -> str:
    rule = request.url_rule
    if rule and stays():
        return url_for(rule.endpoint, **(request.view_args or {}), lang=tag)
    return url_for("events.what_is_on", lang=tag)


def switch_language_at(endpoint: str, **values: Any) -> None:
    """Let this page's other languages be found at that endpoint: its own address only answers a form, or names none."""
    g.language_links = [
        LanguageLink(tag, LANGUAGE_NAMES[tag], url_for(endpoint, lang=tag, **values)) for tag in LANGUAGES
    ]


def contact_link(contact: str) -> Markup:
    """A mail address or a web page as a link; other words as they are."""
    if urlsplit(contact).scheme in {"http", "https"}:
        return Markup('<a href="{}">{}</a>').format(contact, contact)
    if "@" in contact and not any(sign.isspace() for sign in contact):
        return Markup('<a href="mailto:{}">{}</a>').format(contact, contact)
    return Markup("{}").format(contact)


def attributes(field: Any, hint: str, autocomplete: str, more: dict[str, Any]) -> dict[str, Any]:
    """Of a form's input: what its hint and error are, for those who cannot see that they stand beside it."""
    said = [f"{field.id}-{part}" for part, there in (("hint", hint), ("error", field.errors)) if there]
    found = dict(more)
    if said:
        found["aria-describedby"] = " ".join(said)
    if field.errors:
        found["aria-invalid"] = "true"
    if autocomplete:
        found["autocomplete"] = autocomplete
    return found
