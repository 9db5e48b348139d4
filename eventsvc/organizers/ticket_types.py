"""One way of attending an event: making it, changing it, removing it."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from eventsvc.accounts.access import EDITORS, members
from eventsvc.db import attempt, db, transaction
from eventsvc.errors import NotFound, Refusal
from eventsvc.events import editing
from eventsvc.events.coverage import Shared, own_limit, shared_limits
from eventsvc.events.models import Event
from eventsvc.events.slugs import slugify
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp, hold
from eventsvc.organizers.limit_names import label, limit_names
from eventsvc.organizers.moving import say_who_moved
from eventsvc.organizers.place_fields import typed
from eventsvc.organizers.ticket_type_form import TicketTypeForm, shown, shown_for_new, ticket_type_form, unnamed
from eventsvc.registration import cancellation
from eventsvc.registration.models import Registration


class InUse(Refusal):
    sentence = _l("Somebody has registered with this ticket type, or it is the only one. It cannot be removed.")


@bp.get("/events/<event>/places/new")
@members(EDITORS)
def new_ticket_type(event: Event) -> str:
    kinds = kinds_of(event)
    return _page(event, kinds, None, ticket_type_form(event, kinds, None, data=shown_for_new(event, kinds)))


@bp.post("/events/<event>/places/new")
@members(EDITORS)
def add_ticket_type(event: Event) -> ResponseReturnValue:
    kinds = kinds_of(event)
    form = ticket_type_form(event, kinds, None)
    if not form.is_right(event):
        return _page(event, kinds, None, form), 422
    attempt(lambda: _add(event, form))
    flash(_("The ticket type is added."))
    return redirect(url_for("organizers.places", event=event.slug), 303)


@bp.get("/events/<event>/places/<int:kind>")
@members(EDITORS)
def ticket_type(event: Event, kind: int) -> str:
    kinds = kinds_of(event)
    found = kind_among(kinds, kind)
    return _page(event, kinds, found, ticket_type_form(event, kinds, found, data=shown(event, kinds, found)))


@bp.post("/events/<event>/places/<int:kind>")
@members(EDITORS)
def save_ticket_type(event: Event, kind: int) -> ResponseReturnValue:
    kinds = kinds_of(event)
    found = kind_among(kinds, kind)
    form = ticket_type_form(event, kinds, found)
    if not form.is_right(event):
        return _page(event, kinds, found, form), 422
    if not say_who_moved(attempt(lambda: _save(event, kind, form))):
        flash(_("Saved."))
    return redirect(url_for("organizers.places", event=event.slug), 303)


@bp.post("/events/<event>/places/<int:kind>/removal")
@members(EDITORS)
def remove_kind(event: Event, kind: int) -> ResponseReturnValue:
    attempt(lambda: _remove(event, kind))
    flash(_("The ticket type is removed."))
    return redirect(url_for("organizers.places", event=event.slug), 303)


def kind_among(kinds: Sequence[TicketType], kind_id: int) -> TicketType:
    """The ticket type with this id. Raises NotFound."""
    found = next((kind for kind in kinds if kind.id == kind_id), None)
    if found is None:
        raise NotFound
    return found


def _page(event: Event, kinds: Sequence[TicketType], kind: TicketType | None, form: TicketTypeForm) -> str:
    names = limit_names(event, kinds)
    return render_template(
        "organizers/ticket_type.html",
        event=event,
        form=form,
        kind=kind,
        name=label(kind, event) if kind else "",
        others=unnamed(event, kinds) if kind is None else [],
        shared=[(limit.quota, names[limit.quota.id]) for limit in _over(kind, kinds)] if kind else [],
        is_removable=kind is not None and len(kinds) > 1 and not _is_used(kind.id),
    )


def _over(kind: TicketType, kinds: Sequence[TicketType]) -> list[Shared]:
    return [each for each in shared_limits(kinds) if kind in each.kinds]


def _is_used(kind_id: int) -> bool:
    used = sa.select(sa.literal(1)).where(Registration.ticket_type_id == kind_id).limit(1)
    return db.session.scalar(used) is not None


def _add(event: Event, form: TicketTypeForm) -> None:
    """Nobody has registered with it yet: it joins the limits chosen without changing what they count."""
    with transaction():
        hold(event)
        kinds = kinds_of(event)
        for each in unnamed(event, kinds):
            if f"name_{each.id}_{event.languages[0]}" in form:
                each.name = typed(form, f"name_{each.id}", event.languages)
        chosen = set(form.limits.data or []) if "limits" in form else set()
        over = [each.quota for each in shared_limits(kinds) if str(each.quota.id) in chosen]
        own = Quota(event_id=event.id, size=form.size.data)
        name = typed(form, "name", event.languages)
        slug = _free_slug(name[event.languages[0]], {kind.slug for kind in kinds})
        made = TicketType(event_id=event.id, slug=slug, quotas=[*over, own])
        db.session.add(made)
        _write(event, kinds, made, form)
        editing.touch(event)


def _save(event: Event, kind_id: int, form: TicketTypeForm) -> list[Registration]:
    """As typed; who moved up from the waitlist."""
    with transaction():
        hold(event)
        kinds = kinds_of(event)
        kind = kind_among(kinds, kind_id)
        _write(event, [each for each in kinds if each is not kind], kind, form)
        editing.touch(event)
        db.session.flush()
        own = own_limit(kind, kinds)
        if own is None or own.size == form.size.data:
            return []
        return cancellation.resize(event, own.id, form.size.data)


def _write(event: Event, others: Sequence[TicketType], kind: TicketType, form: TicketTypeForm) -> None:
    kind.name = typed(form, "name", event.languages)
    kind.description = typed(form, "description", event.languages)
    kind.opens, kind.closes, kind.approval = form.opens.data, form.closes.data, form.approval.data
    after = next((n for n, each in enumerate(others, 1) if str(each.id) == form.after.data), 0)
    for position, each in enumerate([*others[:after], kind, *others[after:]]):
        each.position = position


def _free_slug(name: str, taken: set[str]) -> str:
    wanted = slugify(name)
    return next(slug for n in range(1, len(taken) + 2) if (slug := wanted if n == 1 else f"{wanted}-{n}") not in taken)


def _remove(event: Event, kind_id: int) -> None:
    """The ticket type with its own limit, and shared limits that would be over nothing."""
    with transaction():
        hold(event)
        kinds = kinds_of(event)
        kind = kind_among(kinds, kind_id)
        if _is_used(kind_id) or len(kinds) == 1:
            raise InUse
        own = own_limit(kind, kinds)
        gone = [each.quota for each in shared_limits(kinds) if each.kinds == [kind]]
        for quota in [*gone, *([own] if own else [])]:
            db.session.delete(quota)
        db.session.delete(kind)
        if len(kinds) == 2:
            _merge(next(each for each in kinds if each is not kind))
        editing.touch(event)


def _merge(last: TicketType) -> None:
    """The only ticket type left needs one limit, not its own and a room over all of one. Both count the same people."""
    own, unnamed_room = own_limit(last, [last]), next((q for q in last.quotas if not q.name), None)
    if own is None or unnamed_room is None or unnamed_room is own or unnamed_room.waiting:
        return
    own.size = min((size for size in (unnamed_room.size, own.size) if size is not None), default=None)
    last.quotas = [quota for quota in last.quotas if quota is not unnamed_room]
    db.session.delete(unnamed_room)
