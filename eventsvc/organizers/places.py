"""Places: how they stand, all limits at one glance, and the way to each ticket type and each shared limit."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from eventsvc.accounts.access import EDITORS, members
from eventsvc.db import attempt, transaction
from eventsvc.events.coverage import own_limit, shared_limits
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.i18n import _
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp, hold
from eventsvc.organizers.limit_names import label, limit_names
from eventsvc.organizers.moving import say_who_moved
from eventsvc.organizers.place_fields import size_field
from eventsvc.organizers.standing import standing
from eventsvc.registration import cancellation
from eventsvc.registration.models import Registration


def limits_by_field(kinds: Sequence[TicketType]) -> dict[str, Quota]:
    """Each limit of the event under the name of its field: the shared ones last, as they add up over the others."""
    own = {f"size_{kind.id}": quota for kind in kinds if (quota := own_limit(kind, kinds))}
    return own | {f"limit_{shared.quota.id}": shared.quota for shared in shared_limits(kinds)}


def sizes_form(event: Event, kinds: Sequence[TicketType]) -> type[FlaskForm]:
    """A form with the size of each limit."""
    names = limit_names(event, kinds)
    several = len(limits_by_field(kinds)) > 1
    fields = {
        field: size_field(names[quota.id] if several else _("Places"))
        for field, quota in limits_by_field(kinds).items()
    }
    return type("SizesForm", (FlaskForm,), fields)


@bp.get("/events/<event>/places")
@members(EDITORS)
def places(event: Event) -> str:
    kinds = kinds_of(event)
    shown: dict[str, Any] = {field: quota.size for field, quota in limits_by_field(kinds).items()}
    return _page(event, kinds, sizes_form(event, kinds)(data=shown))


@bp.post("/events/<event>/places")
@members(EDITORS)
def set_places(event: Event) -> ResponseReturnValue:
    kinds = kinds_of(event)
    form = sizes_form(event, kinds)()
    if not form.validate():
        return _page(event, kinds, form), 422
    moved = attempt(lambda: _set(event, form))
    if not say_who_moved(moved):
        flash(_("Saved."))
    return redirect(url_for("organizers.places", event=event.slug), 303)


def _set(event: Event, form: FlaskForm) -> list[Registration]:
    """The sizes as typed; who moved up from the waitlist. A limit that was not on the page stays as it is."""
    with transaction():
        hold(event)
        limits = limits_by_field(kinds_of(event))
        typed = [(quota, form[field].data) for field, quota in limits.items() if field in form and form[field].raw_data]
        changed = [(quota.id, size) for quota, size in typed if quota.size != size]
        return [person for quota_id, size in changed for person in cancellation.resize(event, quota_id, size)]


def _page(event: Event, kinds: Sequence[TicketType], form: FlaskForm) -> str:
    return render_template(
        "organizers/places.html",
        event=event,
        form=form,
        fields=[form[name] for name in limits_by_field(kinds) if name in form],
        kinds=kinds,
        shared=shared_limits(kinds),
        names=limit_names(event, kinds),
        standing=standing(event, kinds),
        label=label,
    )
