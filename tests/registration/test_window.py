"""When registration opens and closes by the clock of the place, also in a night in which an hour comes twice."""

from datetime import UTC, datetime

import pytest

from eventsvc.db import transaction
from eventsvc.errors import Closed, NotYetOpen
from eventsvc.events import queries
from eventsvc.registration.choices import choices_of
from tests.factories import Cast
from tests.registration.journal import comes, ticket_type

DOUBLED = datetime.fromisoformat("2027-11-07T01:30")  # in Los Angeles at 8:30 and at 9:30 UTC


def at(hour: int, minute: int) -> datetime:
    return datetime(2027, 11, 7, hour, minute, tzinfo=UTC)


@pytest.fixture
def cast_of_2027(context, stopped_clock) -> Cast:
    stopped_clock.moment = at(8, 0)
    return Cast(context)


def test_registration_opens_at_the_first_of_two(cast_of_2027, stopped_clock):
    event = cast_of_2027.event(registration_opens=DOUBLED)
    stopped_clock.moment = at(8, 29)
    with pytest.raises(NotYetOpen):
        comes(event, "ana")

    stopped_clock.moment = at(8, 30)

    assert comes(event, "ana").status == "confirmed"


def test_registration_closes_at_the_second_of_two(cast_of_2027, stopped_clock):
    event = cast_of_2027.event(registration_closes=DOUBLED)
    stopped_clock.moment = at(9, 29)
    assert comes(event, "ana").status == "confirmed"

    stopped_clock.moment = at(9, 30)

    with pytest.raises(Closed):
        comes(event, "amir")


def test_a_way_of_attending_opens_at_the_first_and_closes_at_the_second(cast_of_2027, stopped_clock):
    event = cast_of_2027.event(kinds=[("early", 5), ("late", 5)])
    with transaction():
        ticket_type(event, "late").opens = ticket_type(event, "early").closes = DOUBLED

    refused = []
    for moment in (at(8, 29), at(8, 30), at(9, 29), at(9, 30)):
        stopped_clock.moment = moment
        refused.append([choice.ticket_type.slug for choice in choices_of(event) if choice.refusal])

    assert refused == [["late"], [], [], ["early"]]


def test_pages_say_the_same_as_the_rules_and_an_embargo_ends_with_the_second(cast_of_2027):
    event = cast_of_2027.event(
        registration_opens=DOUBLED,
        registration_closes=DOUBLED,
        materials=[({"en": "Report", "es": "Informe"}, DOUBLED)],
    )

    facts = queries.facts(event.slug)

    assert facts is not None
    said = [facts.opens_at, facts.closes_at, facts.materials[0].released]
    assert [moment and moment.astimezone(UTC) for moment in said] == [at(8, 30), at(9, 30), at(9, 30)]
    assert [event.opens_at, event.closes_at] == [facts.opens_at, facts.closes_at]
