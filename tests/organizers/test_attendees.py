"""The list at the desk: in order, adding up, found by name and address, and what an organizer does for one person."""

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.mail.models import Message
from eventsvc.registration.models import Registration
from tests.organizers.staff import form_on, says


def page_of(event):
    return f"/organize/events/{event.slug}/attendees"


def letters(staff):
    with staff.app.app_context():
        return db.session.scalars(sa.select(Message.letter).order_by(Message.created_at, Message.id)).all()


@pytest.fixture
def event(staff):
    return staff.event(capacity=3)


def test_registrations_stand_in_their_order_and_the_numbers_add_up(staff, event):
    ids = [staff.signs_up(event, name) for name in ("Zoe", "Ana", "Beto", "Carla", "Dora")]
    staff.cancels(ids[1])

    page = staff.member("viewer").get(page_of(event))

    assert page.text.index("Zoe") < page.text.index("Ana") < page.text.index("Beto") < page.text.index("Dora")
    assert says(page, "All 5")
    assert says(page, "Has a place 3")
    assert says(page, "Waiting 1")
    assert says(page, "Registration cancelled 1")
    overview = staff.member().get(f"/organize/events/{event.slug}")
    assert says(overview, "All together 5")


def test_the_list_by_status_holds_only_that_status(staff, event):
    for name in ("Ana", "Beto", "Carla", "Dora"):
        staff.signs_up(event, name)

    page = staff.member().get(f"{page_of(event)}?status=waitlisted")

    assert "Dora" in page.text
    assert "Carla" not in page.text
    assert staff.member().get(f"{page_of(event)}?status=famous").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "x", "１", "99999999999999999999"])
def test_a_page_that_does_not_exist_is_not_found(staff, event, number):
    assert staff.member().get(f"{page_of(event)}?page={number}").status_code == 404


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("JOSE", {"José Núñez"}),
        ("nunez", {"José Núñez", "Ana Nuñez"}),
        ("jose@example.org", {"José Núñez"}),
        ("JOSE@EXAMPLE.ORG", {"José Núñez"}),
        ("@example.org", {"José Núñez", "Ana Nuñez"}),
        ("%", set()),
        ("_", set()),
        (".*", set()),
        ("", set()),
        ("nobody", set()),
    ],
)
def test_people_are_found_by_name_and_address(staff, event, text, found):
    staff.signs_up(event, "José Núñez", "jose@example.org")
    staff.signs_up(event, "Ana Nuñez", "ana@example.org")
    member = staff.member("viewer")

    page = member.fill(page_of(event), "search", text=text)

    assert page.status_code == 200
    assert {name for name in ("José Núñez", "Ana Nuñez") if name in page.text} == found
    assert says(page, f"{len(found)} {'person' if len(found) == 1 else 'people'} found.")


def test_the_name_looked_for_stands_in_no_address(staff, event):
    staff.signs_up(event, "Ana")

    answer = staff.member().fill(page_of(event), "search", text="Ana")

    assert answer.request.query_string == b""
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_list_page_asks_the_same_number_of_queries_for_one_row_and_for_three(staff, event):
    member = staff.member()

    def queries(path):
        asked = []
        with staff.app.app_context():
            engine = db.engine

        def count(*arguments):
            asked.append(arguments[2])

        sa.event.listen(engine, "before_cursor_execute", count)
        try:
            assert member.get(path).status_code == 200
        finally:
            sa.event.remove(engine, "before_cursor_execute", count)
        return len(asked)

    paths = ("/organize/", page_of(event), f"/organize/events/{event.slug}", f"/organize/events/{event.slug}/door")
    staff.signs_up(event, "Ana")
    with_one = [queries(path) for path in paths]
    staff.signs_up(event, "Beto")
    staff.signs_up(event, "Carla")
    for title in ("Two", "Three"):
        staff.event(title)
    with_three = [queries(path) for path in paths]

    assert with_one == with_three
    assert max(with_one) <= 20


def test_a_correction_of_the_name_keeps_the_link_and_sends_nothing(staff, event):
    made = staff.signs_up(event, "Anna")
    member, page = staff.member(), f"{page_of(event)}/{made}"
    before = letters(staff)

    assert member.fill(page, "correction", name="Ana").status_code == 303

    assert says(member.get(page), "Ana")
    assert letters(staff) == before


def test_a_correction_of_the_address_kills_the_old_link(staff, event):
    made = staff.signs_up(event, "Ana", "ana@exmaple.org")
    with staff.app.app_context():
        old = db.session.get_one(Registration, made).secret_hash

    staff.member().fill(f"{page_of(event)}/{made}", "correction", email="ana@example.org")

    with staff.app.app_context():
        assert db.session.get_one(Registration, made).secret_hash != old
    assert set(letters(staff)) == {"confirmed", "moved_away", "corrected"}


