"""Cards and lists for other people's pages, and the script and the plugin that put them there."""

from typing import Any

import sqlalchemy as sa
from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from eventsvc import assets, clock, packing
from eventsvc.accounts.access import everyone
from eventsvc.embedding import plugin
from eventsvc.embedding.gate import bp, speak_for
from eventsvc.errors import NotFound
from eventsvc.events import fullness, listing, queries
from eventsvc.events.pages import keep, see
from eventsvc.events.places import place_line
from eventsvc.intake import current_settings
from eventsvc.packing import Kept

MOST = 20
"""Events in a list; whoever wants more follows the link below it."""


@bp.get("/embed/<slug>")
@everyone
def card(slug: str) -> AnyResponse:
    seen = see(slug)
    if seen is None:
        return _moved("event", ".card", slug)
    speak_for(seen.event.languages)
    overall = fullness.overall(seen.words.values())
    standing = seen.event.standing(seen.at)
    place = place_line(seen.event)
    html = render_template("embedding/card.html", event=seen.event, place=place, overall=overall, standing=standing)
    return _public(html, url_for("events.event", slug=seen.event.slug))


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
    return _list("programme", it, listing.in_programme(it.id)) if it else _moved("programme", ".programme", slug)


@bp.get("/embed/lists/tags/<slug>")
@everyone
def tag(slug: str) -> AnyResponse:
    it = queries.by_slug("tag", slug)
    return _list("tag", it, listing.tagged(it.id)) if it else _moved("tag", ".tag", slug)


@bp.get("/embed.js")
@everyone
def script() -> Response:
    """Asked about now and then by every page it stands on; kept for an hour in between."""
    response = assets.send("embed.js")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.get("/embed/wordpress.zip")
@everyone
def wordpress() -> Response:
    return packing.answer(request, Kept(plugin.archive(current_settings().origin), "application/zip"))


def _list(kind: str, it: Any, *within: sa.ColumnElement[bool]) -> Response:
    page = url_for(f"events.{kind}", slug=it.slug) if it else url_for("events.what_is_on")
    cards = listing.upcoming(clock.now(), *within)
    return _public(render_template("embedding/list.html", kind=kind, it=it, page=page, cards=cards[:MOST]), page)


def _moved(kind: str, endpoint: str, slug: str) -> AnyResponse:
    """An old slug leads to where the thing is now, in the language that was asked for."""
    now_at = queries.new_slug(kind, slug)
    if now_at is None:
        raise NotFound
    return redirect(url_for(endpoint, slug=now_at, lang=request.args.get("lang")), 301)


def _public(html: str, page: str) -> Response:
    """What search engines are to find instead is the page itself. Said outside of the HTML, where only they look."""
    response = packing.answer(request, keep(html))
    response.headers["Link"] = f'<{current_settings().origin}{page}>; rel="canonical"'
    return response
