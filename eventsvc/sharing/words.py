"""What stands on the card and the poster of an event, in one language; the title in its own."""

from datetime import datetime
from typing import Any, NamedTuple

from babel.dates import format_date

from eventsvc import clock
from eventsvc.events.facts import EventFacts, Standing
from eventsvc.events.models import Attendance, EventStatus
from eventsvc.events.places import place_line, venue_line
from eventsvc.frame import site_name
from eventsvc.i18n import (
    _,
    date_text,
    direction,
    joined,
    language,
    language_name,
    locale,
    offset_text,
    pick,
    time_text,
    zone_text,
)
from eventsvc.intake import current_settings
from eventsvc.pictures.accents import LIGHT, corrected, tokens
from eventsvc.sharing import codes
from eventsvc.sharing.plain import cut, opening, plain_text, sentences
from eventsvc.sharing.ways import short_address

LONGEST_TITLE, LONGEST_PLACE, LONGEST_BODY, LONGEST_WORD = 220, 110, 1500, 24  # signs


class Tongue(NamedTuple):
    """A text with its language and direction."""

    text: str
    lang: str
    dir: str


def card(event: EventFacts) -> dict[str, Any]:
    """As `templates/sharing/card.typ` reads it."""
    return _frame(event) | {
        "time": time_text(event.starts_local),
        "zone": offset_text(event.starts_local),
        "place": cut(place_line(event), LONGEST_PLACE),
    }


def site() -> dict[str, Any]:
    """As `templates/sharing/site.typ` reads it."""
    return {
        "lang": language(),
        "dir": direction(language()),
        "colours": _colours(""),
        "label": _("What is on"),
        "name": site_name(),
        "address": current_settings().origin.partition("://")[2],
    }


def poster(event: EventFacts) -> dict[str, Any]:
    """As `templates/sharing/poster.typ` reads it."""
    return _frame(event) | {
        "labels": _labels(is_open=event.standing(clock.now()) in {Standing.OPEN, Standing.NOT_YET}),
        "when": _when(event),
        "zone": zone_text(event.starts_local),
        "where": _where(event),
        "summary": _said(event, event.summary)._asdict(),
        "body": _body(event),
        "hosts": joined([each.name_in(language()) for each in (event.host, *event.co_hosts)]),
        "languages": joined([language_name(tag) for tag in event.languages]),
        "interpretation": joined([language_name(tag) for tag in event.interpretation]),
        "access": _said(event, event.access)._asdict(),
        "contact": _said(event, event.contact)._asdict(),
        "link": short_address(event.slug),
        "link_words": short_address(event.slug).partition("://")[2],
        "code": codes.svg(event.slug).decode(),
        "code_says": _("QR code for %(link)s", link=short_address(event.slug)),
    }


def _frame(event: EventFacts) -> dict[str, Any]:
    title, tongue = _said(event, event.title), locale(language())
    return {
        "lang": language(),
        "dir": direction(language()),
        "colours": _colours(event.host.accent),
        "site": site_name(),
        "title": title._replace(text=breakable(cut(title.text, LONGEST_TITLE)))._asdict(),
        "host": event.host.name_in(language()),
        "mark": _("Cancelled") if event.status == EventStatus.CANCELLED else "",
        "weekday": format_date(event.starts_local, "cccc", locale=tongue) if _is_on_one_day(event) else "",
        "day": _days(event.starts_local, event.ends_local),
        "month": format_date(event.starts_local, "LLLL", locale=tongue),
        "year": str(event.starts_local.year),
    }


def _colours(accent: str) -> dict[str, str]:
    """Those of our pages on paper; the host's accent as it stands there."""
    own = {name: f"#{value}" for name, value in tokens(LIGHT).items()}
    if accent:
        found = corrected(accent.removeprefix("#"), LIGHT)
        own |= {"accent": f"#{found.accent}", "wash": f"#{found.wash}"}
    return {name: own[name] for name in ("accent", "alert", "ink", "line", "paper", "soft", "wash")}


def _is_on_one_day(event: EventFacts) -> bool:
    return event.starts_local.date() == event.ends_local.date()


def _labels(*, is_open: bool) -> dict[str, str]:
    return {
        "when": _("When"),
        "where": _("Where"),
        "hosts": _("Hosted by"),
        "languages": _("Languages"),
        "interpretation": _("Interpretation"),
        "access": _("Accessibility"),
        "contact": _("Questions?"),
        "register": _("Register here") if is_open else _("Find out more"),
        "free": _("Free of charge") if is_open else "",
    }


def _when(event: EventFacts) -> list[str]:
    starts, ends = event.starts_local, event.ends_local
    if _is_on_one_day(event):
        return [date_text(starts), _("%(start)s to %(end)s", start=time_text(starts), end=time_text(ends))]
    return [
        _("%(date)s, %(time)s, to", date=date_text(starts), time=time_text(starts)),
        _("%(date)s, %(time)s", date=date_text(ends), time=time_text(ends)),
    ]


def _where(event: EventFacts) -> list[str]:
    """The name of the venue, its address, and whether one can be there from afar."""
    if event.attendance == Attendance.ONLINE:
        return [_("Online")]
    name = str(event.venue.get("name") or "")
    address = venue_line(event).removeprefix(name).lstrip(", ")
    found = list(filter(None, (name, address))) or [_("The place will be announced.")]
    return [*found, _("and online")] if event.attendance == Attendance.HYBRID else found


def _body(event: EventFacts) -> dict[str, Any]:
    """The description as sentences: the poster holds as many of the first as it has room for."""
    text, tag = pick(event.description, language(), event.languages)
    parts = sentences(opening(plain_text(text), LONGEST_BODY))
    return {"parts": [breakable(part) for part in parts], "lang": tag, "dir": direction(tag)}


def _days(starts: datetime, ends: datetime) -> str:
    same_month = (starts.year, starts.month) == (ends.year, ends.month)
    return f"{starts.day}–{ends.day}" if same_month and ends.day > starts.day else str(starts.day)


def _said(event: EventFacts, texts: dict[str, str]) -> Tongue:
    text, tag = pick(texts, language(), event.languages)
    return Tongue(breakable(" ".join(text.split())), tag, direction(tag))


def breakable(text: str) -> str:
    """With places to break inside words that no line would hold."""
    return " ".join(
        "\u200b".join(word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD))
        for word in text.split(" ")
    )
