"""The oEmbed provider. Machines read its refusals, so these are JSON as well."""

from flask import Response, jsonify, request

from eventsvc.accounts.access import everyone
from eventsvc.embedding.gate import bp
from eventsvc.embedding.oembed import CACHE_AGE, Limits, document
from eventsvc.errors import NotFound
from eventsvc.i18n import _


@bp.get("/oembed")
@everyone
def oembed() -> Response:
    if request.args.get("format", "json") != "json":
        return _refused(501, _("This service answers in JSON only: leave format out, or say format=json."))
    url = request.args.get("url", "")
    try:
        limits = Limits(_pixels("maxwidth"), _pixels("maxheight"))
    except ValueError:
        return _refused(400, _("maxwidth and maxheight have to be whole numbers of pixels."))
    if not url:
        return _refused(400, _("The address to be shown is missing: say url=…"))
    found = document(url, limits)
    return _answer(found) if found else _refused(404, NotFound().message)


def _pixels(name: str) -> int | None:
    """How many the consumer says there is room for. Raises ValueError."""
    given = request.args.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 7 and int(given)):
        raise ValueError(name)
    return int(given)


def _answer(found: dict[str, object]) -> Response:
    response = jsonify(found)
    response.headers["Cache-Control"] = f"public, max-age={CACHE_AGE}"
    response.headers["Access-Control-Allow-Origin"] = "*"  # public, and asked for without a cookie
    return response


def _refused(status: int, sentence: str) -> Response:
    response = jsonify(error=sentence)
    response.status_code = status
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
