"""Publishing an event, calling it off, and making another one like it."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from eventsvc import clock
from eventsvc.accounts.access import EDITORS, members
from eventsvc.db import attempt, transaction
from eventsvc.errors import Refusal
from eventsvc.events import editing
from eventsvc.events.models import Event, EventStatus
from eventsvc.i18n import _, language_name
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.fields import clean_text
from eventsvc.organizers.gate import bp, hold
from eventsvc.organizers.letter_preview import of_cancellation
from eventsvc.organizers.question_words import label
from eventsvc.questions.editing import current, every
from eventsvc.questions.gaps import gaps
from eventsvc.registration import announcements
from eventsvc.registration.audience import audience


class NotADraft(Refusal):
    sentence = _l("Only a draft can be published, and this event is none any more.")


class NotGoingAhead(Refusal):
    sentence = _l("Only an event that is published and not over can be cancelled. Nothing was changed.")


class Incomplete(Refusal):
    def __init__(self, missing: list[str]) -> None:
        super().__init__(
            _("Before the event is published, these texts have to be written: %(texts)s.", texts=", ".join(missing))
        )


def missing(event: Event) -> list[str]:
    """The texts a language of the event lacks, in words; of a question only that something of it is missing."""
    questions = {each.slug: label(current(each), event) for each in every(event)}
    found = [
        _("%(text)s in %(language)s", text=_name(field, questions), language=language_name(tag))
        for tag, field in gaps(event)
    ]
    return list(dict.fromkeys(found))


def _name(field: str, questions: Mapping[str, str]) -> str:
    names = {
        "title": _("Title"),
        "summary": _("Summary"),
        "description": _("Description"),
        "access": _("Access"),
        "contact": _("Contact"),
    }
    part, _dot, rest = field.partition(".")
    if part == "question":
        return _("Question “%(question)s”", question=questions[rest.partition(".")[0]])
    return names.get(field) or _("Name of a ticket type")


@bp.post("/events/<event>/publication")
@members(EDITORS)
def publish(event: Event) -> ResponseReturnValue:
    attempt(lambda: _publish(event))
    flash(_("The event is published."))
    return redirect(url_for("organizers.event", event=event.slug), 303)


def _publish(event: Event) -> None:
    with transaction():
        hold(event)
        if event.status != EventStatus.DRAFT:
            raise NotADraft
        if texts := missing(event):
            raise Incomplete(texts)
        editing.publish(event)


class CancellationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    note = TextAreaField(_l("A word to the people who wanted to come"), filters=[clean_text])


@bp.get("/events/<event>/cancellation")
@members(EDITORS)
def ask_to_cancel(event: Event) -> str:
    return _ask_to_cancel(event, "")


@bp.post("/events/<event>/cancellation")
@members(EDITORS)
def cancel(event: Event) -> ResponseReturnValue:
    note = clean_text(request.form.get("note"))[:2000]
    if "preview" in request.form:
        return _ask_to_cancel(event, note)
    attempt(lambda: _cancel(event, note))
    flash(_("The event is cancelled. The letters are on their way."))
    return redirect(url_for("organizers.event", event=event.slug), 303)


def _ask_to_cancel(event: Event, note: str) -> str:
    """Who will be told and in what words, before anything is done."""
    return render_template(
        "organizers/cancel_event.html",
        event=event,
        form=CancellationForm(note=note),
        audience=audience(event),
        previews=of_cancellation(event, note),
    )


def _cancel(event: Event, note: str) -> None:
    with transaction():
        hold(event)
        if event.status != EventStatus.PUBLISHED or event.is_past(clock.now()):
            raise NotGoingAhead
        announcements.call_off(event, note)
