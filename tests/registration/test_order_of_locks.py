"""Whoever takes a limited option holds the quotas first, as organizers do who change it: nobody waits for each other."""

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.editing import touch
from eventsvc.events.tickets import Approval
from eventsvc.questions.wordings import Choice
from tests.questions.writing import ask, both, comes, slugs
from tests.registration.journal import ticket_type


@pytest.mark.parametrize("approval", [Approval.SEAT_AFTER, Approval.KEEPS_SEAT])
def test_also_who_gets_no_seat_before_somebody_decides(context, cast, approval):
    event = cast.event(capacity=9)
    with transaction():
        ticket_type(event).approval = approval
        touch(event)
    asked = ask(event, "Workshop?", Choice(both("Masks"), size=5), "None")
    said: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", note := lambda *given: said.append(given[2]))

    comes(event, "ana", (asked, slugs(asked)[0]))

    sa.event.remove(db.engine, "before_cursor_execute", note)
    held = [number for number, sql in enumerate(said) if sql.startswith("SELECT") and "quotas.last_number" in sql]
    taken = [number for number, sql in enumerate(said) if sql.startswith("UPDATE option_limits")]
    assert len(taken) == 1
    assert min(held) < taken[0]
