"""The public pages. Each is a function of its path and the database: no cookie is read, and none is set."""

from collections.abc import Callable
from functools import lru_cache, partial, wraps
from typing import Any, NamedTuple
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from eventsvc import clock, packing
from eventsvc.accounts.access import everyone
from eventsvc.errors import NotFound
from eventsvc.events import kept_lists, listing, markdown, overview, queries
from eventsvc.events.days import days_text, short_day_text
from eventsvc.events.filters import Chosen, chosen_in, is_as_we_write_it
from eventsvc.events.pages import Pages, event_page, keep
from eventsvc.frame import switch_language_at
from eventsvc.i18n import joined, language, language_name
from eventsvc.packing import Kept

bp = Blueprint("events", __name__)
Drawn = Kept | AnyResponse


def _kept(draw: Callable[..., Drawn]) -> Callable[..., AnyResponse]:
    """A list is drawn only where what was drawn before is not true any more."""

    @wraps(draw)
    def view(**path: str) -> AnyResponse:
        owner = (draw.__name__, path["slug"]) if path else ()
        page = kept_lists.kept(_address(), partial(draw, **path), *owner)
        return packing.answer(request, page) if isinstance(page, Kept) else page

    return view


def _address() -> str:
    """Path and query as far as a list reads it: what chats and newsletters add to a link makes no other page."""
    read = [(name, value) for name, value in request.args.items(multi=True) if name in (*Chosen._fields, "page")]
    return f"{request.path}?{urlencode(read)}"


@bp.record
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["eventsvc.pages"] = Pages()
    state.app.jinja_env.filters["markdown"] = markdown.to_html
    state.app.jinja_env.globals.update(days_text=days_text, short_day_text=short_day_text)
    state.app.jinja_env.globals["language_names"] = lambda tags: _language_names(tuple(tags), language())


@lru_cache(maxsize=500)
def _language_names(tags: tuple[str, ...], _spoken: str) -> str:
    """Every card of a list says them, and most say the same."""
    return joined([language_name(tag) for tag in tags])


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
@_kept
def what_is_on() -> Drawn:
    query = _query()
    found = overview.overview(clock.now(), query.chosen, number=query.number)
    return _page("what_is_on", query, listing=found, programmes=listing.programmes_ahead(clock.now()))


@bp.get("/<lang:lang>/events/<slug>")
@everyone
def event(slug: str) -> AnyResponse:
    page = event_page(slug)
    return packing.answer(request, page) if page else _moved("event", slug)


@bp.get("/<lang:lang>/organizations/<slug>")
@everyone
@_kept
def organization(slug: str) -> Drawn:
    it = queries.organization(slug)
    return _list("organization", it, listing.hosted_by(it.id)) if it else _moved("organization", slug)


@bp.get("/<lang:lang>/programmes/<slug>")
@everyone
@_kept
def programme(slug: str) -> Drawn:
    it = queries.by_slug("programme", slug)
    if it is None:
        return _moved("programme", slug)
    query = _query()
    plan = overview.programme(clock.now(), query.chosen, listing.in_programme(it.id), number=query.number)
    if plan is None:
        raise NotFound
    return _page("programme", query, it=it, plan=plan, listing=plan.overview)


@bp.get("/<lang:lang>/tags/<slug>")
@everyone
@_kept
def tag(slug: str) -> Drawn:
    it = queries.by_slug("tag", slug)
    return _list("tag", it, listing.tagged(it.id)) if it else _moved("tag", slug)


@bp.get("/<lang:lang>/privacy")
@everyone
def privacy() -> Response:
    return packing.answer(request, keep(render_template("privacy.html")))


class Query(NamedTuple):
    """What a list is asked for: what to narrow it to, and which page of it."""

    chosen: Chosen
    number: int


def _query() -> Query:
    number = request.args.get("page", 1, type=int)
    if not 1 <= number <= 10_000:
        raise NotFound
    return Query(chosen_in(request.args.items(multi=True)), number)


def _list(kind: str, it: Any, *within: sa.ColumnElement[bool]) -> Drawn:
    query = _query()
    found = overview.overview(clock.now(), query.chosen, *within, number=query.number)
    return _page(kind, query, it=it, listing=found)


def _page(kind: str, query: Query, **shown: Any) -> Drawn:
    """The page of a list. A form sends empty filters too: it is led to the one address that its choice has."""
    itself = (request.view_args or {}) | query.chosen.on_page(query.number)
    if not is_as_we_write_it(request.args.items(multi=True)):
        return redirect(url_for(f"events.{kind}", **itself), 302)
    switch_language_at(f"events.{kind}", **itself)
    return keep(render_template(f"events/{kind}.html", **shown))


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
