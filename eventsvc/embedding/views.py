"""Cards and lists for other people's pages, and the script that puts them there. No cookie is read, and none is set."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from eventsvc import assets, clock
from eventsvc.accounts.access import everyone
from eventsvc.embedding import framing
from eventsvc.embedding.cards import card_of, language_for
from eventsvc.embedding.outward import outward
from eventsvc.errors import NotFound, Refusal
from eventsvc.events import listing, queries
from eventsvc.events.pages import keep
from eventsvc.i18n import speak
from eventsvc.intake import current_settings

bp = Blueprint("embedding", __name__)

MOST = 20
"""Events in a list; whoever wants more follows the link below it."""


@bp.record
def _prepare(state: BlueprintSetupState) -> None:
    state.app.jinja_env.filters["outward"] = outward


@bp.before_request
def _speak() -> None:
    speak(language_for(request.args.get("lang", ""), (), current_settings().language))


@bp.after_request
def _open(response: Response) -> Response:
    """Say who may frame this. Also of a refusal: nothing can be sent from that either."""
    response.headers["Content-Security-Policy"] = g.get("framing") or framing.anywhere()
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@bp.errorhandler(Refusal)
def _refuse(refusal: Refusal) -> tuple[str, int]:
    return render_template("embedding/refusal.html", refusal=refusal), refusal.status


@bp.get("/embed/<slug>")
@everyone
def card(slug: str) -> AnyResponse:
    shown = card_of(slug)
    if shown is None:
        return _moved("event", ".card", slug)
    speak(language_for(request.args.get("lang", ""), shown.event.languages, current_settings().language))
    return _public(render_template("embedding/card.html", **shown._asdict()))


@bp.get("/embed/lists/all")
@everyone
def everything() -> AnyResponse:
    return _list("all", None)


@bp.get("/embed/lists/organizations/<slug>")
@everyone
def organization(slug: str) -> AnyResponse:
    it = queries.by_slug("organization", slug)
    return _list("organization", it, listing.hosted_by(it.id)) if it else _moved("organization", ".organization", slug)


@bp.get("/embed/lists/programmes/<slug>")
@everyone
def programme(slug: str) -> AnyResponse:
    it = queries.by_slug("programme", slug)
    return _known("programme", it, listing.in_programme(it.id)) if it else _moved("programme", ".programme", slug)


@bp.get("/embed/lists/tags/<slug>")
@everyone
def tag(slug: str) -> AnyResponse:
    it = queries.by_slug("tag", slug)
    return _known("tag", it, listing.tagged(it.id)) if it else _moved("tag", ".tag", slug)


@bp.get("/embed.js")
@everyone
def script() -> Response:
    """Asked about now and then by every page it stands on; kept for an hour in between."""
    response = assets.send("embed.js")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _known(kind: str, it: Any, within: sa.ColumnElement[bool]) -> Response:
    """A name that only drafts and invitations bear stays unknown, as on its page."""
    if not listing.has_listed(within):
        raise NotFound
    return _list(kind, it, within)


def _list(kind: str, it: Any, *within: sa.ColumnElement[bool]) -> Response:
    cards = listing.upcoming(clock.now(), *within)
    return _public(render_template("embedding/list.html", kind=kind, it=it, cards=cards[:MOST]))


def _moved(kind: str, endpoint: str, slug: str) -> AnyResponse:
    """An old slug leads to where the thing is now, in the language that was asked for."""
    now_at = queries.new_slug(kind, slug)
    if now_at is None:
        raise NotFound
    return redirect(url_for(endpoint, slug=now_at, lang=request.args.get("lang")), 301)


def _public(html: str) -> Response:
    """A page that may be kept, but is asked about every time."""
    page = keep(html)
    response = make_response(page.body)
    response.mimetype = "text/html"
    response.set_etag(page.etag, weak=True)
    response.headers["Cache-Control"] = "public, no-cache"
    response.make_conditional(request)
    return response
