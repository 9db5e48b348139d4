"""The courier takes due messages from the outbox and delivers them, one after the other.

One transaction for each mail: it records how the last one went and that the next one is at its final dot. Between two
transactions it speaks SMTP, so that no row and no lock waits for a mail server.
"""

import logging
import os
import random
import secrets
import socket
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from eventsvc import clock
from eventsvc.db import attempt, db, transaction
from eventsvc.mail import claims, pauses, refused
from eventsvc.mail.claims import LeaseLost, Parcel
from eventsvc.mail.models import Lane, MessageStatus
from eventsvc.mail.outbox import GIVE_UP_AFTER
from eventsvc.mail.outcomes import Kind, Outcome, judge
from eventsvc.mail.reading import opened
from eventsvc.mail.return_path import return_path
from eventsvc.mail.transports import Transport

BATCH = 20
BATCH_LASTS = 5.0
"""Seconds after which no mail of a batch is begun any more: of what came meanwhile, something may be more urgent."""

_log = logging.getLogger(__name__)


class Report(NamedTuple):
    """What one round did, by the status that messages have now."""

    sent: int = 0
    queued: int = 0  # tried, and to be tried again
    failed: int = 0
    uncertain: int = 0
    dropped: int = 0
    stopped: str = ""  # why the queue as a whole waits: code and kind

    @property
    def did_anything(self) -> bool:
        return any(self[:5])


class Mail(NamedTuple):
    """A message opened."""

    sender: str
    recipient: str
    content: bytes


class Pause:
    """How long the whole queue waits after the server was not there, or did not want us."""

    def __init__(self) -> None:
        self.until: datetime | None = None
        self.reason = ""
        self._times = 0

    @property
    def holds(self) -> bool:
        return self.until is not None and clock.now() < self.until

    def begin(self, outcome: Outcome) -> None:
        """Five minutes where a person has to act (a guard may count wrong passwords), else up to one, growing."""
        self._times += 1
        seconds = 300.0 if outcome.kind is Kind.CONFIGURATION else min(60.0, 2.0**self._times) * random.uniform(0.5, 1)  # noqa: S311 - jitter, no secret
        self.until = clock.now() + timedelta(seconds=seconds)
        self.reason = outcome.note
        _log.error("mail waits for %d seconds: %s", seconds, outcome.note)

    def end(self) -> None:
        """The server takes mail again."""
        self.until = None
        self.reason = ""
        self._times = 0


class Known(NamedTuple):
    """What was known when a batch was claimed, and what was learned since."""

    paused: set[bytes]  # domains that have paused, and get what is left to be tried
    waiting: set[bytes]  # domains that paused while the batch was in hand
    refused: dict[tuple[int, bytes], refused.Refusal]


