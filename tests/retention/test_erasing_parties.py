"""One person of several goes, and what they answered goes with them; who came with them stays, and is still written to."""

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.mail import reading
from eventsvc.mail.models import Message
from eventsvc.registration import answering, cancellation, log, quotas
from eventsvc.registration.models import Answer, LogLine, Offer, Registration
from eventsvc.registration.people import person as opened
from eventsvc.registration.signup import sign_up
from eventsvc.retention import receipts, runs
from tests.factories import Cast
from tests.registration.journal import comes, counters, goes, latest, letters
from tests.retention.asking import ask, person, taken


@pytest.fixture
def event(context) -> Event:
    return with_rules(Cast(context).event(capacity=4), party_most=4, offer_hours=48)


def with_rules(event: Event, **rules: object) -> Event:
    with transaction():
        editing.change(db.session.get_one(Event, event.id), **rules)
    return event


def party(event: Event, *people: str) -> None:
    """Who has a name with a small letter has an address, too; the others are guests of the first."""
    signups = [person(event, each, email="" if each.islower() else None) for each in people]
    sign_up(event, *signups)


def named(event: Event, name: str) -> Registration:
    rows = db.session.scalars(
        sa.select(Registration).where(Registration.event_id == event.id).execution_options(populate_existing=True)
    )
    return next(row for row in rows if opened(row).name == name.title())


def rows(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def mail_to(event: Event, who: str, letter: str) -> reading.Letter:
    found = []
    for message in db.session.scalars(sa.select(Message).where(Message.letter == letter)):
        mail = reading.opened(message)
        assert mail is not None
        if mail.recipient == f"{who}@example.org":
            found.append(reading.Letter.of(mail.content))
    (only,) = found
    return only


def test_answers_offers_and_log_lines_go_and_are_counted(context):
    event = with_rules(Cast(context).event(capacity=1), offer_hours=48)
    ask(event, "workshop", ("weaving", 3), ("radio", None))
    ask(event, "diet")
    comes(event, "ana")
    sign_up(event, person(event, "ben", workshop=["weaving"], diet="fish"))
    sign_up(event, person(event, "cleo", workshop=["weaving"]))
    goes(event, "ana")  # the place is offered to Ben

    receipt = runs.erase_on_request(latest(event, "ben").id)

    assert receipt is not None
    assert {name: receipt.counts[name] for name in ("answers", "offers", "log_lines")} == {
        "answers": 2,
        "offers": 1,
        "log_lines": 3,  # registered, offered, erased
    }
    assert taken(event) == {"weaving": 1}
    assert latest(event, "cleo").status == "offered"
    assert (rows(Answer), rows(Offer), counters(event)) == (1, 1, [(1, 1, 0)])
    assert quotas.recount(event) == []
    assert receipts.broken() is None


def test_what_organizers_wrote_about_somebody_goes_with_them(event):
    comes(event, "ana")
    with transaction():
        cancellation.cancel(latest(event, "ana"), log.organizer(), note="Asked for it by telephone")
    assert rows(LogLine) == 2

    runs.erase_on_request(latest(event, "ana").id)

    assert rows(LogLine) == 0


def test_who_goes_takes_a_guest_of_their_own_nowhere(event):
    """A guest goes; the contact and the other one keep everything."""
    party(event, "ana", "BEA", "CARL")
    bea = named(event, "Bea")
    before = [(row.id, row.status, row.contact_id, row.changed_at) for row in _rest(event, bea)]

    receipt = runs.erase_on_request(bea.id)

    assert receipt is not None
    assert receipt.counts["messages"] == 0  # the letter of the contact is the contact's
    assert [(row.id, row.status, row.contact_id, row.changed_at) for row in _rest(event, bea)] == before
    assert counters(event) == [(4, 2, 0)]
    assert letters(event) == ["confirmed", "erased"]
    assert "whom you registered" in mail_to(event, "ana", "erased").text


def _rest(event: Event, but: Registration) -> list[Registration]:
    query = sa.select(Registration).where(Registration.event_id == event.id, Registration.id != but.id)
    return list(db.session.scalars(query.order_by(Registration.position).execution_options(populate_existing=True)))


def test_guests_are_entrusted_to_who_came_with_them_and_has_an_address(event):
    party(event, "ana", "BEA", "dan", "eve")
    dan, link = named(event, "Dan"), opened(named(event, "Bea")).secret

    runs.erase_on_request(named(event, "Ana").id)

    assert named(event, "Bea").contact_id == dan.id
    told = mail_to(event, "dan", "guests_entrusted")
    assert f"Person 2: http://localhost/r/{link}" in told.text
    assert "Bea" not in told.text + told.html
    assert told.invitation is None
    with transaction():
        cancellation.cancel(named(event, "Bea"), log.organizer())
    assert "This letter is about Bea, whom you registered." in mail_to(event, "dan", "cancelled_by_organizer").text


def test_an_heir_must_still_be_coming(event):
    party(event, "ana", "BEA", "dan", "eve")
    goes(event, "dan")

    runs.erase_on_request(named(event, "Ana").id)

    assert named(event, "Bea").contact_id == named(event, "Eve").id


def test_where_nobody_with_an_address_is_left_the_guests_keep_their_places_and_nobody_is_written_to(event):
    party(event, "ana", "BEA")
    comes(event, "zoe")  # who has nothing to do with them

    runs.erase_on_request(named(event, "Ana").id)

    bea = named(event, "Bea")
    assert (bea.contact_id, bea.status) == (None, "confirmed")
    assert letters(event) == ["confirmed", "erased"]
    assert counters(event) == [(4, 2, 0)]
    with transaction():
        cancellation.cancel(bea, log.organizer())
    assert "cancelled_by_organizer" not in letters(event)


def test_a_contact_who_waits_leaves_the_line_and_the_rest_of_the_party_moves_up_by_the_heir(event):
    party(event, "zoe", "YVES", "XENIA", "WIM")
    party(event, "ana", "BEA", "dan")
    assert counters(event) == [(4, 4, 3)]
    runs.erase_on_request(named(event, "Ana").id)
    assert counters(event) == [(4, 4, 2)]

    for guest in ("Wim", "Xenia"):
        with transaction():
            cancellation.cancel(named(event, guest), log.organizer())

    assert [named(event, each).status for each in ("Bea", "Dan")] == ["offered", "offered"]
    offered = [message for message in letters(event) if message == "offered"]
    assert len(offered) == 2
    with transaction():
        answering.accept(named(event, "Bea"))
    assert quotas.recount(event) == []


def test_not_a_letter_to_who_was_erased_is_left(event):
    """Not even one about a guest, which carried their address."""
    party(event, "ana", "BEA")
    with transaction():
        cancellation.cancel(named(event, "Bea"), log.organizer())
    assert letters(event) == ["confirmed", "cancelled_by_organizer"]

    runs.erase_on_request(named(event, "Ana").id)

    assert letters(event) == ["erased"]


def test_of_a_party_that_confirmed_nothing_nobody_else_hears(event):
    with_rules(event, confirms_address=True)
    party(event, "ana", "BEA", "dan")

    runs.erase_on_request(named(event, "Ana").id)

    assert "guests_entrusted" not in letters(event)
    assert named(event, "Bea").contact_id is None
