"""Events at which the organizers decide, and people who asked to come."""

from dataclasses import replace

import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.editing import touch
from eventsvc.events.models import Event
from eventsvc.events.tickets import Approval, TicketType
from eventsvc.mail.models import Message
from eventsvc.questions import editing
from eventsvc.questions.answered import Answered
from eventsvc.questions.models import Kind, OptionLimit
from eventsvc.questions.wordings import Choice, Wording
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.signup import sign_up


def asking_event(staff, rule=Approval.SEAT_AFTER, **values):
    """The organizers decide about everybody who wants to come."""
    event = staff.event(**values)
    rules(staff, event, party_most=5)
    with staff.app.app_context(), transaction():
        db.session.execute(sa.update(TicketType).where(TicketType.event_id == event.id).values(approval=rule))
    return event


def rules(staff, event, **columns):
    """What the organizers set for the event."""
    with staff.app.app_context(), transaction():
        found = db.session.get_one(Event, event.id)
        for name, value in columns.items():
            setattr(found, name, value)
        touch(found)


def come(staff, event, *names, without=(), answers=(), kind=0):
    """They register together; the ids of their registrations, in their order. `without` have no address."""
    with staff.app.app_context():
        fresh = db.session.get_one(Event, event.id)
        kinds = db.session.scalars(
            sa.select(TicketType.id).where(TicketType.event_id == event.id).order_by(TicketType.position)
        ).all()
        people = [
            Signup(name, None if name in without else f"{name.lower()}@example.org", "en", kinds[kind], "1")
            for name in names
        ]
        made = sign_up(fresh, *(replace(each, answers=tuple(answers)) for each in people)).registration_id
        party = db.session.get_one(Registration, made).party_id
        together = Registration.party_id == party if party else Registration.id == made
        return db.session.scalars(sa.select(Registration.id).where(together).order_by(Registration.position)).all()


def set_status(staff, registration_id, rule, *arguments):
    """Let a rule turn this registration."""
    with staff.app.app_context(), transaction():
        rule(db.session.get_one(Registration, registration_id), *arguments)


def asks(staff, event, label, *choices, required=False):
    """A question of the event, as an answer to it needs it: a function from value to answer."""
    with staff.app.app_context():
        wording = Wording(
            {"en": label, "es": f"¿{label}?"},
            required=required,
            choices=tuple(Choice({"en": name, "es": f"{name} (es)"}, size=size) for name, size in choices),
        )
        with transaction():
            made = editing.add(
                db.session.get_one(Event, event.id), Kind.ONE_OF if choices else Kind.SHORT_TEXT, wording
            )
        question, version = made.id, made.versions[-1].id
        limits = dict(
            db.session.execute(
                sa.select(OptionLimit.option, OptionLimit.id).where(OptionLimit.question_id == question)
            ).all()
        )
    return lambda value: Answered(question, version, value, (limits[value],) if value in limits else ())


def letters_to(staff, event):
    """How many of each letter, by name."""
    with staff.app.app_context():
        rows = db.session.execute(
            sa.select(Message.letter, sa.func.count()).where(Message.event_id == event.id).group_by(Message.letter)
        )
        return dict(rows.all())


def pending(staff, event):
    with staff.app.app_context():
        query = sa.select(sa.func.count()).where(
            Registration.event_id == event.id, Registration.status == Status.PENDING
        )
        return db.session.scalar(query)
