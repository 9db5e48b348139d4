"""A long glance is never old, and is not taken again for nothing."""

import sqlalchemy as sa

from eventsvc.events.models import Event
from eventsvc.glances import MARKS, LongGlance
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


class Watched:
    """Connections for glances, and what is asked on them."""

    def __init__(self, engine) -> None:
        self.dialect = engine.dialect
        self._engine = engine
        self.asked: list[str] = []

    def raw_connection(self):
        raw, asked = self._engine.raw_connection(), self.asked
        cursor = raw.cursor()

        class Asking:
            fetchall = staticmethod(cursor.fetchall)

            @staticmethod
            def execute(sql, *values) -> None:
                asked.append(sql)
                cursor.execute(sql, *values)

        class Line:
            info = raw.info
            close = staticmethod(raw.close)
            cursor = staticmethod(Asking)

        return Line()


def test_what_nobody_has_written_is_not_asked_again(cast, app, monkeypatch):
    event = cast.event()
    with app.app_context():
        watched = Watched(app.extensions["eventsvc.glances"])
        monkeypatch.setitem(app.extensions, "eventsvc.glances", watched)
        mark = MARKS[watched.dialect.name]

        assert VERSIONS.rows(id=event.id)[0][0] == event.version
        watched.asked.clear()
        assert [VERSIONS.rows(id=event.id)[0][0] for _ in range(3)] == [event.version] * 3
        assert watched.asked == [mark] * 3

        change(app, event, note="written")
        watched.asked.clear()
        assert VERSIONS.rows(id=event.id)[0][0] == event.version + 1
        assert watched.asked[0] == mark
        assert len(watched.asked) == 2
