"""A crowd of processes, each with threads, that calls the rules themselves: more collisions in a second than over HTTP."""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from eventsvc.app import create_app
from eventsvc.db import attempt, db, transaction
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.registration import cancellation, quotas
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Registration
from eventsvc.registration.signup import sign_up
from eventsvc.settings import load_settings
from tests.storms.size import shuffled

PROCESSES, THREADS = 3, 4


class Party(NamedTuple):
    """People who come together: the contact's name, and the ticket type of each by its slug. Guests have no address."""

    who: str
    kinds: tuple[str, ...]


class Deed(NamedTuple):
    """What one person does: `comes` with a name or in a Party, `goes` with a registration, `resizes` the first limit."""

    kind: Literal["comes", "goes", "resizes"]
    about: str | int | Party


@dataclass
class Crowd:
    pool: ProcessPoolExecutor

    def do(self, event_id: int, deeds: Sequence[Deed], seed: int) -> list[str]:
        """All of them, in any order and at once; the faults there were."""
        mixed = shuffled(deeds, seed)
        shares = [mixed[start::PROCESSES] for start in range(PROCESSES)]
        done = [self.pool.submit(_do, event_id, share) for share in shares]
        return [fault for each in done for fault in each.result()]


@contextmanager
def crowd(**settings: Any) -> Iterator[Crowd]:
    """Processes that have the service open with these settings."""
    context = multiprocessing.get_context("forkserver")  # a forked database connection would be shared; it has none
    context.set_forkserver_preload(["eventsvc.app"])  # nobody imports it once more
    with ProcessPoolExecutor(PROCESSES, context, initializer=_open, initargs=(settings,)) as pool:
        yield Crowd(pool)


_app: Flask | None = None


def _open(settings: dict[str, Any]) -> None:
    global _app  # noqa: PLW0603 - one application for the life of this process
    _app = create_app(load_settings(**settings))


def _do(event_id: int, deeds: Sequence[Deed]) -> list[str]:
    with ThreadPoolExecutor(THREADS) as threads:
        return [fault for fault in threads.map(lambda deed: _one(event_id, deed), deeds) if fault]


def _one(event_id: int, deed: Deed) -> str:
    assert _app
    with _app.app_context():
        try:
            _DEEDS[deed.kind](event_id, deed.about)
        except Exception as fault:  # noqa: BLE001 - told to the test
            return f"{deed}: {type(fault).__name__}: {fault}"
    return ""


def _comes(event_id: int, about: Any) -> None:
    event = db.session.get_one(Event, event_id)
    kinds: dict[str, int] = {
        kind.slug: kind.id for kind in db.session.scalars(sa.select(TicketType).where(TicketType.event_id == event_id))
    }
    party = about if isinstance(about, Party) else Party(about, tuple(kinds)[:1])
    people = [Signup(f"{party.who} {n}", None, "en", kinds[kind], "1") for n, kind in enumerate(party.kinds)]
    sign_up(event, replace(people[0], email=f"{party.who}@example.org"), *people[1:])


def _goes(_event_id: int, registration: Any) -> None:
    mine = db.session.get_one(Registration, UUID(registration))

    def unit() -> None:
        with transaction():
            cancellation.cancel(mine)

    attempt(unit)


def _resizes(event_id: int, size: Any) -> None:
    event = db.session.get_one(Event, event_id)
    quota = db.session.scalars(sa.select(Quota.id).where(Quota.event_id == event_id).order_by(Quota.id)).first() or 0

    def unit() -> None:
        with transaction():
            quotas.lock(event)
            db.session.refresh(event, with_for_update=True)
            cancellation.resize(event, quota, size)

    attempt(unit)


_DEEDS = {"comes": _comes, "goes": _goes, "resizes": _resizes}
