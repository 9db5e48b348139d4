"""A short number for each party of a list, in the order of the list."""

from collections import OrderedDict
from uuid import UUID


class PartyNumbers:
    """People of a party registered in the same moment, so they stand close together in a list by time.

    Only the latest parties are remembered: a list may have a hundred thousand.
    """

    REMEMBERED = 5000

    def __init__(self) -> None:
        self._last = 0
        self._known: OrderedDict[UUID, int] = OrderedDict()

    def of(self, party: UUID) -> int:
        """1 for the first party of the list."""
        if party not in self._known:
            self._last += 1
            self._known[party] = self._last
            if len(self._known) > self.REMEMBERED:
                self._known.popitem(last=False)
        return self._known[party]
