"""A whole registration over HTTP: the form, what is sent, the page that says what came of it; without questions and with."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from uuid import uuid4

from tests.bench.asking import asking_event, typed
from tests.bench.figures import Figure, Run, Series, in_turns
from tests.bench.plan import Plan
from tests.bench.stage import APART, Server, Stage, served
from tests.storms.clients import Guest

PROCESSES, THREADS = 2, 8


def figures(stage: Stage, plan: Plan) -> Iterator[Figure]:
    """How many people a second, one event, seats for all."""
    slug = stage.event("Registrations")[1]
    asking_id, asking_slug = asking_event(stage, "Registrations with questions")
    more = typed(stage, asking_id)
    with (
        served(stage.environment) as ours,
        served({}, "tests.bench.bare:app") as bare,
        ProcessPoolExecutor(PROCESSES, APART) as people,
    ):
        mine, asked, limit = in_turns(
            plan.times,
            _registering(people, plan, ours, slug),
            _registering(people, plan, ours, asking_slug, more),
            _registering(people, plan, bare, slug),
        )
    yield _figure(f"complete registrations, {stage.kind}", mine, limit)
    yield _figure(f"the same with five questions, two ways in one room, {stage.kind}", asked, limit)


def _figure(what: str, mine: Series, limit: Series) -> Figure:
    note = f"runs {mine.said()} and {limit.said()}; CPU of the workers {mine.cpu:.1f} and {limit.cpu:.1f} ms each"
    limit_is = "the same three requests to bare Flask, constant pages, no database; same gunicorn and clients"
    return Figure(what, mine.rate, "/s", limit.rate, limit_is, note=note)


def _registering(
    people: ProcessPoolExecutor, plan: Plan, server: Server, slug: str, more: Mapping[str, str] | None = None
) -> Callable[[], Run]:
    come = partial(crowd, server.running.url, slug, more or {})

    def run() -> Run:
        list(people.map(come, [plan.warm] * PROCESSES))
        before = server.cpu()
        done = sum(people.map(come, [plan.seconds * 2] * PROCESSES))
        return Run(done / (plan.seconds * 2), (server.cpu() - before) / done * 1000)

    return run


def crowd(url: str, slug: str, more: Mapping[str, str], seconds: float) -> int:
    """So many people have registered in so many seconds, with this process's threads; `more` is typed besides."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(lambda _: _one_after_another(url, slug, more, until), range(THREADS)))


def _one_after_another(url: str, slug: str, more: Mapping[str, str], until: float) -> int:
    done = 0
    first = Guest(url, slug, "first")
    with first.line as line:
        while time.monotonic() < until:
            guest = Guest(url, slug, f"guest{uuid4().hex}")
            guest.line = line
            guest.open_form()
            guest.sent |= more
            answer, page = guest.send(), guest.look_at_result()
            assert (answer.status, page.status) == (303, 200), (answer, page)
            done += 1
    return done
