"""How the places of an event stand: a sum for each limit, and one sentence on why the queue stands still."""

from collections.abc import Sequence
from typing import NamedTuple

from eventsvc.events.models import Event
from eventsvc.events.tickets import Approval, TicketType
from eventsvc.i18n import _, ngettext, number_text
from eventsvc.organizers.limit_names import limit_names
from eventsvc.registration.arithmetic import Sum, arithmetic, undecided
from eventsvc.registration.standstill import Reason, Standstill, why


class Standing(NamedTuple):
    """A name and a sum for each limit; the sentence is empty where nobody waits."""

    sums: list[tuple[str, Sum]]
    sentence: str
    has_offers: bool  # several sums are told without the lines that are 0 in all of them
    has_pending: bool
    undecided: int  # people to be decided who are in no sum, because no place is kept for them


def standing(event: Event, kinds: Sequence[TicketType]) -> Standing:
    """How things stand now, in the reader's language: the limits of the ticket types first, then the shared ones."""
    names, found = limit_names(event, kinds), {each.quota_id: each for each in arithmetic(event)}
    sums = [(name, found[quota]) for quota, name in names.items() if quota in found]
    offers = len(sums) == 1 or event.offer_hours is not None or any(each.offered for _name, each in sums)
    decides = any(kind.approval != Approval.NONE for kind in kinds) or any(each.pending for _name, each in sums)
    said = "" if event.purged_at else sentence(why(event), names)
    return Standing(sums, said, offers, len(sums) == 1 or decides, undecided(event))


def sentence(found: Standstill, names: dict[int, str]) -> str:
    """Why nobody moves up at this moment; that somebody does, where that is so; nothing where nobody waits."""
    if found.reason in {Reason.FULL, Reason.OVER, Reason.PARTY} and found.quota_id is not None:
        return _about_a_limit(found, names.get(found.quota_id, ""))
    return {
        Reason.NOBODY_WAITS: "",
        Reason.MOVES: _("The queue is moving: whoever is next moves up in a moment."),
        Reason.NOT_PUBLISHED: _("The queue stands still: the event is not published."),
        Reason.CANCELLED: _("The queue stands still: the event is cancelled."),
        Reason.BEGUN: _("The queue stands still: the event has begun."),
        Reason.PAUSED: _("The queue stands still: it is paused, under Rules."),
        Reason.LATE: _(
            "The queue stands still: in the two hours before an event in person nobody moves up, unless you allow it."
        ),
        Reason.TOO_LATE_TO_ASK: _(
            "The queue stands still: it is too late to offer places, because nobody would have time to answer."
        ),
    }[found.reason]


def _about_a_limit(found: Standstill, limit: str) -> str:
    if found.reason == Reason.PARTY:
        return ngettext(
            "The queue stands still: the first in line are %(people)s people who came together, "
            "and “%(limit)s” has only %(num)s free place.",
            "The queue stands still: the first in line are %(people)s people who came together, "
            "and “%(limit)s” has only %(num)s free places.",
            found.free,
            people=number_text(found.people),
            limit=limit,
        )
    if found.reason == Reason.OVER:
        return ngettext(
            "The queue stands still: who is first in line needs a place in “%(limit)s”, "
            "where there is %(num)s person too many since it was lowered.",
            "The queue stands still: who is first in line needs a place in “%(limit)s”, "
            "where there are %(num)s people too many since it was lowered.",
            found.over,
            limit=limit,
        )
    if found.offered:
        return ngettext(
            "The queue stands still: who is first in line needs a place in “%(limit)s”. It is full; "
            "%(num)s of its places is offered to somebody who has not answered yet.",
            "The queue stands still: who is first in line needs a place in “%(limit)s”. It is full; "
            "%(num)s of its places are offered to people who have not answered yet.",
            found.offered,
            limit=limit,
        )
    return _("The queue stands still: who is first in line needs a place in “%(limit)s”, and it is full.", limit=limit)
