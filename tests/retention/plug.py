"""Pulling the plug: before each statement, before each COMMIT and right after it, one after the other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from sqlalchemy import event as listen
from sqlalchemy.pool import PoolProxiedConnection

from eventsvc.db import db


class Crash(Exception):
    """The plug was pulled."""


def at_every_step(stage: Callable[[], Callable[[], object]]) -> Iterator[Callable[[], object]]:
    """Set the stage anew and pull the plug one step later each time, until the work comes to its end.

    Yields what was interrupted, so that it can be done again.
    """
    for step in count(1):
        work = stage()
        try:
            with _pulled(step):
                work()
        except Crash:
            db.session.rollback()
            yield work
        else:
            return


@contextmanager
def _pulled(step: int) -> Iterator[None]:
    left = step

    def pull(*_: object) -> None:
        nonlocal left
        left -= 1
        if left <= 0:  # nor does anything after it get through: whoever goes on after a fault cannot here
            raise Crash

    dialect = db.engine.dialect
    commit = dialect.do_commit

    def commit_and_pull(connection: PoolProxiedConnection) -> None:
        pull()
        commit(connection)
        pull()  # it is written, and nobody here has heard

    listen.listen(db.engine, "before_cursor_execute", pull)
    dialect.do_commit = commit_and_pull  # type: ignore[method-assign, assignment]  # no event is told once it is written
    try:
        yield
    finally:
        del dialect.do_commit
        listen.remove(db.engine, "before_cursor_execute", pull)
