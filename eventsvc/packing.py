"""Sending what everybody may have: packed where the reader takes gzip, and not at all where the reader has it already.

Only for bodies that hold no secret beside words that others choose: how well the two pack together would tell the
secret (BREACH). So never for a page behind a secret link, the back office, or the answer to a form.
"""

import gzip
import hashlib
import re
import struct
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus

from flask import Request, Response

ASK_EVERY_TIME = "public, no-cache"
LEVEL = 6
_WORDS = re.compile(r"^text/|(json|xml|javascript)$")
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # RFC 1952 section 2.3: deflate, no name, no time, no system


@dataclass(frozen=True)
class Kept:
    """What is sent, packed once, and the mark of what is in it."""

    body: bytes = field(repr=False)
    mimetype: str = "text/html"
    level: int = LEVEL

    @cached_property
    def packed(self) -> bytes:
        return gzip.compress(self.body, self.level, mtime=0)

    @property
    def packs(self) -> bool:
        """Is it smaller when packed? Pictures and the like are packed already."""
        return bool(_WORDS.search(self.mimetype)) and len(self.packed) < len(self.body)

    @cached_property
    def etag(self) -> str:
        """The opaque part of the ETag. It is used weakly: the packed and the plain body share it."""
        return hashlib.sha256(self.body).hexdigest()[:20]


class Gapped:
    """A body with a gap, packed once. What fills the gap goes in as it is, so its bytes tell nothing by packing well."""

    def __init__(self, before: bytes, after: bytes, width: int) -> None:
        """`width` is how many bytes the gap usually takes; with others the whole is packed anew."""
        self._before, self._after, self._width = before, after, width

    def plain(self, filling: bytes) -> bytes:
        return self._before + filling + self._after

    def packed(self, filling: bytes) -> bytes:
        if len(filling) != self._width:
            return gzip.compress(self.plain(filling), LEVEL, mtime=0)
        before, after = self._parts
        length, check = len(self._before) + len(filling) + len(self._after), zlib.crc32(filling, self._check)
        stored = struct.pack("<BHH", 0, len(filling), len(filling) ^ 0xFFFF)  # RFC 1951 section 3.2.4
        end = struct.pack("<LL", zlib.crc32(self._after, check), length & 0xFFFFFFFF)
        return b"".join((_HEAD, before, stored, filling, after, end))

    @cached_property
    def _check(self) -> int:
        return zlib.crc32(self._before)

    @cached_property
    def _parts(self) -> tuple[bytes, bytes]:
        """What stands before and after, as one stream of deflate that never looks back into the gap."""
        press = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        before = press.compress(self._before) + press.flush(zlib.Z_SYNC_FLUSH)
        press.compress(b"\0" * self._width)  # keeps the distances right; pages hold no NUL, so nothing is found in it
        press.flush(zlib.Z_SYNC_FLUSH)
        return before, press.compress(self._after) + press.flush(zlib.Z_FINISH)


def takes_packed(asked: Request) -> bool:
    """Does the reader take gzip? One that takes "anything" has not said that it can unpack."""
    return "gzip" in asked.headers.get("Accept-Encoding", "") and asked.accept_encodings.quality("gzip") > 0


def is_named(mark: str, tags: str) -> bool:
    """Does an If-None-Match name this mark? Weak comparison; some proxies mark the tag of what they packed."""
    known = (part.strip().removeprefix("W/").strip('"').removesuffix("-gzip") for part in tags.split(","))
    return any(tag in {mark, "*"} for tag in known)


def answer(asked: Request, page: Kept, cache_control: str = ASK_EVERY_TIME) -> Response:
    """The body for who asks by GET or HEAD; 304 where its mark is named."""
    head = {"ETag": f'W/"{page.etag}"', "Cache-Control": cache_control, "Vary": "Accept-Encoding"}
    if is_named(page.etag, asked.headers.get("If-None-Match", "")):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=head)
    if not (takes_packed(asked) and page.packs):
        return Response(page.body, headers=head, mimetype=page.mimetype)
    return Response(page.packed, headers=head | {"Content-Encoding": "gzip"}, mimetype=page.mimetype)


def filled(asked: Request, page: Gapped, filling: str, cache_control: str) -> Response:
    """The page with its gap filled, for this one reader."""
    head = {"Cache-Control": cache_control, "Vary": "Accept-Encoding"}
    if not takes_packed(asked):
        return Response(page.plain(filling.encode()), headers=head, mimetype="text/html")
    return Response(page.packed(filling.encode()), headers=head | {"Content-Encoding": "gzip"}, mimetype="text/html")
