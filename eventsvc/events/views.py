"""The public pages. Each is a function of its path and the database: no cookie is read, and none is set."""

from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from eventsvc import clock
from eventsvc.accounts.access import everyone
from eventsvc.errors import NotFound
from eventsvc.events import listing, markdown, queries
from eventsvc.events.listing import Card, Page
from eventsvc.events.pages import Kept, Pages, event_page, keep
from eventsvc.i18n import LANGUAGES, joined, language_name, month_text

bp = Blueprint("events", __name__)


@bp.record
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["eventsvc.pages"] = Pages()
    state.app.jinja_env.filters["markdown"] = markdown.to_html
    state.app.jinja_env.globals["language_names"] = lambda tags: joined([language_name(tag) for tag in tags])


class Listing(NamedTuple):
    """What a list page shows: what is ahead by month, and one page of what is over."""

    months: list[tuple[str, list[Card]]]
    past: Page
    number: int


@bp.get("/")
@everyone
def start() -> AnyResponse:
    return _by_reader(url_for("events.what_is_on"))


@bp.get("/e/<slug>")
@everyone
def short_link(slug: str) -> AnyResponse:
    if queries.look(slug):
        return _by_reader(url_for("events.event", slug=slug))
    if now_at := queries.new_slug("event", slug):
        return _by_reader(url_for("events.event", slug=now_at))
    raise NotFound


@bp.get("/<lang:lang>/")
@everyone
def what_is_on() -> Response:
    return _public(render_template("events/what_is_on.html", listing=_listing()))


@bp.get("/<lang:lang>/events/<slug>")
@everyone
def event(slug: str) -> AnyResponse:
    page = event_page(slug)
    return _answer(page) if page else _moved("event", slug)


@bp.get("/<lang:lang>/organizations/<slug>")
@everyone
def organization(slug: str) -> AnyResponse:
    it = queries.by_slug("organization", slug)
    return _collection("organization", it, listing.hosted_by(it.id)) if it else _moved("organization", slug)


@bp.get("/<lang:lang>/programmes/<slug>")
@everyone
def programme(slug: str) -> AnyResponse:
    it = queries.by_slug("programme", slug)
    if it is None:
        return _moved("programme", slug)
    if not listing.has_listed(listing.in_programme(it.id)):
        raise NotFound
    return _collection("programme", it, listing.in_programme(it.id))


@bp.get("/<lang:lang>/tags/<slug>")
@everyone
def tag(slug: str) -> AnyResponse:
    it = queries.by_slug("tag", slug)
    if it is None:
        return _moved("tag", slug)
    if not listing.has_listed(listing.tagged(it.id)):
        raise NotFound
    return _collection("tag", it, listing.tagged(it.id))


@bp.get("/<lang:lang>/privacy")
@everyone
def privacy() -> Response:
    return _public(render_template("privacy.html"))


@bp.get("/robots.txt")
@everyone
def robots() -> Response:
    """Pages and feeds for everyone; nothing that hangs on a secret or a sign-in."""
    closed = ("/r/", "/organize/", "/door/", "/feeds/mine/", "/mailbox/")
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        *(f"Disallow: /{tag}/my-link" for tag in LANGUAGES),
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def _listing(*within: sa.ColumnElement[bool]) -> Listing:
    number = request.args.get("page", 1, type=int)
    if not 1 <= number <= 10_000:
        raise NotFound
    now = clock.now()
    ahead = listing.upcoming(now, *within) if number == 1 else []
    months = [(month, list(cards)) for month, cards in groupby(ahead, lambda card: month_text(card.starts_local))]
    return Listing(months, listing.past(now, *within, number=number), number)


def _collection(kind: str, it: Any, within: sa.ColumnElement[bool]) -> Response:
    return _public(render_template(f"events/{kind}.html", it=it, listing=_listing(within)))


def _moved(kind: str, slug: str) -> AnyResponse:
    """An old slug leads to where the thing is now."""
    now_at = queries.new_slug(kind, slug)
    if now_at is None:
        raise NotFound
    return redirect(url_for(f"events.{kind}", slug=now_at), 301)


def _by_reader(path: str) -> AnyResponse:
    """Where to depends on who asks, so nobody in between may keep it."""
    response = redirect(path, 302)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Accept-Language"
    return response


def _public(html: str) -> Response:
    return _answer(keep(html))


def _answer(page: Kept) -> Response:
    """A page that may be kept, but is asked about every time."""
    response = make_response(page.body)
    response.mimetype = "text/html"
    response.set_etag(page.etag, weak=True)
    response.headers["Cache-Control"] = "public, no-cache"
    response.make_conditional(request)
    return response
