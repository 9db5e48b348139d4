"""Limits and ticket types: raising moves the waitlist at once, lowering takes nothing from anybody."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.mail.models import Message
from tests.organizers.staff import form_on, says


def places(event):
    return f"/organize/events/{event.slug}/places"


def limits(event):
    return f"/organize/events/{event.slug}/limits"


def size_field(member, event, number=0):
    return [name for name in form_on(member.get(places(event)))[1] if name.startswith(("size_", "limit_"))][number]


def kinds(staff, event):
    """(slug, sizes of its limits) of each ticket type, in their order."""
    with staff.app.app_context():
        rows = db.session.scalars(
            sa.select(TicketType).where(TicketType.event_id == event.id).order_by(TicketType.position, TicketType.id)
        )
        return [(kind.slug, sorted((q.size is None, q.size or 0) for q in kind.quotas)) for kind in rows]


def kind_id(staff, slug):
    with staff.app.app_context():
        return db.session.scalar(sa.select(TicketType.id).where(TicketType.slug == slug))


def limit_id(staff, name):
    with staff.app.app_context():
        return db.session.scalar(sa.select(Quota.id).where(Quota.name == name))


def sized(*sizes):
    return sorted((size is None, size or 0) for size in sizes)


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
    for page in (places(event), f"/organize/events/{event.slug}"):
        assert says(member.get(page), "where there are 2 people too many since it was lowered.")


def test_an_empty_limit_is_no_limit(staff):
    event = staff.event(capacity=0)
    staff.signs_up(event, "Ana")
    member = staff.member()

    member.fill(places(event), **{size_field(member, event): ""})

    assert staff.statuses(event) == ["confirmed"]
    assert says(member.get("/organize/"), "1 person has a place, no limit")


@pytest.mark.parametrize("typed", ["-1", "many", "1000001", "12345678901"])
def test_what_is_no_number_of_places_is_said_beside_it_and_stays(staff, typed):
    event = staff.event(capacity=60)
    member = staff.member()

    answer = member.fill(places(event), **{size_field(member, event): typed})

    assert answer.status_code == 422
    assert form_on(answer)[1][size_field(member, event)] == typed
    assert kinds(staff, event) == [("general", sized(60))]


def test_a_limit_that_was_not_on_the_page_is_left_alone(staff):
    """Somebody else has added a ticket type since the page was opened."""
    event = staff.event(kinds=[("hall", 2), ("online", 3)])
    member = staff.member()
    page = member.get(places(event))
    first, second = size_field(member, event), size_field(member, event, 1)

    member.fill(page, **{first: "5", second: None})

    assert kinds(staff, event) == [("hall", sized(5)), ("online", sized(3))]


def test_the_sum_stands_on_the_page_line_by_line(staff):
    event = staff.event(capacity=3)
    for name in ("Ana", "Beto"):
        staff.signs_up(event, name)
    member = staff.member()

    for page in (member.get(places(event)), member.get(f"/organize/events/{event.slug}")):
        assert says(page, "With a place 2 Offered, not answered yet 0 To be decided, place kept 0 Free 1 Places 3")
        assert says(page, "Nobody is waiting.")


def test_several_sums_leave_out_the_lines_that_are_0_in_all_of_them(staff):
    event = staff.event(kinds=[("hall", 2), ("online", 3)])
    staff.signs_up(event, "Ana")
    member = staff.member()
    assert says(member.get(places(event)), "hall With a place 1 Free 1 Places 2")

    member.fill(f"/organize/events/{event.slug}/rules", offer_hours="24")

    assert says(member.get(places(event)), "hall With a place 1 Offered, not answered yet 0 Free 1 Places 2")


def test_who_is_to_be_decided_without_a_place_kept_is_named_beside_the_sums(staff):
    event = staff.event(capacity=1)
    member = staff.member()
    member.fill(f"{places(event)}/{kind_id(staff, 'general')}", approval="keeps_seat")
    for name in ("Ana", "Beto"):
        staff.signs_up(event, name)

    page = member.get(places(event))

    assert staff.statuses(event) == ["pending", "pending"]
    assert says(page, "To be decided, place kept 1 Free 0 Places 1")
    assert says(page, "1 person is waiting for your decision without a place kept, and is in none of these sums.")


def test_a_copy_of_the_event_has_its_ticket_types_as_they_are_and_its_limits_by_name(staff):
    event = staff.event(kinds=[("hall", 5), ("online", None)])
    member = staff.member()
    hall = kind_id(staff, "hall")
    closes = (event.starts - timedelta(days=1)).isoformat(timespec="minutes")
    member.fill(f"{places(event)}/{hall}", description_en="D", description_es="D", closes=closes, approval="seat_after")
    member.fill(f"{limits(event)}/new", name="Headsets", size="3", kinds=[str(hall)])
    member.fill(f"/organize/events/{event.slug}/rules", party_most="3", offer_hours="12", waitlist_paused="y")
    moved = {
        name: (getattr(event, name) + timedelta(days=7)).isoformat(timespec="minutes") for name in ("starts", "ends")
    }

    member.fill(f"/organize/events/{event.slug}/clone", title="Again", **moved)

    copy = staff.by_title("Again")
    assert (copy.party_most, copy.offer_hours, copy.waitlist_paused) == (3, 12, False)
    assert says(member.get(places(copy)), "Headsets With a place 0")
    with staff.app.app_context():
        made = db.session.scalars(
            sa.select(TicketType).where(TicketType.event_id == copy.id, TicketType.slug == "hall")
        ).one()
    assert (made.description, made.approval) == ({"en": "D", "es": "D"}, "seat_after")
    assert made.closes == event.starts + timedelta(days=6)


def test_a_second_ticket_type_needs_names_in_every_language_and_so_does_the_first(staff):
    event = staff.event(capacity=60)
    member = staff.member()

    refused = member.fill(f"{places(event)}/new", name_en="Online", size="1000")
    assert refused.status_code == 422
    assert says(refused, "Enter a name: people choose by it.")
    assert form_on(refused)[1]["name_en"] == "Online"

    first = kind_id(staff, "general")
    named = {f"name_{first}_en": "Hall", f"name_{first}_es": "Salón", "name_es": "En línea"}
    assert member.fill(refused, **named).status_code == 303
    assert kinds(staff, event) == [("general", sized(60)), ("online", sized(1000))]
    assert says(member.get(places(event)), "Hall")


def test_a_ticket_type_has_its_wording_its_window_and_who_decides(staff):
    event = staff.event(kinds=[("hall", 2), ("online", 3)])
    member = staff.member()
    page = f"{places(event)}/{kind_id(staff, 'online')}"

    answer = member.fill(
        page,
        name_en="From home",
        description_en="You get a link.",
        description_es="Recibe un enlace.",
        opens="2027-05-01T09:00",
        closes="2027-05-14T18:00",
        approval="seat_after",
        after="0",
    )

    assert answer.status_code == 303
    shown = form_on(member.get(page))[1]
    assert shown["name_en"] == "From home"
    assert (shown["description_en"], shown["description_es"]) == ("You get a link.", "Recibe un enlace.")
    assert (shown["opens"], shown["closes"]) == ("2027-05-01T09:00", "2027-05-14T18:00")
    assert (shown["approval"], shown["after"], shown["size"]) == ("seat_after", "0", "3")
    assert [slug for slug, _ in kinds(staff, event)] == ["online", "hall"]


def test_its_own_limit_raised_on_its_page_moves_the_queue_as_well(staff):
    event = staff.event(kinds=[("hall", 0), ("online", 3)])
    staff.signs_up(event, "Ana")
    member = staff.member()

    member.fill(f"{places(event)}/{kind_id(staff, 'hall')}", size="1")

    assert staff.statuses(event) == ["confirmed"]
    assert says(member.get(places(event)), "1 person moved up from the waitlist.")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"closes": "2027-05-01T09:00", "opens": "2027-05-02T09:00"}, "must be after its beginning"),
        ({"opens": "2027-03-14T02:30"}, "does not exist there"),
        ({"opens": "yesterday"}, "Enter a date and a time"),
        ({"description_en": "Only in English"}, "Write it in this language too"),
        ({"name_es": ""}, "Enter a name: people choose by it."),
        ({"approval": "perhaps"}, "Choose one of these."),
        ({"after": "77777"}, "Choose one of these."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_typed_is_lost(staff, typed, sentence):
    event = staff.event(kinds=[("hall", 2), ("online", 3)])
    member = staff.member()

    answer = member.fill(f"{places(event)}/{kind_id(staff, 'online')}", **{"name_en": "From home"} | typed)

    assert answer.status_code == 422
    assert says(answer, sentence)
    kept = form_on(answer)[1]
    assert kept["name_en"] == "From home"
    assert {name: kept[name] for name in typed if name not in {"approval", "after"}} == {
        name: value for name, value in typed.items() if name not in {"approval", "after"}
    }


def test_a_new_ticket_type_counts_for_the_limits_over_all_of_the_others(staff):
    event = staff.event(kinds=[("hall", 2), ("online", None)], capacity=4)
    member = staff.member()

    member.fill(f"{places(event)}/new", name_en="Press", name_es="Prensa")

    assert kinds(staff, event)[-1] == ("press", sized(4, None))


def test_a_ticket_type_goes_only_while_nobody_has_it(staff):
    event = staff.event(kinds=[("hall", 2), ("online", 3)], capacity=4)
    staff.signs_up(event, "Ana", kind=0)
    member = staff.member()
    hall, online = kind_id(staff, "hall"), kind_id(staff, "online")

    assert not says(member.get(f"{places(event)}/{hall}"), "Remove a ticket type")
    assert member.post(f"{places(event)}/{hall}/removal", page=places(event)).status_code == 409
    assert member.post(f"{places(event)}/{online + 1000}/removal", page=places(event)).status_code == 404
    assert member.press(f"{places(event)}/{online}", "removal").status_code == 303
    assert kinds(staff, event) == [("hall", sized(2))]


def test_the_last_ticket_type_stays_and_keeps_the_smaller_limit(staff):
    event = staff.event(kinds=[("hall", 2), ("online", 3)], capacity=4)
    member = staff.member()
    hall, online = kind_id(staff, "hall"), kind_id(staff, "online")

    assert member.post(f"{places(event)}/{online}/removal", page=places(event)).status_code == 303
    assert member.post(f"{places(event)}/{hall}/removal", page=places(event)).status_code == 409
    with staff.app.app_context():
        assert db.session.scalars(sa.text("SELECT size FROM quotas")).all() == [2]


def test_the_room_over_all_ticket_types_has_a_limit_of_its_own(staff):
    event = staff.event(kinds=[("hall", 2), ("online", None)], capacity=2)
    for name in ("Ana", "Beto", "Carla"):
        staff.signs_up(event, name, kind=1)
    member = staff.member()
    assert says(member.get(places(event)), "All ticket types together")

    member.fill(places(event), **{size_field(member, event, 2): "3"})

    assert staff.statuses(event) == ["confirmed"] * 3


def test_a_shared_limit_over_some_ticket_types_is_added_renamed_resized_and_removed(staff):
    event = staff.event(kinds=[("hall", 5), ("balcony", 5), ("online", None)])
    staff.signs_up(event, "Ana", kind=0)
    member = staff.member()
    hall, balcony, online = (str(kind_id(staff, slug)) for slug in ("hall", "balcony", "online"))

    made = member.fill(f"{limits(event)}/new", name="Headsets", size="2", kinds=[hall, balcony])
    assert made.status_code == 303
    assert kinds(staff, event) == [("hall", sized(5, 2)), ("balcony", sized(5, 2)), ("online", sized(None))]
    assert says(member.get(places(event)), "Headsets With a place 1")

    page = f"{limits(event)}/{limit_id(staff, 'Headsets')}"
    assert member.fill(page, name="Receivers", size="3", kinds=[balcony, online]).status_code == 303
    assert kinds(staff, event) == [("hall", sized(5)), ("balcony", sized(5, 3)), ("online", sized(None, 3))]
    assert says(member.get(places(event)), "Receivers With a place 0")

    assert member.press(page, "removal").status_code == 303
    assert kinds(staff, event) == [("hall", sized(5)), ("balcony", sized(5)), ("online", sized(None))]


def test_a_shared_limit_needs_a_name_and_something_to_be_over(staff):
    event = staff.event(kinds=[("hall", 5), ("online", None)])
    member = staff.member()

    answer = member.fill(f"{limits(event)}/new", name="  ", size="7", kinds=[])

    assert answer.status_code == 422
    assert says(answer, "Enter a name. Only organizers see it.")
    assert says(answer, "Choose at least one ticket type.")
    assert form_on(answer)[1]["size"] == "7"


def test_while_people_wait_for_it_a_limit_is_not_taken_from_them(staff):
    event = staff.event(kinds=[("hall", 5), ("online", None)])
    member = staff.member()
    hall, online = str(kind_id(staff, "hall")), str(kind_id(staff, "online"))
    member.fill(f"{limits(event)}/new", name="The room", size="1", kinds=[hall, online])
    for name in ("Ana", "Beto"):
        staff.signs_up(event, name, kind=1)
    page = f"{limits(event)}/{limit_id(staff, 'The room')}"

    changed = member.fill(page, name="The other room", kinds=[hall])
    removed = member.press(page, "removal")

    for answer in (changed, removed):
        assert answer.status_code == 422
        assert says(answer, "People are waiting for a place under this limit")
    assert form_on(changed)[1]["name"] == "The other room"
    assert kinds(staff, event) == [("hall", sized(5, 1)), ("online", sized(None, 1))]
    assert limit_id(staff, "The other room") is None  # all or nothing


def test_the_limit_a_ticket_type_has_alone_is_no_shared_one(staff):
    event = staff.event(kinds=[("hall", 5), ("online", None)])
    member = staff.member()
    with staff.app.app_context():
        own = db.session.scalar(sa.select(Quota.id).where(Quota.size == 5))

    assert member.get(f"{limits(event)}/{own}").status_code == 404
    assert member.post(f"{limits(event)}/{own}/removal", page=places(event)).status_code == 404
