"""A glance that looks at many rows: taken again only where somebody has written since."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from eventsvc.db import Glance

MOST = 256
SEEN = "eventsvc.seen"
MARKS = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT txid_current_snapshot()::text"}
"""What is another one as soon as anybody has committed anything, and costs next to nothing to ask.

SQLite tells each connection whether another one has written; connections for glances never write themselves. On
PostgreSQL it is which transactions are over: one that commits was either under way (and leaves that list) or newer than
the newest (which then moves).
"""


class LongGlance(Glance):
    """Counts and sums over all events and the like. The mark is asked first, so what is remembered is never old."""

    @staticmethod
    def _ask(engine: sa.Engine, sql: str, values: Any) -> Sequence[Any]:
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(MARKS[engine.dialect.name])
            mark = cursor.fetchall()[0][0]
            seen: dict[Any, tuple[Any, Sequence[Any]]] = connection.info.setdefault(SEEN, {})
            asked = (sql, *(values.values() if isinstance(values, Mapping) else values))
            known = seen.get(asked)
            if known and known[0] == mark:
                return known[1]
            cursor.execute(sql, values)
            if len(seen) >= MOST:
                seen.clear()
            rows = cursor.fetchall()
            seen[asked] = (mark, rows)
            return rows
        except psycopg.OperationalError:
            connection.invalidate()
            raise
        except sqlite3.OperationalError as error:
            raise OperationalError(sql, None, error) from None
        finally:
            connection.close()
