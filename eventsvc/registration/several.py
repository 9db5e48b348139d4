"""One person, several events, one form: a registration at each, in one transaction, with one letter. All or nothing.

Each event is asked as if it were the only one (`signup`), and nothing is different afterwards: every registration has
its own link and its own life. Events are made ready and come in by ascending id, so that two people who choose the same
ones in another order never wait for each other.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from eventsvc.db import Again, attempt, transaction
from eventsvc.errors import RegistrationRefused
from eventsvc.events.models import Event
from eventsvc.registration import notices, several_letter, signup, submissions
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Status, Submission
from eventsvc.registration.signup import Ready
from eventsvc.vault import keyring

MOST = 20
"""Events on one form. All of them are locked together, and a day has no more hours."""

Outcomes = dict[int, Status]
"""What a newcomer gets, by the id of the event."""


class RefusedAt(RegistrationRefused):
    """One of the events refuses, so nothing was registered at any."""

    def __init__(self, event: Event, refusal: RegistrationRefused) -> None:
        super().__init__(refusal.message)
        self.event_id, self.refusal = event.id, refusal


def sign_up_for_several(
    pairs: Sequence[tuple[Event, Signup]], *, form_id: str | None = None, content: str = "", doubtful: bool = False
) -> Outcomes:
    """The whole unit, in transactions of its own; the sign-ups are one person's. The same form again gives the same.

    Raises RefusedAt, and submissions.Repeated where the same form comes with other content.
    """
    in_order = sorted(pairs, key=lambda pair: pair[0].id)
    return attempt(lambda: _once(in_order, form_id, content, doubtful=doubtful))


def _once(pairs: Sequence[tuple[Event, Signup]], form_id: str | None, content: str, *, doubtful: bool) -> Outcomes:
    if form_id and (earlier := submissions.find(form_id)):
        submissions.same_again(earlier, form_id, content)
        return outcomes_of(earlier)
    who, first = pairs[0][1], min((event for event, _signup in pairs), key=lambda event: (event.starts_at, event.id))
    heard = notices.heard(first, keyring().of_event(first.id).index(who.email or ""))
    everything = [_make_ready(event, each, heard, doubtful=doubtful) for event, each in pairs]
    letter = several_letter.prepare(everything, who, first, heard)
    entry = submissions.prepare(first, form_id, content, who.email or "") if form_id else None
    with transaction():
        for ready in everything:
            _come_in(ready)
        several_letter.post(letter)
        outcomes = {ready.event.id: ready.newcomers for ready in everything}
        if entry:
            by_id = {"outcomes": {str(event_id): status.value for event_id, status in outcomes.items()}}
            submissions.record(entry | by_id, outcome=outcomes[first.id], registration_id=None)
    return outcomes


def outcomes_of(submission: Submission) -> Outcomes:
    """What became of a form about several events."""
    return {int(event_id): Status(status) for event_id, status in (submission.outcomes or {}).items()}


def _make_ready(event: Event, who: Signup, heard: int, *, doubtful: bool) -> Ready:
    """As for one event, but that nobody may make us write to somebody again and again who never confirms."""
    with _refused_at(event):
        ready = signup.make_ready(event, [who], doubtful=doubtful)
    if ready.replaced and heard >= notices.PER_HOUR:
        return ready._replace(draft=None, known=ready.replaced, replaced=())
    return ready


def _come_in(ready: Ready) -> None:
    """Register, with no letter of its own. The one letter says what newcomers got a moment ago: it has to be true."""
    if ready.draft is None:
        return
    silent = replace(ready.draft, letters={status: [] for status in ready.draft.letters})
    with _refused_at(ready.event):
        outcome = signup.come_in(ready._replace(draft=silent, reminders=()))
    if outcome.status != ready.newcomers:
        raise Again


@contextmanager
def _refused_at(event: Event) -> Iterator[None]:
    try:
        yield
    except RegistrationRefused as refusal:
        raise RefusedAt(event, refusal) from refusal
