"""Calendar files as this process keeps them: written once per change, not once per request.

A kept file is only ever given out under the state it was written for, so it is never old. What the process keeps is
bounded in bytes; the least asked for goes first.
"""

import gzip
import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import cached_property

from eventsvc.errors import Refusal, describe
from eventsvc.packing import is_named

_log = logging.getLogger(__name__)

ROOM = 32_000_000  # bytes
CACHE_CONTROL = "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400"


@dataclass(frozen=True)
class File:
    """A calendar file as it goes out. Equal bytes have equal tags, whatever process wrote them."""

    name: str
    body: bytes = field(repr=False)
    changed: datetime | None

    @cached_property
    def packed(self) -> bytes:
        return gzip.compress(self.body, 6, mtime=0)

    @cached_property
    def tag(self) -> str:
        """The opaque part of the ETag. It is used weakly: the packed and the plain file share it."""
        return hashlib.sha256(self.body).hexdigest()[:20]

    @cached_property
    def last_modified(self) -> str:
        return format_datetime(self.changed.replace(microsecond=0), usegmt=True) if self.changed else ""

    def is_known_by(self, tags: str) -> bool:
        """Does an If-None-Match name it?"""
        return is_named(self.tag, tags)

    @cached_property
    def head(self) -> dict[str, str]:
        """What every answer about it says, whether or not the reader has it already."""
        head = {"ETag": f'W/"{self.tag}"', "Cache-Control": CACHE_CONTROL, "Vary": "Accept-Encoding"}
        return head | ({"Last-Modified": self.last_modified} if self.last_modified else {})

    @property
    def weight(self) -> int:
        return len(self.body) + len(self.packed)


class Shelf:
    """Files by name, each with the state it was written for. Where one cannot be written, the one before stays."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._taken = 0
        self._guard = threading.Lock()
        self._files: OrderedDict[Hashable, tuple[Hashable, File]] = OrderedDict()

    def look(self, key: Hashable, state: Hashable) -> File | None:
        """The file in this state, if it is there."""
        kept = self._files.get(key)
        return kept[1] if kept and kept[0] == state else None

    def take(self, key: Hashable, state: Hashable, write: Callable[[], File]) -> File:
        """The file in this state; written now where it is not there."""
        with self._guard:
            kept = self._files.get(key)
            if kept:
                self._files.move_to_end(key)
        if kept and kept[0] == state:
            return kept[1]
        try:
            written = write()
        except Exception as error:
            if kept is None or isinstance(error, Refusal):
                raise
            # A broken file makes some readers drop the whole feed in silence: rather the last good one.
            _log.error("a calendar file could not be written: %s", describe(error))
            return kept[1]
        self._put(key, state, written)
        return written

    def _put(self, key: Hashable, state: Hashable, file: File) -> None:
        with self._guard:
            before = self._files.pop(key, None)
            self._taken += file.weight - (before[1].weight if before else 0)
            self._files[key] = (state, file)
            while self._taken > self._room and len(self._files) > 1:
                self._taken -= self._files.popitem(last=False)[1][1].weight
