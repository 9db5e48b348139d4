"""The mailbox of the demo: what people would find in theirs. Anywhere else these pages do not exist."""

import re
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup, escape

from eventsvc.accounts.access import everyone
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.intake import content_security_policy, current_settings
from eventsvc.mail.models import Message
from eventsvc.mail.reading import Letter, Opened, opened

bp = Blueprint("mailbox", __name__, url_prefix="/mailbox")
SHOWN = 100

# Nothing runs and nothing is fetched; links open outside the frame. Letters carry their colours in style attributes.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


class Item(NamedTuple):
    """A message in the mailbox with its parsed mail."""

    message: Message
    recipient: str
    letter: Letter


@bp.before_request
def _only_in_the_demo() -> None:
    if not current_settings().demo:
        raise NotFound


@bp.get("/")
@everyone
def overview() -> str:
    newest = sa.select(Message).order_by(Message.created_at.desc(), Message.id).limit(SHOWN)
    items = [_item(message, found) for message in db.session.scalars(newest) if (found := opened(message))]
    return render_template("mailbox/overview.html", items=items, shown=SHOWN)


@bp.get("/<uuid:message>")
@everyone
def show(message: UUID) -> Response:
    item = _found(message)
    page = render_template("mailbox/letter.html", item=item, letter=item.letter, words=with_links(item.letter.text))
    response = make_response(page)
    response.headers["Content-Security-Policy"] = content_security_policy(frame_src="'self'")
    return response


@bp.get("/<uuid:message>/letter.html")
@everyone
def letter(message: UUID) -> Response:
    html = _found(message).letter.html.replace("<head>", '<head><base target="_blank">', 1)
    return Response(html, headers={"Content-Security-Policy": LETTER_POLICY})


@bp.get("/<uuid:message>/invite.ics")
@everyone
def invite(message: UUID) -> Response:
    calendars, number = _found(message).letter.calendars, request.args.get("number", 1, type=int)
    if not 1 <= number <= len(calendars):
        raise NotFound
    headers = {"Content-Disposition": 'attachment; filename="invite.ics"'}
    return Response(calendars[number - 1], content_type="text/calendar; charset=utf-8", headers=headers)


def with_links(text: str) -> Markup:
    """The text with those of its links that lead back to this service to be clicked."""
    link = re.compile(re.escape(current_settings().origin) + r"/[^\s<>\"]*[\w/]")
    pieces = []
    end = 0
    for found in link.finditer(text):
        pieces += [escape(text[end : found.start()]), Markup('<a href="{0}">{0}</a>').format(found[0])]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _found(message: UUID) -> Item:
    row = db.session.get(Message, message)
    if row is None or (found := opened(row)) is None:
        raise NotFound
    return _item(row, found)


def _item(message: Message, found: Opened) -> Item:
    return Item(message, found.recipient, Letter.of(found.content))
