"""The whole list of an event, page after page, in the order in which people registered, in flat memory.

No page holds a connection, a snapshot or an ORM object while the next one is waited for: a slow reader costs nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.errors import Gone
from eventsvc.events.models import Event
from eventsvc.registration.models import Registration, Status
from eventsvc.vault import Keys, keyring

PAGE = 1000


class Entry(NamedTuple):
    """One registration, opened."""

    id: UUID
    name: str
    email: str
    status: str
    ticket_type_id: int
    language: str
    registered_at: datetime  # UTC
    queue_number: int | None
    party_id: UUID | None
    contact_id: UUID | None  # who gets the letters of somebody without an address


def entries(event: Event, statuses: Sequence[Status] = (), *, addresses: bool = True) -> Iterator[Entry]:
    """Every registration, or those with one of these statuses. Without `addresses` none is opened.

    Raises Gone, at once. The session is not needed any more when the first entry is asked for.
    """
    if event.purged_at:
        raise Gone
    return _opened(keyring().of_event(event.id), _rows(event.id, statuses), addresses=addresses)


def _opened(keys: Keys, rows: Iterator[sa.Row[tuple[object, ...]]], *, addresses: bool) -> Iterator[Entry]:
    for row in rows:
        yield Entry(
            row.id,
            keys.open(row.name, "registrations.name", row.id),
            keys.open(row.email, "registrations.email", row.id) if addresses and row.email else "",
            row.status,
            row.ticket_type_id,
            row.language,
            row.registered_at,
            row.queue_number,
            row.party_id,
            row.contact_id,
        )


def _rows(event_id: int, statuses: Iterable[Status]) -> Iterator[sa.Row[tuple[object, ...]]]:
    table = Registration.__table__.c
    order = (table.registered_at, table.id)
    query = sa.select(
        table.id,
        table.name,
        table.email,
        table.status,
        table.ticket_type_id,
        table.language,
        table.registered_at,
        table.queue_number,
        table.party_id,
        table.contact_id,
    )
    query = query.where(table.event_id == event_id).order_by(*order).limit(PAGE)
    if wanted := list(statuses):
        query = query.where(table.status.in_(wanted))
    after = sa.tuple_(*order) > sa.tuple_(
        sa.bindparam("moment", type_=table.registered_at.type), sa.bindparam("row", type_=table.id.type)
    )
    page = _page(query, {})
    while page:
        yield from page
        if len(page) < PAGE:
            return
        page = _page(query.where(after), {"moment": page[-1].registered_at, "row": page[-1].id})


def _page(query: sa.Select[tuple[object, ...]], last: dict[str, object]) -> Sequence[sa.Row[tuple[object, ...]]]:
    with db.engine.connect() as connection:
        return connection.execute(query, last).all()
