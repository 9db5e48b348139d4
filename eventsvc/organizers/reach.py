"""Does mail reach the people who registered? In words for organizers, never in those of a mail server."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.i18n import _
from eventsvc.mail import refused, upkeep
from eventsvc.mail.models import Message, MessageStatus
from eventsvc.mail.outcomes import Kind, kind_of
from eventsvc.organizers.gate import bp
from eventsvc.registration.models import LIVE, Registration
from eventsvc.registration.queries import ORDER


def returned_of(event: Event) -> int:
    """How many people of this event there are to whom mail comes back."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Registration).where(_comes_back(event))) or 0


def returned_in_order(event: Event, *, offset: int, limit: int) -> Sequence[Registration]:
    """These people in the order in which they came, with their ticket types."""
    found = sa.select(Registration).where(_comes_back(event)).order_by(*ORDER).offset(offset).limit(limit)
    return db.session.scalars(found.options(joinedload(Registration.ticket_type))).all()


def returned_among(event: Event, registrations: Sequence[Registration]) -> set[bytes]:
    """The blind indexes of those of their addresses to which mail comes back."""
    indexes = ((event.id, each.email_index) for each in registrations if each.email_index and each.status in LIVE)
    return {index for (_event, index), refusal in refused.among(indexes).items() if not refusal.is_old}


def reach(registration: Registration) -> list[str]:
    """What there is to say of the mail to this person, in the reader's language; nothing where it arrives."""
    if registration.email_index is None:
        return []
    refusal = refused.among([(registration.event_id, registration.email_index)]).get(
        (registration.event_id, registration.email_index)
    )
    if refusal is not None and not refusal.is_old:
        return list(_coming_back(refusal))
    return list(_last_letter(registration))


def _coming_back(refusal: refused.Refusal) -> Iterator[str]:
    if refusal.kind == refused.ADDRESS:
        yield _("Mail to this address comes back: there is no such mailbox.")
        yield _("Ask the person for the right address in another way, and correct it here.")
    else:
        yield _("Mail to this address comes back: the mailbox is full or out of use.")
    if refusal.suppresses:
        yield _("Reminders and notices are not sent there until the address is corrected or a letter gets through.")


def _last_letter(registration: Registration) -> Iterator[str]:
    """How the newest letter fares, where that is worth a word."""
    newest = (
        sa.select(Message.status, Message.last_error, Message.tries)
        .where(Message.event_id == registration.event_id, Message.recipient_index == registration.email_index)
        .order_by(Message.created_at.desc())
        .limit(1)
    )
    if (found := db.session.execute(newest).first()) is None:
        return
    if found.status == MessageStatus.UNCERTAIN:
        yield _("It is uncertain whether the last letter arrived: the line broke at its very end.")
    elif found.status == MessageStatus.FAILED and kind_of(found.last_error) is Kind.POLICY:
        yield _("Our mail was refused as a whole, not this address: whoever runs the server can see it and has to act.")
    elif found.status == MessageStatus.FAILED:
        yield _("The last letter did not arrive: the mail server of this person would not take it.")
    elif found.status == MessageStatus.QUEUED and found.tries:
        yield _("The last letter has not arrived yet: the mail server of this person asks us to wait. We keep trying.")


def _comes_back(event: Event) -> sa.ColumnElement[bool]:
    here = sa.and_(Registration.event_id == event.id, Registration.status.in_(LIVE))
    return sa.and_(here, Registration.email_index.in_(refused.indexes_of(event.id)))


@bp.context_processor
def _for_every_page() -> dict[str, object]:
    return {"returned_of": returned_of, "mail_trouble": upkeep.trouble}
