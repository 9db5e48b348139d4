"""One more person registers for an event that has a thousand already, and for one that has a hundred thousand.

The whole unit by the rules, in this process: five questions answered, two ways of attending under one limit, the record
of the form. Nothing of it may grow with the list.
"""

import gc
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from eventsvc import clock, tokens
from eventsvc.db import core, db, table_of, transaction
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.mail.models import Message
from eventsvc.questions.answered import Answered
from eventsvc.questions.asked import questions_of
from eventsvc.questions.models import OptionLimit
from eventsvc.registration import answers, log
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Answer, Registration
from eventsvc.registration.signup import sign_up
from eventsvc.vault import keyring
from tests.bench.asking import answered, asking_event
from tests.bench.exporting import person_row
from tests.bench.figures import Figure, Run, in_turns
from tests.bench.plan import Plan
from tests.bench.stage import Stage

MARK = 0.8
AT_ONCE = 2_000
Rows = list[dict[str, Any]]


def figures(stage: Stage, plan: Plan) -> Iterator[Figure]:
    """How many a second, beside the many and beside the few."""
    few, many = ((number, asking_event(stage, f"Crowd of {number}")[0]) for number in plan.crowds)
    for number, event_id in (few, many):
        fill(stage, event_id, number)
    with stage.app.app_context():
        core().execute(sa.text("ANALYZE"))  # PostgreSQL does that by itself, a minute later
        db.session.commit()
    beside_many, beside_few = in_turns(
        plan.times + 2, *(partial(_run, stage, each, plan) for each in (many[1], few[1]))
    )
    yield Figure(
        f"registration with five answers beside {many[0]:,}, {stage.kind}",
        beside_many.rate,
        "/s",
        beside_few.rate,
        f"the same beside {few[0]:,}, by the rules in one process",
        MARK,
        note=f"runs {beside_many.said()} and {beside_few.said()}; "
        f"{1000 / beside_many.rate:.2f} and {1000 / beside_few.rate:.2f} ms each",
    )


def _run(stage: Stage, event_id: int, plan: Plan) -> Run:
    number = max(10, plan.seats // 6)
    with stage.app.app_context():
        one = _one_more(event_id)
        one()
        gc.collect()
        begun = time.perf_counter()
        for _ in range(number):
            one()
        took = time.perf_counter() - begun
        db.session.rollback()
    return Run(number / took)


def _one_more(event_id: int) -> Callable[[], None]:
    event = db.session.get_one(Event, event_id)
    given = answered(questions_of(event_id, event.version))
    kind = db.session.scalars(sa.select(TicketType.id).where(TicketType.event_id == event_id)).first() or 0

    def one() -> None:
        form = tokens.new_form_id("registration", event.uid)
        sign_up(event, Signup("Ana Pérez", f"{uuid4().hex}@example.org", "en", kind, "1", given), form_id=form)

    return one


def fill(stage: Stage, event_id: int, number: int) -> None:
    """So many people, each with what a registration leaves behind: answers, a line in the log, a letter."""
    with stage.app.app_context():
        event = db.session.get_one(Event, event_id)
        given = answered(questions_of(event_id, event.version))
        kind = db.session.scalars(sa.select(TicketType.id).where(TicketType.event_id == event_id)).first() or 0
        _one_more(event_id)()
        letter = _a_letter(event_id)
        for start in range(1, number, AT_ONCE):
            people = [person_row(event, kind, n) for n in range(start, min(number, start + AT_ONCE))]
            with transaction():
                core().execute(sa.insert(table_of(Registration)), people)
                core().execute(sa.insert(table_of(Answer)), _their_answers(event, people, given))
                log.add([log.row(event.id, row["id"], "register", log.ATTENDEE, after="confirmed") for row in people])
                core().execute(sa.insert(table_of(Message)), [_another(letter, row) for row in people])
        with transaction():
            db.session.execute(sa.update(Quota).where(Quota.event_id == event_id).values(taken=number))
            limits = [limit for each in given for limit in each.option_limits]
            db.session.execute(sa.update(OptionLimit).where(OptionLimit.id.in_(limits)).values(taken=number))


def _their_answers(event: Event, people: Rows, given: tuple[Answered, ...]) -> Rows:
    keys = keyring().of_event(event.id)
    return [row for person in people for row in answers.rows(keys, event.id, person["id"], given)]


def _a_letter(event_id: int) -> dict[str, Any]:
    row = core().execute(sa.select(table_of(Message)).where(Message.event_id == event_id).limit(1)).one()
    return dict(row._mapping)


def _another(letter: dict[str, Any], person: dict[str, Any]) -> dict[str, Any]:
    row = uuid4()
    own = {"id": row, "message_id": f"{row}@example.org", "registration_id": person["id"], "created_at": clock.now()}
    return letter | own | {"recipient_index": person["email_index"]}
