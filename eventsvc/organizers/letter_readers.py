"""With whom a letter is tried out: a real person of the event, without their secret link, or a made-up one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from eventsvc.i18n import _, language_name, span_text, speaking
from eventsvc.intake import current_settings
from eventsvc.languages import LANGUAGES, pick
from eventsvc.letters.editable import LETTERS
from eventsvc.letters.wording import Wordings
from eventsvc.mail.letters import Rendered
from eventsvc.organizers.fullness import kinds_of
from eventsvc.registration import notices, queries, waitlist
from eventsvc.registration.models import Registration
from eventsvc.registration.notices import Reader
from eventsvc.registration.people import person
from eventsvc.reminders import letters as reminders
from eventsvc.reminders import schedule
from eventsvc.reminders.withdrawing import LETTERS as LETTERS_OF_SCHEDULE

MOST = 50
MADE_UP = "made-up:"
SOMEBODY = UUID(int=0)


class Tried(NamedTuple):
    """Who reads a letter while it is tried out, and what it tells them beside the usual."""

    reader: Reader
    told: dict[str, Any]
    is_as_if: bool = False  # they stand otherwise now, and would not get this letter

    def words(self, event: Event, letter: str, written: Wordings, **more: Any) -> Rendered:
        """The letter with these words, saved or not."""
        method = LETTERS[letter].carries if self.reader.status in {"confirmed", "cancelled"} else ""
        with speaking(self.reader.language):
            told = self.told | _sample(event, letter, self.reader.secret) | more
            return notices.words_of(event, letter, self.reader, method or None, written=written, **told)

    def facts(self, event: Event, letter: str) -> dict[str, Any]:
        """What the letter tells them."""
        with speaking(self.reader.language):
            return notices.facts(event, self.reader, **(self.told | _sample(event, letter, self.reader.secret)))


def languages_read(event: Event) -> set[str]:
    """The languages that the event's people read."""
    return set(db.session.scalars(sa.select(Registration.language).where(Registration.event_id == event.id).distinct()))


def offered(event: Event, tags: Sequence[str]) -> list[tuple[str, str]]:
    """Whom one can choose, as (value, label): somebody made up for each language, then the first real people."""
    read = [tag for tag in tags if tag in LANGUAGES] or list(LANGUAGES)
    made_up = [(MADE_UP + tag, _("Somebody made up (%(language)s)", language=language_name(tag))) for tag in read]
    found = [] if event.purged_at else queries.in_order(event, limit=MOST)
    return made_up + [(str(each.id), f"{person(each).name} ({language_name(each.language)})") for each in found]


def chosen(event: Event, letter: str, value: str) -> Tried:
    """Who was chosen."""
    if value.startswith(MADE_UP):
        return made_up(event, letter, value.removeprefix(MADE_UP))
    found = queries.one(event, UUID(value))
    if found is None:
        return made_up(event, letter, event_language(event))
    return _real(event, letter, found)


def made_up(event: Event, letter: str, tag: str) -> Tried:
    """Nobody, who reads this language."""
    status = LETTERS[letter].statuses[0]
    name = _("Maya Example")
    kind = next(iter(kinds_of(event)), None)
    reader = Reader(
        SOMEBODY, "maya@example.org", tag, _hidden(), status, name, ticket_type_id=kind.id if kind else None
    )
    return Tried(reader, _of(event, letter, 3, None) | _named(event, letter, kind, tag))


def event_language(event: Event) -> str:
    """The first language of the event that the interface speaks."""
    return next((tag for tag in event.languages if tag in LANGUAGES), "en")


def _real(event: Event, letter: str, found: Registration) -> Tried:
    reader = notices.reader_of(found, person(found))
    usual = LETTERS[letter].statuses
    status = reader.status if reader.status in usual else usual[0]
    told = _of(event, letter, waitlist.place_in_queue(found) or 1, found)
    hidden = reader._replace(secret=_hidden(), status=status)
    named = _named(event, letter, found.ticket_type, reader.language)
    return Tried(hidden, told | named, status != reader.status)


def _hidden() -> str:
    """Stands where the secret of a link would."""
    return _("their-own-secret-link")


def _named(event: Event, letter: str, kind: TicketType | None, tag: str) -> dict[str, Any]:
    """The letter about a change names the ticket type in any case."""
    if kind is None or letter != "ticket_type_changed":
        return {}
    return {"ticket_type": pick(kind.name, tag, event.languages)[0]}


def _of(event: Event, letter: str, place: int, found: Registration | None) -> dict[str, Any]:
    zone = event.starts_local.tzinfo
    until = (found and found.offer_until) or clock.now() + timedelta(hours=event.offer_hours or 24)
    waits = "waitlisted" in LETTERS[letter].statuses
    return {
        "queue_place": place if waits else None,
        "offer_until": until.astimezone(zone) if letter == "offered" else None,
    }


def _sample(event: Event, letter: str, secret: str) -> dict[str, Any]:
    """What only happens when it happens, and what stands in the schedule. Speaks the reader's language."""
    if letter == "event_changed":
        before = timedelta(days=1)
        old = span_text(event.starts_local - before, event.ends_local - before)
        return {"changes": [(_("When"), old, span_text(event.starts_local, event.ends_local))]}
    kind = next((kind for kind, name in LETTERS_OF_SCHEDULE.items() if name == letter), None)
    if kind is None:
        return {}
    leave = f"{current_settings().origin}/unsubscribe/{secret}"
    return reminders.said(schedule.plan(schedule.times_of(event), kind), secret) | {"unsubscribe_url": leave}
