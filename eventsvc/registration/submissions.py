"""One form, one result: what became of a form that was sent, kept for a day.

The id in the form is signed and random. The same form with the same content has the same result; with other content
somebody has to say whether they correct themselves or register another person.
"""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa

from eventsvc import clock, tokens
from eventsvc.db import Glance, core, db, table_of
from eventsvc.errors import NotFound, Refusal
from eventsvc.events.models import Event
from eventsvc.registration.models import Registration, Status, Submission
from eventsvc.registration.people import masked
from eventsvc.vault import keyring

KEPT = timedelta(days=1)
_submissions = table_of(Submission)
_INSERT = sa.insert(_submissions)
_RESULT = Glance(
    sa.select(_submissions.c.outcome, _submissions.c.masked_address, _submissions.c.row).where(
        _submissions.c.receipt_hash == sa.bindparam("receipt"), _submissions.c.event_id == sa.bindparam("event")
    )
)
_KNOWN = sa.select(sa.literal(1)).where(_submissions.c.form_hash == sa.bindparam("key"))


class Repeated(Refusal):
    """The same form came with other content. Carries what the form created, if it created something."""

    code = "repeated"

    def __init__(self, submission: Submission) -> None:
        super().__init__()
        self.submission = submission

    @property
    def is_of_a_party(self) -> bool:
        return is_of_a_party(self.submission)


class Shown(NamedTuple):
    """What a result page shows."""

    event_id: int
    outcome: Status
    masked_address: str


def find(form_id: str) -> Submission | None:
    """What this form became, if it was sent within the last day."""
    key = tokens.digest(form_id)
    if core().scalar(_KNOWN, {"key": key}) is None:  # nearly always, and then nothing more is asked
        return None
    return db.session.get(Submission, key, populate_existing=True)


def is_of_a_party(submission: Submission) -> bool:
    """Did this form register several people?"""
    made = db.session.get(Registration, submission.registration_id) if submission.registration_id else None
    return made is not None and made.party_id is not None


def same_again(earlier: Submission, form_id: str, content: str) -> Status:
    """The outcome as it was. Raises Repeated where the content is another one."""
    if earlier.content_mark != tokens.content_mark(form_id, content):
        raise Repeated(earlier)
    return Status(earlier.outcome)


def prepare(event: Event, form_id: str, content: str, email: str) -> dict[str, object]:
    """The columns of a submission whose outcome is not known yet."""
    row = uuid4()
    return {
        "form_hash": tokens.digest(form_id),
        "receipt_hash": tokens.digest(tokens.receipt_of(form_id)),
        "event_id": event.id,
        "content_mark": tokens.content_mark(form_id, content),
        "masked_address": keyring().of_event(event.id).seal(masked(email), "submissions.masked_address", row),
        "row": row,
        "created_at": clock.now(),
    }


def record(entry: dict[str, object], *, outcome: Status, registration_id: UUID | None) -> None:
    """Write it down, in the caller's transaction. The same form twice at once: the database refuses the second."""
    core().execute(_INSERT, {**entry, "outcome": outcome, "registration_id": registration_id})


def replace(earlier: Submission, entry: dict[str, object], *, outcome: Status, registration_id: UUID | None) -> None:
    """The form was corrected: from now on this is what became of it."""
    db.session.execute(sa.delete(Submission).where(Submission.form_hash == earlier.form_hash))
    record(entry, outcome=outcome, registration_id=registration_id)


def let_go(registration_id: UUID) -> None:
    """The forms that created this registration have no more to do with it, in the caller's transaction."""
    theirs = sa.update(Submission).where(Submission.registration_id == registration_id)
    db.session.execute(theirs.values(registration_id=None))


def shown(event_id: int, receipt: str) -> Shown:
    """What the result page with this name shows. Raises NotFound where it is not this event's."""
    rows = _RESULT.rows(receipt=tokens.digest(receipt), event=event_id)
    if not rows:
        raise NotFound
    outcome, masked_address, row = rows[0]
    keys = keyring().of_event(event_id)
    address = keys.open(bytes(masked_address), "submissions.masked_address", UUID(str(row)))
    return Shown(event_id, Status(outcome), address)


def forget_old() -> int:
    """Delete what is older than a day, in the caller's transaction; how many."""
    gone = db.session.execute(sa.delete(Submission).where(Submission.created_at < clock.now() - KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE gives a CursorResult
