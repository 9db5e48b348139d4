"""What should be true of seats and queues, in plain Python: the oracle of the random histories."""

from dataclasses import dataclass, field
from typing import NamedTuple

KINDS = {"hall": ("room", "hall"), "balcony": ("room", "balcony")}
"""Each way of attending and the limits over it, in the order in which they are asked."""


class Waiting(NamedTuple):
    who: str
    kind: str
    refused_by: str


@dataclass
class Model:
    """Who is in, who waits in which order, and the sizes; `late`: the queue stands still."""

    sizes: dict[str, int]
    seated: dict[str, str] = field(default_factory=dict)  # who to kind
    waiting: list[Waiting] = field(default_factory=list)  # in the order of arrival
    late: bool = False

    def comes(self, who: str, kind: str) -> None:
        if who in self.seated or who in self.waiters():
            return
        refusing = next((q for q in KINDS[kind] if self._full(q) or any(w.refused_by == q for w in self.waiting)), None)
        if refusing:
            self.waiting.append(Waiting(who, kind, refusing))
        else:
            self.seated[who] = kind

    def goes(self, who: str) -> None:
        if self.seated.pop(who, None) or who in self.waiters():
            self.waiting = [w for w in self.waiting if w.who != who]
            self.move()

    def resize(self, quota: str, size: int) -> None:
        self.sizes[quota] = size
        self.move()

    def move(self) -> None:
        """First come, first served; one who does not fit holds up whoever wants the same."""
        blocked: set[str] = set()
        for waiting in () if self.late else tuple(self.waiting):
            if waiting.refused_by in blocked:
                continue
            refusing = {q for q in KINDS[waiting.kind] if q in blocked or self._full(q)}
            if refusing:
                blocked |= refusing | {waiting.refused_by}
            else:
                self.waiting.remove(waiting)
                self.seated[waiting.who] = waiting.kind

    def waiters(self) -> list[str]:
        return [w.who for w in self.waiting]

    def _full(self, quota: str) -> bool:
        return self.taken(quota) >= self.sizes[quota]

    def taken(self, quota: str) -> int:
        return sum(quota in KINDS[kind] for kind in self.seated.values())
