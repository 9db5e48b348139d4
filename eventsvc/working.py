"""`work`: sends the mail that is waiting and does what falls due, until it is told to end."""

import os
import select
import signal
import socket

from eventsvc import clock
from eventsvc.clockwork import Beat
from eventsvc.db import db, transaction
from eventsvc.opening import ready
from eventsvc.webserver import follow_parent

PAUSE = 1.0
"""Seconds between two rounds in which nothing was to be done."""


def work(*, once: bool) -> None:
    """One round, or rounds until SIGTERM or SIGINT; what is being done is finished first."""
    follow_parent()
    ending = Ending()
    with ready():
        while True:
            one_round()
            if once or ending.wait(PAUSE):
                return


def one_round() -> None:
    beat()


def beat() -> None:
    """Leave a sign of life."""
    with transaction():
        db.session.merge(Beat(holder=holder(), beat_at=clock.now()))


def holder() -> str:
    """The name under which this process claims things."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Ending:
    """Remembers that a signal asked us to end, and cuts a pause short."""

    def __init__(self) -> None:
        self.asked = False
        self._read, write = os.pipe()
        os.set_blocking(write, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True

    def wait(self, seconds: float) -> bool:
        """Wait so long, less where a signal comes; was there one?"""
        if not self.asked:
            select.select([self._read], [], [], seconds)
        return self.asked
