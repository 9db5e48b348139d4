"""What happens to every request before anyone sees it, and to every response before it leaves."""

import io
import logging
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, current_app, g, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from eventsvc.db import end_reading
from eventsvc.i18n import language, speak
from eventsvc.languages import LANGUAGES, negotiate, office_language
from eventsvc.settings import LOOPBACK, Settings

_log = logging.getLogger(__name__)

_OFFICE = frozenset({"organize", "door", "mailbox"})
"""What begins the paths that speak a language of the back office."""

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


MOST_BYTES = 1_000_000
"""Of a request's body, unless its view `takes` more."""

View = TypeVar("View", bound=Callable[..., Any])


class RequestInMemory(Request):
    """A file that comes with a form stays in memory: its body is bounded, and a disk would remember it."""

    def _get_file_stream(self, *_sizes: object, **_names: object) -> io.BytesIO:
        return io.BytesIO()


class LanguageConverter(BaseConverter):
    """`<lang:lang>`: a language of the interface; any other value does not match."""

    regex = "|".join(LANGUAGES)


def init_intake(app: Flask, settings: Settings) -> None:
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=500,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's documented way
    elif not settings.demo:
        app.before_request(_notice_unknown_proxy)
    app.request_class = RequestInMemory
    app.url_map.converters["lang"] = LanguageConverter
    app.url_value_preprocessor(_take_language_from_path)
    app.url_defaults(_put_language_into_path)
    app.before_request(_choose_language)
    app.before_request(_refuse_foreign_host)
    app.before_request(_refuse_null)
    app.before_request(_read_body)
    app.after_request(_harden)


def _notice_unknown_proxy() -> None:
    """Say once in each process, and without any address, that visitors cannot be told apart."""
    if "X-Forwarded-For" in request.headers and not current_app.extensions.get("eventsvc.proxy_noticed"):
        current_app.extensions["eventsvc.proxy_noticed"] = True
        _log.warning(
            "a request came with X-Forwarded-For, but EVENTSVC_TRUSTED_PROXIES is 0: behind a proxy the limits for each "
            "network do not work; set it to the number of proxies in front"
        )


def _take_language_from_path(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.path_language = values.pop("lang", None) if values else None


def _put_language_into_path(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = language()


def _refuse_foreign_host() -> None:
    """Only our own name and this machine's are answered, however they are spelled: `[::1]`, `Events.Example.org`."""
    try:
        host = urlsplit(f"//{request.environ.get('HTTP_HOST', '')}").hostname
    except ValueError:
        host = None
    if host not in {urlsplit(current_settings().origin).hostname, *LOOPBACK}:
        abort(400)


def _refuse_null() -> None:
    """No text of ours holds a NUL, and PostgreSQL takes it for a fault: such a path names nothing."""
    if "\0" in request.path:
        abort(404)


def takes(most: int) -> Callable[[View], View]:
    """Mark a view for members as one that takes larger bodies; they are read once it is known that a member asks."""

    def mark(view: View) -> View:
        view.takes = most  # type: ignore[attr-defined]  # a mark on the function, read by `_most_bytes`
        return view

    return mark


def _most_bytes() -> int:
    """How much the view of this request takes, where that is more than usual; else 0."""
    most: int = getattr(current_app.view_functions.get(request.endpoint or ""), "takes", 0)
    return most


def _read_body() -> None:
    """Read all of it before the first query: a slow sender must not hold a database connection. Too large is 413."""
    if request.method in {"POST", "PUT", "PATCH", "DELETE"} and not _most_bytes():
        request.get_data(cache=True, parse_form_data=False)


def read_large_body() -> None:
    """Read what was left until it was known who sends it; that was asked of the database, which is let go first."""
    if most := _most_bytes():
        end_reading()
        request.max_content_length = most
        request.get_data(cache=True, parse_form_data=False)


def _choose_language() -> None:
    first = request.path[1:].partition("/")[0]  # also of a path that leads nowhere
    wish = office_wish if first in _OFFICE else wished_language
    speak(g.path_language or (first if first in LANGUAGES else wish()))


def _accepted() -> list[str]:
    return [tag for tag, _quality in request.accept_languages]


def wished_language() -> str:
    """The reader's language by Accept-Language, else the one set for the service."""
    return negotiate(_accepted(), current_settings().language)


def office_wish() -> str:
    """The reader's language where only those of the back office are spoken."""
    return office_language(wished_language(), _accepted())


def current_settings() -> Settings:
    """The settings of the running application."""
    settings: Settings = current_app.extensions["eventsvc.settings"]
    return settings


def content_security_policy(**changed: str) -> str:
    """The policy of every page, with directives replaced: `frame_ancestors="https://example.org"`."""
    policy = CONTENT_SECURITY_POLICY | {name.replace("_", "-"): value for name, value in changed.items()}
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", content_security_policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store")
    if current_settings().is_https:
        # Without includeSubDomains: the host may be the bare domain of somebody whose other sites are not ours to lock.
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
