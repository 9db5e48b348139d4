"""A limit that several ticket types share: the room over all of them, or the headsets for two of three."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from eventsvc.accounts.access import EDITORS, members
from eventsvc.db import attempt, transaction
from eventsvc.errors import NotFound
from eventsvc.events.coverage import Shared, shared_limits
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.fields import choices
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp, hold
from eventsvc.organizers.limit_names import label, limit_names
from eventsvc.organizers.moving import say_who_moved
from eventsvc.organizers.place_fields import name_field, size_field
from eventsvc.organizers.ticket_type_form import BoxesField
from eventsvc.organizers.wall_clock import refuse
from eventsvc.registration import cancellation
from eventsvc.registration import limits as rules
from eventsvc.registration.models import Registration


class LimitForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    """A name for the organizers, a size, and the ticket types it is over."""

    name = name_field(_l("Name"), DataRequired(_l("Enter a name. Only organizers see it.")))
    size = size_field(_l("Places"))
    kinds = BoxesField(_l("Ticket types"), [DataRequired(_l("Choose at least one ticket type."))])

    @property
    def kind_ids(self) -> list[int]:
        return [int(kind) for kind in self.kinds.data or []]


def _form(event: Event, kinds: Sequence[TicketType], **more: object) -> LimitForm:
    form = LimitForm(**more)
    form.kinds.choices = choices((str(kind.id), label(kind, event)) for kind in kinds)
    return form


@bp.get("/events/<event>/limits/new")
@members(EDITORS)
def new_limit(event: Event) -> str:
    kinds = kinds_of(event)
    return _page(event, kinds, None, _form(event, kinds, data={"kinds": [str(kind.id) for kind in kinds]}))


@bp.post("/events/<event>/limits/new")
@members(EDITORS)
def add_limit(event: Event) -> ResponseReturnValue:
    kinds = kinds_of(event)
    form = _form(event, kinds)
    if not form.validate():
        return _page(event, kinds, None, form), 422
    attempt(lambda: _add(event, form))
    flash(_("The limit is added."))
    return redirect(url_for("organizers.places", event=event.slug), 303)


@bp.get("/events/<event>/limits/<int:limit>")
@members(EDITORS)
def limit(event: Event, limit: int) -> str:
    kinds = kinds_of(event)
    found = limit_among(kinds, limit)
    covered = [str(kind.id) for kind in found.kinds]
    data = {"name": limit_names(event, kinds)[limit], "size": found.quota.size, "kinds": covered}
    return _page(event, kinds, found, _form(event, kinds, data=data))


@bp.post("/events/<event>/limits/<int:limit>")
@members(EDITORS)
def save_limit(event: Event, limit: int) -> ResponseReturnValue:
    kinds = kinds_of(event)
    found = limit_among(kinds, limit)
    form = _form(event, kinds)
    if not form.validate():
        return _page(event, kinds, found, form), 422
    try:
        moved = attempt(lambda: _save(event, limit, form))
    except rules.PeopleWait:
        refuse(form.kinds, _people_wait())
        return _page(event, kinds, found, form), 422
    if not say_who_moved(moved):
        flash(_("Saved."))
    return redirect(url_for("organizers.places", event=event.slug), 303)


@bp.post("/events/<event>/limits/<int:limit>/removal")
@members(EDITORS)
def remove_limit(event: Event, limit: int) -> ResponseReturnValue:
    kinds = kinds_of(event)
    found = limit_among(kinds, limit)
    try:
        moved = attempt(lambda: _remove(event, limit))
    except rules.PeopleWait:
        covered = [str(kind.id) for kind in found.kinds]
        data = {"name": limit_names(event, kinds)[limit], "size": found.quota.size, "kinds": covered}
        form = _form(event, kinds, formdata=None, data=data)
        refuse(form.size, _people_wait())
        return _page(event, kinds, found, form), 422
    flash(_("The limit is removed."))
    say_who_moved(moved)
    return redirect(url_for("organizers.places", event=event.slug), 303)


def _people_wait() -> str:
    return _(
        "People are waiting for a place under this limit, and would wait for nothing then. "
        "Raise it first or leave its places empty, so that they move up."
    )


def limit_among(kinds: Sequence[TicketType], quota_id: int) -> Shared:
    """The shared limit with this id. Raises NotFound, also for the limit a ticket type has alone."""
    found = next((each for each in shared_limits(kinds) if each.quota.id == quota_id), None)
    if found is None:
        raise NotFound
    return found


def _page(event: Event, kinds: Sequence[TicketType], found: Shared | None, form: LimitForm) -> str:
    name = limit_names(event, kinds)[found.quota.id] if found else ""
    return render_template("organizers/limit.html", event=event, form=form, limit=found and found.quota, name=name)


def _add(event: Event, form: LimitForm) -> None:
    with transaction():
        hold(event)
        rules.add(event, str(form.name.data), form.size.data, form.kind_ids)


def _save(event: Event, quota_id: int, form: LimitForm) -> list[Registration]:
    """Its name, what it covers, then its size; who moved up from the waitlist."""
    with transaction():
        hold(event)
        quota = limit_among(kinds_of(event), quota_id).quota
        quota.name = str(form.name.data)
        larger = cancellation.resize(event, quota_id, form.size.data) if quota.size != form.size.data else []
        return [*larger, *rules.cover(event, quota_id, form.kind_ids)]


def _remove(event: Event, quota_id: int) -> list[Registration]:
    with transaction():
        hold(event)
        limit_among(kinds_of(event), quota_id)
        return rules.remove(event, quota_id)
