"""The picture of one event; without one it shows that of its host."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField

from eventsvc.accounts.access import EDITORS, members
from eventsvc.db import attempt, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.intake import takes
from eventsvc.organizers.gate import bp, hold
from eventsvc.organizers.uploads import MOST_SENT, alt_fields, alt_typed, ask_again, made_of, picture_field
from eventsvc.organizers.wall_clock import refuse
from eventsvc.pictures import keeping
from eventsvc.pictures.making import Made
from eventsvc.pictures.shown import Shown, shown


class PictureForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    """The picture; `picture_form` adds what it shows, in each language of the event."""

    cover = picture_field(_l("Picture"))
    remove = BooleanField(_l("Remove the picture"))


def picture_form(event: Event) -> type[PictureForm]:
    """The form with a field for what the picture shows in each of the event's languages."""
    return type("PictureFormInLanguages", (PictureForm,), alt_fields(event.languages))


@bp.get("/events/<event>/picture")
@members(EDITORS)
def picture(event: Event) -> str:
    known = _known(event)
    alt = known.alt if known else {}
    return _page(event, picture_form(event)(data={f"alt_{tag}": alt.get(tag, "") for tag in event.languages}), known)


@bp.post("/events/<event>/picture")
@members(EDITORS)
@takes(MOST_SENT)
def save_picture(event: Event) -> ResponseReturnValue:
    known, form = _known(event), picture_form(event)()
    right = form.validate() and _is_whole(form, event)
    made = made_of(form, cover="cover") if right else None
    if made is None:
        ask_again(form, "cover")
        return _page(event, form, known), 422
    attempt(lambda: _save(event, form, made.get("cover")))
    flash(_("Saved."))
    return redirect(url_for("organizers.picture", event=event.slug), 303)


def _known(event: Event) -> Shown | None:
    return shown([event.cover_id]).get(event.cover_id) if event.cover_id else None


def _is_whole(form: PictureForm, event: Event) -> bool:
    """Is there a picture, and is it said in every language of the event what it shows?"""
    if form.remove.data and not form.cover.data:
        return True
    if not form.cover.data and not event.cover_id:
        return refuse(form.cover, _("Choose a picture."))
    empty = [form[f"alt_{tag}"] for tag in event.languages if not form[f"alt_{tag}"].data]
    for field in empty:
        refuse(field, _("Say what the picture shows: not everybody can see it."))
    return not empty


def _save(event: Event, form: PictureForm, made: Made | None) -> None:
    with transaction():
        hold(event)
        before, words = event.cover_id, alt_typed(form, event.languages)
        editing.change(event, cover_id=keeping.replaced(before, made, words, remove=form.remove.data))
        if event.cover_id != before:
            keeping.drop_unused(before)


def _page(event: Event, form: PictureForm, known: Shown | None) -> str:
    form.cover.flags.required = known is None
    for tag in event.languages:
        form[f"alt_{tag}"].flags.required = True
    of_host = shown([event.host.cover_id]).get(event.host.cover_id) if event.host.cover_id else None
    return render_template("organizers/picture.html", event=event, form=form, picture=known, of_host=of_host)