def test_an_address_that_is_in_already_is_refused_beside_the_field(staff, event):
    made = staff.signs_up(event, "Ana")
    staff.signs_up(event, "Beto")

    answer = staff.member().fill(f"{page_of(event)}/{made}", "correction", email="BETO@example.org")

    assert answer.status_code == 422
    assert says(answer, "This address is registered for the event already.")


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 50_000}, {"email": "no address"}, {"language": "xx"}, {"name": "\u202e\u200b"}],
)
def test_a_wrong_correction_changes_nothing(staff, event, wrong):
    made = staff.signs_up(event, "Ana")
    member, page = staff.member(), f"{page_of(event)}/{made}"

    assert member.fill(page, "correction", **wrong).status_code == 422
    assert says(member.get(page), "ana@example.org")


def test_the_link_is_sent_again_at_most_three_times_an_hour(staff, event):
    made = staff.signs_up(event, "Ana")
    member, page = staff.member(), f"{page_of(event)}/{made}"

    for _press in range(4):
        assert member.press(page, "link").status_code == 303

    assert letters(staff) == ["confirmed", "my_link", "my_link"]


def test_cancelling_somebodys_registration_moves_the_next_up_and_tells_both(staff):
    event = staff.event(capacity=1)
    made = staff.signs_up(event, "Ana")
    staff.signs_up(event, "Beto")
    member = staff.member()

    answer = member.fill(f"{page_of(event)}/{made}", "cancellation", note="You asked for it by phone.")

    assert answer.status_code == 303
    assert staff.statuses(event) == ["cancelled", "confirmed"]
    assert sorted(letters(staff)) == ["cancelled_by_organizer", "confirmed", "promoted", "waitlisted"]
    assert says(member.get(f"{page_of(event)}/{made}"), "Registration cancelled")


def test_a_person_is_added_by_hand_with_and_without_an_address(staff, event):
    member = staff.member()

    answers = [
        member.fill(f"{page_of(event)}/new", name="Walk-in"),
        member.fill(f"{page_of(event)}/new", name="Walk-in"),
        member.fill(f"{page_of(event)}/new", name="Ana", email="ana@example.org", language="es"),
        member.fill(f"{page_of(event)}/new", name="Late"),
    ]

    assert [answer.status_code for answer in answers] == [303] * 4
    assert staff.statuses(event) == ["confirmed"] * 3 + ["waitlisted"]
    assert letters(staff) == ["added_by_organizer"]
    again = member.fill(f"{page_of(event)}/new", name="Ana", email="Ana@example.org")
    assert again.status_code == 422
    assert says(again, "This address is registered for the event already.")


def test_nobody_is_added_where_there_is_neither_a_place_nor_a_waitlist(staff):
    event = staff.event(capacity=0, waitlist=False)

    answer = staff.member().fill(f"{page_of(event)}/new", name="Ana")

    assert answer.status_code == 422
    assert says(answer, "All places are taken")


def test_nobody_is_added_to_a_draft(staff):
    event = staff.event(published=False)

    assert staff.member().fill(f"{page_of(event)}/new", name="Ana").status_code == 409


def test_a_ticket_type_of_another_event_is_none(staff, event):
    other = staff.event("Other")
    member = staff.member()
    theirs = form_on(member.get(f"{page_of(other)}/new"))[1]["ticket_type"]

    assert member.fill(f"{page_of(event)}/new", name="Ana", ticket_type=theirs).status_code == 422


def test_a_person_of_another_event_is_not_found_under_this_one(staff, event):
    other = staff.event("Other")
    made = staff.signs_up(other, "Ana")

    assert staff.member().get(f"{page_of(event)}/{made}").status_code == 404
    assert staff.member().get(f"{page_of(other)}/{made}").status_code == 200


def test_a_viewer_reads_and_has_no_button(staff, event):
    made = staff.signs_up(event, "Ana")
    viewer = staff.member("viewer")

    page = viewer.get(f"{page_of(event)}/{made}")

    assert says(page, "ana@example.org")
    assert "cancellation" not in page.text
    assert "attendees.csv" not in viewer.get(page_of(event)).text


def test_the_door_list_has_names_and_ways_sorted_and_no_address(staff):
    event = staff.event(kinds=[("hall", 2), ("online", None)])
    for name, kind in (("Zoe", 0), ("Álvaro", 1), ("Beto", 0), ("Carla", 0)):
        staff.signs_up(event, name, f"secret-{name.encode().hex()}@example.org", kind=kind)

    page = staff.member("door").get(f"/organize/events/{event.slug}/door")

    assert page.text.index("Álvaro") < page.text.index("Beto") < page.text.index("Zoe") < page.text.index("Carla")
    assert "@" not in page.text
    assert says(page, "3 people have a place.")


def test_after_the_purge_there_is_nothing_left_to_see(staff, event, stopped_clock):
    made = staff.signs_up(event, "Ana")
    with staff.app.app_context(), transaction():
        db.session.execute(sa.update(Event).values(purged_at=stopped_clock()))
    member = staff.member()

    for path in ("attendees", f"attendees/{made}", "attendees/new", "attendees.csv", "attendees.json", "door"):
        assert member.get(f"/organize/events/{event.slug}/{path}").status_code == 410
