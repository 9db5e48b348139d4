"""Which programmes an organization may put its events into: those that everybody sees, and those it is in already."""

from collections.abc import Collection

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event, Programme
from eventsvc.events.queries import listed
from eventsvc.i18n import _, language, pick
from eventsvc.organizers.event_form import EventForm
from eventsvc.organizers.wall_clock import refuse


def open_to(host_ids: Collection[int]) -> list[Programme]:
    """The programmes with an event in public lists, and those in which an event of these hosts stands.

    What holds only drafts and invitations of others is a plan of theirs, and its name is nobody else's business.
    """
    within = sa.select(Event.programme_id).where(sa.or_(listed, Event.host_id.in_(host_ids)))
    found = db.session.scalars(sa.select(Programme).where(Programme.id.in_(within)).order_by(Programme.id))
    return list(found)


def choices_for(host_ids: Collection[int]) -> list[tuple[str, str]]:
    return [(str(each.id), pick(each.name, language())[0] or each.slug) for each in open_to(host_ids)]


def knows_programme(form: EventForm, host_id: int) -> bool:
    """Is the programme chosen one that this host may choose? One it may not see is refused like one that is not there."""
    chosen = form.programme.data
    if not chosen or chosen in {str(each.id) for each in open_to([host_id])}:
        return True
    return refuse(form.programme, _("Choose one of these."))
