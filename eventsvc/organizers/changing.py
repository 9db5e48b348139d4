"""Changing an event: nothing typed is lost, and people who have a place hear of what matters to them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventsvc.accounts.access import EDITORS, members
from eventsvc.db import attempt, db, transaction
from eventsvc.events.models import Event
from eventsvc.i18n import _
from eventsvc.organizers import reading
from eventsvc.organizers.event_form import EventForm, event_form
from eventsvc.organizers.events import languages_asked, languages_page, prepared, relations_are_known, slug_for
from eventsvc.organizers.fields import clean_text
from eventsvc.organizers.gate import bp, hold
from eventsvc.organizers.letter_preview import of_change, proposal
from eventsvc.organizers.wall_clock import refuse
from eventsvc.registration import announcements
from eventsvc.registration.audience import audience
from eventsvc.registration.differences import Difference, differences, snapshot
from eventsvc.registration.queries import counts


class ChangedMeanwhile(Exception):
    """Somebody else saved the event after this form was opened."""


@bp.get("/events/<event>/edit")
@members(EDITORS)
def edit(event: Event) -> str:
    languages = languages_asked(event.languages)
    form = prepared(event_form(tuple(languages))(data=reading.shown(event, languages)), [event.host])
    return _page(form, event, languages)


@bp.get("/events/<event>/languages")
@members(EDITORS)
def edit_languages(event: Event) -> str:
    """Which languages the form is to ask for; nothing changes before it is saved."""
    return languages_page(event.languages, url_for("organizers.edit", event=event.slug), event=event)


@bp.post("/events/<event>/edit")
@members(EDITORS)
def save(event: Event) -> ResponseReturnValue:
    languages = languages_asked(event.languages)
    form = prepared(event_form(tuple(languages))(), [event.host])
    del form.host
    del form.capacity
    if not form.validate() or not (relations_are_known(form, event.host_id) and _keeps_its_word(event, form)):
        return _page(form, event, languages), 422
    values = reading.columns(form, languages)
    changes = announced(event, values)
    if form.version.data != str(event.version):
        return _conflict(form, event, languages)
    if changes and ("confirmed" not in request.form or "preview" in request.form):
        return _ask(event, proposal(event, values), changes)
    try:
        attempt(lambda: _change(event, form, languages, values))
    except ChangedMeanwhile:
        db.session.refresh(event)
        return _conflict(form, event, languages)
    flash(_("Saved. The letters are on their way.") if changes else _("Saved."))
    return redirect(url_for("organizers.event", event=event.slug), 303)


def _keeps_its_word(event: Event, form: EventForm) -> bool:
    """Who registered agreed to a day on which their data go: it may come nearer, and not move away unheard."""
    if (form.retention_days.data or 0) <= event.retention_days or not sum(counts(event).values()):
        return True
    return refuse(
        form.retention_days,
        _(
            "People have registered, and agreed that their data are erased %(days)s days after the end. "
            "You can choose fewer days, not more.",
            days=event.retention_days,
        ),
    )


def announced(event: Event, values: Mapping[str, Any]) -> list[Difference]:
    """What people would be told if the event took these values; empty where nobody is concerned."""
    proposed, before = proposal(event, values), snapshot(event)
    if not (announcements.is_told_of_changes(proposed, before) and audience(event).is_anybody):
        return []
    return differences(proposed, before, seated=True)


def _change(event: Event, form: EventForm, languages: Sequence[str], values: dict[str, Any]) -> None:
    with transaction():
        hold(event)
        if form.version.data != str(event.version):
            raise ChangedMeanwhile
        programme = reading.programme(form, languages[0])
        more = {"programme_id": programme.id if programme else None, "tags": reading.tags(form, languages[0])}
        if event.published_at is None and event.visibility != values["visibility"]:
            event.slug = slug_for(values["title"][languages[0]], values["visibility"])
        announcements.change(event, _note(), **values, **more)
        reading.relate(event, reading.co_hosts(form))


def _note() -> str:
    return clean_text(request.form.get("people_note", ""))[:2000]


def _ask(event: Event, proposed: Event, changes: list[Difference]) -> str:
    """Who will be told and in what words, before anything is done. What was typed travels along."""
    asked_here = {"csrf_token", "people_note", "confirmed", "preview"}
    return render_template(
        "organizers/confirm_change.html",
        event=event,
        changes=changes,
        audience=audience(event),
        previews=of_change(event, proposed, _note()),
        note=_note(),
        typed=[(name, value) for name, value in request.form.items(multi=True) if name not in asked_here],
    )


def _conflict(form: EventForm, event: Event, languages: Sequence[str]) -> ResponseReturnValue:
    """What was typed stays; saving it again replaces what the other one saved, knowingly."""
    now = reading.shown(event, languages)
    differing = [form[name].label.text for name in now if name in form and _differs(form, name, now[name])]
    form.version.data = str(event.version)
    return _page(form, event, languages, differing=differing, is_stale=True), 409


def _differs(form: EventForm, name: str, saved: object) -> bool:
    return name not in {"version", "languages"} and (form[name].data or "") != (saved or "")


def _page(form: EventForm, event: Event, languages: Sequence[str], **more: Any) -> str:
    return render_template("organizers/event_form.html", form=form, event=event, tags=languages, is_new=False, **more)
