"""Which limit is a ticket type's own, which are shared, and how many people all of them let in."""

import tomllib
from itertools import product

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.db import db, transaction
from eventsvc.events.coverage import most_people, own_limit, room_of, shared_limits
from eventsvc.events.file_export import export_event
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.registration import limits


def kinds_with(own, *shared):
    """Ticket types with these own limits, and shared limits given as (name, size, numbers of ticket types)."""
    limits = [Quota(id=n, name="", size=size) for n, size in enumerate(own, 1)]
    others = [(Quota(id=100 + n, name=name, size=size), over) for n, (name, size, over) in enumerate(shared)]
    return [
        TicketType(id=n, slug=f"k{n}", quotas=[limit, *(quota for quota, over in others if n in over)])
        for n, limit in enumerate(limits, 1)
    ]


def test_the_own_limit_is_the_one_without_a_name_over_this_ticket_type_alone():
    kinds = kinds_with([5, 6], ("Headsets", 3, {1}), ("", 9, {1, 2}))

    assert [own.size for kind in kinds if (own := own_limit(kind, kinds))] == [5, 6]
    assert [(each.quota.size, len(each.kinds)) for each in shared_limits(kinds)] == [(3, 1), (9, 2)]
    assert room_of(kinds) is shared_limits(kinds)[1].quota


def test_left_alone_under_the_room_the_own_limit_is_the_younger_one():
    room, own = Quota(id=1, name="", size=9), Quota(id=2, name="", size=4)
    kinds = [TicketType(id=1, quotas=[room, own])]

    assert own_limit(kinds[0], kinds) is own
    assert room_of(kinds) is room


@pytest.mark.parametrize(
    ("kinds", "most"),
    [
        (kinds_with([5]), 5),
        (kinds_with([None]), None),
        (kinds_with([5, 6]), 11),
        (kinds_with([5, None]), None),
        (kinds_with([5, None], ("room", 8, {1, 2})), 8),
        (kinds_with([5, 6], ("room", 20, {1, 2})), 11),
        (kinds_with([5, 6, 7], ("headsets", 4, {1, 2})), 11),
        (kinds_with([5, None, None], ("a", 4, {2}), ("b", 3, {2, 3})), 8),
    ],
)
def test_how_many_people_all_limits_together_let_in(kinds, most):
    assert most_people(kinds) == most


@given(
    own=st.lists(st.integers(0, 3), min_size=1, max_size=3),
    rooms=st.lists(st.tuples(st.integers(0, 6), st.sets(st.integers(1, 3))), max_size=1),
)
def test_one_shared_limit_and_own_ones_let_in_exactly_so_many(own, rooms):
    kinds = kinds_with(own, *(("x", size, over) for size, over in rooms if over & set(range(1, len(own) + 1))))

    def fits(people):
        taken = dict(zip((kind.id for kind in kinds), people, strict=True))
        counts = {
            q.id: sum(n for k, n in taken.items() if q in kinds[k - 1].quotas) for kind in kinds for q in kind.quotas
        }
        return all(counts[q.id] <= q.size for kind in kinds for q in kind.quotas)

    possible = [sum(people) for people in product(range(4), repeat=len(kinds)) if fits(people)]
    assert most_people(kinds) == max(possible)


def test_a_file_holds_the_own_limits_and_the_shared_ones_by_their_names(context, cast):
    event = cast.event(kinds=[("hall", 5), ("balcony", 6), ("online", None)])
    ids = list(db.session.scalars(sa.select(TicketType.id).where(TicketType.event_id == event.id)))
    with transaction():
        limits.add(event, "Headsets", 3, ids[:2])
        limits.add(event, "The room", 9, ids)

    (written,) = tomllib.loads(export_event(event.slug))["event"]

    assert "capacity" not in written  # a room that has a name
    assert written["quota"] == [
        {"name": "Headsets", "capacity": 3, "ticket_types": ["hall", "balcony"]},
        {"name": "The room", "capacity": 9, "ticket_types": ["hall", "balcony", "online"]},
    ]
    assert {kind["slug"]: kind.get("capacity") for kind in written["ticket_type"]} == {
        "hall": 5,
        "balcony": 6,
        "online": None,
    }
