"""What is passed on of an event, at paths of its own: card, poster and code. The same for whoever asks."""

from collections.abc import Callable

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from eventsvc import packing
from eventsvc.accounts.access import everyone
from eventsvc.calendar.copies import copies
from eventsvc.errors import NotFound
from eventsvc.events import queries
from eventsvc.events.facts import EventFacts
from eventsvc.events.pages import see
from eventsvc.packing import Kept
from eventsvc.sharing import codes, press, words
from eventsvc.sharing.kept import PRINTS, Prints
from eventsvc.sharing.preview import locales, preview, site_card_address
from eventsvc.sharing.structured_data import structured_data
from eventsvc.sharing.ways import ways

bp = Blueprint("sharing", __name__)

A_YEAR, AN_HOUR = "public, max-age=31536000, immutable", "public, max-age=3600"


@bp.record
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions[PRINTS] = Prints()
    state.app.jinja_env.globals.update(
        calendar_copies=copies,
        og_locales=locales,
        preview=preview,
        site_card=site_card_address,
        structured_data=structured_data,
        ways=ways,
    )


@bp.get("/<lang:lang>/card.png")
@everyone
def site_card() -> Response:
    return _print("site", words.site(), press.picture, "image/png")


@bp.get("/<lang:lang>/events/<slug>/card.png")
@everyone
def card(slug: str) -> AnyResponse:
    event = _event(slug)
    return _print("card", words.card(event), press.picture, "image/png") if event else _moved("sharing.card", slug)


@bp.get("/<lang:lang>/events/<slug>/flyer.pdf")
@everyone
def flyer(slug: str) -> AnyResponse:
    event = _event(slug)
    if event is None:
        return _moved("sharing.flyer", slug)
    response = _print("poster", words.poster(event), press.document, "application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{event.slug}.pdf"'
    return response


@bp.get("/<lang:lang>/events/<slug>/qr.svg")
@everyone
def qr_svg(slug: str) -> AnyResponse:
    return _code(slug, "sharing.qr_svg", codes.svg, "image/svg+xml")


@bp.get("/<lang:lang>/events/<slug>/qr.png")
@everyone
def qr_png(slug: str) -> AnyResponse:
    return _code(slug, "sharing.qr_png", codes.png, "image/png")


def _event(slug: str) -> EventFacts | None:
    seen = see(slug)
    return seen.event if seen else None


def _print(template: str, data: dict[str, object], make: Callable[..., bytes], mimetype: str) -> Response:
    """To be kept for a year where it was asked for by its mark; else asked about again after an hour.

    The mark is of what is printed; two prints of it may differ in a byte, so the tag is a weak one.
    """
    mark = press.mark(template, data)
    head = {"ETag": f'W/"{mark}"', "Cache-Control": A_YEAR if request.args.get("v") == mark else AN_HOUR}
    if packing.is_named(mark, request.headers.get("If-None-Match", "")):
        return Response(status=304, headers=head)
    prints: Prints = current_app.extensions[PRINTS]
    body = prints.take(mark, lambda: make(template, data))
    return Response(body, headers=head, mimetype=mimetype)


def _code(slug: str, endpoint: str, draw: Callable[[str], bytes], mimetype: str) -> AnyResponse:
    if queries.look(slug) is None:
        return _moved(endpoint, slug)
    return packing.answer(request, Kept(draw(slug), mimetype), AN_HOUR)


def _moved(endpoint: str, slug: str) -> AnyResponse:
    now_at = queries.new_slug("event", slug)
    if now_at is None:
        raise NotFound
    return redirect(url_for(endpoint, slug=now_at), 301)
