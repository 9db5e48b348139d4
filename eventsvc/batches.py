"""Doing the same for many, where one that fails must not stop those behind it.

`each` gives every one a transaction of its own; `one_by_one` works through a batch inside the caller's.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from functools import partial
from typing import NamedTuple, TypeVar

from sqlalchemy.exc import DBAPIError

from eventsvc.db import Again, attempt, db
from eventsvc.errors import describe

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Round(NamedTuple):
    """What came of doing something for each of several."""

    did_anything: bool
    fault: Exception | None


def each(things: Iterable[T], work: Callable[[T], object], slowly: Callable[[T], object] | None = None) -> Round:
    """Do it for each, whatever becomes of the others; `slowly` is how it is done where it cannot be done at once."""
    did_anything, fault = False, None
    for thing in things:
        try:
            did_anything |= bool(_done(thing, work, slowly))
        except Exception as error:  # noqa: BLE001 - whatever it is, the others must have their turn
            db.session.rollback()
            fault = fault or error
    return Round(did_anything, fault)


def _done(thing: T, work: Callable[[T], object], slowly: Callable[[T], object] | None) -> object:
    try:
        return attempt(partial(work, thing))
    except DBAPIError:
        raise
    except Exception:
        if slowly is None:
            raise
        return attempt(partial(slowly, thing))


def did(*rounds: Round) -> bool:
    """Was anything done? Where nothing was, a fault comes out, so that it is seen and tried again after a while."""
    did_anything = any(one.did_anything for one in rounds)
    fault = next((one.fault for one in rounds if one.fault), None)
    if fault and not did_anything:
        raise fault
    return did_anything


def one_by_one(batch: Sequence[T], work: Callable[[T], object], *, apart: bool, or_none: bool = False) -> None:
    """Do it for each; `apart`, one that fails leaves no trace but a line in the log. Not all may fail, unless `or_none`."""
    faults: list[Exception] = []
    for thing in batch:
        try:
            with db.session.begin_nested() if apart else nullcontext():
                work(thing)
        except (Again, DBAPIError):
            raise
        except Exception as error:
            if not apart:
                raise
            faults.append(error)
            _log.error("a letter could not be written: %s", describe(error))
    if faults and len(faults) == len(batch) and not or_none:
        raise faults[0]
