"""A calendar of one's own over HTTP, and the hour in which it was last read.

Who has the link may read it, so the answer depends on nothing else: no cookie, no Accept, no language. One that was
stopped or replaced is as unknown as one that never was.
"""

import gzip
import logging
from datetime import datetime

import sqlalchemy as sa
from flask import Response, request

from eventsvc import clock
from eventsvc.accounts.access import everyone
from eventsvc.db import db, transaction
from eventsvc.errors import NotFound, describe
from eventsvc.packing import is_named, takes_packed
from eventsvc.registration import own_calendar
from eventsvc.registration.mine import bp
from eventsvc.registration.models import PersonalFeed
from eventsvc.registration.own_calendar_file import NAME, State, body_of, mark_of, remember, remembered, state_of
from eventsvc.vault import SealBroken

_log = logging.getLogger(__name__)
HEAD = {
    "Cache-Control": "private, max-age=300",
    "Vary": "Accept-Encoding",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


@bp.get("/feeds/mine/<secret>.ics")
@everyone
def own_calendar_file(secret: str) -> Response:
    feed = own_calendar.by_secret(secret)
    if feed is None:
        raise NotFound
    try:
        state = state_of(feed)
    except SealBroken:  # its event was purged a moment ago
        raise NotFound from None
    response = _answer(feed, state)
    _note_use(feed)
    return response


def _answer(feed: PersonalFeed, state: State) -> Response:
    tags = request.headers.get("If-None-Match", "")
    mark = remembered(feed.id, state)
    if mark and is_named(mark, tags):
        return _unchanged(mark)
    body = body_of(state)
    mark = mark_of(body)
    remember(feed.id, state, mark)
    return _unchanged(mark) if is_named(mark, tags) else _whole(body, mark)


def _unchanged(mark: str) -> Response:
    return Response(status=304, headers=_head(mark))


def _whole(body: bytes, mark: str) -> Response:
    head = _head(mark) | {"Content-Disposition": f'inline; filename="{NAME}"'}
    if takes_packed(request):
        body, head["Content-Encoding"] = gzip.compress(body, 6, mtime=0), "gzip"
    return Response(body, headers=head, content_type="text/calendar; charset=utf-8")


def _head(mark: str) -> dict[str, str]:
    return HEAD | {"ETag": f'W/"{mark}"'}


def _note_use(feed: PersonalFeed) -> None:
    """The one thing a GET writes: in which hour it came, so that people see whether somebody still reads along.

    It says nothing of who it was and changes nothing that a reader gets. It is written once an hour, after the answer
    was made, in a transaction of its own; where that fails, the answer is as good.
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if feed.used_at and feed.used_at >= hour:
        return
    try:
        with transaction():
            _write_use(feed, hour)
    except Exception as error:  # noqa: BLE001 - whatever it was, the calendar is read
        _log.warning("the use of a calendar could not be noted: %s", describe(error))


def _write_use(feed: PersonalFeed, hour: datetime) -> None:
    same = (PersonalFeed.id == feed.id, PersonalFeed.secret_hash == feed.secret_hash)
    earlier = sa.or_(PersonalFeed.used_at.is_(None), PersonalFeed.used_at < hour)
    noted = sa.update(PersonalFeed).where(*same, earlier).values(used_at=hour)
    db.session.execute(noted.execution_options(synchronize_session=False))
