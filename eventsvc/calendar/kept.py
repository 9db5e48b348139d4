"""Calendar files as they go out, and the shelf on which a process keeps those that are asked for."""

import gzip
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import cached_property

from eventsvc.packing import is_named

ROOM = 32_000_000  # bytes
_UID = re.compile(rb"^UID:([^\r\n]+)\r$", re.MULTILINE)
CACHE_CONTROL = "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400"


@dataclass(frozen=True)
class File:
    """A calendar file as it goes out. Equal bytes have equal tags, whatever process wrote them."""

    name: str
    body: bytes = field(repr=False)
    changed: datetime | None

    @classmethod
    def unpacked(cls, name: str, packed: bytes, changed: datetime | None) -> "File":
        """The file whose packed form lay somewhere."""
        file = cls(name, gzip.decompress(packed), changed)
        file.__dict__["packed"] = packed
        return file

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
    def uids(self) -> list[str]:
        """Of the events it tells of. Only a property of its own can begin a line so: text that goes on begins with a space."""
        return [uid.decode() for uid in _UID.findall(self.body)]

    @property
    def weight(self) -> int:
        return len(self.body) + len(self.packed)


class Shelf:
    """Files by name, each with the state it was written for; the one not asked for the longest goes first."""

    def __init__(self, room: int = ROOM) -> None:
        """`room` is how many bytes it holds; one file stays even where it is larger."""
        self._room = room
        self._taken = 0
        self._guard = threading.Lock()
        self._files: OrderedDict[Hashable, tuple[Hashable, File]] = OrderedDict()

    def look(self, key: Hashable, state: Hashable) -> File | None:
        """The file in this state, if it is there."""
        with self._guard:
            kept = self._files.get(key)
            if kept is None or kept[0] != state:
                return None
            self._files.move_to_end(key)
        return kept[1]

    def last(self, key: Hashable) -> File | None:
        """The last one that was put there, in whatever state."""
        kept = self._files.get(key)
        return kept[1] if kept else None

    def put(self, key: Hashable, state: Hashable, file: File) -> File:
        """Keep it in the place of the one before."""
        with self._guard:
            before = self._files.pop(key, None)
            self._taken += file.weight - (before[1].weight if before else 0)
            self._files[key] = (state, file)
            while self._taken > self._room and len(self._files) > 1:
                self._taken -= self._files.popitem(last=False)[1][1].weight
        return file
