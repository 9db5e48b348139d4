"""Most readers come every hour and have the file already. They are told so before the rest of the house wakes up.

This stands before the application and knows only paths that the application has answered in this process. It asks the
same small question as the views do, so what it says is as true; whatever it is not sure of, it hands on.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, cast

from flask import Flask, current_app
from flask.sansio.app import App

from eventsvc.calendar.feeds import state_of
from eventsvc.calendar.kept import Shelf
from eventsvc.calendar.writing import SHELF, known_file

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATHS = "eventsvc.calendar.paths"
MOST_PATHS = 10_000


class Asked(NamedTuple):
    """What a path stands for."""

    kind: str
    slug: str
    language: str | None


def init_unchanged(app: App) -> None:
    """Give the application a shelf for the files it writes, and stand before it."""
    app.extensions[SHELF] = Shelf()
    app.extensions[PATHS] = {}
    flask = cast("Flask", app)
    flask.wsgi_app = Unchanged(flask, flask.wsgi_app)  # type: ignore[method-assign]  # Flask's documented way


def remember(path: str, kind: str, slug: str, language: str | None) -> None:
    """The application answers this path with this file."""
    paths: dict[str, Asked] = current_app.extensions[PATHS]
    if len(paths) >= MOST_PATHS:
        paths.clear()
    paths[path] = Asked(kind, slug, language)


class Unchanged:
    """Answers 304 where a reader names the tag that is still true."""

    def __init__(self, app: Flask, below: "WSGIApplication") -> None:
        self._app = app
        self._below = below
        self._paths: dict[str, Asked] = app.extensions[PATHS]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        asked = self._paths.get(environ.get("PATH_INFO", ""))
        if asked and "HTTP_IF_NONE_MATCH" in environ and environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            head = self._known(asked, environ["HTTP_IF_NONE_MATCH"])
            if head:
                start_response("304 NOT MODIFIED", list(head.items()))
                return []
        return self._below(environ, start_response)

    def _known(self, asked: Asked, tags: str) -> dict[str, str] | None:
        try:
            with self._app.app_context():
                state = state_of(asked.kind, asked.slug)
                file = state and known_file(state, asked.language)
        except Exception:  # noqa: BLE001 - the application meets the same fault, and knows how to answer it
            return None
        return file.head if file and file.is_known_by(tags) else None