class Courier:
    """One courier with its transport. Each has a name of its own, under which it claims."""

    def __init__(self, transport: Transport, lease: timedelta = claims.LEASE) -> None:
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._transport = transport
        self._lease = lease
        self._pause = Pause()
        self._stopping = False
        self._known = Known(set(), set(), {})
        self._results: list[tuple[Parcel, Outcome]] = []  # not yet in the database
        self._claimed: list[UUID] = []  # and not given back yet
        self._tally: Counter[MessageStatus] = Counter()

    def round(self, limit: int = 100, seconds: float = float("inf")) -> Report:
        """Deliver up to so many due messages, for so long; each is recorded when this returns. Commits by itself.

        A fault of the database comes out as it is; call again, and what was sent is recorded first.
        """
        self._tally.clear()
        self._settle()
        left, until = limit, time.monotonic() + seconds
        while time.monotonic() < until and (batch := self._next_batch(left)):
            left -= len(batch)
            self._deliver(batch)
        counts = {status.value: number for status, number in self._tally.items()}
        return Report(**counts, stopped=self._pause.reason)

    def stop(self) -> None:
        """Finish the mail in hand and give the others back; to be called from a signal handler."""
        self._stopping = True

    def close(self) -> None:
        """Say good-bye to the mail server."""
        self._transport.close()

    @property
    def _must_rest(self) -> bool:
        return self._stopping or self._pause.holds

    def _next_batch(self, left: int) -> list[tuple[Parcel, Mail | None]]:
        return [] if left <= 0 or self._must_rest else self._claim(min(BATCH, left))

    def _claim(self, limit: int) -> list[tuple[Parcel, Mail | None]]:
        """Claim and open a batch. No transaction is left open behind it."""

        def unit() -> list[Parcel]:
            with transaction():
                return list(claims.claim(self.holder, limit, self._lease))

        due = claims.anything_due()
        db.session.rollback()
        parcels = attempt(unit) if due else []
        self._claimed += [parcel.id for parcel in parcels]
        batch = [(parcel, _opened(parcel)) for parcel in parcels]
        self._known = _known_about(parcels)
        db.session.rollback()  # opening may have read keys
        return batch

    def _deliver(self, batch: list[tuple[Parcel, Mail | None]]) -> None:
        # Later the rest of the batch could become somebody else's under our hands.
        until = clock.now() + self._lease / 2
        enough = time.monotonic() + BATCH_LASTS
        for parcel, mail in batch:
            if self._must_rest or clock.now() > until or time.monotonic() > enough:
                break
            if parcel.domain_mark in self._known.waiting:
                continue
            if outcome := self._attempt(parcel, mail):
                self._results.append((parcel, outcome))
                self._learn(parcel, outcome)
        self._settle(release=True)

    def _attempt(self, parcel: Parcel, mail: Mail | None) -> Outcome | None:
        """Try to deliver; None where the message is somebody else's by now."""
        if mail is None:
            return Outcome(Kind.UNREADABLE, Kind.UNREADABLE.value)
        if parcel.expires_at <= clock.now():
            return _overdue(parcel)
        if (refusal := self._refusal(parcel)) and refusal.suppresses and parcel.lane != Lane.PERSONAL:
            return Outcome(Kind.SUPPRESSED, f"{Kind.SUPPRESSED.value}, mail to this address comes back: {refusal.note}")
        try:
            return judge(self._transport.send(*mail, lambda: self._settle(at_the_dot=parcel)))
        except LeaseLost:
            return None

    def _refusal(self, parcel: Parcel) -> refused.Refusal | None:
        return None if parcel.event_id is None else self._known.refused.get((parcel.event_id, parcel.recipient_index))

    def _learn(self, parcel: Parcel, outcome: Outcome) -> None:
        if outcome.stops_the_queue:
            self._pause.begin(outcome)
        elif outcome.shows_a_working_server:
            self._pause.end()
        if outcome.pauses_the_domain and parcel.domain_mark:
            self._known.waiting.add(parcel.domain_mark)
        if outcome.kind is Kind.POLICY:
            _log.error("a mail was refused for our sake, not its recipient's: %s", outcome.note)

    def _record(self, parcel: Parcel, outcome: Outcome) -> MessageStatus:
        """Write down how it went and what that says about the server, the domain and the address."""
        if outcome.stops_the_queue and self._pause.until:
            pauses.hold_everything(outcome.note, self._pause.until)
        elif outcome.shows_a_working_server and pauses.OUR_SERVER in self._known.paused:
            pauses.end(pauses.OUR_SERVER)
        if outcome.pauses_the_domain and parcel.domain_mark:
            pauses.begin(parcel.domain_mark, outcome.note or "slow")
        elif outcome.kind is Kind.SENT and parcel.domain_mark in self._known.paused:
            pauses.end(parcel.domain_mark)
        known = self._refusal(parcel) is not None
        if outcome.kind is Kind.SENT or claims.is_there(parcel):  # who was erased meanwhile leaves no trace
            refused.learn(parcel.event_id, parcel.recipient_index, outcome, known=known)
        return claims.record(parcel, outcome, self.holder)

    def _settle(self, at_the_dot: Parcel | None = None, *, release: bool = False) -> None:
        """Record what is not recorded yet, and that a message is at its dot, in one transaction."""
        if not (self._results or at_the_dot or release):
            return

        def unit() -> list[MessageStatus]:
            with transaction():
                statuses = [self._record(parcel, outcome) for parcel, outcome in self._results]
                if release:
                    claims.release(self.holder, self._claimed)
                if at_the_dot:
                    claims.hold_at_the_dot(at_the_dot, self.holder, self._lease)
                return statuses

        self._tally.update(attempt(unit))
        self._results.clear()
        if release:
            self._claimed.clear()


def _opened(parcel: Parcel) -> Mail | None:
    if (found := opened(parcel)) is None:
        return None
    try:
        return Mail(return_path(found.content), *found)
    except ValueError:
        return None


def _known_about(parcels: Sequence[Parcel]) -> Known:
    if not parcels:
        return Known(set(), set(), {})
    marks = {parcel.domain_mark for parcel in parcels if parcel.domain_mark}
    addresses = ((parcel.event_id, parcel.recipient_index) for parcel in parcels)
    return Known(pauses.among({*marks, pauses.OUR_SERVER}), set(), refused.among(addresses))


def _overdue(parcel: Parcel) -> Outcome:
    """A letter with a date of its own is worthless after it; any other has only waited too long, and may go again."""
    kind = Kind.EXPIRED if parcel.expires_at - parcel.created_at < GIVE_UP_AFTER else Kind.GIVEN_UP
    return Outcome(kind, f"{kind.value} after {parcel.tries} tries")
