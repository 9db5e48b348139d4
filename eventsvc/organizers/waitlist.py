"""The waitlist in its order, why it stands still, and giving somebody another place in it, for a reason."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from eventsvc.accounts.access import EDITORS, READERS, account, members
from eventsvc.db import attempt, transaction
from eventsvc.errors import NotFound, Refusal
from eventsvc.events.models import Event
from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.attendees import refuse_if_purged
from eventsvc.organizers.fields import WholeNumberField, clean_text
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp
from eventsvc.organizers.limit_names import label, limit_names
from eventsvc.organizers.moving import say_who_moved
from eventsvc.organizers.standing import standing
from eventsvc.registration import line, log
from eventsvc.registration.models import Registration
from eventsvc.registration.people import person
from eventsvc.registration.queries import one

SHOWN = 200
"""So many places of each queue are on the page."""


class NoLongerWaiting(Refusal):
    sentence = _l("This person is not waiting any more. Nothing was changed.")


class Waiting(NamedTuple):
    """A party in a queue, with its place."""

    place: int
    people: list[tuple[Registration, str, str]]  # with name and ticket type


class Queue(NamedTuple):
    """Who waits for one limit."""

    limit: str
    parties: list[Waiting]
    more: int


class MoveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    """Where to, and why."""

    place = WholeNumberField(
        _l("New place in line"),
        [
            InputRequired(_l("Enter a place in line, such as 1.")),
            NumberRange(1, 1_000_000, _l("Enter a place in line, such as 1.")),
        ],
    )
    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Enter a reason. Whoever is overtaken may ask for it.")),
            Length(max=1000, message=_l("This text is too long: at most %(max)d characters.")),
        ],
        filters=[clean_text],
    )


@bp.get("/events/<event>/waitlist")
@members(READERS)
def waitlist(event: Event) -> str:
    refuse_if_purged(event)
    kinds = kinds_of(event)
    found = standing(event, kinds)
    names = limit_names(event, kinds)
    queues = [_queue(event, each.quota_id, names[each.quota_id]) for _name, each in found.sums if each.waiting]
    return render_template(
        "organizers/waitlist.html", event=event, queues=queues, standing=found, several=len(kinds) > 1
    )


def _queue(event: Event, quota_id: int, limit: str) -> Queue:
    parties = line.parties(event, quota_id)
    shown = [Waiting(line.place(parties, n), _people(event, each)) for n, each in enumerate(parties[:SHOWN])]
    return Queue(limit, shown, sum(map(len, parties[SHOWN:])))


def _people(event: Event, party: line.Party) -> list[tuple[Registration, str, str]]:
    return [(each, person(each).name, label(each.ticket_type, event)) for each in party]


@bp.get("/events/<event>/waitlist/<uuid:registration>")
@members(EDITORS)
def place_in_line(event: Event, registration: UUID) -> str:
    return _page(event, _waiting(event, registration), MoveForm())


@bp.post("/events/<event>/waitlist/<uuid:registration>")
@members(EDITORS)
def move_in_line(event: Event, registration: UUID) -> ResponseReturnValue:
    found = _waiting(event, registration)
    form = MoveForm()
    if not form.validate():
        return _page(event, found, form), 422
    moved = attempt(lambda: _move(found, form.place.data or 1, str(form.reason.data)))
    flash(_("The place in line is changed."))
    say_who_moved(moved)
    return redirect(url_for("organizers.waitlist", event=event.slug), 303)


def _waiting(event: Event, registration: UUID) -> Registration:
    """The registration with this id, if it waits at this event. Raises NotFound and NoLongerWaiting."""
    refuse_if_purged(event)
    found = one(event, registration)
    if found is None:
        raise NotFound
    if found.waiting_quota_id is None:
        raise NoLongerWaiting
    return found


def _move(found: Registration, place: int, reason: str) -> Sequence[Registration]:
    with transaction():
        try:
            return line.move_to(found, place, reason, log.organizer(account().id))
        except line.NotInLine:
            raise NoLongerWaiting from None


def _page(event: Event, found: Registration, form: MoveForm) -> str:
    queue = line.parties(event, found.waiting_quota_id or 0)
    position = next((n for n, party in enumerate(queue) if found in party), 0)
    return render_template(
        "organizers/place_in_line.html",
        event=event,
        form=form,
        registration=found,
        names=[person(each).name for each in queue[position]] if queue else [],
        place=line.place(queue, position),
        last=sum(map(len, queue)),
    )
