"""My events in my calendar: its link is asked for on a page, comes by mail, is replaced and stopped."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.i18n import LANGUAGES
from eventsvc.mail.models import Message
from eventsvc.registration import cancellation
from eventsvc.registration.models import PersonalFeed
from eventsvc.vault import keyring
from tests.registration import visitor
from tests.registration.own_calendars import RENEW, STOP, Subscriber, feeds
from tests.registration.own_links import People
from tests.registration.test_own import state_of

NONE, THERE = "Mail me the link of my calendar", "Mail me the link again"


@pytest.fixture
def event(cast):
    return cast.event("Assembly", attendance="hybrid", join_url="https://meet.example.org/room")


@pytest.fixture
def ana(client):
    return Subscriber(client)


@pytest.fixture
def link(ana, event):
    return ana.comes(event)


def letters(app, event, kind="own_calendar"):
    with app.app_context():
        counted = sa.select(sa.func.count()).where(Message.letter == kind, Message.event_id == event.id)
        return db.session.scalar(counted)


def test_my_page_leads_there_and_the_page_says_that_there_is_none(client, link):
    assert f'href="{link}/calendar"' in client.get(link).text
    page = client.get(f"{link}/calendar")

    assert "<h1>My events in my calendar</h1>" in page.text
    assert NONE in page.text
    assert "There is one since" not in page.text
    assert [action for action, _values in visitor.forms_in(page)] == [f"{link}/calendar"]
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_asking_mails_the_link_and_shows_it_nowhere(client, ana, event, link):
    answer = ana.presses(link)
    page = client.get(answer.location)
    [path] = ana.mailed(event)

    assert answer.location == f"{link}/calendar?done=sent"
    assert "This service does not send mail yet." in page.text  # it writes it to files; journeys read what others see
    assert THERE in page.text
    assert "Not used yet" in page.text
    for shown in (page.text, client.get(link).text, client.get(f"{link}/data.json").text):
        assert "/feeds/mine/" not in shown
        assert path.split("/")[-1].removesuffix(".ics") not in shown
    assert ana.reads(path).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_has_both_ways_to_subscribe_and_how_to_stop_it_and_nothing_that_was_typed(client, event, language):
    ana = Subscriber(client, language=language)
    link = ana.comes(event)
    path = ana.asks(event, link)
    mail = visitor.mails(client, event, ana.email)[-1]

    for body in (visitor.text_of(mail), visitor.html_of(mail)):
        assert f"http://localhost{path}" in body
        assert f"webcal://localhost{path}" in body
        assert f"http://localhost{link}/calendar" in body
        assert "Google" in body
        assert "Ana" not in body.replace("ana@example.org", "")
    assert path not in mail["Subject"]
    assert not [part for part in mail.walk() if part.get_content_type() == "text/calendar"]


def test_the_same_calendar_is_sent_again_also_by_another_registration(app, ana, cast, event, link):
    path = ana.asks(event, link)
    other = cast.event("Another")

    assert ana.asks(other, ana.comes(other)) == path
    assert ana.asks(event, link) == path
    with app.app_context():
        assert len(feeds()) == 1


def test_a_new_link_stops_the_old_one_at_once(app, ana, event, link):
    old = ana.asks(event, link)
    ana.presses(link, RENEW)
    new = ana.mailed(event)[-1]

    assert new != old
    assert (ana.reads(old).status_code, ana.reads(new).status_code) == (404, 200)


def test_a_new_link_counts_its_use_from_the_beginning(client, ana, event, link, stopped_clock):
    ana.reads(ana.asks(event, link))
    stopped_clock.forward(days=3)
    assert "Not used yet" not in client.get(f"{link}/calendar").text

    ana.presses(link, RENEW)

    assert "Not used yet" in client.get(f"{link}/calendar").text


def test_a_stopped_calendar_is_gone_and_can_be_asked_for_anew(app, client, ana, event, link):
    old = ana.asks(event, link)
    page = client.get(ana.presses(link, STOP).location)

    assert "Your calendar is stopped" in page.text
    assert NONE in page.text
    assert ana.reads(old).status_code == 404
    with app.app_context():
        assert feeds() == []
    new = ana.asks(event, link)
    assert new != old
    assert (ana.reads(old).status_code, ana.reads(new).status_code) == (404, 200)


def test_the_page_says_since_when_there_is_one_and_in_which_hour_it_was_last_read(
    client, ana, event, link, stopped_clock
):
    path = ana.asks(event, link)
    stopped_clock.moment = stopped_clock.moment.replace(month=11, day=23, hour=23, minute=17)
    ana.reads(path)
    stopped_clock.forward(days=2)

    page = client.get(f"{link}/calendar").text.replace("\xa0", " ")

    assert "Last read by a calendar program" in page
    assert "3:00 PM to 4:00 PM (Pacific Standard Time, UTC−8)" in page
    spanish = client.get(f"{link}/calendar?lang=es").text
    assert "<h1>Mis eventos en mi calendario</h1>" in spanish
    assert "Última lectura por un programa de calendario" in spanish


def test_a_double_click_is_one_letter_and_renews_once(app, client, ana, event, link):
    page = client.get(f"{link}/calendar")
    for _twice in range(2):
        assert visitor.send(client, page).status_code == 303
    assert letters(app, event) == 1

    page = client.get(f"{link}/calendar")
    for _twice in range(2):
        assert visitor.send(client, page, RENEW).status_code == 303
    assert letters(app, event) == 2
    assert ana.reads(ana.mailed(event)[-1]).status_code == 200


def test_three_letters_an_hour_and_the_page_does_not_say(app, client, ana, event, link, stopped_clock):
    pages = []
    for _each in range(5):
        stopped_clock.forward(minutes=2)
        pages.append(client.get(ana.presses(link).location).text)

    assert letters(app, event) == 2  # and the confirmation
    cleaned = {visitor.Form(page).forms[0][1]["form_id"]: page for page in pages}
    assert len({page.replace(form_id, "") for form_id, page in cleaned.items()}) == 1
    stopped_clock.forward(hours=1)
    ana.presses(link)
    assert letters(app, event) == 3


def test_who_asks_for_a_new_link_too_often_is_still_rid_of_the_old_one(app, ana, event, link, stopped_clock):
    paths = [ana.asks(event, link)]
    for _each in range(3):
        stopped_clock.forward(minutes=2)
        ana.presses(link, RENEW)
    paths = ana.mailed(event)

    assert letters(app, event) == 2
    assert [ana.reads(path).status_code for path in paths] == [404, 404]
    stopped_clock.forward(hours=1)
    assert ana.reads(ana.asks(event, link)).status_code == 200


def holder(app, cast, status):
    """The link of somebody in this status."""
    people = People(app, cast.event("Assembly", kinds=[("hall", 2 if status == "guest" else 1)], party_most=3))
    if status == "unconfirmed":
        people.rules(confirms_address=True)
    if status == "pending":
        people.rules(kind="hall", approval="keeps_seat")
    if status == "waitlisted":
        people.come("Ben", kind="hall")
    if status == "guest":
        people.come("Ben", "Ana", kind="hall")
        return people.link("Ana")
    link = people.come("Ana", kind="hall")
    if status == "cancelled":
        people.does("Ana", cancellation.cancel)
    return link


@pytest.mark.parametrize("status", ["pending", "waitlisted"])
def test_who_may_yet_get_a_place_can_ask_for_an_empty_calendar(app, client, cast, ana, status):
    link = holder(app, cast, status)

    assert f'href="{link}/calendar"' in client.get(link).text
    ana.presses(link)

    with app.app_context():
        [feed] = feeds()
        event = db.session.get_one(Event, feed.event_id)
    assert ana.entries(ana.mailed(event)[-1]) == []


@pytest.mark.parametrize("status", ["unconfirmed", "cancelled", "guest"])
def test_who_has_no_address_here_or_none_that_is_known_to_be_theirs_cannot(app, client, cast, status):
    link = holder(app, cast, status)
    before = state_of(app)

    assert f'href="{link}/calendar"' not in client.get(link).text
    assert client.get(f"{link}/calendar").location == link
    for act in ("calendar", "calendar/renewal", "calendar/end"):
        assert client.post(f"{link}/{act}").location == link
    assert state_of(app) == before


def test_only_a_form_of_this_very_link_is_taken(app, client, cast, ana, event, link):
    ana.asks(event, link)
    other = Subscriber(client, "Ben").comes(event)
    theirs = visitor.forms_in(client.get(f"{other}/calendar"))[0][1]
    before = state_of(app)

    for act in ("calendar", "calendar/renewal", "calendar/end"):
        for form in ({}, {"form_id": "forged"}, theirs):
            answer = client.post(f"{link}/{act}", data=form)
            assert answer.status_code == 400
            assert "This form has expired." in answer.text
    assert client.get("/r/AAAAAAAAAAAAAAAAAAAAAA/calendar").status_code == 404
    assert state_of(app) == before


def test_looking_at_the_page_changes_nothing(app, client, ana, event, link):
    ana.asks(event, link)
    before = state_of(app)

    for path in (link, f"{link}/calendar", f"{link}/calendar?done=sent", f"{link}/data.json"):
        assert (client.get(path).status_code, client.head(path).status_code) == (200, 200)

    assert state_of(app) == before


def test_all_that_is_kept_about_me_says_that_there_is_one(client, ana, event, link, stopped_clock):
    assert client.get(f"{link}/data.json").json["own_calendar"] is None
    stopped_clock.moment = stopped_clock.moment.replace(month=11, day=23, hour=23, minute=17, second=5, microsecond=0)
    path = ana.asks(event, link)
    ana.reads(path)

    told = client.get(f"{link}/data.json").json["own_calendar"]

    year = stopped_clock.moment.year
    assert told == {
        "since": f"{year}-11-23T15:17:05-08:00",
        "last_used": f"{year}-11-23T15:00:00-08:00",
        "language": "en",
    }


def test_many_who_ask_at_once_from_two_registrations_have_one_calendar(app, cast, event, link, ana):
    other = cast.event("Another")
    links = [link, ana.comes(other)] * 3
    pages = [ana.client.get(f"{each}/calendar") for each in links]

    def press(page):
        return visitor.send(app.test_client(), page).status_code

    with ThreadPoolExecutor(len(links)) as hands:
        assert list(hands.map(press, pages)) == [303] * len(links)

    with app.app_context():
        assert len(feeds()) == 1
    paths = {*ana.mailed(event), *ana.mailed(other)}
    assert [ana.reads(path).status_code for path in paths] == [200]


def test_nothing_in_the_database_ties_a_calendar_to_an_account_of_the_same_address(app, ana, event, link):
    ana.asks(event, link)

    with app.app_context():
        [feed] = feeds()
        keys = keyring().of_service()
        assert feed.owner_index != keys.index("ana@example.org")
        assert feed.owner_index == keys.index("own calendar of ANA@example.org")
        assert b"ana@" not in feed.address
        assert PersonalFeed.__table__.c.owner_index.unique
