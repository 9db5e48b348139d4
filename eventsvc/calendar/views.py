"""Calendar files over HTTP: what they are called, and how a reader learns that nothing has changed.

An answer depends on the path and the database alone, never on who asks: no cookie, no Accept, no Accept-Language. Files
answer at every slug they ever had, without a redirect, because subscribers cannot be told.
"""

from flask import Blueprint, Response, g, request

from eventsvc.accounts.access import everyone
from eventsvc.calendar import writing
from eventsvc.calendar.feeds import State, state_of_all, state_of_event, state_of_feed
from eventsvc.calendar.kept import File
from eventsvc.errors import NotFound

bp = Blueprint("calendar", __name__)
bp.record_once(lambda setup: writing.init_shelf(setup.app))

CACHE_CONTROL = "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400"


@bp.get("/<lang:lang>/events/<slug>.ics")
@bp.get("/events/<slug>.ics")
@everyone
def event_file(slug: str) -> Response:
    return _answer(state_of_event(slug), "attachment")


@bp.get("/<lang:lang>/feeds/all.ics")
@bp.get("/feeds/all.ics")
@everyone
def feed_all() -> Response:
    return _answer(state_of_all())


@bp.get("/<lang:lang>/feeds/organizations/<slug>.ics")
@bp.get("/feeds/organizations/<slug>.ics")
@everyone
def feed_organization(slug: str) -> Response:
    return _answer(state_of_feed("organization", slug))


@bp.get("/<lang:lang>/feeds/tags/<slug>.ics")
@bp.get("/feeds/tags/<slug>.ics")
@everyone
def feed_tag(slug: str) -> Response:
    return _answer(state_of_feed("tag", slug))


@bp.get("/<lang:lang>/feeds/programmes/<slug>.ics")
@bp.get("/feeds/programmes/<slug>.ics")
@everyone
def feed_programme(slug: str) -> Response:
    return _answer(state_of_feed("programme", slug))


def _answer(state: State | None, disposition: str = "inline") -> Response:
    if state is None:
        raise NotFound
    file = writing.file(state, g.path_language)
    headers = {"ETag": f'W/"{file.tag}"', "Cache-Control": CACHE_CONTROL, "Vary": "Accept-Encoding"}
    if file.last_modified:
        headers["Last-Modified"] = file.last_modified
    return Response(status=304, headers=headers) if _is_known(file) else _whole(file, disposition, headers)


def _whole(file: File, disposition: str, headers: dict[str, str]) -> Response:
    packed = "gzip" in request.headers.get("Accept-Encoding", "") and request.accept_encodings.quality("gzip") > 0
    headers["Content-Disposition"] = f'{disposition}; filename="{file.name}"'
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = file.packed if packed else file.body
    return Response(body, headers=headers, content_type="text/calendar; charset=utf-8")


def _is_known(file: File) -> bool:
    """Does the reader have it already? Its tag decides where it sent one, else its date (RFC 9110 section 13.2.2)."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        # Weak comparison; some proxies mark the tag of what they packed.
        known = (part.strip().removeprefix("W/").strip('"').removesuffix("-gzip") for part in tags.split(","))
        return any(tag in {file.tag, "*"} for tag in known)
    # The very date we gave: a feed can lose an event without any other becoming newer.
    return bool(file.last_modified) and request.headers.get("If-Modified-Since") == file.last_modified
