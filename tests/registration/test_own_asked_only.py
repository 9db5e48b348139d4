"""Mail scanners open every link there is: whatever somebody is asked behind theirs, asking for the page answers nothing."""

import pytest

from eventsvc.registration import cancellation
from tests.questions import writing
from tests.registration.own_links import People
from tests.registration.test_own import state_of

PAGES = (
    "",
    "/confirmation",
    "/offer",
    "/answers",
    "/ticket-type",
    "/handover",
    "/correction",
    "/cancellation",
    "/calendar",
)


@pytest.fixture
def people(app, cast):
    people = People(app, cast.event("Assembly", kinds=[("hall", 1), ("balcony", 5)]))
    with app.app_context():
        writing.ask(people.one_event(), "Food?", "Meat", "Beans")
    return people


@pytest.mark.parametrize("status", ["unconfirmed", "pending", "confirmed", "waitlisted", "offered", "cancelled"])
def test_a_get_changes_nothing_in_any_status(app, client, people, status):
    if status == "unconfirmed":
        people.rules(confirms_address=True)
    if status == "pending":
        people.rules(kind="hall", approval="keeps_seat")
    if status in {"waitlisted", "offered"}:
        people.rules(offer_hours=24)
        people.come("Ben", kind="hall")
    link = people.come("Ana", kind="hall")
    if status in {"offered", "cancelled"}:
        people.does("Ben" if status == "offered" else "Ana", cancellation.cancel)
    assert people.status("Ana") == status
    before = state_of(app)

    for page in PAGES:
        for ask in (client.get, client.head, client.get):
            assert ask(link + page).status_code in {200, 302}

    assert state_of(app) == before
