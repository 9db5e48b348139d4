"""`work`: sends the mail that is waiting and does what falls due, until it is told to end."""

import logging
import os
import select
import signal
import socket
import time
from collections.abc import Callable

from eventsvc.clockwork import beat, run_due
from eventsvc.db import db
from eventsvc.errors import describe
from eventsvc.intake import current_settings
from eventsvc.mail.courier import Courier
from eventsvc.mail.transports import transport_of
from eventsvc.operations.backup import drop_old
from eventsvc.operations.opening import begin_log, occupy_or_refuse, ready
from eventsvc.operations.webserver import follow_parent

PAUSE = 1.0
"""Seconds between two looks where there was nothing to do."""

PAUSE_AFTER_FAULT = 5.0
ROUND_LASTS = 10.0
"""Seconds for mail before the other duties have their turn, however slow the mail server is."""

BEAT_EVERY = 15.0
LOOK_FOR_COPIES_EVERY = 3600.0
_log = logging.getLogger(__name__)


def work(*, once: bool) -> None:
    """One turn, or turns until SIGTERM or SIGINT; the mail in hand is finished first."""
    follow_parent()
    begin_log()
    with ready():
        occupy_or_refuse()
        courier = Courier(transport_of(current_settings()))
        ending = Ending(courier.stop)
        duties = Duties(courier)
        while not ending.asked:
            busy = duties.turn()
            if once and not busy:
                break
            if not busy:
                ending.wait(PAUSE_AFTER_FAULT if duties.faulty else PAUSE)
        courier.close()


class Duties:
    """What is done in turn. A fault in one keeps nobody from the next."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier
        self._holder = f"{socket.gethostname()}:{os.getpid()}"
        self._beaten_at = self._looked_at = float("-inf")
        self.faulty = False

    def turn(self) -> bool:
        """Everything once; is there more to do at once?"""
        self.faulty = False
        self._do("beat", self._beat)
        self._do("copies", self._drop_copies)
        sent = self._do("mail", self._send)
        return self._do("chores", self._see_to_chores) or sent

    def _do(self, what: str, duty: Callable[[], bool]) -> bool:
        try:
            return duty()
        except Exception as error:  # noqa: BLE001 - the next turn may fare better, and the others must have theirs
            self.faulty = True
            _log.error("%s: %s", what, describe(error))
            return False
        finally:
            db.session.remove()

    def _send(self) -> bool:
        return self._courier.round(seconds=ROUND_LASTS).did_anything

    def _see_to_chores(self) -> bool:
        return bool(run_due(self._courier.holder))

    def _drop_copies(self) -> bool:
        if time.monotonic() - self._looked_at >= LOOK_FOR_COPIES_EVERY:
            drop_old()
            self._looked_at = time.monotonic()
        return False

    def _beat(self) -> bool:
        if time.monotonic() - self._beaten_at >= BEAT_EVERY:
            beat(f"{socket.gethostname()}:{os.getpid()}")
            self._beaten_at = time.monotonic()
        return False


class Ending:
    """Remembers that a signal asked us to end, and cuts a pause short."""

    def __init__(self, on_signal: Callable[[], None]) -> None:
        self.asked = False
        self._on_signal = on_signal
        self._read, write = os.pipe()
        os.set_blocking(write, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True
        self._on_signal()

    def wait(self, seconds: float) -> None:
        """Wait so long, less where a signal comes."""
        if not self.asked:
            select.select([self._read], [], [], seconds)
