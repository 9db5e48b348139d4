"""Letters: the words of a mail, rendered in the language of its reader."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import jinja2
from flask import current_app

from eventsvc.i18n import speaking
from eventsvc.intake import current_settings
from eventsvc.mail.headers import one_line
from eventsvc.mail.inlining import InliningLoader

_BLANK_LINES = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")


class Rendered(NamedTuple):
    """The words of one letter."""

    subject: str  # one line
    text: str
    html: str


class Piece(NamedTuple):
    """A part of a paragraph: words, a `link` or a `break`."""

    text: str
    kind: str = ""


class OwnWords(NamedTuple):
    """What stands in place of a letter's own subject and first words; empty where the usual ones stay."""

    subject: str
    text: str
    paragraphs: Sequence[Sequence[Piece]]
    language: str  # any tag


class CalendarPart(NamedTuple):
    """A calendar object to go with a letter."""

    method: str  # REQUEST or CANCEL
    body: bytes


def render(letter: str, language: str, own: OwnWords | None = None, **context: Any) -> Rendered:
    """The letter `templates/mail/<letter>.{subject.txt,txt,html}` with this context, in one of LANGUAGES.

    Values are escaped in HTML and stand as they are in the text. A missing template raises jinja2.TemplateNotFound.
    """
    desk = _environment()
    context = _common() | context | {"own": own}
    with speaking(language):
        subject = (own and own.subject) or one_line(_fill(desk, f"mail/{letter}.subject.txt", context))
        context["subject"] = subject
        text = _fill(desk, f"mail/{letter}.txt", context)
        html = _fill(desk, f"mail/{letter}.html", context)
    return Rendered(subject, _BLANK_LINES.sub("\n\n", text).strip() + "\n", html)


def usual_words(letter: str, language: str, **context: Any) -> tuple[str, str]:
    """The subject of a letter, and its first words in plain text: what organizers may put into words of their own."""
    desk = _environment()
    context = _common() | context | {"own": None}
    with speaking(language):
        subject = one_line(_fill(desk, f"mail/{letter}.subject.txt", context))
        template = desk.get_template(f"mail/{letter}.txt")
        words = "".join(template.blocks["words"](template.new_context(context)))
    return subject, _BLANK_LINES.sub("\n\n", words).strip()


def service_name() -> str:
    """Who carries the mail, as people read it: the operator's name, else the host of the service."""
    settings = current_settings()
    return one_line(settings.operator_name) or settings.origin.partition("://")[2]


def _common() -> dict[str, Any]:
    settings = current_settings()
    carrier = ", ".join(filter(None, (one_line(settings.operator_name), settings.origin)))
    return {"service": service_name(), "carrier": carrier, "organization": "", "contact": ""}


def _fill(desk: jinja2.Environment, template: str, context: Mapping[str, Any]) -> str:
    return desk.get_template(template).render(context)


def _environment() -> jinja2.Environment:
    """The application's templates, except that those in HTML have their style sheet inlined when they are first read."""
    desk: jinja2.Environment | None = current_app.extensions.get("eventsvc.letters")
    if desk is None:
        pages = current_app.jinja_env
        desk = pages.overlay(loader=InliningLoader(current_app.jinja_loader), undefined=jinja2.StrictUndefined)
        current_app.extensions["eventsvc.letters"] = desk
    return desk
