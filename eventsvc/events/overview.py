"""What a page of events shows, put together: months, what is over, filters; of a programme also its days."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc.events import listing, timetable
from eventsvc.events.filter_bar import Bar, bar
from eventsvc.events.filters import Chosen
from eventsvc.events.listing import Card, Page
from eventsvc.events.queries import listed
from eventsvc.i18n import month_text

FIRST_CARDS = 60
"""On a front page. It ends with the month in which so many are reached; later months are links."""

WORTH_FILTERING = 10
"""Up to so many events can be looked through by eye, on the pages of organizations, programmes and tags."""


class Month(NamedTuple):
    """A month by the clock of its events, and how many there are, even where no card is shown."""

    key: str
    name: str
    cards: list[Card]
    events: int


class Overview(NamedTuple):
    """One page of events. From the second page on it holds only what is over."""

    number: int
    chosen: Chosen
    bar: Bar | None
    months: list[Month]
    later: list[Month]
    past: list[Month]
    has_more: bool
    ahead: int

    @property
    def is_first(self) -> bool:
        return self.number == 1


def overview(at: datetime, chosen: Chosen, *within: sa.ColumnElement[bool], number: int = 1) -> Overview:
    """What is on, month by month, and one page of what is over."""
    narrowed = (*within, *chosen.conditions)
    page = listing.past(at, *narrowed, number=number)
    if number > 1:
        return Overview(number, chosen, None, [], [], by_month(page.cards), page.has_more, 0)
    counts = listing.how_many_by_month(at, *narrowed)
    shown = _shown_at_first(counts)
    cards = listing.upcoming(at, *narrowed, most=min(sum(counts[key] for key in shown), listing.MOST_UPCOMING))
    return Overview(
        number,
        chosen,
        bar(sa.and_(listing.is_ahead(at), *within), chosen),
        by_month(cards),
        [Month(key, month_text(_day_in(key)), [], events) for key, events in counts.items() if key not in shown],
        by_month(page.cards),
        page.has_more,
        sum(counts.values()),
    )


def _shown_at_first(counts: dict[str, int]) -> list[str]:
    """Whole months, until there is enough to read."""
    shown: list[str] = []
    for key in counts:
        if sum(counts[month] for month in shown) >= FIRST_CARDS:
            break
        shown.append(key)
    return shown


def _day_in(month: str) -> datetime:
    return datetime.strptime(month, "%Y-%m")  # noqa: DTZ007  # only its name is wanted


def by_month(cards: Iterable[Card]) -> list[Month]:
    """Cards that come in order, under the months of their own clocks."""
    grouped = [(key, list(group)) for key, group in groupby(cards, lambda card: card.month)]
    return [Month(key, month_text(group[0].starts_local), group, len(group)) for key, group in grouped]


class Programme(NamedTuple):
    """A programme: as a timetable where there is something to plan, else month by month."""

    overview: Overview
    planned: bool
    timetable: timetable.Timetable[Card] | None  # of what was chosen; None where that is nothing
    whole: timetable.Timetable[Card]  # whatever was chosen: when and where the programme takes place

    @property
    def places(self) -> list[str]:
        """The localities of its events, as they come."""
        venues = (slot.event.venue for slot in self.whole.slots)
        return list(dict.fromkeys(str(venue["locality"]) for venue in venues if venue.get("locality")))


def programme(at: datetime, chosen: Chosen, within: sa.ColumnElement[bool], *, number: int = 1) -> Programme | None:
    """Its days, or its months where there is nothing to plan; None where nothing of it stands in lists."""
    whole = listing.everything(within)
    if not whole:
        return None
    cards = listing.everything(within, *chosen.conditions) if chosen.parameters else whole
    ahead = [card for card in cards if not card.is_past(at)]
    over = [card for card in reversed(cards) if card.is_past(at)]
    page = _slice(over, number)
    shown = Overview(
        number, chosen, bar(sa.and_(listed, within), chosen) if number == 1 else None,
        by_month(ahead) if number == 1 else [], [], by_month(page.cards), page.has_more, len(ahead),
    )  # fmt: skip
    planned = timetable.is_worth_it(whole)
    return Programme(
        shown, planned, timetable.timetable(cards) if planned and cards else None, timetable.timetable(whole)
    )


def _slice(cards: list[Card], number: int) -> Page:
    start = (number - 1) * listing.PAST_PAGE
    return Page(cards[start : start + listing.PAST_PAGE], len(cards) > start + listing.PAST_PAGE)
