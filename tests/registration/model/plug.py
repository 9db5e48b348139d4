"""Pulling the plug before a statement that writes, or around a COMMIT, and knowing whether anything was committed by then.

Before one that only reads it would leave what it leaves before the next that writes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import event as listen
from sqlalchemy.pool import PoolProxiedConnection

from eventsvc.db import db

READING = ("SELECT", "BEGIN", "PRAGMA")


class Crash(Exception):
    """The plug was pulled."""


class Plug:
    """Counts what goes to the database; at the k-th it is pulled. `written`: a change was committed before."""

    def __init__(self, k: int) -> None:
        self.left = k
        self.changed = self.written = False

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Crash

    def hear(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(READING):
            self.step()
            self.changed = True

    @contextmanager
    def in_the_wall(self) -> Iterator[None]:
        """While this lasts, it may be pulled."""
        dialect = db.engine.dialect
        commit: Callable[[PoolProxiedConnection], None] = dialect.do_commit

        def commit_and_step(connection: PoolProxiedConnection) -> None:
            self.step()
            commit(connection)
            self.written = self.written or self.changed
            self.changed = False
            self.step()

        listen.listen(db.engine, "before_cursor_execute", self.hear)
        dialect.do_commit = commit_and_step  # type: ignore[method-assign, assignment]  # no event is told once it is written
        try:
            yield
        finally:
            del dialect.do_commit
            listen.remove(db.engine, "before_cursor_execute", self.hear)


__all__ = ["Crash", "Plug"]
