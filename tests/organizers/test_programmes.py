"""A programme that holds only drafts is a plan: other organizations neither see it nor put events into it."""

import pytest

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event, Programme
from tests.organizers.staff import FOREIGN, HOST, Staff, form_on, says
from tests.organizers.test_events import NEW, TEXTS


@pytest.fixture
def plan(staff: Staff) -> Event:
    """A draft of the other organization, alone in its programme."""
    foreign = staff.cast.organization(FOREIGN)
    return staff.event("Their plan", host=foreign, published=False, programme=programme(staff, "Secret talks"))


def programme(staff, name: str) -> Programme:
    with staff.app.app_context(), transaction():
        made = Programme(slug=name.casefold().replace(" ", "-"), name={"en": name})
        db.session.add(made)
        return made


def edited(event: Event) -> str:
    return f"/organize/events/{event.slug}/edit"


def test_a_programme_of_foreign_drafts_is_not_offered_and_answered_like_one_that_is_not_there(staff, plan):
    member = staff.member()

    page = member.get(NEW)
    taken = member.fill(page, **TEXTS, programme=str(plan.programme_id))
    unknown = member.fill(page, **TEXTS, programme="987654")
    nonsense = member.fill(page, **TEXTS, programme="x'")

    assert "Secret talks" not in page.text
    assert [answer.status_code for answer in (taken, unknown, nonsense)] == [422, 422, 422]
    assert all(says(answer, "Choose one of these.") for answer in (taken, unknown, nonsense))
    assert "Secret talks" not in taken.text
    assert 'id="programme-error"' in taken.text
    with staff.app.app_context():
        assert db.session.scalars(db.select(Event.id)).all() == [plan.id]


def test_an_event_is_not_moved_into_a_programme_of_foreign_drafts(staff, plan):
    own, member = staff.event(), staff.member()

    page = member.get(edited(own))
    answer = member.fill(page, programme=str(plan.programme_id))

    assert "Secret talks" not in page.text
    assert answer.status_code == 422
    assert says(answer, "Choose one of these.")
    assert staff.fresh(own).programme_id is None


@pytest.mark.parametrize("visibility", ["unlisted", "invitation"])
def test_what_is_published_and_not_listed_keeps_its_programme_to_itself(staff, plan, visibility):
    with staff.app.app_context(), transaction():
        event = db.session.get_one(Event, plan.id)
        event.visibility = visibility
        editing.publish(event)

    assert "Secret talks" not in staff.member().get(NEW).text


def test_once_a_public_event_is_published_everybody_may_join_the_programme(staff, plan):
    with staff.app.app_context(), transaction():
        editing.publish(db.session.get_one(Event, plan.id))

    answer = staff.member().fill(NEW, **TEXTS, programme=str(plan.programme_id))

    assert answer.status_code == 303
    assert staff.by_title("Asamblea general").programme_id == plan.programme_id


def test_the_hosts_of_a_draft_put_more_into_its_programme_and_keep_what_they_have(staff, plan):
    member = staff.member(organization=FOREIGN)

    assert member.fill(NEW, **TEXTS, programme=str(plan.programme_id)).status_code == 303
    assert member.fill(edited(plan), note="Keys at the porter").status_code == 303

    assert staff.by_title("Asamblea general").programme_id == plan.programme_id
    assert staff.fresh(plan).programme_id == plan.programme_id


def test_who_works_for_both_may_not_carry_the_plan_of_one_into_an_event_of_the_other(staff, plan):
    with staff.app.app_context():
        home = staff.cast.organization(HOST)
    staff.member()
    both = staff.joins(FOREIGN, f"owner@{HOST.split(maxsplit=1)[0].lower()}.example.org")

    page = both.get(NEW)
    answers = {
        host: both.fill(page, **TEXTS, host=str(host), programme=str(plan.programme_id)).status_code
        for host in (home.id, plan.host_id)
    }

    assert "Secret talks" in page.text
    assert "host" in form_on(page)[1]
    assert answers == {home.id: 422, plan.host_id: 303}
