"""Whose turn it is to write to a SQLite file: first come, first served, among threads and among processes.

SQLite lets writers fight for its lock and starves some of them for seconds. Here writers of one process queue in a
FIFO lock, and the heads of those queues pass through two `flock`s: the outer one is the place at the door, the inner
one the room, so that a process that has just left cannot barge in again. The kernel frees both when a process dies.
"""

import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class FairLock:
    """A mutual exclusion that is handed over in the order of asking."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False

    def acquire(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        try:
            turn.acquire()  # released by the holder before us, which leaves the lock held for us
        except BaseException:
            self._step_out(turn)
            raise

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False

    def _step_out(self, turn: threading.Lock) -> None:
        """Somebody stopped waiting (a time-out, a signal): who is next must not wait for them."""
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return
        self.release()  # it was handed over at that very moment


class _Place(NamedTuple):
    """What one process needs to queue: its own lock, and its own descriptors of the two files."""

    process: int
    local: FairLock
    door: int
    room: int


class Turnstile:
    """One writer at a time for the file beside which it stands, over all processes of this machine.

    The descriptors are opened in the process that uses them: one that came through a fork would share its lock.
    """

    def __init__(self, database: Path) -> None:
        self._paths = (Path(f"{database}.door"), Path(f"{database}.room"))
        self._opening = threading.Lock()
        self._place: _Place | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for our turn, and hold it. Nothing inside may yield to another greenlet that also wants to write."""
        place = self._opened()
        place.local.acquire()
        try:
            fcntl.flock(place.door, fcntl.LOCK_EX)
            try:
                fcntl.flock(place.room, fcntl.LOCK_EX)
            finally:
                fcntl.flock(place.door, fcntl.LOCK_UN)
            try:
                yield
            finally:
                fcntl.flock(place.room, fcntl.LOCK_UN)
        finally:
            place.local.release()

    def _opened(self) -> _Place:
        """This process's place. Two threads that come first together must get the same one, or neither lets go."""
        place = self._place
        if place is None or place.process != os.getpid():
            with self._opening:
                place = self._place
                if place is None or place.process != os.getpid():
                    door, room = (os.open(p, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for p in self._paths)
                    place = self._place = _Place(os.getpid(), FairLock(), door, room)
        return place
