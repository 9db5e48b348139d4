"""What a reminder says, to whom; written and sealed as every other letter is."""

from typing import Any
from uuid import uuid4

from eventsvc.events.models import Event
from eventsvc.i18n import speaking
from eventsvc.intake import current_settings
from eventsvc.mail import outbox
from eventsvc.mail.letters import Rendered
from eventsvc.mail.models import Lane
from eventsvc.registration import notices
from eventsvc.registration.models import Status
from eventsvc.registration.notices import Posting, Sealed
from eventsvc.registration.people import person
from eventsvc.reminders import schedule, spreading
from eventsvc.reminders.models import ReminderRun
from eventsvc.reminders.readers import Reader
from eventsvc.reminders.schedule import Plan
from eventsvc.reminders.withdrawing import LETTERS


def written(event: Event, run: ReminderRun, plan: Plan, reader: Reader, leave: str) -> Sealed | None:
    """The letter, and in the run when it may leave; None where there is no address after all.

    `leave` is the link to get no more of them.
    """
    who, mine = person(reader.registration), reader.registration
    if not who.email:
        return None
    worthless_at = plan.worthless_at(schedule.times_of(event))
    slot = spreading.next_slot(run, outbox.domain_mark(who.email), worthless_at)
    posting = Posting(
        Lane.BULK,
        f"reminder:{run.id.hex}:{mine.id}",
        slot,
        min(worthless_at, slot + outbox.GIVE_UP_AFTER),
        leave if current_settings().is_https else "",  # RFC 8058 section 3.1 wants https
    )
    # Who reads it for guests only gets the join link for them, too, and is not said to have a place.
    to = notices.Reader(
        mine.id, who.email, mine.language, who.secret, Status.CONFIRMED, who.name, not reader.comes, mine.ticket_type_id
    )
    more = said(plan, who.secret) | {
        "guest_name": "",
        "comes": reader.comes,
        "coming_guests": [(each.name, _link(each.secret)) for each in map(person, reader.guests)],
        "unsubscribe_url": leave,
    }
    return notices.compose(event, LETTERS[plan.kind], to, posting=posting, **more)


def preview(event: Event, plan: Plan, language: str) -> Rendered:
    """What the letter says to somebody made up, in one of LANGUAGES."""
    reader = notices.Reader(uuid4(), "", language, "…", Status.CONFIRMED)
    with speaking(language):
        leave = f"{current_settings().origin}/unsubscribe/…"
        told = said(plan, reader.secret) | {"unsubscribe_url": leave}
        return notices.words_of(event, LETTERS[plan.kind], reader, **told)


def said(plan: Plan, secret: str) -> dict[str, Any]:
    """What such a letter says besides what every letter about a registration may."""
    return {
        "comes": True,
        "coming_guests": [],
        "calendar_url": f"{_link(secret)}/event.ics",
        "material_url": plan.material_url,
        "survey_url": plan.survey_url,
    }


def _link(secret: str) -> str:
    return f"{current_settings().origin}/r/{secret}"
