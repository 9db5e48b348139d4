"""Signing in by a one-time link, sessions that end, and the same answer for everybody who asks."""

import re
import statistics
import time
import zlib

import pytest
import sqlalchemy as sa

from eventsvc import vault
from eventsvc.accounts import members, signing_in
from eventsvc.accounts.models import Account, LoginSession, Membership, Role, SignInLink
from eventsvc.db import db, transaction
from eventsvc.mail.models import Message
from tests.accounts.visitor import Visitor, token_in


@pytest.fixture
def ana(cast):
    """The owner of Alianza Americas."""
    with cast.app.app_context():
        organization = cast.organization()
        with transaction():
            return members.enroll("ana@example.org", organization.id, Role.OWNER, "en")


def links_mailed(app):
    """The sign-in links lying in the outbox, oldest first."""
    found: list[str] = []
    with app.app_context():
        keys = vault.keyring().of_service()
        for message in db.session.scalars(sa.select(Message).order_by(Message.created_at)):
            mail = zlib.decompress(keys.open_bytes(message.body or b"", "messages.body", message.id)).decode()
            found += re.findall(r"http://localhost(/organize/sign-in/[\w-]+)", mail.replace("=\r\n", ""))[:1]
    return found


def ask_for_link(visitor, address):
    return visitor.post("/organize/sign-in", {"email": address}, page="/organize/sign-in")


def test_a_mailed_link_signs_in_by_its_button_and_only_once(app, client, ana):
    visitor = Visitor(client)
    ask_for_link(visitor, "Ana@Example.org")
    (link,) = links_mailed(app)

    assert client.get("/organize/").status_code == 303
    for _opened_by_a_scanner in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert client.get("/organize/").status_code == 303

    assert visitor.post(link, page=link).status_code == 303
    assert client.get("/organize/").status_code == 200
    stranger = Visitor(app.test_client())
    assert stranger.client.get(link).status_code == 404
    assert stranger.post(link, page="/organize/sign-in").status_code == 404


def test_known_and_unknown_addresses_get_the_same_answer(app, client, ana):
    visitor = Visitor(client)

    known = ask_for_link(visitor, "ana@example.org")
    unknown = ask_for_link(visitor, "nobody@example.org")

    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert known.data == unknown.data
    assert len(links_mailed(app)) == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInLink)) == 2


def test_known_and_unknown_addresses_take_the_same_time(app, client, ana):
    visitor = Visitor(client)
    took: dict[str, list[float]] = {"ana@example.org": [], "nobody@example.org": []}
    for _round in range(15):
        with app.app_context(), transaction():
            db.session.execute(sa.delete(SignInLink))  # so that the limit does not step in
        for address, times in took.items():
            began = time.perf_counter()
            ask_for_link(visitor, address)
            times.append(time.perf_counter() - began)

    known, unknown = (statistics.median(times) for times in took.values())
    noise = max(max(times) - min(times) for times in took.values())

    assert abs(known - unknown) < max(noise, 0.005)


def test_five_links_an_hour_are_mailed_to_one_account(app, client, ana, stopped_clock):
    visitor = Visitor(client)

    pages = {ask_for_link(visitor, "ana@example.org").headers["Location"] for _ in range(7)}
    stopped_clock.forward(minutes=61)
    ask_for_link(visitor, "ana@example.org")

    assert pages == {"/organize/sign-in-sent"}
    assert len(links_mailed(app)) == 6


def test_a_link_is_worthless_after_half_an_hour(app, client, ana, stopped_clock):
    visitor = Visitor(client)
    ask_for_link(visitor, "ana@example.org")
    (link,) = links_mailed(app)
    stopped_clock.forward(minutes=31)

    assert client.get(link).status_code == 404
    assert visitor.post(link, page="/organize/sign-in").status_code == 404


@pytest.mark.parametrize(
    "typed", ["", "ana", "ana@", "a b@example.org", "x" * 300 + "@example.org", "ana@example.org\r\nBcc: x@example.org"]
)
def test_something_that_is_no_address_is_said_beside_the_field(client, typed):
    answer = Visitor(client).post("/organize/sign-in", {"email": typed}, page="/organize/sign-in")

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_a_link_made_by_hand_signs_in_and_counts_as_none_of_the_five(app, client, ana):
    with app.app_context():
        with transaction():
            path = signing_in.make_sign_in_link("ana@example.org")
        with pytest.raises(signing_in.NoAccount):
            signing_in.make_sign_in_link("nobody@example.org")

    assert Visitor(client).post(path, page=path).status_code == 303
    assert client.get("/organize/").status_code == 200


