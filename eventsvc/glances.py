"""A glance that looks at many rows: on SQLite it is taken again only where somebody has written since."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from eventsvc.db import Glance

MOST = 256
SEEN = "eventsvc.seen"


class LongGlance(Glance):
    """Counts and sums over all events and the like.

    SQLite tells each connection by a number whether another one has written (PRAGMA data_version); connections for
    glances never write themselves. So what is remembered is never old. PostgreSQL has no such number, but there who
    asks at the same moment asks together.
    """

    @staticmethod
    def _ask(engine: sa.Engine, sql: str, values: Any) -> Sequence[Any]:
        if engine.dialect.name != "sqlite":
            return Glance._ask(engine, sql, values)
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA data_version")
            number = cursor.fetchall()[0][0]
            seen: dict[Any, tuple[int, Sequence[Any]]] = connection.info.setdefault(SEEN, {})
            known = seen.get((sql, *values))
            if known and known[0] == number:
                return known[1]
            cursor.execute(sql, values)
            if len(seen) >= MOST:
                seen.clear()
            rows = cursor.fetchall()
            seen[sql, *values] = (number, rows)
            return rows
        except sqlite3.OperationalError as error:
            raise OperationalError(sql, None, error) from None
        finally:
            connection.close()
