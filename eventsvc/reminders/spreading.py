"""When each letter of a run may leave, so that no mail server gets all of them at once.

Each domain of recipients has a row of slots, `EACH` seconds apart, counted from the moment the run began: five letters
a second. Of a domain only the first byte of its keyed mark is kept, so two of them may share a row, and neither is
served faster for it. Where five a second would not be soon enough, slots are closer together: all readers of the run
at one single provider must have been served by half of the time that is left. Five thousand of them, reminded an hour
ahead, take 17 minutes; fifty thousand take the half hour, at 28 a second.
"""

from datetime import datetime, timedelta

from eventsvc import clock
from eventsvc.reminders.models import ReminderRun

EACH = 0.2
"""Seconds between two letters to one domain."""


def next_slot(run: ReminderRun, mark: bytes, worthless_at: datetime) -> datetime:
    """The moment from which the next letter to this domain may leave; written down in the run.

    What the clockwork missed is not made up for all at once: a slot never lies in the past.
    """
    row = f"{mark[0]:02x}"
    since = (clock.now() - run.begun_at).total_seconds()
    slot = max(since, float(run.slots.get(row, 0.0)))
    run.slots = run.slots | {row: round(slot + _apart(run, worthless_at), 3)}
    return run.begun_at + timedelta(seconds=slot)


def _apart(run: ReminderRun, worthless_at: datetime) -> float:
    left = (worthless_at - run.begun_at).total_seconds()
    return min(EACH, left / 2 / max(1, run.expected))
