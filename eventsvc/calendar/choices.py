"""What a calendar that follows a choice of events is called: by what was chosen, in the language being spoken."""

from collections.abc import Iterator, Sequence

from eventsvc.events.filters import ONLINE, Chosen
from eventsvc.events.models import Attendance, Event
from eventsvc.i18n import _, country_name, language, language_name, pick


def choice_words(chosen: Chosen, events: Sequence[Event]) -> Iterator[str]:
    """One for each filter, in the order of an address. None where nothing was found: what somebody typed is no name."""
    if not events:
        return
    if chosen.language:
        yield language_name(chosen.language)
    if chosen.place:
        yield _place(chosen.place, events)
    if chosen.mode:
        words = {
            Attendance.IN_PERSON: _("In person"),
            Attendance.ONLINE: _("Online"),
            Attendance.HYBRID: _("Hybrid: both"),
        }
        yield words[Attendance(chosen.mode)]
    if chosen.tag:
        named = next(tag.name for event in events for tag in event.tags if tag.slug == chosen.tag)
        yield pick(named, language())[0] or chosen.tag


def _place(place: str, events: Sequence[Event]) -> str:
    if place == ONLINE:
        return _("Online")
    return country_name(place) if any(event.venue.get("country") == place for event in events) else place
