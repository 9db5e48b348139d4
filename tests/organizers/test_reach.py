"""What organizers see of mail that does not arrive: who, why and what to do, in plain words, and that mail waits."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db, transaction
from eventsvc.intake import current_settings
from eventsvc.mail.courier import Courier
from eventsvc.mail.models import DomainPause, Message, RefusedAddress
from eventsvc.registration.models import Registration
from eventsvc.retention import runs
from tests.mail.conftest import line_to
from tests.organizers.staff import says
from tests.servers import smtp
from tests.servers.smtp import UNSURE, Rule

NO_SUCH = Rule("RCPT", "550 5.1.1 <ana@example.org> User unknown in virtual mailbox table", only="ana@example.org")


@pytest.fixture
def event(staff):
    return staff.event()


@pytest.fixture
def deliver(staff):
    """Deliver what waits to a server that keeps these rules."""
    with smtp.server() as post:

        def delivering(*rules: Rule) -> None:
            post.behave(*rules)
            with staff.app.app_context():
                courier = Courier(line_to(post))
                courier.round()
                courier.close()

        yield delivering


def pages(event, registration=""):
    return f"/organize/events/{event.slug}/attendees{registration and f'/{registration}'}"


def test_who_cannot_be_reached_is_counted_marked_and_listed(staff, event, deliver):
    ana = staff.signs_up(event, "Ana")
    staff.signs_up(event, "Beto")
    deliver(NO_SUCH)
    member = staff.member("viewer")

    overview = member.get(f"/organize/events/{event.slug}")
    assert says(overview, "Mail to 1 person comes back")
    everyone = member.get(pages(event))
    assert everyone.text.count("Mail comes back</span>") == 1
    assert says(everyone, "Mail comes back 1")

    only = member.get(f"{pages(event)}?mail=returned")
    assert "Ana" in only.text
    assert "Beto" not in only.text
    assert member.get(f"{pages(event)}?mail=lost").status_code == 404

    page = member.get(pages(event, ana))
    assert says(page, "Mail to this address comes back: there is no such mailbox. Ask the person for the right address")
    for shown in (overview, everyone, only, page):
        assert not any(word in shown.text for word in ("550", "5.1.1", "virtual mailbox", "no such address"))


def test_where_everything_arrives_nothing_is_said(staff, event, deliver):
    ana = staff.signs_up(event, "Ana")
    deliver()
    member = staff.member()
    for path in (f"/organize/events/{event.slug}", pages(event), pages(event, ana)):
        assert "comes back" not in member.get(path).text
    assert says(member.get(f"{pages(event)}?mail=returned"), "Nobody here.")


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (Rule("RCPT", "552 5.2.2 over quota"), "Mail to this address comes back: the mailbox is full or out of use."),
        (Rule("DATA", "554 5.7.1 spam"), "Our mail was refused as a whole, not this address: whoever runs the server"),
        (Rule("DATA", "554 5.6.0 odd"), "The last letter did not arrive: the mail server of this person would not"),
        (Rule("RCPT", "450 4.2.0 later"), "The last letter has not arrived yet: the mail server of this person asks"),
    ],
    ids=lambda value: value.do if isinstance(value, Rule) else "",
)
def test_why_a_letter_did_not_arrive_is_said_in_plain_words(staff, event, deliver, rule, sentence):
    ana = staff.signs_up(event, "Ana")
    deliver(rule)
    page = staff.member().get(pages(event, ana))
    assert says(page, sentence)
    assert not any(word in page.text for word in ("5.2.2", "5.7.1", "spam", "quota"))


def test_an_uncertain_letter_is_called_uncertain(staff, event, deliver):
    ana = staff.signs_up(event, "Ana")
    for _ in range(2):
        deliver(Rule("DATA", UNSURE))
        with staff.app.app_context(), transaction():
            db.session.execute(sa.update(Message).values(next_try_at=clock.now()))
    assert says(staff.member().get(pages(event, ana)), "It is uncertain whether the last letter arrived")


def test_a_corrected_address_starts_anew(staff, event, deliver):
    ana = staff.signs_up(event, "Ana")
    deliver(NO_SUCH)
    member = staff.member()

    member.fill(pages(event, ana), "correction", email="ana.ruiz@example.org")

    assert not says(member.get(pages(event, ana)), "Mail to this address comes back")
    assert "comes back" not in member.get(pages(event)).text
    with staff.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(RefusedAddress)) == 0


def test_who_is_erased_takes_it_along_also_where_the_last_letter_comes_back(staff, event, deliver):
    ana = staff.signs_up(event, "Ana")
    deliver(NO_SUCH)

    def rows():
        return db.session.scalar(sa.select(sa.func.count()).select_from(RefusedAddress))

    with staff.app.app_context():
        assert rows() == 1
        receipt = runs.erase_on_request(ana)
        assert receipt is not None
        assert (receipt.counts["refused_addresses"], rows()) == (1, 0)
    deliver(NO_SUCH)
    with staff.app.app_context():
        assert rows() == 1
        assert runs.forget_last_letters() == 1
        assert rows() == 0


def test_who_cancelled_is_not_counted(staff, event, deliver):
    ana = staff.signs_up(event, "Ana")
    deliver(NO_SUCH)
    staff.cancels(ana)
    member = staff.member()
    assert "comes back" not in member.get(pages(event)).text
    assert "comes back" not in member.get(pages(event, ana)).text


@pytest.fixture
def sends_mail(staff, monkeypatch):
    """The service has a mail server."""
    with staff.app.app_context():
        settings = current_settings()
    monkeypatch.setattr(type(settings), "writes_mail_to_files", property(lambda _settings: False))


def test_every_page_says_that_mail_waits_for_somebody_to_act(staff, event, deliver, sends_mail):
    member = staff.member()
    staff.signs_up(event, "Ana")
    banner = "Mail does not leave: the mail server does not accept this service."
    assert banner not in member.get("/organize/").text

    deliver(Rule("MAIL", "535 5.7.8 wrong password"))

    for path in ("/organize/", f"/organize/events/{event.slug}", pages(event)):
        assert banner in member.get(path).text
    spanish = staff.member("viewer", language="es").get("/organize/")
    assert "El correo no sale: el servidor de correo no acepta a este servicio." in spanish.text

    with staff.app.app_context(), transaction():
        db.session.execute(sa.update(DomainPause).values(until=clock.now()))
    deliver()
    assert "Mail does not leave" not in member.get("/organize/").text


def test_every_page_says_that_mail_has_waited_long(staff, event, sends_mail):
    member = staff.member()
    staff.signs_up(event, "Ana")
    with staff.app.app_context(), transaction():
        late = clock.now() - timedelta(minutes=31)
        db.session.execute(sa.update(Message).values(next_try_at=late))
    assert says(member.get("/organize/"), "Mail has been waiting for more than half an hour.")


def test_a_list_with_returned_mail_asks_no_more_questions(staff, event, deliver):
    member = staff.member()
    asked: list[int] = []
    with staff.app.app_context():
        engine = db.engine
    for name in ("Ana", "Beto", "Carla"):
        staff.signs_up(event, name)
        deliver(Rule("RCPT", "550 5.1.1 no"))
        count: list[object] = []
        listener = lambda *_args: count.append(1)  # noqa: E731, B023
        sa.event.listen(engine, "before_cursor_execute", listener)
        assert member.get(pages(event)).status_code == 200
        sa.event.remove(engine, "before_cursor_execute", listener)
        asked.append(len(count))
    assert asked[0] == asked[2]
    with staff.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 3
