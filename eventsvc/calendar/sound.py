"""Which events a good calendar file can be written of: one that cannot be told must not silence the others."""

import logging
from collections.abc import Callable, Sequence

from eventsvc.calendar.lint import lint
from eventsvc.events.models import Event

Write = Callable[[Sequence[Event]], bytes]
_log = logging.getLogger(__name__)


class NoneSound(Exception):
    """Not a fault of single events, then, but one of ours."""


def sound(write: Write, events: Sequence[Event]) -> list[Event]:
    """Those of which this writes a good file, each by itself; the log names the others. Raises NoneSound."""
    found = [event for event in events if _is_sound(write, event)]
    if not found:
        raise NoneSound
    for event in events:
        if event not in found:
            _log.error("event %s can stand in no calendar file", event.id)
    return found


def _is_sound(write: Write, event: Event) -> bool:
    try:
        return not lint(write([event]))
    except Exception:  # noqa: BLE001 - whatever is wrong with it
        return False
