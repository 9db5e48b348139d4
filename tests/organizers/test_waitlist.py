"""The waitlist as organizers see it, and giving somebody another place in it."""

import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.registration import log
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Registration
from eventsvc.registration.signup import sign_up
from tests.organizers.staff import form_on, says


def waitlist(event):
    return f"/organize/events/{event.slug}/waitlist"


def full_event(staff, *names):
    """An event with one place, which is taken, and these people in line; their registrations by name."""
    event = staff.event(capacity=1)
    return event, {name: staff.signs_up(event, name) for name in ("Seated", *names)}


def names_on(page):
    return page.text.replace("</bdi>", "<bdi>").split("<bdi>")[1::2]


def together(staff, event, *names):
    """These people register on one form."""
    with staff.app.app_context():
        with transaction():
            fresh = db.session.get_one(Event, event.id)
            fresh.party_most = 5
        kind = db.session.scalar(sa.text("SELECT id FROM ticket_types WHERE event_id = :e"), {"e": event.id})
        people = [Signup(name, f"{name.lower()}@example.org", "en", kind, "1") for name in names]
        return sign_up(db.session.get_one(Event, event.id), *people).registration_id


def test_nobody_in_line_is_said(staff):
    event = staff.event(capacity=1)

    assert says(staff.member().get(waitlist(event)), "Nobody is waiting.")


def test_the_line_stands_in_its_order_with_the_reason_why_it_stands_still(staff):
    event, _people = full_event(staff, "Ana", "Beto")

    page = staff.member("viewer").get(waitlist(event))

    assert names_on(page) == ["Ana", "Beto"]
    assert says(
        page, "The queue stands still: who is first in line needs a place in “The whole event”, and it is full."
    )
    assert not says(page, "Move")


def test_people_who_came_together_are_shown_together(staff):
    event = staff.event(capacity=3)
    for name in ("Seated", "Other"):
        staff.signs_up(event, name)
    together(staff, event, "Ana", "Beto")
    staff.signs_up(event, "Carla")

    page = staff.member().get(waitlist(event))

    assert names_on(page) == ["Ana", "Beto", "Carla"]
    assert says(page, "came together")
    assert says(page, "the first in line are 2 people who came together, and “The whole event” has only 1 free place.")


def test_somebody_is_moved_with_a_reason_that_is_logged_with_who_gave_it(staff):
    event, people = full_event(staff, "Ana", "Beto", "Carla")
    member = staff.member()
    page = f"{waitlist(event)}/{people['Carla']}"
    assert says(member.get(page), "Now number 3 in line, of 3.")

    answer = member.fill(page, place="1", reason="She interprets for the others.")

    assert answer.status_code == 303
    shown = member.get(waitlist(event))
    assert says(shown, "The place in line is changed.")
    assert names_on(shown) == ["Carla", "Ana", "Beto"]
    with staff.app.app_context():
        last = log.lines_of(db.session.get_one(Registration, people["Carla"]))[-1]
    assert (last.verb, last.note, last.actor.kind) == (
        "move_in_line",
        "3 → 1: She interprets for the others.",
        "organizer",
    )
    assert last.actor.account_id is not None


def test_a_move_needs_a_place_and_a_reason_and_nothing_typed_is_lost(staff):
    event, people = full_event(staff, "Ana", "Beto")
    member = staff.member()
    page = f"{waitlist(event)}/{people['Beto']}"

    nothing = member.fill(page, place="", reason="  ")
    assert nothing.status_code == 422
    assert says(nothing, "Enter a place in line, such as 1.")
    assert says(nothing, "Enter a reason. Whoever is overtaken may ask for it.")

    half = member.fill(page, place="0", reason="She interprets.")
    assert half.status_code == 422
    assert form_on(half)[1] | {"csrf_token": ""} == {"csrf_token": "", "place": "0", "reason": "She interprets."}
    assert names_on(member.get(waitlist(event))) == ["Ana", "Beto"]


def test_who_is_not_in_line_any_more_is_told_so(staff):
    event, people = full_event(staff, "Ana", "Beto")
    member = staff.member()
    opened = member.get(f"{waitlist(event)}/{people['Ana']}")
    staff.cancels(people["Seated"])

    answer = member.fill(opened, place="1", reason="She asked first.")

    assert answer.status_code == 409
    assert says(answer, "This person is not waiting any more. Nothing was changed.")


def test_each_limit_has_its_own_line(staff):
    event = staff.event(kinds=[("hall", 0), ("online", 0)])
    staff.signs_up(event, "Ana", kind=0)
    staff.signs_up(event, "Beto", kind=1)

    page = staff.member().get(waitlist(event))

    assert says(page, "Waiting for “hall”")
    assert says(page, "Waiting for “online”")


def test_a_viewer_may_not_move_anybody(staff):
    event, people = full_event(staff, "Ana")
    viewer = staff.member("viewer")

    assert viewer.get(f"{waitlist(event)}/{people['Ana']}").status_code == 403
    assert viewer.post(f"{waitlist(event)}/{people['Ana']}", page=waitlist(event)).status_code == 403
