"""Every route, every verb, every role, on an event of one's own and on somebody else's."""

import re
import sys
from uuid import uuid4

import pytest
import sqlalchemy as sa

from eventsvc.accounts.access import access_of
from eventsvc.db import db, transaction
from eventsvc.events.models import Event, Programme, Tag
from eventsvc.events.tickets import TicketType
from eventsvc.questions import editing
from eventsvc.questions.models import Kind
from eventsvc.questions.wordings import Wording
from eventsvc.registration import limits
from eventsvc.registration.models import Registration
from eventsvc.registration.people import person
from tests.accounts.visitor import token_in
from tests.organizers.route_table import EVERYONE, MEMBERS, ROLES, rows
from tests.organizers.staff import FOREIGN, HOST

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
WITHOUT_SESSION = re.compile(r"/(?!organize)")


class Stage:
    """An event of each organization with somebody registered, and everybody who may come to look."""

    def __init__(self, staff):
        self.staff = staff
        self.clients = {}
        for role in ROLES:
            self.sign_in(role)
        self.events = {name: self._event(name) for name in (HOST, FOREIGN)}

    def sign_in(self, role):
        if role == "nobody":
            self.clients[role] = self.staff.stranger()
        else:
            member = self.staff.member("owner", FOREIGN) if role == "stranger" else self.staff.member(role)
            self.clients[role] = member.client

    def _event(self, name):
        event = self.staff.event(f"Event of {name}", host=self.staff.cast.organization(name), capacity=10)
        registration = self.staff.signs_up(event, "Ana")
        with self.staff.app.app_context():
            kind = db.session.scalars(sa.select(TicketType.id).where(TicketType.event_id == event.id)).one()
            secret = person(db.session.get_one(Registration, registration)).secret
            with transaction():
                thing = db.session.get_one(Event, event.id)
                thing.programme = Programme(slug=f"p-{event.id}", name={"en": "P"})
                thing.tags = [Tag(slug=f"t-{event.id}", name={"en": "T"})]
                limit = limits.add(thing, "The room", 20, [kind]).id
                question = editing.add(thing, Kind.YES_NO, Wording({"en": "Food?", "es": "¿Comida?"})).id
        known = {"event": event.slug, "registration": registration, "kind": kind, "limit": limit, "question": question}
        return known | {"secret": secret, "id": event.id}

    def refresh(self, name=HOST):
        """Another event: the one before was changed by a visitor who was allowed to."""
        self.events[name] = self._event(name)

    def path(self, rule, name=HOST):
        known = self.events[name]
        slugs = {"organizations": "alianza-americas", "programmes": f"p-{known['id']}", "tags": f"t-{known['id']}"}
        part = rule.split("/<slug>")[0].rpartition("/")[2]
        values = known | {
            "lang": "en",
            "slug": slugs.get(part, known["event"]),
            "receipt": "unknown",
            "token": "unknown",
            "reference": "unknown",
            "what": "sent",
            "filename": "style.css",
            "message": uuid4(),
            "organization": "alianza-americas" if name == HOST else "oxfam-america",
            "picture": uuid4(),
            "number": 1,
            "width": 480,
            "form": "webp",
            "colour": "0b5d57",
            "letter": "confirmed",
        }
        if rule.startswith("/organize/s"):
            values["secret"] = "unknown"
        return re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda m: str(values[m[1]]), rule)

    def visit(self, role, verb, path):
        client = self.clients[role]
        data = None
        if verb == "POST" and path.startswith("/organize"):
            page = "/organize/sign-in"
            data = {"csrf_token": token_in(client.get(page))}
        answer = client.open(path, method=verb, data=data)
        _ = answer.data  # read to its end, which closes the file behind it
        answer.close()
        return answer


@pytest.fixture
def stage(staff):
    return Stage(staff)


def declared(app):
    """(verb, rule) of every route, but for what Flask adds by itself."""
    return {(verb, rule.rule) for rule in app.url_map.iter_rules() for verb in rule.methods - {"HEAD", "OPTIONS"}}


