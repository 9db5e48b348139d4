"""Pictures and accent sheets, to be kept by whoever asks for them."""

from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter

from eventsvc.accounts.access import everyone
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.pictures import accents
from eventsvc.pictures.models import PictureFile

bp = Blueprint("pictures", __name__)

FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"
"""Of an accent sheet: the grounds it is corrected for may change with a new version of the service."""


class ColourConverter(BaseConverter):
    """`<colour:colour>`: six hexadecimal digits in lower case."""

    regex = "[0-9a-f]{6}"


@bp.record_once
def _know_colours(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["colour"] = ColourConverter


@bp.get("/pictures/<uuid:picture>/<int(max=9999):width>.<any(webp, png, jpeg):form>")
@everyone
def file(picture: UUID, width: int, form: str) -> Response:
    """A picture never changes, so its path is its mark. Pages of others may show it: it is no secret."""
    body = db.session.scalar(
        sa.select(PictureFile.body).where(
            PictureFile.picture_id == picture, PictureFile.width == width, PictureFile.format == form
        )
    )
    if body is None:
        raise NotFound
    response = _kept(Response(body, mimetype=f"image/{form}"), f"{picture.hex}-{width}-{form}", FOR_EVER)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@bp.get("/accent/<colour:colour>.css")
@everyone
def accent(colour: str) -> Response:
    """The colours of an organization, corrected so that they can be read."""
    sheet = accents.sheet(colour)
    return _kept(Response(sheet.body, mimetype="text/css"), sheet.mark, FOR_A_DAY)


def _kept(response: Response, mark: str, how_long: str) -> Response:
    response.set_etag(mark)
    response.headers["Cache-Control"] = how_long
    response.make_conditional(request)
    return response
