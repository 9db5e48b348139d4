"""A question that many ask at the same moment is asked once.

Who comes while the same question is under way does not get that answer, for it may be older than the asking: those who
came wait for the next round together, and one of them asks for all. So no answer is older than the question it is
for, and a thousand readers of one page cost the database what it can bear.
"""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")
PATIENCE = 15.0
"""Seconds after which somebody who waits for others asks alone; longer than a question may take."""


class _Round(Generic[Answer]):
    def __init__(self) -> None:
        self.over = threading.Event()
        self.answer: Answer | None = None


class Rounds(Generic[Answer]):
    """The questions under way in this process, among threads or greenlets."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._running: dict[Hashable, _Round[Answer]] = {}
        self._next: dict[Hashable, _Round[Answer]] = {}

    def ask(self, key: Hashable, question: Callable[[], Answer]) -> Answer:
        """The answer to the question named by the key; an answer of None, or a fault, is for who asked only."""
        with self._guard:
            before = self._running.get(key)
            mine = self._next.get(key)
            leads = mine is None
            if mine is None:
                mine = _Round()
                (self._running if before is None else self._next)[key] = mine
        if not leads:
            mine.over.wait(PATIENCE)
            return question() if mine.answer is None else mine.answer
        if before is not None and not before.over.wait(PATIENCE):
            self._close(key, mine)
        try:
            mine.answer = question()
            return mine.answer
        finally:
            self._end(key, mine)

    def _close(self, key: Hashable, mine: _Round[Answer]) -> None:
        """The round before never ended: from now on nobody joins this one, for it begins."""
        with self._guard:
            if self._next.get(key) is mine:
                del self._next[key]

    def _end(self, key: Hashable, mine: _Round[Answer]) -> None:
        """Whoever gathered meanwhile is next."""
        with self._guard:
            if self._running.get(key) is mine:
                following = self._next.pop(key, None)
                if following is None:
                    del self._running[key]
                else:
                    self._running[key] = following
        mine.over.set()