def test_every_route_stands_in_the_table_and_declares_its_access(app, capsys):
    table = [(verb, rule) for part in (MEMBERS, EVERYONE) for verb, rule, _answers in rows(part)]

    assert len(table) == len(set(table))
    assert set(table) == declared(app)
    assert [rule.endpoint for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None] == []
    with capsys.disabled():
        sys.stdout.write(f"\n{len(cells())} cells of routes x verbs x roles x events\n")


def cells():
    found = []
    for verb, rule, answers in rows(MEMBERS):
        for role, status in zip(ROLES, answers, strict=True):
            found.append((verb, rule, role, HOST, status))
            if "<event>" in rule or "<organization>" in rule:
                theirs = answers[0] if role == "nobody" else 404
                found.append((verb, rule, role, FOREIGN, answers[1] if role == "stranger" else theirs))
    found += [(verb, rule, role, HOST, status) for verb, rule, (status,) in rows(EVERYONE) for role in ROLES]
    named = {(verb, rule) for verb, rule, *_ in found}
    rules = {rule for _verb, rule in named}
    for rule in sorted(rules):
        has_get = ("GET", rule) in named
        wrong = [v for v in VERBS if (v, rule) not in named and not (v == "HEAD" and has_get)]
        found += [(verb, rule, role, HOST, 405) for verb in wrong for role in ROLES]
    return found


def test_everybody_gets_what_the_table_says_and_nothing_else(stage):
    wrong = []
    for verb, rule, role, name, status in cells():
        answer = stage.visit(role, verb, stage.path(rule, name))
        if answer.status_code != status:
            wrong.append(f"{verb} {rule} as {role} on an event of {name}: {answer.status_code}, not {status}")
        if (verb, rule) == ("POST", "/organize/sign-out") and role != "nobody":
            stage.sign_in(role)
        if verb == "POST" and answer.status_code == 303 and "<event>" in rule:
            stage.refresh(name)

    assert wrong == []


def test_an_event_of_others_and_one_that_does_not_exist_look_the_same(stage):
    theirs, unknown = stage.events[FOREIGN]["event"], "no-such-event"

    for verb, rule, _answers in rows(MEMBERS):
        if "<event>" not in rule:
            continue
        path = stage.path(rule, FOREIGN)
        foreign = stage.visit("owner", verb, path)
        missing = stage.visit("owner", verb, path.replace(theirs, unknown))
        assert (foreign.status_code, foreign.data) == (missing.status_code, missing.data), rule


# What moves by itself when pages are only asked for: when a session was seen last; and the last good copy of a calendar
# file, which is written by whoever asks first after a change. Nothing there could not be written again from the rest.
MOVES = {"login_sessions", "calendar_files"}


def test_no_get_changes_anything(stage):
    def state():
        with stage.staff.app.app_context():
            return {
                table.name: sorted(map(repr, db.session.execute(sa.select(table))))
                for table in db.metadata.sorted_tables
                if table.name not in MOVES
            }

    before = state()
    for verb, rule, _answers in [*rows(MEMBERS), *rows(EVERYONE)]:
        if verb == "GET":
            for role in ROLES:
                stage.visit(role, "GET", stage.path(rule))

    assert state() == before


@pytest.mark.parametrize("token", [None, "wrong"])
def test_no_post_of_a_member_works_without_the_token(stage, token):
    data = {} if token is None else {"csrf_token": token}

    for verb, rule, answers in rows(MEMBERS):
        if verb == "POST":
            answer = stage.clients["owner"].post(stage.path(rule), data=data)
            assert answer.status_code == 400, rule
            assert answers[1] != 400


def test_no_post_works_from_another_site(stage):
    token = token_in(stage.clients["owner"].get("/organize/sign-in"))

    for verb, rule, _answers in [*rows(MEMBERS), *rows(EVERYONE)]:
        if verb == "POST" and not WITHOUT_SESSION.match(rule):
            answer = stage.clients["owner"].post(
                stage.path(rule), data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"}
            )
            assert answer.status_code == 403, rule


def test_a_head_request_is_let_through_like_a_get(stage):
    for verb, rule, answers in rows(MEMBERS):
        if verb == "GET":
            for role, status in zip(ROLES, answers, strict=True):
                assert stage.visit(role, "HEAD", stage.path(rule)).status_code == status, (rule, role)
