"""Trying a letter out before it is saved: as a person would get it, and as a test to one's own address."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Response, make_response
from flask.typing import ResponseReturnValue

from eventsvc import clock
from eventsvc.accounts.access import EDITORS, account, members
from eventsvc.accounts.members import address_of
from eventsvc.db import attempt, db, transaction
from eventsvc.events.models import Event
from eventsvc.i18n import _, language
from eventsvc.intake import content_security_policy
from eventsvc.letters.editable import LETTERS
from eventsvc.letters.wording import Wordings
from eventsvc.mail import outbox
from eventsvc.mail.models import Lane, Message
from eventsvc.organizers import letter_readers
from eventsvc.organizers.gate import bp
from eventsvc.organizers.letters import form_of, page
from eventsvc.registration import notices
from eventsvc.vault import keyring

TRIAL = "trial"
TRIALS_AN_HOUR = 10
LAYOUT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
"""Nothing runs, nothing is fetched, no link leads anywhere. Letters carry their colours in style attributes."""


@bp.post("/events/<event>/letters/<letter>/preview")
@members(EDITORS)
def preview_letter(event: Event, letter: str) -> ResponseReturnValue:
    form = form_of(event, letter)
    if not form.is_right():
        return page(event, form), 422
    tried = letter_readers.chosen(event, letter, form.person.data)
    words = tried.words(event, letter, form.typed)
    carries = LETTERS[letter].carries if tried.reader.status in {"confirmed", "cancelled"} else ""
    answer = make_response(page(event, form, shown=words, tried=tried, carries=carries))
    answer.headers["Content-Security-Policy"] = content_security_policy(frame_src="'self'")
    return answer


@bp.post("/events/<event>/letters/<letter>/layout")
@members(EDITORS)
def letter_layout(event: Event, letter: str) -> ResponseReturnValue:
    form = form_of(event, letter)
    if not form.is_right():
        return page(event, form), 422
    words = letter_readers.chosen(event, letter, form.person.data).words(event, letter, form.typed)
    return Response(words.html, headers={"Content-Security-Policy": LAYOUT_POLICY})


@bp.post("/events/<event>/letters/<letter>/test")
@members(EDITORS)
def send_letter_to_me(event: Event, letter: str) -> ResponseReturnValue:
    """To the signed-in account's own address and to no other; about nobody real."""
    form = form_of(event, letter)
    if not form.is_right():
        return page(event, form), 422
    reads = letter_readers.chosen(event, letter, form.person.data).reader.language
    message = _trial(event, letter, reads, form.typed)
    if not attempt(lambda: _post(message)):
        return page(event, form, too_many=True), 429
    return page(event, form, sent_to=address_of(account()))


def _trial(event: Event, letter: str, reads: str, written: Wordings) -> Message:
    tried = letter_readers.made_up(event, letter, reads)
    words = tried.words(event, letter, written, trial=LETTERS[letter], reservations=[])
    organizer = notices.organizer_of(event, reads)
    envelope = outbox.Envelope(
        letter=TRIAL,
        language=language(),
        to=address_of(account()),
        event_id=None,
        keys=keyring().of_service(),
        sender_name=organizer.name,
        sender=organizer.address,
        lane=Lane.PERSONAL,
        expires_at=clock.now() + timedelta(hours=1),
    )
    return outbox.prepare(envelope, words._replace(subject=_("Test: %(subject)s", subject=words.subject)))


def _post(message: Message) -> bool:
    """False where this address got enough of them within the hour."""
    since = clock.now() - timedelta(hours=1)
    mine = sa.select(sa.func.count()).where(
        Message.letter == TRIAL, Message.recipient_index == message.recipient_index, Message.created_at > since
    )
    with transaction():
        if (db.session.scalar(mine) or 0) >= TRIALS_AN_HOUR:
            return False
        outbox.post(message)
        return True
