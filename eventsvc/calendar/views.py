"""Calendar files over HTTP: what they are called, and how a reader learns that nothing has changed.

An answer depends on the path and the database alone, never on who asks: no cookie, no Accept, no Accept-Language. Files
answer at every slug they ever had, and under every spelling of a choice of filters, without a redirect, because
subscribers cannot be told.
"""

from flask import Blueprint, Response, g, request

from eventsvc.accounts.access import everyone
from eventsvc.calendar import early, links, writing
from eventsvc.calendar.early import Asked
from eventsvc.calendar.feeds import state_of
from eventsvc.calendar.kept import File
from eventsvc.errors import NotFound
from eventsvc.events.filters import Chosen, chosen_in
from eventsvc.intake import current_settings
from eventsvc.packing import takes_packed

bp = Blueprint("calendar", __name__)
bp.record_once(lambda setup: early.init_early(setup.app))


@bp.app_template_global("subscription")
def _subscription(path: str, name: str) -> links.Subscription:
    """The ways to follow the feed at a path of ours."""
    return links.subscription(f"{current_settings().origin}{path}", name)


@bp.get("/<lang:lang>/events/<slug>.ics")
@bp.get("/events/<slug>.ics")
@everyone
def event_file(slug: str) -> Response:
    return _answer("event", slug, "attachment")


@bp.get("/<lang:lang>/feeds/all.ics")
@bp.get("/feeds/all.ics")
@everyone
def feed_all() -> Response:
    return _answer("all")


@bp.get("/<lang:lang>/feeds/organizations/<slug>.ics")
@bp.get("/feeds/organizations/<slug>.ics")
@everyone
def feed_organization(slug: str) -> Response:
    return _answer("organization", slug)


@bp.get("/<lang:lang>/feeds/tags/<slug>.ics")
@bp.get("/feeds/tags/<slug>.ics")
@everyone
def feed_tag(slug: str) -> Response:
    return _answer("tag", slug)


@bp.get("/<lang:lang>/feeds/programmes/<slug>.ics")
@bp.get("/feeds/programmes/<slug>.ics")
@everyone
def feed_programme(slug: str) -> Response:
    return _answer("programme", slug)


def _answer(kind: str, slug: str = "", disposition: str = "inline") -> Response:
    state = state_of(kind, slug)
    if state is None:
        raise NotFound
    chosen = Chosen() if kind == "event" else chosen_in(request.args.items(multi=True)).lasting
    file = writing.file(state._replace(chosen=chosen), g.path_language)
    early.remember(request.environ, Asked(kind, slug, g.path_language, chosen))
    return Response(status=304, headers=file.head) if _is_known(file) else _whole(file, disposition)


def _whole(file: File, disposition: str) -> Response:
    packed = takes_packed(request)
    headers = file.head | {"Content-Disposition": f'{disposition}; filename="{file.name}"'}
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = file.packed if packed else file.body
    return Response(body, headers=headers, content_type="text/calendar; charset=utf-8")


def _is_known(file: File) -> bool:
    """Does the reader have it already? Its tag decides where it sent one, else its date (RFC 9110 section 13.2.2)."""
    if tags := request.headers.get("If-None-Match"):
        return file.is_known_by(tags)
    # The very date we gave: a feed can lose an event without any other becoming newer.
    return bool(file.last_modified) and request.headers.get("If-Modified-Since") == file.last_modified
