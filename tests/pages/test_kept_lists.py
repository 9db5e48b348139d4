"""Lists are kept rendered while they are true; nobody can tell, but by their speed."""

from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events import editing, kept_lists
from eventsvc.events.fullness import Fullness, Seats, fullness
from eventsvc.events.models import Event, Organization
from eventsvc.events.tickets import Quota
from tests.pages.counting import statements

HOST = "/en/organizations/alianza-americas"


def set_seats(app, event, **values):
    with app.app_context(), transaction():
        db.session.execute(sa.update(Quota).where(Quota.event_id == event.id).values(**values))


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize("path", ["/en/", "/es/", HOST])
def test_a_list_that_is_still_true_costs_small_questions_only(app, client, cast, path):
    for number in range(3):
        cast.event(f"Event {number}")
    first = client.get(path)

    with statements(app) as asked:
        again = client.get(path)

    assert (again.status_code, again.data) == (200, first.data)
    assert len(asked) <= 3  # on SQLite they go to the driver itself, and are not seen here


@pytest.mark.usefixtures("stopped_clock")
def test_what_others_add_to_a_link_makes_no_other_page(app, client, cast):
    cast.event()
    first = client.get("/en/?fbclid=one")

    with statements(app) as asked:
        again = client.get("/en/?fbclid=two&utm_source=chat")

    assert (again.status_code, again.data) == (200, first.data)
    assert len(asked) <= 3


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize("path", ["/en/", HOST])
def test_every_change_shows_at_once(app, client, cast, path):
    event = cast.event("Assembly", capacity=20)
    seen = [client.get(path).text]

    def see(change):
        change()
        seen.append(client.get(path).text)
        assert client.get(path).text == seen[-1]

    def in_transaction(deed):
        with app.app_context(), transaction():
            deed(db.session.get_one(Event, event.id))

    see(lambda: in_transaction(lambda row: editing.change(row, title={"en": "Gathering", "es": "Encuentro"})))
    see(lambda: cast.event("Another"))
    see(lambda: set_seats(app, event, taken=18))
    see(lambda: set_seats(app, event, taken=20))
    see(lambda: set_seats(app, event, taken=0))
    see(lambda: in_transaction(editing.cancel))

    assert "Gathering" in seen[1]
    assert "Another" in seen[2]
    assert "Few places left" in seen[3]
    assert "Full, with a waitlist" in seen[4]
    assert seen[5] == seen[2]
    assert len(set(seen)) == 6


def test_a_list_that_is_asked_for_all_day_takes_the_room_of_one_page(app, client, cast, stopped_clock):
    event = cast.event()
    client.get(f"/en/events/{event.slug}")
    pages = app.extensions["eventsvc.pages"]
    client.get("/en/")
    before = len(pages.rendered), len(pages.lists)

    for _second in range(5):
        stopped_clock.forward(seconds=1)
        client.get("/en/")

    assert (len(pages.rendered), len(pages.lists)) == before


@pytest.mark.usefixtures("stopped_clock")
def test_a_new_name_of_an_organization_without_events_shows_at_once(app, client, cast):
    cast.organization("Lonely Voices")
    path = "/en/organizations/lonely-voices"
    assert "Lonely Voices" in client.get(path).text

    with app.app_context(), transaction():
        db.session.execute(sa.update(Organization).where(Organization.slug == "lonely-voices").values(name="Choir"))

    assert "Choir" in client.get(path).text


def test_what_the_clock_changes_shows_within_a_second(client, cast, stopped_clock):
    ends = stopped_clock.moment.replace(tzinfo=None, microsecond=0) + timedelta(hours=1)
    cast.event("Assembly", timezone="UTC", starts=ends - timedelta(hours=2), ends=ends)
    ahead = client.get("/en/").text

    stopped_clock.forward(seconds=3601)

    assert client.get("/en/").text != ahead


def test_seats_are_asked_for_as_they_are_said(context, cast):
    """What the question calls full or few is what the words are made of."""
    event = cast.event(capacity=1)
    quota = db.session.scalars(sa.select(Quota).where(Quota.event_id == event.id)).one()

    for size, taken, waiting in product(
        [None, 0, 1, 3, 10, 39, 40, 41, 100], [0, 1, 7, 35, 36, 37, 90, 99, 100], [0, 1]
    ):
        if size is not None and taken > size:
            continue
        with transaction():
            values = {"size": size, "taken": taken, "waiting": waiting}
            db.session.execute(sa.update(Quota).where(Quota.id == quota.id).values(**values))
        word = fullness(Seats(1, size, taken, waiting), waitlist=True)
        expected = {Fullness.WAITLIST: [(quota.id, True)], Fullness.FEW: [(quota.id, False)]}.get(word, [])
        assert [(row[0], bool(row[1])) for row in kept_lists.seats()] == expected, (size, taken, waiting)
