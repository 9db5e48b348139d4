"""The first page of the back office: my events, and how full they are."""

import sqlalchemy as sa
from flask import render_template
from sqlalchemy.orm import joinedload

from eventsvc import clock
from eventsvc.accounts.access import EDITORS, STAFF, account, members
from eventsvc.db import db
from eventsvc.events.models import Event, Organization
from eventsvc.organizers.fullness import fullness_of
from eventsvc.organizers.gate import bp, roles_of

SHOWN = 300
"""Events on one page; the latest ones."""


@bp.get("/")
@members(STAFF)
def desk() -> str:
    roles = roles_of(account())
    events = _events_of(list(roles))
    now = clock.now()
    upcoming = sorted((e for e in events if not e.is_past(now)), key=lambda event: (event.starts_at, event.id))
    past = [event for event in events if event.is_past(now)]
    return render_template(
        "organizers/desk.html",
        groups=[("upcoming", upcoming), ("past", past)],
        fullness=fullness_of(events),
        roles=roles,
        may_create=not EDITORS.isdisjoint(roles.values()),
        own=_organizations([id_ for id_, role in roles.items() if role in EDITORS]),
    )


def _organizations(ids: list[int]) -> list[Organization]:
    return list(db.session.scalars(sa.select(Organization).where(Organization.id.in_(ids)).order_by(Organization.name)))


def _events_of(organization_ids: list[int]) -> list[Event]:
    return list(
        db.session.scalars(
            sa.select(Event)
            .where(Event.host_id.in_(organization_ids))
            .options(joinedload(Event.host))
            .order_by(Event.starts_at.desc(), Event.id.desc())
            .limit(SHOWN)
        )
    )
