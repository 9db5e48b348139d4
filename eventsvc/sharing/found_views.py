"""How the service is found: what robots may read, the list of all pages, and feeds of what is on."""

from flask import Blueprint, Response, current_app, render_template, request

from eventsvc import packing
from eventsvc.accounts.access import everyone
from eventsvc.calendar.feeds import state_of
from eventsvc.errors import NotFound
from eventsvc.i18n import LANGUAGES, language
from eventsvc.intake import current_settings
from eventsvc.packing import Kept
from eventsvc.sharing import atom, sitemap
from eventsvc.sharing.kept import PRINTS, Prints

bp = Blueprint("found", __name__)

A_WHILE = "public, max-age=900"
CLOSED = ("/r/", "/organize", "/door", "/mailbox", "/*/events/*/registered/")
CLOSED_IN_EACH_LANGUAGE = ("my-link", "erased")


@bp.get("/robots.txt")
@everyone
def robots() -> Response:
    """Pages, pictures and feeds for everyone; nothing that hangs on a secret or a sign-in.

    But for a calendar of one's own: what reads it for its person obeys this file as well. That search engines leave it
    alone is said in its answer.
    """
    own = [f"/{tag}/{name}" for tag in LANGUAGES for name in CLOSED_IN_EACH_LANGUAGE]
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in (*CLOSED, *own)),
        "",
        f"Sitemap: {current_settings().origin}/sitemap.xml",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain", headers={"Cache-Control": A_WHILE})


@bp.get("/sitemap.xml")
@everyone
def whole_sitemap() -> Response:
    """All pages, or where they are too many for one file, the list of the files."""
    parts = sitemap.parts(sitemap.pages())
    if len(parts) == 1:
        return _xml(render_template("sharing/sitemap.xml", pages=parts[0]))
    return _xml(render_template("sharing/sitemaps.xml", parts=parts))


@bp.get("/sitemaps/<int:number>.xml")
@everyone
def sitemap_part(number: int) -> Response:
    """The files of a sitemap, counted from 1."""
    parts = sitemap.parts(sitemap.pages())
    if not 1 <= number <= len(parts):
        raise NotFound
    return _xml(render_template("sharing/sitemap.xml", pages=parts[number - 1]))


@bp.get("/<lang:lang>/feeds/all.atom")
@everyone
def feed_all() -> Response:
    return _feed("all")


@bp.get("/<lang:lang>/feeds/organizations/<slug>.atom")
@everyone
def feed_organization(slug: str) -> Response:
    return _feed("organization", slug)


@bp.get("/<lang:lang>/feeds/programmes/<slug>.atom")
@everyone
def feed_programme(slug: str) -> Response:
    return _feed("programme", slug)


@bp.get("/<lang:lang>/feeds/tags/<slug>.atom")
@everyone
def feed_tag(slug: str) -> Response:
    return _feed("tag", slug)


def _feed(kind: str, slug: str = "") -> Response:
    """As it stands for the state of its events: readers ask every hour, and mostly get a 304."""
    state = state_of(kind, slug)
    if state is None:
        raise NotFound
    prints: Prints = current_app.extensions[PRINTS]
    body = prints.take(f"atom {language()} {state}", lambda: atom.feed(state))
    return packing.answer(request, Kept(body, "application/atom+xml"), A_WHILE)


def _xml(text: str) -> Response:
    return packing.answer(request, Kept(text.encode(), "application/xml"), A_WHILE)
