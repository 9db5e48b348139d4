"""What a card shows of one event, and the language in which it does."""

from collections.abc import Sequence
from typing import NamedTuple

from eventsvc import clock
from eventsvc.events import fullness, queries
from eventsvc.events.facts import EventFacts, Standing
from eventsvc.events.fullness import Fullness
from eventsvc.i18n import negotiate


class Card(NamedTuple):
    """One event, how full it is, and whether one can register."""

    event: EventFacts
    overall: Fullness
    standing: Standing


def card_of(slug: str) -> Card | None:
    """None where the event has no public page."""
    seen, event = queries.look(slug), queries.facts(slug)
    if seen is None or event is None:
        return None
    words = fullness.by_ticket_type(seen.seats, waitlist=event.waitlist)
    return Card(event, fullness.overall(words.values()), event.standing(clock.now()))


def language_for(asked: str, of_event: Sequence[str], fallback: str) -> str:
    """The language asked for, else the first of the event's that we speak, else the service's."""
    return negotiate([asked, *of_event], fallback)
