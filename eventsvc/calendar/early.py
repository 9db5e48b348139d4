"""Most readers come every hour, and most have the file already. They are answered before the rest of the house wakes up.

This stands before the application and knows only what the application has answered in this process: under which path,
and with which head. It asks the same small question as the views do, so what it says is as true, and it says it in the
very words of the application; whatever it is not sure of, it hands on.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from flask import Flask, Request, current_app
from flask.sansio.app import App

from eventsvc.calendar.editions import init_editions, known
from eventsvc.calendar.feeds import state_of
from eventsvc.calendar.kept import File
from eventsvc.events.filters import Chosen
from eventsvc.packing import takes_packed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KNOWN = "eventsvc.calendar.known"
MOST_PATHS = 4_000
LONGEST_PATH = 400
"""Signs, with host and query: no reader of ours asks for more, and what is longer is not worth being remembered."""
Where = tuple[str, ...]
Head = list[tuple[str, str]]


class Asked(NamedTuple):
    """What a path stands for."""

    kind: str
    slug: str
    language: str | None
    chosen: Chosen


class Known:
    """What the application has answered: for which file a path stands, and the heads of whole answers, packed or not."""

    def __init__(self) -> None:
        self.paths: dict[Where, Asked] = {}
        self.heads: dict[tuple[Where, bool], Head] = {}


def init_early(app: App) -> None:
    """Give the application a place for the files it writes, and stand before it."""
    init_editions(app)
    app.extensions[KNOWN] = Known()
    flask = cast("Flask", app)
    flask.wsgi_app = Early(flask, flask.wsgi_app)  # type: ignore[method-assign]  # Flask's documented way


def remember(environ: "WSGIEnvironment", asked: Asked) -> None:
    """The application answers this path with this file."""
    found: Known = current_app.extensions[KNOWN]
    where = _where(environ)
    if sum(map(len, where)) > LONGEST_PATH:
        return
    if len(found.paths) >= MOST_PATHS:
        found.paths.clear()
        found.heads.clear()
    found.paths[where] = asked


class Early:
    """Answers 304 where a reader names the tag that is still true, and 200 where the file lies on the shelf."""

    def __init__(self, app: Flask, below: "WSGIApplication") -> None:
        self._app = app
        self._below = below
        self._known: Known = app.extensions[KNOWN]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").endswith(".ics") or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._below(environ, start_response)
        where, packed = _where(environ), _takes_packed(environ.get("HTTP_ACCEPT_ENCODING", ""))
        file = self._true_file(where)
        if file is not None and file.is_known_by(environ.get("HTTP_IF_NONE_MATCH", "")):
            start_response("304 NOT MODIFIED", list(file.head.items()))
            return []
        head = self._known.heads.get((where, packed))
        if file is None or head is None or not _is_of(head, file) or "HTTP_IF_MODIFIED_SINCE" in environ:
            return self._below(environ, self._listening(where, packed, start_response))
        start_response("200 OK", head.copy())
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [file.packed if packed else file.body]

    def _true_file(self, where: Where) -> File | None:
        asked = self._known.paths.get(where)
        try:
            with self._app.app_context():
                state = asked and state_of(asked.kind, asked.slug)
                return known(state._replace(chosen=asked.chosen), asked.language) if asked and state else None
        except Exception:  # noqa: BLE001 - the application meets the same fault, and knows how to answer it
            return None

    def _listening(self, where: Where, packed: bool, start_response: "StartResponse") -> "StartResponse":
        def heard(status: str, headers: Head, *more: Any) -> Callable[[bytes], object]:
            if status.startswith("200 ") and where in self._known.paths:
                self._known.heads[where, packed] = [(name, _once(value)) for name, value in headers]
            return start_response(status, headers, *more)

        return cast("StartResponse", heard)


def _where(environ: "WSGIEnvironment") -> Where:
    """All of a request that decides which file it is for, and whether the application answers under that name at all."""
    names = ("HTTP_HOST", "HTTP_X_FORWARDED_HOST", "PATH_INFO", "QUERY_STRING")
    return tuple(environ.get(name, "") for name in names)


def _is_of(head: Head, file: File) -> bool:
    said = dict(head)
    return (said.get("ETag"), said.get("Last-Modified", "")) == (file.head["ETag"], file.last_modified)


@lru_cache(maxsize=256)
def _takes_packed(accepted: str) -> bool:
    return takes_packed(Request({"HTTP_ACCEPT_ENCODING": accepted}))


@lru_cache(maxsize=1024)
def _once(value: str) -> str:
    """Heads are much alike: what stands in thousands of them is kept once."""
    return value
