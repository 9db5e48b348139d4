"""Style sheet, scripts and icons: read once, packed once, and named by a mark of their content, so that they may be kept.

The one style sheet is written in parts, a file for each idea, and sent as one file.
"""

import mimetypes
import re
from functools import cache

from flask import Flask, Response, abort, request, url_for

from eventsvc import packing
from eventsvc.packing import Kept
from eventsvc.settings import PACKAGE

STATIC = PACKAGE / "static"
SHEET = "style.css"
SHEET_PARTS = (
    "tokens",
    "elements",
    "frame",
    "controls",
    "forms",
    "questions",
    "tables",
    "lists",
    "timetable",
    "event",
    "sharing",
    "embedding",
    "pictures",
    "print",
)
"""In the order in which they count: the later one wins."""

KEPT = "public, max-age=31536000, immutable"
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


class Asset(Kept):
    """A file as it is sent, packed as well as can be, and a mark of what is in it."""

    @property
    def mark(self) -> str:
        return self.etag[:10]


def init_assets(app: Flask) -> None:
    """Send static files from memory, at the address at which Flask would."""
    app.view_functions["static"] = send
    app.jinja_env.globals["asset"] = path_of


def path_of(filename: str) -> str:
    """The path of a static file, with the mark of its content: it may be kept for a year."""
    return url_for("static", filename=filename, v=read(filename).mark)


@cache
def read(filename: str) -> Asset:
    """The file of this name under `static/`; SHEET is made of its parts. Raises LookupError where there is none."""
    if filename == SHEET:
        return _asset(sheet().encode(), "text/css")
    if filename not in _names():
        raise LookupError(filename)
    return _asset((STATIC / filename).read_bytes(), mimetypes.guess_type(filename)[0] or "application/octet-stream")


def sheet() -> str:
    """The whole style sheet, without the comments of its parts."""
    parts = ((STATIC / "style" / f"{name}.css").read_text() for name in SHEET_PARTS)
    return "".join(_COMMENT.sub("", part) for part in parts)


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in STATIC.iterdir() if path.is_file())


def _asset(body: bytes, mimetype: str) -> Asset:
    return Asset(body, mimetype, level=9)


def send(filename: str) -> Response:
    """A static file; to be kept for a year where its mark was asked for."""
    try:
        asset = read(filename)
    except LookupError:
        abort(404)
    return packing.answer(request, asset, KEPT if request.args.get("v") == asset.mark else "no-cache")
