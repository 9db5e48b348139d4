"""What a list is narrowed to: the choice in its address, and what that means to the database."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc.events.models import Attendance, Event, Tag, event_tags

ONLINE = "online"
LONGEST_VALUE = 100


class Chosen(NamedTuple):
    """One value for each filter, in the order in which they stand in an address; empty: not chosen."""

    language: str = ""  # primary subtag: "es" also finds es-GT
    place: str = ""  # "online", a country (ISO 3166-1 alpha-2), or a locality as it is written
    mode: str = ""
    tag: str = ""  # slug
    month: str = ""  # "2026-12", by the event's own clock

    @property
    def parameters(self) -> dict[str, str]:
        """The query of the one address that a choice has."""
        return {name: value for name, value in self._asdict().items() if value}

    def on_page(self, number: int) -> dict[str, str]:
        """The same, and which page of the list."""
        return self.parameters | ({"page": str(number)} if number > 1 else {})

    def without(self, name: str) -> "Chosen":
        return self._replace(**{name: ""})

    @property
    def lasting(self) -> "Chosen":
        """The part that a calendar can follow: a month will be over."""
        return self.without("month")

    @property
    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """What an event has to meet. A value that cannot be met is met by none."""
        return [_MEANING[name](value) for name, value in self.parameters.items()]


def chosen_in(query: Iterable[tuple[str, str]]) -> Chosen:
    """The choice in a query; of a filter named twice the last one counts, and what is no text at all does not."""
    found = {name: " ".join(value.split()) for name, value in query if name in Chosen._fields}
    return Chosen(
        **{name: value for name, value in found.items() if value.isprintable() and len(value) <= LONGEST_VALUE}
    )


def is_as_we_write_it(query: Iterable[tuple[str, str]]) -> bool:
    """Does the choice stand in the query as our own links have it? A form also sends what was left empty."""
    pairs = [(name, value) for name, value in query if name in Chosen._fields]
    return pairs == list(chosen_in(pairs).parameters.items())


def month_of_event() -> sa.ColumnElement[str]:
    """The month in which an event begins by its own clock: "2026-12"."""
    return sa.func.substr(sa.type_coerce(Event.starts, sa.Text), 1, 7)


def _speaks(language: str) -> sa.ColumnElement[bool]:
    if not re.fullmatch("[a-z]{2,8}", language):
        return sa.false()
    lists = (sa.cast(Event.languages, sa.Text), sa.cast(Event.interpretation, sa.Text))
    return sa.or_(*(each.contains(written) for each in lists for written in (f'"{language}"', f'"{language}-')))


def _at(place: str) -> sa.ColumnElement[bool]:
    if place == ONLINE:
        return Event.attendance != Attendance.IN_PERSON
    there = sa.or_(*(Event.venue[part].as_string() == place for part in ("country", "locality")))
    return sa.and_(Event.attendance != Attendance.ONLINE, there)


def _attended(mode: str) -> sa.ColumnElement[bool]:
    return Event.attendance == mode


def _tagged(slug: str) -> sa.ColumnElement[bool]:
    tagged = sa.select(event_tags.c.event_id).join(Tag, Tag.id == event_tags.c.tag_id).where(Tag.slug == slug)
    return Event.id.in_(tagged)


def _in_month(month: str) -> sa.ColumnElement[bool]:
    return month_of_event() == month


_MEANING: dict[str, Callable[[str], sa.ColumnElement[bool]]] = {
    "language": _speaks,
    "place": _at,
    "mode": _attended,
    "tag": _tagged,
    "month": _in_month,
}
