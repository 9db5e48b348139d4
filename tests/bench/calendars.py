"""Feeds as they stand under load: a large one written for the first time, asked for again, and known already.

The large feed holds a thousand events and is asked for as calendar programs do it, packed; the file of one event is
asked for plain. The limit of both is a bare Flask hello, which sends five bytes.
"""

import gc
import time
from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.calendar import editions, writing
from eventsvc.calendar.feeds import state_of
from eventsvc.calendar.kept import File
from eventsvc.calendar.models import CalendarFile
from eventsvc.db import db, transaction
from eventsvc.events.models import Tag
from tests.bench.figures import Figure, in_turns
from tests.bench.pages import HELLO, asked, etag_of, figure
from tests.bench.plan import Plan
from tests.bench.stage import ALONE, Stage, served
from tests.factories import Cast

FEED = "/en/feeds/all.ics"
FIRST_MARK, STORED_MARK, UNCHANGED_MARK = 1.0, 0.8, 0.9
ZONES = ("Europe/Madrid", "America/Bogota", "Asia/Kathmandu", "America/Los_Angeles", "Africa/Cairo")


def figures(stage: Stage, plan: Plan) -> Iterator[Figure]:
    """How long the first writing takes, and how many readers a second are answered afterwards."""
    single = f"/en/events/{_fill(stage, plan.feed)}.ics"
    yield _first_writing(stage, plan)
    with served(stage.environment | ALONE) as ours, served(ALONE, "tests.bench.bare:app") as bare:
        known_feed, known_single, whole_feed, whole_single, hello = in_turns(
            plan.times,
            asked(plan, ours, FEED, If_None_Match=etag_of(ours, FEED)),
            asked(plan, ours, single, If_None_Match=etag_of(ours, single)),
            asked(plan, ours, FEED, Accept_Encoding="gzip"),
            asked(plan, ours, single),
            asked(plan, bare, "/hello"),
        )
    yield figure(f"large feed unchanged (304), {stage.kind}", known_feed, hello, HELLO, UNCHANGED_MARK)
    yield figure(f".ics beside it unchanged (304), {stage.kind}", known_single, hello, HELLO, UNCHANGED_MARK)
    yield figure(f"large feed whole, packed (200), {stage.kind}", whole_feed, hello, HELLO, STORED_MARK)
    yield figure(f".ics beside it whole (200), {stage.kind}", whole_single, hello, HELLO, STORED_MARK)


def _first_writing(stage: Stage, plan: Plan) -> Figure:
    """By the rules in this process: read, written, looked at by the lint, packed and stored."""
    took = []
    for _ in range(plan.times):
        with stage.app.app_context(), transaction():
            db.session.execute(sa.delete(CalendarFile))
        stage.app.extensions[editions.DESK] = editions.Desk()
        gc.collect()
        with stage.app.app_context():
            begun = time.perf_counter()
            file = _written()
            took.append(time.perf_counter() - begun)
            assert db.session.scalar(sa.select(CalendarFile.key)) == "all:0:en"
    span = f"{min(took):.2f} to {max(took):.2f} s"
    note = f"{span}; {len(file.uids):,} events, {len(file.body):,} bytes, {len(file.packed):,} packed"
    middle = sorted(took)[len(took) // 2]
    return Figure(f"large feed written first, {stage.kind}", middle, "s", mark=FIRST_MARK, mark_is="most", note=note)


def _written() -> File:
    state = state_of("all")
    assert state is not None
    return writing.file(state, "en")


def _fill(stage: Stage, number: int) -> str:
    """So many more public events with all that a calendar tells of, over half a year, in five zones; the slug of one."""
    with stage.app.app_context():
        cast = Cast(stage.app)
        host, other = cast.organization("Crowd"), cast.organization("Crowd beside it")
        with transaction():
            db.session.add(tag := Tag(slug="crowd", name={"en": "Crowd", "es": "Multitud"}))
        for each in range(number):
            event = cast.event(
                f"Crowded {each}, and others",
                starts=(clock.now() + timedelta(days=1 + each % 180, hours=each % 9)).replace(
                    microsecond=0, tzinfo=None
                ),
                timezone=ZONES[each % len(ZONES)],
                host=host,
                co_hosts=[other],
                tags=[tag],
                summary={"en": "A side event in two languages. " * 8, "es": "Un evento paralelo en dos idiomas. " * 8},
                venue={"name": "Hotel Figueroa", "street": "939 South Figueroa Street", "locality": "Los Angeles"},
            )
        return event.slug
