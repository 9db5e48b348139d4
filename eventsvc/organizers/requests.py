"""The people who asked to come, and the decision about them: one by one, or many at once."""

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field

from eventsvc.accounts.access import EDITORS, READERS, members
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.tickets import Approval, TicketType
from eventsvc.i18n import _
from eventsvc.organizers.answers_said import Said, answers_said
from eventsvc.organizers.attendees import page_asked, refuse_if_purged
from eventsvc.organizers.companions import companies
from eventsvc.organizers.deciding import RULES, DecisionForm, decide, may_approve, say_what_became
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp
from eventsvc.organizers.limit_names import label
from eventsvc.organizers.standing import standing
from eventsvc.organizers.wall_clock import refuse
from eventsvc.registration.approval import pending_in
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.people import Person, person

ON_A_PAGE = 50
"""Parties; a page of fifty with all their answers is still a page that a phone can hold."""


class Asking(NamedTuple):
    """One person of a party about which somebody has to decide."""

    registration: Registration
    person: Person
    kind: str
    letters_to: str  # the name of whoever gets the letters of a person without an address
    answers: list[Said]


class PartiesField(Field):
    """The parties that were ticked, by the id of one of their people."""

    data: list[UUID]

    def process_data(self, _value: object) -> None:
        self.data = []

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(dict.fromkeys(each for text in valuelist if (each := _uuid(text))))


class RequestsForm(DecisionForm):
    who = PartiesField()


@bp.get("/events/<event>/requests")
@members(READERS)
def requests(event: Event) -> ResponseReturnValue:
    number = page_asked()
    parties = _parties(event, number)
    if number > 1 and not parties:
        return redirect(url_for("organizers.requests", event=event.slug), 303)
    return _page(event, parties, RequestsForm(), number)


@bp.post("/events/<event>/requests")
@members(EDITORS)
def decide_requests(event: Event) -> ResponseReturnValue:
    refuse_if_purged(event)
    form, number = RequestsForm(), page_asked()
    if (tick := request.form.get("tick")) is not None:
        return _ticked(event, form, number, everybody=tick == "all")
    decision = _decision(form)
    right = form.validate()
    if not form.who.data:
        right = refuse(form.who, _("Tick the people you want to decide about."))
    elif not decision:
        right = refuse(form.who, _("Press one of the two buttons, Approve or Decline."))
    if not right:
        return _page(event, _parties(event, number), form, number), 422
    say_what_became(decide(event, form.who.data, decision, str(form.note.data)))
    return redirect(url_for("organizers.requests", event=event.slug, page=number if number > 1 else None), 303)


def _decision(form: RequestsForm) -> str:
    """What is to be done; a button beside one party is about that one only, whatever else is ticked."""
    for decision in RULES:
        if only := _uuid(request.form.get(decision, "")):
            form.who.data = [only]
            return decision
    asked = request.form.get("decision", "")
    return asked if asked in RULES else ""


def _ticked(event: Event, form: RequestsForm, number: int, *, everybody: bool) -> str:
    """The page again, all ticked or none; what was typed stays."""
    parties = _parties(event, number)
    form.who.data = [party[0].registration.id for party in parties[:ON_A_PAGE]] if everybody else []
    return _page(event, parties, form, number)


def _parties(event: Event, number: int) -> list[list[Asking]]:
    """Those on this page, and one more where there is a next page."""
    refuse_if_purged(event)
    found = pending_in(event, offset=(number - 1) * ON_A_PAGE, limit=ON_A_PAGE + 1)
    everybody = [each for party in found for each in party]
    answers, company = answers_said(event, everybody), companies(event, everybody)
    letters = {each.id: contact.name for each in everybody if (contact := company[each.id].letters_to)}
    return [
        [
            Asking(each, person(each), label(each.ticket_type, event), letters.get(each.id, ""), answers[each.id])
            for each in party
        ]
        for party in found
    ]


def _page(event: Event, parties: list[list[Asking]], form: RequestsForm, number: int) -> str:
    people, _asks = requests_of(event)
    kinds = kinds_of(event)
    return render_template(
        "organizers/requests.html",
        event=event,
        form=form,
        parties=parties[:ON_A_PAGE],
        has_more=len(parties) > ON_A_PAGE,
        number=number,
        people=people,
        standing=standing(event, kinds),
        several_kinds=len(kinds) > 1,
        may_approve=may_approve(event),
    )


class Requests(NamedTuple):
    """How many people are to be decided, and whether the event asks for decisions at all."""

    people: int
    asks: bool


def requests_of(event: Event) -> Requests:
    """In one query: it stands on every page about the event."""
    people = (
        sa.select(sa.func.count())
        .select_from(Registration)
        .where(Registration.event_id == event.id, Registration.status == Status.PENDING)
    )
    asks = sa.exists().where(TicketType.event_id == event.id, TicketType.approval != Approval.NONE)
    found = db.session.execute(sa.select(people.scalar_subquery(), asks)).one()
    return Requests(*found)


@bp.context_processor
def _for_every_page() -> dict[str, object]:
    return {"requests_of": requests_of}


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
