"""The counters are compared with what there is, and set right on demand."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota
from eventsvc.questions.models import OptionLimit
from eventsvc.registration.recounting import recount
from eventsvc.registration.signup import sign_up
from eventsvc.retention import runs
from tests.factories import Cast
from tests.registration.journal import counters, goes
from tests.retention.asking import ask, person


@pytest.fixture
def event(context) -> Event:
    """Ana and Ben weave; Cleo did, and cancelled; Dan waits, and weaves as well."""
    made = Cast(context).event(capacity=2, days=3)
    ask(made, "workshop", ("weaving", 9), ("radio", 4), days=2)
    for who in ("ana", "cleo", "ben", "dan"):
        sign_up(made, person(made, who, workshop=["weaving"]))
    goes(made, "cleo")
    return made


def options() -> list[tuple[str, int]]:
    rows = db.session.execute(sa.select(OptionLimit.option, OptionLimit.taken).order_by(OptionLimit.id))
    return [(option, taken) for option, taken in rows]


def counted(event: Event, *, repair: bool = False) -> list[str]:
    with transaction():
        return recount(db.session.get_one(Event, event.id), repair=repair)


def spoil() -> None:
    with transaction():
        db.session.execute(sa.update(OptionLimit).values(taken=OptionLimit.taken + 1))
        db.session.execute(sa.update(Quota).values(taken=Quota.taken - 1))


def test_what_is_right_is_not_touched(event):
    assert counted(event) == []
    assert options() == [("weaving", 3), ("radio", 0)]


def test_what_is_wrong_is_named_and_stays_until_it_is_to_be_repaired(event):
    spoil()

    differences = counted(event)

    assert differences[1:] == [
        f"{event.slug}, workshop/weaving: taken 4, counted 3",
        f"{event.slug}, workshop/radio: taken 1, counted 0",
    ]
    assert counted(event) == differences
    assert counted(event, repair=True) == differences
    assert counted(event) == []
    assert options() == [("weaving", 3), ("radio", 0)]
    assert counters(event) == [(2, 2, 1)]


def test_the_record_of_what_was_chosen_is_not_lost_with_the_answers(event, stopped_clock):
    stopped_clock.moment = event.ends_at + timedelta(days=2)
    runs.run()

    assert counted(event, repair=True) == []
    assert options() == [("weaving", 3), ("radio", 0)]

    stopped_clock.moment = event.ends_at + timedelta(days=40)
    runs.run()
    assert counted(event, repair=True) == []
    assert (options(), counters(event)) == ([("weaving", 3), ("radio", 0)], [(2, 2, 1)])
