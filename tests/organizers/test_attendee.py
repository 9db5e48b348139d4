"""The page of one person: how things stand, who came along, another way of attending, and what happened so far."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts.models import Account
from eventsvc.db import db, transaction
from eventsvc.events.tickets import Approval, TicketType
from eventsvc.i18n import speaking
from eventsvc.organizers import history
from eventsvc.registration import confirming, states
from eventsvc.registration.log import ATTENDEE, Line
from eventsvc.registration.models import Registration
from tests.organizers.asking import asking_event, come, letters_to, rules, set_status
from tests.organizers.staff import says


def page_of(event, registration_id):
    return f"/organize/events/{event.slug}/attendees/{registration_id}"


def list_of(event):
    return f"/organize/events/{event.slug}/attendees"


def waiting_event(staff, *names, **values):
    """One place, which is taken; these people wait. Their ids."""
    event = staff.event(capacity=1, **values)
    rules(staff, event, party_most=5)
    seated = come(staff, event, "Seated")[0]
    return event, seated, [come(staff, event, name)[0] for name in names]


def test_who_was_offered_a_place_has_it_until_then_and_is_not_expected_at_the_door(staff, stopped_clock):
    event, seated, (ana,) = waiting_event(staff, "Ana", timezone="America/Mexico_City")
    rules(staff, event, offer_hours=24)
    staff.cancels(seated)
    with staff.app.app_context():
        offered = db.session.get_one(Registration, ana).offer_until
    assert offered
    until = offered.astimezone(event.starts_local.tzinfo)
    member = staff.member()

    page = member.get(page_of(event, ana))

    assert says(
        page, f"Was offered a place, until {until:%b} {until.day}, {until.year}, {until.hour % 12 or 12}:{until:%M}"
    )
    assert says(page, "automatically A place was offered")
    assert "ticket-type" not in page.text
    assert says(member.get(list_of(event)), "Was offered a place 1")
    assert not says(member.get(f"/organize/events/{event.slug}/door"), "Ana")


def test_who_has_not_confirmed_the_address_is_kept_for_two_days(staff, stopped_clock):
    event = staff.event()
    rules(staff, event, confirms_address=True)
    ana = come(staff, event, "Ana")[0]
    member = staff.member()

    page = member.get(page_of(event, ana))

    end = (stopped_clock() + timedelta(days=2)).astimezone(event.starts_local.tzinfo)
    assert says(page, f"Unconfirmed, until {end:%b} {end.day}, {end.year}")
    assert says(page, "the person Registered; the address has to be confirmed")
    assert says(member.get(f"{list_of(event)}?status=unconfirmed"), "Ana")
    set_status(staff, ana, confirming.confirm_address)
    assert says(member.get(page_of(event, ana)), "Address confirmed, with a place")


@pytest.mark.parametrize(
    ("rule", "kept"), [(Approval.KEEPS_SEAT, "a place is kept"), (Approval.SEAT_AFTER, "no place is kept")]
)
def test_who_is_to_be_decided_can_be_decided_there_and_a_viewer_only_reads(staff, rule, kept):
    event = asking_event(staff, rule, capacity=2)
    ana = come(staff, event, "Ana")[0]

    page, seen = (staff.member(role).get(page_of(event, ana)) for role in ("organizer", "viewer"))

    assert says(page, f"To be decided, {kept}")
    assert "/decision" in page.text
    assert says(seen, f"To be decided, {kept}")
    assert "/decision" not in seen.text
    assert not says(staff.member().get(f"/organize/events/{event.slug}/door"), "Ana")


def test_people_who_came_together_lead_to_each_other(staff):
    event = staff.event(capacity=9)
    rules(staff, event, party_most=5)
    ana, beto, carla = come(staff, event, "Ana", "Beto", "Carla", without={"Beto"})
    come(staff, event, "Zoe")
    member = staff.member()

    page, listed = member.get(page_of(event, beto)), member.get(list_of(event))

    assert str(page_of(event, ana)) in page.text
    assert str(page_of(event, carla)) in page.text
    assert says(page, "letters go to Ana")
    assert says(listed, "with Ana and Carla")
    assert says(listed, "with Beto and Carla")
    assert says(listed, "letters go to Ana")
    assert [listed.text.index(f">{name}<") for name in ("Ana", "Beto", "Carla", "Zoe")] == sorted(
        listed.text.index(f">{name}<") for name in ("Ana", "Beto", "Carla", "Zoe")
    )


def test_of_a_large_party_one_is_named_and_the_others_are_counted(staff):
    event = staff.event(capacity=9)
    rules(staff, event, party_most=5)
    come(staff, event, "Ana", "Beto", "Carla", "Dora")

    listed = staff.member().get(list_of(event))

    assert says(listed, "with Beto and 2 more")
    assert says(listed, "with Ana and 2 more")


def test_another_ticket_type_takes_the_place_along_and_is_written_down(staff):
    event = staff.event(kinds=[("hall", 1), ("online", 5)])
    ana = come(staff, event, "Ana")[0]
    beto = come(staff, event, "Beto")[0]
    member = staff.member()
    online = kinds(staff, event)["online"]

    answer = member.fill(page_of(event, ana), "ticket-type", ticket_type=str(online))

    assert answer.status_code == 303
    assert staff.statuses(event) == ["confirmed", "confirmed"]
    page = member.get(page_of(event, ana))
    assert says(page, "owner@alianza.example.org Ticket type changed: hall → online")
    assert letters_to(staff, event)["ticket_type_changed"] == 1
    assert says(member.get(page_of(event, beto)), "automatically Moved up from the waitlist to a place")


def test_where_the_other_way_is_full_nothing_is_changed_and_it_is_said_at_the_field(staff):
    event = staff.event(kinds=[("hall", 5), ("online", 1)])
    ana = come(staff, event, "Ana")[0]
    come(staff, event, "Beto", kind=1)

    answer = staff.member().fill(page_of(event, ana), "ticket-type", ticket_type=str(kinds(staff, event)["online"]))

    assert answer.status_code == 422
    assert says(answer, "There is no place left in this way. Nothing was changed.")
    assert says(answer, "Ana")
    with staff.app.app_context():
        assert db.session.get_one(Registration, ana).ticket_type_id == kinds(staff, event)["hall"]


def test_the_ticket_type_of_an_ended_registration_stays(staff):
    event = staff.event(kinds=[("hall", 5), ("online", 1)])
    ana = come(staff, event, "Ana")[0]
    member, online = staff.member(), str(kinds(staff, event)["online"])
    page = member.get(page_of(event, ana))
    staff.cancels(ana)

    assert member.fill(page, "ticket-type", ticket_type=online).status_code == 409
    assert member.fill(page, "ticket-type", ticket_type="999999").status_code == 422


def test_a_wrong_correction_leaves_the_other_forms_of_the_page_alone(staff):
    event = staff.event(kinds=[("hall", 5), ("online", 1)])
    ana = come(staff, event, "Ana")[0]

    answer = staff.member().fill(page_of(event, ana), "correction", name="")

    assert answer.status_code == 422
    assert answer.text.count("has-error") == 1
    assert f'<option selected value="{kinds(staff, event)["hall"]}"' in answer.text


def kinds(staff, event):
    with staff.app.app_context():
        rows = db.session.execute(sa.select(TicketType.slug, TicketType.id).where(TicketType.event_id == event.id))
        return dict(rows.all())


def test_the_log_names_who_did_it_what_was_changed_and_why(staff):
    event, _seated, (ana, beto) = waiting_event(staff, "Ana", "Beto")
    member = staff.member("organizer")
    member.fill(page_of(event, beto), "correction", name="Norberto", language="es")
    member.fill(f"/organize/events/{event.slug}/waitlist/{beto}", place="1", reason="She translates")
    member.fill(page_of(event, beto), "cancellation", note="See you next year")

    page = member.get(page_of(event, beto))

    for line_said in (
        "the person Registered, on the waitlist",
        "organizer@alianza.example.org Corrected: Name and Language of the letters",
        "organizer@alianza.example.org Place in line changed 2 → 1: She translates",
        "organizer@alianza.example.org Registration cancelled See you next year",
    ):
        assert says(page, line_said), line_said
    assert says(staff.member("viewer").get(page_of(event, ana)), "the person Registered, on the waitlist")


def test_the_log_survives_the_account_that_wrote_it(staff):
    event = staff.event()
    member = staff.member("organizer")
    made = member.fill(f"{list_of(event)}/new", name="Ana").headers["Location"]
    with staff.app.app_context(), transaction():
        account = next(each for each in db.session.scalars(sa.select(Account)))
        db.session.execute(sa.delete(Account).where(Account.id == account.id))

    assert says(staff.member("viewer").get(made), "an organizer Added, with a place")


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_turn_has_words(staff, language):
    now = clock.now()
    turns = [(verb, after) for verb, turn in states.TURNS.items() for after in turn.after]
    with speaking(language):
        for verb, after in [*turns, ("correct", None), ("move_in_line", None)]:
            assert history.words(Line(now, verb, ATTENDEE, None, after, "")) not in {"", verb}, (verb, after)


def test_the_page_of_a_person_asks_the_same_number_of_queries_however_much_there_is(staff):
    event = staff.event(capacity=9)
    rules(staff, event, party_most=5)
    alone = come(staff, event, "Zoe")[0]
    ana = come(staff, event, "Ana", "Beto", "Carla", without={"Beto"})[0]
    member = staff.member()
    for note in ("one", "two", "three"):
        member.fill(page_of(event, ana), "correction", name=f"Ana {note}")

    assert abs(queries(staff, member, page_of(event, alone)) - queries(staff, member, page_of(event, ana))) <= 2


def queries(staff, member, path):
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
