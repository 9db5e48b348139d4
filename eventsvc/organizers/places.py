"""Places: the limits of an event and its ticket types. A higher limit moves the waitlist at once."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length, NumberRange, Optional

from eventsvc.accounts.access import EDITORS, members
from eventsvc.db import attempt, db, transaction
from eventsvc.errors import NotFound, Refusal
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.events.slugs import slugify
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.i18n import _, language, ngettext, pick
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.fields import WholeNumberField
from eventsvc.organizers.fullness import kinds_of, own_quota, room_of
from eventsvc.organizers.gate import bp, hold
from eventsvc.organizers.wall_clock import refuse
from eventsvc.registration import cancellation
from eventsvc.registration.forms import clean_line
from eventsvc.registration.models import Registration

MOST = 1_000_000


class InUse(Refusal):
    sentence = _l("Somebody has registered with this ticket type, or it is the only one. It cannot be removed.")


def _size(label: str) -> WholeNumberField:
    return WholeNumberField(
        label, [Optional(), NumberRange(0, MOST, _l("Enter a number from 0 to 1,000,000, or leave it empty."))]
    )


def _name(label: str) -> StringField:
    too_long = Length(max=100, message=_l("This text is too long: at most %(max)d characters."))
    return StringField(label, [Optional(), too_long], filters=[clean_line])


def places_form(event: Event, kinds: Sequence[TicketType]) -> type[FlaskForm]:
    """A form with the limit of each ticket type, its name in each language, and a place for one more."""
    fields: dict[str, Any] = {}
    if room_of(kinds):
        fields["room"] = _size(_l("Places over all ticket types"))
    for key in [*(str(kind.id) for kind in kinds), "more"]:
        fields |= {f"name_{key}_{tag}": _name(_l("Name")) for tag in event.languages}
        fields[f"size_{key}"] = _size(_l("Places"))
    return type("PlacesForm", (FlaskForm,), fields)


@bp.get("/events/<event>/places")
@members(EDITORS)
def places(event: Event) -> str:
    kinds = kinds_of(event)
    return _page(event, kinds, places_form(event, kinds)(data=_shown(event, kinds)))


@bp.post("/events/<event>/places")
@members(EDITORS)
def set_places(event: Event) -> ResponseReturnValue:
    kinds = kinds_of(event)
    form = places_form(event, kinds)()
    right = form.validate()
    if not (_names_are_whole(event, kinds, form) and right):
        return _page(event, kinds, form), 422
    promoted = attempt(lambda: _set(event, form))
    if promoted:
        flash(
            ngettext(
                "%(num)s person moved up from the waitlist.", "%(num)s people moved up from the waitlist.", promoted
            )
        )
    else:
        flash(_("Saved."))
    return redirect(url_for("organizers.places", event=event.slug), 303)


@bp.post("/events/<event>/places/<int:kind>/removal")
@members(EDITORS)
def remove_kind(event: Event, kind: int) -> ResponseReturnValue:
    attempt(lambda: _remove(event, kind))
    flash(_("The ticket type is removed."))
    return redirect(url_for("organizers.places", event=event.slug), 303)


def _page(event: Event, kinds: Sequence[TicketType], form: FlaskForm) -> str:
    room = room_of(kinds)
    rows = [(kind, own_quota(kind, room)) for kind in kinds]
    return render_template("organizers/places.html", event=event, form=form, room=room, rows=rows, label=label)


def label(kind: TicketType, event: Event) -> str:
    """What a ticket type is called; the only one of an event may have no name."""
    return pick(kind.name, language(), event.languages)[0] or _("Everyone")


def _shown(event: Event, kinds: Sequence[TicketType]) -> dict[str, Any]:
    room = room_of(kinds)
    shown: dict[str, Any] = {"room": room.size if room else None}
    for kind in kinds:
        own = own_quota(kind, room)
        shown[f"size_{kind.id}"] = own.size if own else None
        shown |= {f"name_{kind.id}_{tag}": kind.name.get(tag, "") for tag in event.languages}
    return shown


def _typed_name(form: FlaskForm, key: object, event: Event) -> dict[str, str]:
    return {tag: form[f"name_{key}_{tag}"].data for tag in event.languages if form[f"name_{key}_{tag}"].data}


def _names_are_whole(event: Event, kinds: Sequence[TicketType], form: FlaskForm) -> bool:
    """Where there are several ticket types each has a name in every language: people choose by it."""
    more = bool(_typed_name(form, "more", event)) or form["size_more"].data is not None
    keys = [str(kind.id) for kind in kinds] + (["more"] if more else [])
    if len(keys) < 2:
        return True
    empty = [form[f"name_{key}_{tag}"] for key in keys for tag in event.languages if not form[f"name_{key}_{tag}"].data]
    for field in empty:
        refuse(field, _("Enter a name: people choose by it."))
    return not empty


def _set(event: Event, form: FlaskForm) -> int:
    """Names and limits as typed; how many people moved up from the waitlist."""
    with transaction():
        hold(event)
        kinds = kinds_of(event)
        room = room_of(kinds)
        for kind in kinds:
            kind.name = _typed_name(form, kind.id, event)
        wanted = [(room, "room")] if room else []
        wanted += [(own, f"size_{kind.id}") for kind in kinds if (own := own_quota(kind, room))]
        changed = [(quota.id, form[name].data) for quota, name in wanted if quota.size != form[name].data]
        _add_kind(event, kinds, room, form)
        editing.touch(event)
        db.session.flush()
        return sum(len(cancellation.resize(event, quota_id, size)) for quota_id, size in changed)


def _add_kind(event: Event, kinds: Sequence[TicketType], room: Quota | None, form: FlaskForm) -> None:
    name = _typed_name(form, "more", event)
    if not name:
        return
    own = Quota(event_id=event.id, size=form["size_more"].data)
    db.session.add(
        TicketType(
            event_id=event.id,
            slug=_free_slug(name[event.languages[0]], {kind.slug for kind in kinds}),
            name=name,
            position=max((kind.position for kind in kinds), default=-1) + 1,
            quotas=[*([room] if room else []), own],
        )
    )


def _free_slug(name: str, taken: set[str]) -> str:
    wanted = slugify(name)
    return next(slug for n in range(1, len(taken) + 2) if (slug := wanted if n == 1 else f"{wanted}-{n}") not in taken)


def _remove(event: Event, kind_id: int) -> None:
    with transaction():
        hold(event)
        kinds = kinds_of(event)
        room = room_of(kinds)
        kind = next((k for k in kinds if k.id == kind_id), None)
        if kind is None:
            raise NotFound
        used = db.session.scalar(sa.select(sa.literal(1)).where(Registration.ticket_type_id == kind_id).limit(1))
        if used or len(kinds) == 1:
            raise InUse
        _drop(kind, room)
        if len(kinds) == 2:
            _merge(next(k for k in kinds if k is not kind), room)
        editing.touch(event)


def _drop(kind: TicketType, room: Quota | None) -> None:
    if own := own_quota(kind, room):
        db.session.delete(own)
    db.session.delete(kind)


def _merge(last: TicketType, room: Quota | None) -> None:
    """The only ticket type left needs one limit, not a room and its own."""
    own = own_quota(last, room)
    if room is None or own is None:
        return
    if own.taken or own.waiting or room.waiting:
        raise InUse
    room.size = min((size for size in (room.size, own.size) if size is not None), default=None)
    last.quotas = [room]
    db.session.delete(own)
