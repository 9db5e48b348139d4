"""Who is using a SQLite file: processes that serve share it, a restore wants it alone.

The kernel keeps the score (a `flock` on a file beside the database) and forgets a process that dies.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_held: list[int] = []


class Occupied(Exception):
    """Somebody else is using the database."""


def occupy(database: Path) -> None:
    """Be one of those that use this database, until this process ends. Raises Occupied while it is being replaced."""
    _held.append(_lock(database, fcntl.LOCK_SH))


@contextmanager
def alone_with(database: Path) -> Iterator[None]:
    """Keep everybody else away. Raises Occupied where somebody uses it."""
    handle = _lock(database, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)


def _lock(database: Path, kind: int) -> int:
    handle = os.open(f"{database}.served", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Occupied from None
    return handle
