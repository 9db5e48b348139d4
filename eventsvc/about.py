"""Pages about the service itself: how accessible it is, how seats are counted, what to do without a line, and the parts all pages are made of."""

from flask import Blueprint, Response, render_template, request

from eventsvc import clock, packing
from eventsvc.accounts.access import everyone
from eventsvc.assets import read
from eventsvc.errors import NotFound
from eventsvc.events import listing
from eventsvc.events.pages import keep
from eventsvc.intake import current_settings
from eventsvc.samples import sample_forms

bp = Blueprint("about", __name__)


@bp.get("/<lang:lang>/accessibility")
@everyone
def accessibility() -> Response:
    return packing.answer(request, keep(render_template("about/accessibility.html")))


@bp.get("/<lang:lang>/how-seats-are-counted")
@everyone
def seats() -> Response:
    return packing.answer(request, keep(render_template("about/seats.html")))


@bp.get("/<lang:lang>/offline")
@everyone
def offline() -> Response:
    """What a browser shows in place of a page that it cannot reach. It fetches this one beforehand."""
    return packing.answer(request, keep(render_template("about/offline.html")))


@bp.get("/<lang:lang>/components")
@everyone
def components() -> Response:
    """Every part in every state, for those who write templates; in a demonstration only."""
    if not current_settings().demo:
        raise NotFound
    now = clock.now()
    page = render_template(
        "about/components.html",
        forms=sample_forms(),
        ahead=listing.upcoming(now)[:3],
        over=listing.past(now).cards[:1],
    )
    return packing.answer(request, keep(page))


@bp.get("/sw.js")
@everyone
def service_worker() -> Response:
    """At the top, because a service worker answers only for what lies below its own address."""
    return Response(read("sw.js").body, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})
