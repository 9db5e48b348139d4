"""The sum of each limit adds up line by line, whatever happened before."""

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.events.tickets import Approval, TicketType
from eventsvc.registration import cancellation, limits
from eventsvc.registration.arithmetic import Sum, arithmetic
from tests.registration.journal import comes, goes, ticket_type


def adds_up(each: Sum) -> bool:
    held = each.confirmed + each.offered + each.pending
    return each.size is None or held + (each.free or 0) - each.over == each.size


def sums(event: Event) -> dict[str, Sum]:
    """The sum of each limit by the slugs it covers."""
    found = {}
    for each in arithmetic(event):
        assert adds_up(each), each
        kinds = db.session.scalars(sa.select(TicketType).where(TicketType.event_id == event.id).order_by(TicketType.id))
        found["+".join(kind.slug for kind in kinds if each.quota_id in {q.id for q in kind.quotas})] = each
    return found


def change(event: Event, **columns: object) -> None:
    with transaction():
        db.session.execute(sa.update(Event).where(Event.id == event.id).values(version=Event.version + 1, **columns))
    db.session.refresh(event)


def test_each_person_counts_for_every_limit_over_their_ticket_type(context, cast):
    event = cast.event(capacity=3, kinds=[("hall", 1), ("online", None)])
    comes(event, "ana", kind="hall")
    comes(event, "beto", kind="hall")
    comes(event, "carla", kind="online")

    found = sums(event)

    assert (found["hall+online"].confirmed, found["hall+online"].free, found["hall+online"].waiting) == (2, 1, 0)
    assert (found["hall"].confirmed, found["hall"].free, found["hall"].waiting) == (1, 0, 1)
    assert (found["online"].confirmed, found["online"].free, found["online"].size) == (1, None, None)


def test_a_place_that_is_offered_is_neither_free_nor_taken(context, cast):
    event = cast.event(capacity=1)
    comes(event, "ana")
    comes(event, "beto")
    change(event, offer_hours=24)
    goes(event, "ana")

    (found,) = arithmetic(event)

    assert (found.confirmed, found.offered, found.free, found.waiting, found.over) == (0, 1, 0, 0, 0)


@pytest.mark.parametrize(("rule", "held"), [(Approval.KEEPS_SEAT, 1), (Approval.SEAT_AFTER, 0)])
def test_who_is_to_be_decided_counts_only_with_a_place_kept(context, cast, rule, held):
    event = cast.event(capacity=2)
    with transaction():
        db.session.execute(sa.update(TicketType).values(approval=rule))
    db.session.expire_all()
    comes(event, "ana")

    (found,) = arithmetic(event)

    assert (found.pending, found.free) == (held, 2 - held)


def test_a_lowered_limit_says_by_how_many_it_is_over_and_still_adds_up(context, cast):
    event = cast.event(capacity=3)
    for who in ("ana", "beto", "carla"):
        comes(event, who)
    (before,) = arithmetic(event)
    with transaction():
        cancellation.resize(event, before.quota_id, 1)

    (after,) = arithmetic(event)

    assert (after.size, after.confirmed, after.free, after.over) == (1, 3, 0, 2)
    assert adds_up(after)


def test_a_limit_with_a_name_is_told_by_it(context, cast):
    event = cast.event(kinds=[("hall", 2), ("online", 3)])
    with transaction():
        limits.add(event, "Headsets", 1, [ticket_type(event, "hall").id])

    assert [(each.name, each.size) for each in arithmetic(event)] == [("", 2), ("", 3), ("Headsets", 1)]


def test_after_the_purge_the_counters_are_what_is_left(context, cast, stopped_clock):
    event = cast.event(capacity=2)
    comes(event, "ana")
    change(event, purged_at=stopped_clock())
    with transaction():
        db.session.execute(sa.text("DELETE FROM registrations"))

    (found,) = arithmetic(event)

    assert (found.confirmed, found.free) == (1, 1)
