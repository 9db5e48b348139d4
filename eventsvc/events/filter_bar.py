"""What can be chosen to narrow a list: only what occurs in it, named in the language of the page."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.filters import ONLINE, Chosen
from eventsvc.events.listing import MOST_UPCOMING
from eventsvc.events.models import Attendance, Event, Tag, event_tags
from eventsvc.i18n import _, country_name, language, language_name, month_text, pick


class Option(NamedTuple):
    """A value of a filter, and how the page calls it."""

    value: str
    text: str
    group: str = ""
    tongue: str = ""  # of the text, where it is not the page's


class Filter(NamedTuple):
    """One question to the reader. `chosen` is None where nothing was chosen, or something that does not occur."""

    name: str
    label: str
    everything: str
    options: list[Option]
    chosen: Option | None

    @property
    def helps(self) -> bool:
        return len(self.options) > 1 or self.chosen is not None

    @property
    def groups(self) -> list[tuple[str, list[Option]]]:
        """The options under their headings, as they come."""
        found: dict[str, list[Option]] = {}
        for option in self.options:
            found.setdefault(option.group, []).append(option)
        return list(found.items())


class Bar(NamedTuple):
    """The filters that help, and how many events there are to choose from."""

    filters: list[Filter]
    events: int

    @property
    def chosen(self) -> list[Filter]:
        return [each for each in self.filters if each.chosen]


_SEEN = (Event.languages, Event.interpretation, Event.attendance, Event.venue, Event.starts)


def bar(condition: sa.ColumnElement[bool], chosen: Chosen) -> Bar:
    """What can be chosen among the events that meet the condition; two queries."""
    rows = db.session.execute(sa.select(*_SEEN).where(condition).order_by(Event.starts_at).limit(MOST_UPCOMING)).all()
    offers = (
        ("language", _("Language"), _("Any language"), _languages(rows)),
        ("place", _("Place"), _("Anywhere"), _places(rows)),
        ("mode", _("How to attend"), _("Any way"), _modes(rows)),
        ("tag", _("Topic"), _("All topics"), _tags(condition)),
        ("month", _("Month"), _("Any month"), _months(rows)),
    )
    filters = [
        Filter(name, label, everything, options, _among(options, getattr(chosen, name)))
        for name, label, everything, options in offers
    ]
    return Bar([each for each in filters if each.helps], len(rows))


def _among(options: Sequence[Option], value: str) -> Option | None:
    return next((option for option in options if option.value == value), None)


def _languages(rows: Sequence[Any]) -> list[Option]:
    tags = {tag.split("-")[0].lower() for row in rows for tag in (*row.languages, *row.interpretation)}
    return _by_name(Option(tag, _capital(language_name(tag))) for tag in tags)


def _places(rows: Sequence[Any]) -> list[Option]:
    """Online first, then countries, where there are several, then localities."""
    venues = [row.venue for row in rows if row.attendance != Attendance.ONLINE]
    countries = _by_name(Option(code, country_name(code), _("Countries")) for code in _values(venues, "country"))
    localities = _by_name(Option(name, name, _("Towns and cities")) for name in _values(venues, "locality"))
    online = [Option(ONLINE, _("Online"))] if any(row.attendance != Attendance.IN_PERSON for row in rows) else []
    return online + (countries if len(countries) > 1 else []) + localities


def _values(venues: Iterable[dict[str, Any]], part: str) -> set[str]:
    return {str(venue[part]) for venue in venues if venue.get(part)}


def _modes(rows: Sequence[Any]) -> list[Option]:
    words = {Attendance.IN_PERSON: _("In person"), Attendance.ONLINE: _("Online"), Attendance.HYBRID: _("Hybrid: both")}
    there = {row.attendance for row in rows}
    return [Option(mode.value, word) for mode, word in words.items() if mode in there]


def _tags(condition: sa.ColumnElement[bool]) -> list[Option]:
    tagged = sa.select(event_tags.c.tag_id).join(Event, Event.id == event_tags.c.event_id).where(condition)
    rows = db.session.execute(sa.select(Tag.slug, Tag.name).where(Tag.id.in_(tagged)))
    named = [(row.slug, *pick(row.name, language())) for row in rows]
    return _by_name(Option(slug, text, tongue="" if tag == language() else tag) for slug, text, tag in named)


def _months(rows: Sequence[Any]) -> list[Option]:
    months = sorted({(row.starts.year, row.starts.month) for row in rows})
    return [Option(f"{year}-{month:02}", _capital(month_text(_first_of(year, month)))) for year, month in months]


def _first_of(year: int, month: int) -> datetime:
    return datetime(year, month, 1)  # noqa: DTZ001  # only its name is wanted


def _by_name(options: Iterable[Option]) -> list[Option]:
    """As in a dictionary: accents and capitals do not count."""
    return sorted(options, key=lambda option: unicodedata.normalize("NFKD", option.text).casefold())


def _capital(text: str) -> str:
    """Languages and months stand alone here, where many languages that write them small begin with a capital."""
    return text[:1].upper() + text[1:]
