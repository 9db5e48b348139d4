"""A long glance is never old, and is not taken again for nothing."""

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.glances import SEEN, LongGlance
from tests.calendar.test_feeds import change

VERSIONS = LongGlance(sa.select(sa.func.sum(Event.version)).where(Event.id == sa.bindparam("id", type_=sa.Integer)))


def test_what_somebody_wrote_is_seen_at_once(cast, app):
    one, other = cast.event(), cast.event()
    with app.app_context():
        for number in range(1, 5):
            assert [VERSIONS.rows(id=each.id)[0][0] for each in (one, other, one)] == [
                one.version + number - 1,
                other.version,
                one.version + number - 1,
            ]
            change(app, one, note=f"note {number}")


def test_on_sqlite_what_nobody_has_written_is_not_asked_again(cast, app, settings):
    event = cast.event()
    asked: list[str] = []
    with app.app_context():
        VERSIONS.rows(id=event.id)
        engine = app.extensions["eventsvc.glances"]
        raw = engine.raw_connection()
        if db.engine.dialect.name == "sqlite":
            raw.dbapi_connection.set_trace_callback(asked.append)
        seen = dict(raw.info.get(SEEN, {}))
        raw.close()
        again = VERSIONS.rows(id=event.id)[0][0]

    assert again == event.version
    if settings.sqlite_file:
        assert asked == ["PRAGMA data_version"]
        assert [rows[0][0] for _number, rows in seen.values()][-1] == event.version
