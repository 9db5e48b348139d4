"""The first owner: by a link that works once, for half an hour, and only while there is no account."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from eventsvc.accounts import signing_in
from eventsvc.accounts.models import Account, Membership
from eventsvc.db import db, transaction
from eventsvc.events.models import Organization
from tests.accounts.visitor import Visitor, token_in
from tests.organizers.staff import says

TYPED = {"organization": "Alianza Americas", "email": "Ana@Example.org"}


def new_link(app):
    with app.app_context(), transaction():
        return signing_in.setup_link()


def members_of(app):
    with app.app_context():
        rows = db.session.execute(sa.select(Organization.name, Membership.role).join_from(Membership, Organization))
        return [tuple(row) for row in rows]


def test_the_link_makes_the_first_owner_and_signs_in(app, client):
    link = new_link(app)
    visitor = Visitor(client)

    assert client.get(link).status_code == 200
    assert client.get("/organize/").status_code == 303
    assert visitor.post(link, TYPED, page=link).status_code == 303

    assert says(client.get("/organize/"), "Start with a new event")
    assert members_of(app) == [("Alianza Americas", "owner")]
    with app.app_context(), transaction():
        assert signing_in.make_sign_in_link("ana@example.org")


def test_the_owner_speaks_the_language_of_the_browser(app, client):
    link = new_link(app)
    client.post(
        link, data={**TYPED, "csrf_token": token_in(client.get(link))}, headers={"Accept-Language": "es-GT,es;q=0.9"}
    )

    assert says(client.get("/organize/"), "Mis eventos")


def test_an_organization_that_is_known_already_is_taken(app, client, cast):
    cast.organization("Alianza Americas")
    link = new_link(app)

    Visitor(client).post(link, TYPED, page=link)

    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 1


def test_every_link_is_dead_once_there_is_an_account(app, client):
    first, second = new_link(app), new_link(app)
    stranger = Visitor(app.test_client())
    assert stranger.get(second).status_code == 200
    Visitor(client).post(first, TYPED, page=first)

    for link in (first, second, new_link(app)):
        assert stranger.get(link).status_code == 404
        assert stranger.post(link, TYPED, page="/organize/sign-in").status_code == 404
    assert len(members_of(app)) == 1


def test_the_link_is_dead_after_half_an_hour(app, client, stopped_clock):
    link = new_link(app)
    stopped_clock.forward(minutes=31)

    assert client.get(link).status_code == 404
    assert Visitor(client).post(link, TYPED, page="/organize/sign-in").status_code == 404
    assert members_of(app) == []


@pytest.mark.parametrize(
    "wrong", [{"organization": " "}, {"organization": "x" * 201}, {"email": "no address"}, {"email": ""}]
)
def test_a_wrong_value_is_said_and_the_link_still_works(app, client, wrong):
    link = new_link(app)

    answer = Visitor(client).post(link, TYPED | wrong, page=link)

    assert answer.status_code == 422
    assert Visitor(client).post(link, TYPED, page=link).status_code == 303


def test_of_two_first_owners_at_once_only_one_gets_through(app):
    links = [new_link(app) for _ in range(6)]
    visitors = [Visitor(app.test_client()) for _ in links]
    tokens = [token_in(visitor.get(link)) for visitor, link in zip(visitors, links, strict=True)]

    def found(number):
        data = {"organization": f"O{number}", "email": f"o{number}@example.org", "csrf_token": tokens[number]}
        return visitors[number].client.post(links[number], data=data).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(found, range(6)))

    assert statuses == [303] + [404] * 5
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Account)) == 1


def test_a_sign_in_link_used_twice_at_once_signs_in_once(app, client):
    link = new_link(app)
    Visitor(client).post(link, TYPED, page=link)
    with app.app_context(), transaction():
        path = signing_in.make_sign_in_link("ana@example.org")
    visitors = [Visitor(app.test_client()) for _ in range(6)]
    tokens = [token_in(visitor.get(path)) for visitor in visitors]

    def use(number):
        return visitors[number].client.post(path, data={"csrf_token": tokens[number]}).status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(use, range(6))) == [303] + [404] * 5
