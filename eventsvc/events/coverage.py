"""Which limits stand over which ticket types: each ticket type has one of its own, and several may share others.

The own limit has no name; a shared one has the name the organizers gave it, but for the room over all ticket types
that came with the event. Where a ticket type was left alone under the room, its own limit is the younger of the two.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from eventsvc.events.tickets import Quota, TicketType

MOST_COMBINED = 10
"""Of so many shared limits all combinations are tried."""


class Shared(NamedTuple):
    """A limit over several ticket types (over one, where the others were taken from it)."""

    quota: Quota
    kinds: list[TicketType]


def own_limit(kind: TicketType, kinds: Sequence[TicketType]) -> Quota | None:
    """The limit of this ticket type alone; `kinds` are all of the event."""
    elsewhere = {quota.id for other in kinds if other is not kind for quota in other.quotas}
    alone = [quota for quota in kind.quotas if quota.id not in elsewhere]
    return max(alone, key=lambda quota: (not quota.name, quota.id), default=None)


def shared_limits(kinds: Sequence[TicketType]) -> list[Shared]:
    """All the other limits, the oldest first."""
    own = {quota.id for kind in kinds if (quota := own_limit(kind, kinds))}
    others = {quota.id: quota for kind in kinds for quota in kind.quotas if quota.id not in own}
    return [Shared(quota, [kind for kind in kinds if quota in kind.quotas]) for _, quota in sorted(others.items())]


def room_of(kinds: Sequence[TicketType]) -> Quota | None:
    """The limit over all ticket types; the one without a name first, if there are several."""
    over_all = [quota for quota, covered in shared_limits(kinds) if len(covered) == len(kinds)]
    return min(over_all, key=lambda quota: (bool(quota.name), quota.id), default=None)


def most_people(kinds: Sequence[TicketType]) -> int | None:
    """How many people all limits together let in; None without a limit.

    Every person counts for all limits over their ticket type. So whatever limits cover all ticket types, their sizes
    together are never exceeded, and the smallest such sum is the answer.
    """
    shared = [each for each in shared_limits(kinds) if each.quota.size is not None][:MOST_COMBINED]
    own = {kind.id: (limit.size if (limit := own_limit(kind, kinds)) else None) for kind in kinds}
    sums = [_sum(chosen, own) for n in range(len(shared) + 1) for chosen in combinations(shared, n)]
    return min((each for each in sums if each is not None), default=None)


def _sum(chosen: Sequence[Shared], own: Mapping[int, int | None]) -> int | None:
    """These limits, and the own ones of the ticket types that they leave uncovered; None where one of those has none."""
    covered = {kind.id for limit in chosen for kind in limit.kinds}
    sizes = [limit.quota.size for limit in chosen] + [size for kind, size in own.items() if kind not in covered]
    return None if None in sizes else sum(size for size in sizes if size is not None)
