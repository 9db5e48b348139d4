"""The same form with other content, and the person says: this is the correction.

Who holds a form is somebody who typed an address, perhaps not their own. So what a second sending does must not depend,
in any way this person can see, on whether the new address was in already; and nobody can be showered with letters.
Therefore a form lets go of a registration that moved to another address: from then on it is an ordinary sign-up.
"""

from typing import Any
from uuid import UUID

from eventsvc import clock
from eventsvc.db import Again, attempt, db, transaction
from eventsvc.errors import EventCancelled, Past, StaleForm
from eventsvc.events.models import Event, EventStatus
from eventsvc.registration import cancellation, notices, rewriting, submissions
from eventsvc.registration.correction import Correction, correct
from eventsvc.registration.drafting import Signup, ticket_type_of
from eventsvc.registration.log import ATTENDEE
from eventsvc.registration.models import LIVE, Registration, Status, Submission
from eventsvc.registration.signup import Outcome, sign_up
from eventsvc.registration.switching import change_type
from eventsvc.vault import keyring


def correct_submission(
    event: Event, signup: Signup, *guests: Signup, form_id: str, content: str, doubtful: bool = False
) -> Outcome:
    """The whole unit, for one person: where a party is meant, each corrects their own by the link in the mail. What this form created is corrected; where there is nothing left of that, it is a new sign-up.

    Raises StaleForm where the form is not known any more, Repeated for a party, Full where another ticket type has no
    seat, OptionFull.
    """

    def unit() -> Outcome:
        earlier = submissions.find(form_id)
        if earlier is None:
            raise StaleForm
        if guests or submissions.is_of_a_party(earlier):
            raise submissions.Repeated(earlier)
        made = _made_by(earlier)
        if made is None or _showers(event, made, signup):
            return _anew(event, signup, earlier, form_id=form_id, content=content, doubtful=doubtful)
        _refuse_if_over(event)
        ticket_type_of(event, signup.ticket_type_id)
        entry = submissions.prepare(event, form_id, content, signup.email or "")
        with transaction():
            outcome, still_its_own = _correct(made, signup, Status(earlier.outcome))
            submissions.replace(earlier, entry, outcome=outcome, registration_id=still_its_own)
        return Outcome(outcome, still_its_own)

    return attempt(unit)


def _made_by(earlier: Submission) -> Registration | None:
    """The registration this form created, if there is one and it has not ended."""
    if earlier.registration_id is None:
        return None
    made = db.session.get(Registration, earlier.registration_id, populate_existing=True)
    return made if made and made.status in LIVE else None


def _showers(event: Event, made: Registration, signup: Signup) -> bool:
    """Would the old address hear of this, after enough letters already? Then it keeps what it has."""
    moves = made.email_index != keyring().of_event(event.id).index(signup.email or "")
    return moves and notices.heard_enough(event, made)


def _refuse_if_over(event: Event) -> None:
    if event.status == EventStatus.CANCELLED:
        raise EventCancelled
    if event.is_past(clock.now()):
        raise Past


def _correct(made: Registration, signup: Signup, outcome: Status) -> tuple[Status, UUID | None]:
    """What the result page says, and the registration that is the form's from now on."""
    cancellation.lock(made)
    if made.status not in LIVE:
        raise Again
    if made.ticket_type_id != signup.ticket_type_id:
        outcome = change_type(made, signup.ticket_type_id)
    rewriting.rewrite(made, signup.answers, ATTENDEE)
    moved = correct(made, Correction(signup.name, signup.email, signup.language))
    return outcome, None if moved else made.id


def _anew(event: Event, signup: Signup, earlier: Submission, **more: Any) -> Outcome:
    """Nothing is left of what the form created: what it says now is an ordinary sign-up."""
    with transaction():
        db.session.delete(earlier)
    return sign_up(event, signup, **more)
