"""Whether a list of events that was rendered before is still true: asked by two or three small questions each time.

A list is a function of its path, of the versions of all listed events, of how full they are, of its own organization,
tag or programme, and of the clock. By the first four it is never old; by the clock alone it may be so for a second,
in which no more than one event begins or ends.
"""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app

from eventsvc import clock
from eventsvc.db import Glance, table_of
from eventsvc.events.models import Event
from eventsvc.events.pages import Pages
from eventsvc.events.queries import listed
from eventsvc.events.slugs import KINDS
from eventsvc.events.tickets import Quota
from eventsvc.packing import Kept

_free = Quota.size - Quota.taken
_full = sa.func.coalesce(_free <= 0, False) | (Quota.waiting > 0)
_few = (_free <= 3) | (_free <= Quota.size // 10)

_EVENTS = Glance(
    sa.select(
        sa.func.count(Event.id), sa.func.sum(Event.version), sa.func.sum(Event.id), sa.func.max(Event.changed_at)
    ).where(listed)
)
_SEATS = Glance(
    sa.select(Quota.id, _full)
    .join(Event, Event.id == Quota.event_id)
    .where(listed, Event.ends_at > sa.bindparam("now", type_=sa.DateTime(timezone=True)), _full | _few)
    .order_by(Quota.id)
)
_OWNERS = {
    kind: Glance(sa.select(table_of(model)).where(table_of(model).c.slug == sa.bindparam("slug")))
    for kind, model in KINDS.items()
    if kind != "event"
}


def kept(address: str, draw: Callable[[], Any], *owner: str) -> Any:
    """The list at this address (path and query), drawn where it is not kept. What is drawn but no page is handed on.

    `owner` is the kind and slug of whose events they are.
    """
    pages: Pages = current_app.extensions["eventsvc.pages"]
    now_is, known = state(*owner), pages.lists.find(address)
    if known and known[0] == now_is:
        return known[1]
    page = draw()
    if isinstance(page, Kept):
        pages.lists.put(address, (now_is, page))  # one for each address: the clock alone would soon fill any shelf
    return page


def state(*owner: str) -> tuple[object, ...]:
    """What every list of events is a function of at this moment, beside its path."""
    rows = [_EVENTS.rows(), seats()]
    if owner:
        rows.append(_OWNERS[owner[0]].rows(slug=owner[1]))
    return (int(clock.now().timestamp()), *(repr(each) for each in rows))


def seats() -> Sequence[Any]:
    """The ids of quotas without a seat (and True) or with few (and False), of listed events that are not over."""
    written = clock.now().strftime("%Y-%m-%d %H:%M:%S.%f")  # as SQLite keeps it; PostgreSQL reads it too
    return _SEATS.rows(now=written)
