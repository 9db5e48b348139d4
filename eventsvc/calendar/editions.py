"""Which edition of a calendar file a reader gets: the one that is true now, or for some seconds the one before.

First this process's shelf is looked at, then the table that all processes share (`stored`), and only then is the file
written anew: by one greenlet of one process, while all others get the edition before. A new one is given out only if
it passes our own lint. Where single events do not, a feed goes out without them; else the last good one stays, however
old.

But one thing goes before all that: **an edition from before is given out only while every event in it is still open to
everyone**. That is asked about the events that stand in its very bytes, each time, so no chain of versions and marks has
to be trusted: what was withdrawn, hidden or deleted is gone from the next answer. Who would get it otherwise waits for
the new edition, or is told to come back (503). An edit is no such thing: for that the edition before may serve.

What is narrowed by filters lives on a shelf of its own, bounded, and is not stored: anybody can think up more choices
than there is room.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import NamedTuple

from flask import current_app
from flask.sansio.app import App
from sqlalchemy.exc import DBAPIError

from eventsvc import clock
from eventsvc.calendar import stored
from eventsvc.calendar.feeds import State, all_open
from eventsvc.calendar.kept import File, Shelf
from eventsvc.calendar.lint import lint
from eventsvc.calendar.stored import Copy
from eventsvc.db import db
from eventsvc.errors import Busy, Refusal, describe
from eventsvc.intake import current_settings
from eventsvc.rounds import Rounds
from eventsvc.settings import PACKAGE

DESK = "eventsvc.calendar.desk"
ROOM_FOR_CHOICES = 8_000_000  # bytes
MOST_FAULTS = 1000
_log = logging.getLogger(__name__)

Key = tuple[object, ...]


class Unfit(Exception):
    """A file that our lint does not pass."""


class Desk:
    """Where the files of one process lie, which are being written, and which could not be a moment ago."""

    def __init__(self) -> None:
        self.whole = Shelf()
        self.narrowed = Shelf(ROOM_FOR_CHOICES)
        self.rounds: Rounds[File] = Rounds()
        self.at_work: set[Key] = set()
        self.faults: dict[Key, tuple[str, datetime]] = {}  # what was tried in vain, and when it may be tried again

    def shelf(self, state: State) -> Shelf:
        return self.narrowed if state.chosen.parameters else self.whole


class Wanted(NamedTuple):
    """A file that somebody asks for: of which state, in which language (or each event in its own), and how it is written."""

    state: State
    language: str | None
    write: Callable[[], File]
    write_less: Callable[[], File] | None = None
    """Without the events that no good line can be written of; None where that would be none at all."""

    @property
    def key(self) -> Key:
        return _key(self.state, self.language)

    @property
    def name(self) -> str:
        """Under which it is stored; empty for what is not."""
        state = self.state
        return "" if state.chosen.parameters else f"{state.kind}:{state.id}:{self.language or ''}"

    @property
    def called(self) -> str:
        """In the log."""
        return self.name or "of a choice"

    @property
    def digest(self) -> str:
        """Another one whenever the file would be: by its events, by what is set, or by another version of the service."""
        settings, state = current_settings(), self.state
        told = (settings.origin, settings.operator_name, settings.language, state.since, state.mark)
        return hashlib.sha256(repr((_house(), *told)).encode()).hexdigest()


def init_editions(app: App) -> None:
    """Give the application a desk."""
    app.extensions[DESK] = Desk()


def known(state: State, language: str | None) -> File | None:
    """The file that is true in this state, if it is on the shelf."""
    return _desk().shelf(state).look(_key(state, language), state)


def edition(wanted: Wanted) -> File:
    """The file for who asks now. May commit. Raises Busy where there is none to be had at the moment."""
    state, key, desk = wanted.state, wanted.key, _desk()
    if found := known(state, wanted.language):
        return found
    if key in desk.at_work and (before := _still_good(state, desk.shelf(state).last(key))):
        return before
    return desk.rounds.ask((key, wanted.digest), lambda: known(state, wanted.language) or _next(wanted))


def _next(wanted: Wanted) -> File:
    """From the table, or written now; where somebody else is at it, or it could not be a moment ago, the one before."""
    state, digest = wanted.state, wanted.digest
    kept = stored.read(wanted.name) if wanted.name else None
    busy = False
    if kept and kept.digest != digest and not stored.claim(wanted.name, kept.digest):
        kept, busy = stored.read(wanted.name), True
    if kept and kept.digest == digest:
        return _desk().shelf(state).put(wanted.key, state, kept.file)
    before = kept.file if kept else _desk().shelf(state).last(wanted.key)
    failed = _failed_a_moment_ago(wanted)
    if (busy or failed) and (good := _still_good(state, before)):
        return good
    if failed:
        raise Busy
    return _written(wanted, before)


def _written(wanted: Wanted, before: File | None) -> File:
    state, key, desk = wanted.state, wanted.key, _desk()
    desk.at_work.add(key)
    try:
        file = _dated(_sound(wanted), before)
    except Refusal:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, subscribers keep what they have
        db.session.rollback()
        return _instead(wanted, before, error)
    finally:
        desk.at_work.discard(key)
    if wanted.name:
        stored.keep(wanted.name, Copy(wanted.digest, file))
    return desk.shelf(state).put(key, state, file)


def _sound(wanted: Wanted) -> File:
    """The file; where one event spoils it, without that one: else whoever enters it would stop the feeds of all."""
    try:
        return _checked(wanted.write())
    except (Refusal, DBAPIError):
        raise
    except Exception as error:
        if wanted.write_less is None:
            raise
        try:
            file = _checked(wanted.write_less())
        except Exception:  # noqa: BLE001 - then it is no fault of single events
            raise error from None
        _log.error("calendar file %s goes out without what cannot be written: %s", wanted.called, _described(error))
        return file


def _dated(file: File, before: File | None) -> File:
    """Its time moves exactly when its bytes do: also when an event left it, which no event that is still there can tell."""
    if before is None:
        return file
    if file.body == before.body:
        return replace(file, changed=before.changed)
    if before.changed and (
        file.changed is None or file.last_modified == before.last_modified or file.changed < before.changed
    ):
        return replace(file, changed=max(clock.now(), before.changed + timedelta(seconds=1)))
    return file


def _checked(file: File) -> File:
    """A broken file makes some readers drop the whole feed in silence."""
    if faults := lint(file.body):
        raise Unfit(
            f"{len(faults)} faults, {faults[0].partition(chr(39))[0].strip()}"
        )  # without the words of the event
    return file


def _instead(wanted: Wanted, before: File | None, error: Exception) -> File:
    """The last good one, where it may still be given out; and for some seconds nobody here tries again."""
    good, desk = _still_good(wanted.state, before), _desk()
    readers = "readers get the last good one" if good else "readers are asked to come back"
    _log.error("calendar file %s could not be written, %s: %s", wanted.called, readers, _described(error))
    if len(desk.faults) >= MOST_FAULTS:
        desk.faults.clear()
    desk.faults[wanted.key] = (wanted.digest, clock.now() + stored.LEASE)
    if good is None:
        raise Busy from error
    return good


def _described(error: Exception) -> str:
    return str(error) if isinstance(error, Unfit) else describe(error)


def _failed_a_moment_ago(wanted: Wanted) -> bool:
    digest, until = _desk().faults.get(wanted.key, ("", None))
    return until is not None and digest == wanted.digest and clock.now() < until


def _still_good(state: State, before: File | None) -> File | None:
    return before if before and all_open(state.kind, before.uids) else None


def _desk() -> Desk:
    desk: Desk = current_app.extensions[DESK]
    return desk


def _key(state: State, language: str | None) -> Key:
    return (state.kind, state.id, state.chosen, language)


@cache
def _house() -> str:
    """What else a file is a function of: this code, its translations, the zones and the names of countries."""
    mark = hashlib.sha256(f"{version('tzdata')} {version('babel')}".encode())
    for path in sorted(each for kind in ("*.py", "*.po") for each in PACKAGE.rglob(kind)):
        mark.update(path.read_bytes())
    return mark.hexdigest()
