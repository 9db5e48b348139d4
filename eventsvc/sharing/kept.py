"""What was printed, as this process keeps it: each print is made once, however many chats ask for it at one moment."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from eventsvc.rounds import Rounds

PRINTS = "eventsvc.sharing.prints"
ROOM = 16_000_000  # bytes


class Prints:
    """Prints by their marks; the one not asked for the longest goes first."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._taken = 0
        self._guard = threading.Lock()
        self._prints: OrderedDict[str, bytes] = OrderedDict()
        self._rounds: Rounds[bytes] = Rounds()

    def take(self, mark: str, make: Callable[[], bytes]) -> bytes:
        """The print with this mark; made now where it is not there."""
        return self._find(mark) or self._rounds.ask(mark, lambda: self._find(mark) or self._put(mark, make()))

    def _find(self, mark: str) -> bytes | None:
        with self._guard:
            found = self._prints.get(mark)
            if found is not None:
                self._prints.move_to_end(mark)
            return found

    def _put(self, mark: str, made: bytes) -> bytes:
        with self._guard:
            self._prints[mark] = made
            self._taken += len(made)
            while self._taken > self._room and len(self._prints) > 1:
                self._taken -= len(self._prints.popitem(last=False)[1])
        return made
