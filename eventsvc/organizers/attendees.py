"""Who is coming: the list in its order, by status, and search."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from flask import render_template, request
from sqlalchemy.orm import joinedload

from eventsvc.accounts.access import READERS, members
from eventsvc.db import db
from eventsvc.errors import Gone, NotFound
from eventsvc.events.models import Event
from eventsvc.organizers.companions import Company, companies
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp
from eventsvc.organizers.reach import returned_among, returned_in_order
from eventsvc.registration import search
from eventsvc.registration.forms import clean_line
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.people import Person, person
from eventsvc.registration.queries import ORDER, counts, in_order

ON_A_PAGE = 100


class Row(NamedTuple):
    registration: Registration
    person: Person
    company: Company
    is_returned: bool  # mail to the address comes back


@bp.get("/events/<event>/attendees")
@members(READERS)
def attendees(event: Event) -> str:
    status, number, returned = _status_asked(), page_asked(), _is_returned_asked()
    stretch = {"offset": (number - 1) * ON_A_PAGE, "limit": ON_A_PAGE + 1}
    found = returned_in_order(event, **stretch) if returned else in_order(event, status, **stretch)
    more = {"status": status, "number": number, "has_more": len(found) > ON_A_PAGE, "returned": returned}
    return _page(event, found[:ON_A_PAGE], searched=None, **more)


@bp.post("/events/<event>/attendees/search")
@members(READERS)
def search_attendees(event: Event) -> str:
    """By POST, so that a name that was looked for stands in no address and no history."""
    text = clean_line(request.form.get("text"))[:200]
    refuse_if_purged(event)
    return _page(
        event, _in_order(event, search.find(event, text)), status=None, number=1, has_more=False, searched=text
    )


def _in_order(event: Event, ids: Iterable[UUID]) -> Sequence[Registration]:
    query = sa.select(Registration).where(Registration.event_id == event.id, Registration.id.in_(list(ids)))
    return db.session.scalars(query.order_by(*ORDER).options(joinedload(Registration.ticket_type))).all()


def _page(event: Event, registrations: Sequence[Registration], **more: object) -> str:
    refuse_if_purged(event)
    company = companies(event, registrations)
    returned = returned_among(event, registrations)
    rows = [Row(each, person(each), company[each.id], each.email_index in returned) for each in registrations]
    per_status = counts(event)
    return render_template(
        "organizers/attendees.html",
        event=event,
        rows=rows,
        counts=per_status,
        total=sum(per_status.values()),
        kinds=kinds_of(event),
        on_a_page=ON_A_PAGE,
        **more,
    )


def refuse_if_purged(event: Event) -> None:
    """Raises Gone where there are no people any more."""
    if event.purged_at:
        raise Gone


def _status_asked() -> Status | None:
    asked = request.args.get("status", "")
    if asked and asked not in set(Status):
        raise NotFound
    return Status(asked) if asked else None


def _is_returned_asked() -> bool:
    asked = request.args.get("mail", "")
    if asked not in {"", "returned"}:
        raise NotFound
    return bool(asked)


def page_asked() -> int:
    """The number of the page in the address. Raises NotFound."""
    asked = request.args.get("page", "1")
    if not asked.isascii() or not asked.isdigit() or not 1 <= int(asked[:7]) <= 100_000:
        raise NotFound
    return int(asked[:7])
