"""Limits and ticket types: raising moves the waitlist at once, lowering takes nothing from anybody."""

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.mail.models import Message
from tests.organizers.staff import form_on, says


def places(event):
    return f"/organize/events/{event.slug}/places"


def size_field(member, event, number=0):
    return [name for name in form_on(member.get(places(event)))[1] if name.startswith("size_")][number]


def test_a_higher_limit_moves_the_waitlist_in_the_same_transaction(staff):
    event = staff.event(capacity=1)
    for name in ("Ana", "Beto", "Carla", "Dora"):
        staff.signs_up(event, name)
    member = staff.member()

    answer = member.fill(places(event), **{size_field(member, event): "3"})

    assert answer.status_code == 303
    assert says(member.get(places(event)), "2 people moved up from the waitlist.")
    assert staff.statuses(event) == ["confirmed", "confirmed", "confirmed", "waitlisted"]
    with staff.app.app_context():
        letters = db.session.scalars(sa.select(Message.letter).where(Message.letter == "promoted")).all()
    assert len(letters) == 2


def test_a_lower_limit_takes_no_place_away_and_the_page_says_by_how_many_it_is_over(staff):
    event = staff.event(capacity=5)
    for name in ("Ana", "Beto", "Carla"):
        staff.signs_up(event, name)
    member = staff.member()

    member.fill(places(event), **{size_field(member, event): "1"})

    assert staff.statuses(event) == ["confirmed"] * 3
    assert says(member.get(places(event)), "That is 2 people too many")
    assert says(member.get("/organize/"), "2 people too many")
    staff.signs_up(event, "Dora")
    assert staff.statuses(event)[-1] == "waitlisted"


def test_an_empty_limit_is_no_limit(staff):
    event = staff.event(capacity=0)
    staff.signs_up(event, "Ana")
    member = staff.member()

    member.fill(places(event), **{size_field(member, event): ""})

    assert staff.statuses(event) == ["confirmed"]
    assert says(member.get("/organize/"), "1 person has a place, no limit")


def test_a_second_ticket_type_needs_names_in_every_language(staff):
    event = staff.event(capacity=60)
    member = staff.member()

    refused = member.fill(places(event), name_more_en="Online", size_more="1000")
    assert refused.status_code == 422
    assert says(refused, "Enter a name: people choose by it.")

    first = size_field(member, event).removeprefix("size_")
    named = {f"name_{first}_en": "Hall", f"name_{first}_es": "Salón", "name_more_es": "En línea"}
    assert member.fill(refused, **named).status_code == 303
    with staff.app.app_context():
        kinds = db.session.execute(sa.text("SELECT slug, position FROM ticket_types ORDER BY position")).all()
        sizes = db.session.scalars(sa.text("SELECT size FROM quotas ORDER BY id")).all()
    assert kinds == [("general", 0), ("online", 1)]
    assert sizes == [60, 1000]


def test_a_ticket_type_goes_only_while_nobody_has_it(staff):
    event = staff.event(kinds=[("hall", 2), ("online", 3)], capacity=4)
    staff.signs_up(event, "Ana", kind=0)
    member = staff.member()
    with staff.app.app_context():
        hall, online = db.session.scalars(sa.text("SELECT id FROM ticket_types ORDER BY position")).all()

    assert member.post(f"{places(event)}/{hall}/removal", page=places(event)).status_code == 409
    assert member.post(f"{places(event)}/{online + 1000}/removal", page=places(event)).status_code == 404


def test_the_last_ticket_type_stays_and_keeps_the_smaller_limit(staff):
    event = staff.event(kinds=[("hall", 2), ("online", 3)], capacity=4)
    member = staff.member()
    with staff.app.app_context():
        hall, online = db.session.scalars(sa.text("SELECT id FROM ticket_types ORDER BY position")).all()

    assert member.post(f"{places(event)}/{online}/removal", page=places(event)).status_code == 303
    assert member.post(f"{places(event)}/{hall}/removal", page=places(event)).status_code == 409
    with staff.app.app_context():
        assert db.session.scalars(sa.text("SELECT size FROM quotas")).all() == [2]


def test_the_room_over_all_ticket_types_has_a_limit_of_its_own(staff):
    event = staff.event(kinds=[("hall", 2), ("online", None)], capacity=2)
    for name in ("Ana", "Beto", "Carla"):
        staff.signs_up(event, name, kind=1)
    member = staff.member()

    member.fill(places(event), room="3")

    assert staff.statuses(event) == ["confirmed"] * 3