def test_signing_out_kills_the_cookie_everywhere(app, client, ana):
    visitor = Visitor(client).sign_in("ana@example.org")
    copied = client.get_cookie("session").value

    assert visitor.post("/organize/sign-out", page="/organize/").status_code == 303
    thief = app.test_client()
    thief.set_cookie("session", copied)

    assert thief.get("/organize/").status_code == 303
    assert client.get("/organize/").status_code == 303


def test_signing_in_gives_a_new_session_and_ends_what_was_in_the_cookie(app, client, ana):
    Visitor(client).sign_in("ana@example.org")
    first = client.get_cookie("session").value
    Visitor(client).sign_in("ana@example.org")
    second = client.get_cookie("session").value

    assert first != second
    thief = app.test_client()
    thief.set_cookie("session", first)
    assert thief.get("/organize/").status_code == 303


def test_a_session_ends_after_twelve_idle_hours(client, ana, stopped_clock):
    Visitor(client).sign_in("ana@example.org")

    for _visit in range(3):
        stopped_clock.forward(hours=11)
        assert client.get("/organize/").status_code == 200
    stopped_clock.forward(hours=12, minutes=6)
    assert client.get("/organize/").status_code == 303


def test_a_session_ends_after_seven_days_however_busy(client, ana, stopped_clock):
    Visitor(client).sign_in("ana@example.org")

    answers = []
    for _visit in range(17):
        stopped_clock.forward(hours=10)
        answers.append(client.get("/organize/").status_code)

    assert answers == [200] * 16 + [303]


def test_a_removed_account_or_membership_is_out_at_once(app, client, ana):
    Visitor(client).sign_in("ana@example.org")

    with app.app_context(), transaction():
        db.session.execute(sa.delete(Membership))
    assert client.get("/organize/").status_code == 403
    with app.app_context(), transaction():
        db.session.execute(sa.delete(Account))
    assert client.get("/organize/").status_code == 303


def test_a_forged_cookie_is_nobody(app, client, ana):
    client.set_cookie("session", "eyJsb2dpbiI6IngifQ.aaaa.bbbb")

    assert client.get("/organize/").status_code == 303


def test_the_address_of_an_account_and_the_secrets_are_not_in_the_database(app, client, ana):
    visitor = Visitor(client).sign_in("ana@example.org")
    ask_for_link(visitor, "ana@example.org")
    link = links_mailed(app)[-1].rpartition("/")[2]

    with app.app_context():
        cells = [
            value
            for table in (Account, SignInLink, LoginSession, Message)
            for row in db.session.execute(sa.select(table.__table__))
            for value in row
        ]
    raw = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in cells)
    assert b"ana@example.org" not in raw
    assert link.encode() not in raw


def test_after_signing_in_one_lands_where_one_wanted_to_go(app, client, ana, cast):
    event = cast.event()
    page = f"/organize/events/{event.slug}"
    assert client.get(page).headers["Location"] == "/organize/sign-in"

    with app.app_context(), transaction():
        path = signing_in.make_sign_in_link("ana@example.org")

    assert Visitor(client).post(path, page=path).headers["Location"] == page


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_without_the_right_token_nothing_happens(app, client, ana, token):
    visitor = Visitor(client).sign_in("ana@example.org")

    answer = client.post("/organize/sign-out", data={} if token is None else {"csrf_token": token})

    assert answer.status_code == 400
    assert visitor.client.get("/organize/").status_code == 200


def test_the_token_of_another_session_does_not_fit(app, client, ana):
    Visitor(client).sign_in("ana@example.org")
    other = app.test_client()
    Visitor(other).sign_in("ana@example.org")

    answer = client.post("/organize/sign-out", data={"csrf_token": token_in(other.get("/organize/"))})

    assert answer.status_code == 400


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-origin", 303), ("none", 303)])
def test_a_post_from_another_site_is_refused(client, ana, site, status):
    Visitor(client).sign_in("ana@example.org")
    token = token_in(client.get("/organize/"))

    answer = client.post("/organize/sign-out", data={"csrf_token": token}, headers={"Sec-Fetch-Site": site})

    assert answer.status_code == status


def test_back_office_pages_are_not_stored_and_name_no_cookie_that_scripts_can_read(client, ana):
    Visitor(client).sign_in("ana@example.org")
    answer = client.get("/organize/")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    cookie = client.get_cookie("session")
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")
