"""A known event brought into line: SEQUENCE and version rise when, and only when, they must."""

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events import files
from eventsvc.events.file_shape import BadFile, read
from eventsvc.events.models import Event, Programme
from eventsvc.events.tickets import Quota
from tests.events.test_files import SMALL, event, kinds, take

KIND = '[[event.ticket_type]]\nslug = "{0}"\nname.en = "{0}"\ncapacity = {1}\n'


def update(text):
    with transaction():
        done = files.apply(read(text), update=True)
    return done[0]


@pytest.fixture
def small(context):
    take(publish=True)
    found = event("small")
    return found.id, found.version, found.sequence


def now(small):
    found = db.session.get_one(Event, small[0], populate_existing=True)
    return found.version - small[1], found.sequence - small[2]


def test_the_same_file_again_changes_nothing(small):
    assert update(SMALL).changed == frozenset()
    assert now(small) == (0, 0)


def test_another_time_raises_version_and_sequence(small):
    done = update(SMALL.replace("T18:00", "T17:30"))

    assert (done.changed, done.matters) == ({"starts"}, True)
    assert now(small) == (1, 1)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (SMALL.replace('"Small"', '"Larger"'), "title"),
        (SMALL + 'co_hosts = ["Oxfam America"]\n', "co_hosts"),
        (SMALL + 'tags = ["report"]\n', "tags"),
        (SMALL + 'material.title.en = "Report"\n', "materials"),
        (SMALL + 'programme = "summit"\n', "programme_id"),
        (SMALL + "capacity = 9\n", "capacity"),
        (SMALL.replace("Alianza Americas", "Oxfam America"), "host_id"),
    ],
)
def test_what_calendars_do_not_show_as_a_move_raises_the_version_only(small, text, name):
    done = update(text)

    assert (done.changed, done.matters) == ({name}, False)
    assert now(small) == (1, 0)


def test_a_changed_capacity_leaves_the_counters_alone(small):
    with transaction():
        db.session.execute(sa.update(Quota).values(taken=3, waiting=2, last_number=5))

    update(SMALL + "capacity = 2\n")

    row = db.session.execute(sa.select(Quota.size, Quota.taken, Quota.waiting, Quota.last_number)).one()
    assert tuple(row) == (2, 3, 2, 5)


def test_ticket_types_are_resized_renamed_and_added_but_never_removed(context):
    take(SMALL + KIND.format("hall", 40))

    update(
        SMALL + KIND.format("hall", 50).replace('name.en = "hall"', 'name.en = "In the hall"') + KIND.format("press", 5)
    )

    assert kinds("small") == {"hall": [50], "press": [5]}
    with pytest.raises(BadFile, match="has the ticket type press"):
        update(SMALL + KIND.format("hall", 50))


def test_a_limit_over_all_cannot_come_or_go(context):
    take(SMALL + KIND.format("hall", 40))

    with pytest.raises(BadFile, match="limit over all ticket types"):
        update(SMALL + "capacity = 10\n" + KIND.format("hall", 40))


def test_a_co_sponsor_stays_one(small):
    update(SMALL + 'co_hosts = ["Oxfam America"]\n')
    with transaction():
        db.session.get_one(Event, small[0]).co_hosts[0].role = "co_sponsor"

    update(SMALL + 'co_hosts = ["Sin Fronteras", "Oxfam America"]\n')

    found = db.session.get_one(Event, small[0], populate_existing=True)
    assert [(each.organization.name, each.role) for each in found.co_hosts] == [
        ("Sin Fronteras", "co_host"),
        ("Oxfam America", "co_sponsor"),
    ]


def test_a_renamed_programme_makes_its_events_pages_stale(small):
    named = '[[programme]]\nslug = "summit"\nname.en = "{}"\n'
    update(SMALL + 'programme = "summit"\n' + named.format("Summit"))
    before = now(small)

    with transaction():
        files.apply(read(named.format("Ninth Summit")), update=True)

    assert now(small) == (before[0] + 1, before[1])
    assert db.session.scalars(sa.select(Programme.name)).one() == {"en": "Ninth Summit"}
