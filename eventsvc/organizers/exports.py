"""The list to take along: CSV and JSON, streamed."""

import logging
from collections.abc import Iterator

from flask import Response, stream_with_context

from eventsvc.accounts.access import EDITORS, account, members
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.organizers.gate import bp
from eventsvc.registration import exporting

_log = logging.getLogger(__name__)


@bp.get("/events/<event>/attendees.csv")
@members(EDITORS)
def attendees_csv(event: Event) -> Response:
    return _download(event, exporting.as_csv(event), "text/csv; charset=utf-8", "csv")


@bp.get("/events/<event>/attendees.json")
@members(EDITORS)
def attendees_json(event: Event) -> Response:
    return _download(event, exporting.as_json(event), "application/json", "json")


def _download(event: Event, pieces: Iterator[str], content_type: str, ending: str) -> Response:
    _log.info("account %s exports the list of event %s as %s", account().id, event.id, ending)
    response = Response(stream_with_context(pieces), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}-attendees.{ending}"'
    db.session.close()  # a slow reader must not keep this transaction open
    return response
