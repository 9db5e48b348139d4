"""What a notice of a change compares: the facts as they were with those of now, in words."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from eventsvc.events.models import Attendance, Event
from eventsvc.events.places import place_line
from eventsvc.i18n import _, date_text, span_text, time_text

REMEMBERED = ("starts", "starts_fold", "ends", "ends_fold", "timezone", "attendance", "venue")
Difference = tuple[str, str, str]
"""Of what, the old and the new, as a letter names them."""


def snapshot(event: Event) -> dict[str, Any]:
    """The facts that a later notice may have to call the old ones. Of the join link only a mark is kept."""
    kept = {name: getattr(event, name) for name in REMEMBERED}
    kept |= {"starts_at": event.starts_at, "ends_at": event.ends_at, "join_mark": _mark(event)}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in kept.items()}


def old_start(before: Mapping[str, Any]) -> datetime:
    return as_it_was(before).starts_local


def old_end(before: Mapping[str, Any]) -> datetime:
    return as_it_was(before).ends_local


def differences(event: Event, before: Mapping[str, Any], *, seated: bool = False) -> list[Difference]:
    """What is another now, in the language being spoken. Only who is `seated` reads a new join link."""
    if not before:
        return []
    old = as_it_was(before)
    pairs = (
        (_("When"), span_text(old.starts_local, old.ends_local), span_text(event.starts_local, event.ends_local)),
        *_instants(event, old, before),
        (_("How"), _mode(old), _mode(event)),
        (_("Where"), place_line(old), place_line(event)),
    )
    changed = [(label, was, now) for label, was, now in pairs if was != now]
    if (mark := before.get("join_mark")) is not None and mark != _mark(event):
        changed.append(
            (_("Join link"), _("another link, which no longer works") if mark else "–", _new_link(event, seated))
        )
    return changed


def as_it_was(before: Mapping[str, Any]) -> Event:
    """The event with these facts and no others; not for saving."""
    return Event(
        **{n: datetime.fromisoformat(v) if n in {"starts", "ends"} else v for n, v in before.items() if n in REMEMBERED}
    )


def _instants(event: Event, old: Event, before: Mapping[str, Any]) -> Iterator[Difference]:
    """Zone data may move an event that on the clock of the place stands where it stood."""
    if any(getattr(old, name) != getattr(event, name) for name in REMEMBERED[:5]):
        return
    for name, label in (("starts_at", _("Start, in UTC")), ("ends_at", _("End, in UTC"))):
        if was := before.get(name):
            yield label, _instant(datetime.fromisoformat(was)), _instant(getattr(event, name))


def _instant(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{date_text(at)}, {time_text(at)}"


def _mode(event: Event) -> str:
    words = {
        Attendance.IN_PERSON: _("In person"),
        Attendance.ONLINE: _("Online"),
        Attendance.HYBRID: _("In person and online"),
    }
    return words[Attendance(event.attendance)]


def _mark(event: Event) -> str:
    """By which a join link is known again; it cannot be read back. Empty where nobody is shown one."""
    if not (event.join_url and event.is_online):
        return ""
    return sha256(f"{event.uid} {event.join_url}".encode()).hexdigest()[:32]


def _new_link(event: Event, seated: bool) -> str:
    if not (event.join_url and event.is_online):
        return "–"
    return event.join_url if seated else _("The link to join goes to those who have a place.")
