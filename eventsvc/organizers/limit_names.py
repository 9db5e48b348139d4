"""What ticket types and limits are called in the back office."""

from collections.abc import Sequence

from eventsvc.events.coverage import own_limit, shared_limits
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from eventsvc.i18n import _, joined, language, pick


def label(kind: TicketType, event: Event) -> str:
    """What a ticket type is called; the only one of an event may have no name."""
    return pick(kind.name, language(), event.languages)[0] or _("Everyone")


def limit_names(event: Event, kinds: Sequence[TicketType]) -> dict[int, str]:
    """What each limit is called, by its id: its name, or whatever it is a limit over."""
    names = {
        own.id: label(kind, event) if kind.name else _("The whole event")
        for kind in kinds
        if (own := own_limit(kind, kinds))
    }
    for quota, covered in shared_limits(kinds):
        over_all = len(covered) == len(kinds)
        unnamed = _("All ticket types together") if over_all else joined([label(kind, event) for kind in covered])
        names[quota.id] = quota.name or unnamed
    return names
