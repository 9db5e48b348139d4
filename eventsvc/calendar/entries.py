"""What a calendar is told about an event, in one language.

`entry` is for everyone and never holds the join link; `private_entry` is for a person who has a place.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager

from eventsvc.calendar.ical import Entry
from eventsvc.events.facts import EventFacts
from eventsvc.events.models import Attendance, Event, EventStatus, Visibility
from eventsvc.events.places import place_line
from eventsvc.i18n import _, joined, pick, speaking
from eventsvc.intake import current_settings
from eventsvc.languages import interface_language


def entry(event: Event, language: str | None = None) -> Entry:
    """The event as everybody may see it, in this language or, with none named, in the event's first."""
    title, tag = _title(event, language)
    with wording(tag):
        return _entry(event, title, tag, place_line(event), list(_public_words(event, tag)))


def private_entry(event: Event, language: str) -> Entry:
    """The event for a person who has a place: the same UID and times, and how to join."""
    title, tag = _title(event, language)
    with wording(tag):
        join = event.join_url if event.is_online else ""
        # Readers make the place of an entry a link; a hall stays a hall.
        where = join if join and event.attendance == Attendance.ONLINE else place_line(event)
        words = [_("Join online: %(link)s", link=join)] if join else []
        return _entry(event, title, tag, where, [*words, *_public_words(event, tag)], busy=True)


def cancelled_prefix(tag: str) -> str:
    """The word that stands before the title of a cancelled event, for a text in this language."""
    with wording(tag):
        return _("Cancelled:")


def wording(tag: str) -> AbstractContextManager[None]:
    """Speak the language of a text where it is one of ours, else that of the service: never the reader's."""
    return speaking(interface_language(tag, current_settings().language))


def page_of(event: Event | EventFacts, tag: str) -> str:
    """The public page of the event around a text in this language; empty where it has none."""
    if event.visibility == Visibility.INVITATION:
        return ""
    settings = current_settings()
    return f"{settings.origin}/{interface_language(tag, settings.language)}/events/{event.slug}"


def hosts(event: Event, tag: str) -> list[str]:
    """The names of who hosts it, the host first."""
    return [each.name_in(tag) for each in (event.host, *(co_host.organization for co_host in event.co_hosts))]


def _title(event: Event, language: str | None) -> tuple[str, str]:
    return pick(event.title, language or event.languages[0], event.languages)


def _entry(event: Event, title: str, tag: str, where: str, words: Sequence[str], *, busy: bool = False) -> Entry:
    return Entry(
        uid=event.uid,
        sequence=event.sequence,
        created=event.created_at,
        last_modified=max(event.changed_at, event.created_at),  # a clock may have been set back between
        starts=event.starts_local,
        ends=event.ends_local,
        summary=title,
        description="\n\n".join(filter(None, words)),
        location=where,
        url=page_of(event, tag),
        cancelled=event.status == EventStatus.CANCELLED,
        busy=busy,
        categories=tuple(pick(each.name, tag, event.languages)[0] or each.slug for each in event.tags),
        language=tag,
    )


def _public_words(event: Event, tag: str) -> Iterator[str]:
    yield pick(event.summary, tag, event.languages)[0]
    yield _("Hosts: %(names)s", names=joined(hosts(event, tag)))
    yield page_of(event, tag)
