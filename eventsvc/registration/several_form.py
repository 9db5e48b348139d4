"""The form to register one person for several events: the person once, and for each event what it asks.

The fields of an event begin with its number, `e12-`, so that no two of them ever have the same name. There are no
parties on this form: each event would have to seat them, and nobody could say who comes to which.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from wtforms import BooleanField, EmailField, Form, StringField
from wtforms.validators import DataRequired, InputRequired

from eventsvc.events.models import Event
from eventsvc.i18n import language as spoken
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.i18n import pick
from eventsvc.questions.field import AtQuestion
from eventsvc.questions.form import check_answers, question_fields, read_answers, refuse_option, with_questions
from eventsvc.registration.drafting import Signup
from eventsvc.registration.forms import (
    NO_ADDRESS,
    NO_NAME,
    SignedForm,
    a_mail_address,
    a_name,
    clean_line,
    normal_address,
)
from eventsvc.registration.signup_form import Asks, AttendingForm, ticket_type_field


class Refused(NamedTuple):
    """What stands at an event that cannot be had at this moment; the summary of errors leads to it as to a field."""

    id: str
    title: str
    sentence: str
    type: str = "Event"

    @property
    def errors(self) -> list[str]:
        return [AtQuestion(self.sentence, f"{self.title}: {self.sentence}")]


def title_of(event: Event) -> str:
    return pick(event.title, spoken(), event.languages)[0]


def refused_at(event: Event, sentence: str) -> Refused:
    """This sentence, at this event."""
    return Refused(f"event-{event.id}", title_of(event), sentence)


class EventPart(AttendingForm, Form):
    """What one event asks."""

    ticket_type = ticket_type_field()

    def __init__(self, typed: Any, event: Event, asks: Asks) -> None:
        super().__init__(typed, prefix=f"e{event.id}-")
        self.event, self.asks, self.who = event, asks, title_of(event)
        self.refused: Refused | None = None
        self._offer()

    def accepted(self) -> bool:
        """Is everything right? In the summary, what is wrong says at which event."""
        right = self.validate()
        for field in self:
            field.errors = [AtQuestion(str(error), f"{self.who}: {error}") for error in field.errors]
        return check_answers(self, self.asks.asked, self.chosen_ticket_type, who=self.who) and right

    def refuse(self, sentence: str) -> None:
        self.refused = refused_at(self.event, sentence)

    def refuse_ticket_type(self, sentence: str) -> None:
        """Say it at the way of attending, or at the event where nobody is asked for one."""
        if "ticket_type" in self:
            self.ticket_type.errors = [AtQuestion(sentence, f"{self.who}: {sentence}")]
        else:
            self.refuse(sentence)

    def refuse_option(self, option_limit_id: int) -> None:
        refuse_option(self, self.asks.asked, option_limit_id, who=self.who)

    @property
    def every_field(self) -> Iterator[Any]:
        if self.refused:
            yield self.refused
        yield from self

    @property
    def content(self) -> list[object]:
        answers = [getattr(field, "typed", field.data) for field in self if field.short_name != "ticket_type"]
        return [self.event.id, self.chosen_ticket_type, answers]


class SeveralForm(SignedForm):
    """Registering for these events; its subject is the programme and the events."""

    purpose = "programme"

    name = StringField(_l("Name"), [InputRequired(NO_NAME), a_name], filters=[clean_line])
    email = EmailField(_l("Mail address"), [InputRequired(NO_ADDRESS), a_mail_address])
    homepage = StringField()  # nobody sees it; programs that fill in whatever they find do
    consent = BooleanField(
        validators=[DataRequired(_l("We need your agreement to keep your name and address for these events."))]
    )

    def __init__(self, typed: Any, programme_id: int, asked: Sequence[tuple[Event, Asks]], consent: str) -> None:
        super().__init__(typed, f"{programme_id}:{','.join(str(event.id) for event, _asks in asked)}")
        self.consent.label.text = consent
        self.parts = [_part(typed, event, asks) for event, asks in asked]
        self.left_out: list[Refused] = []  # events that were on the form before, and refuse

    def accepted(self) -> bool:
        right = super().accepted()
        return not [part for part in self.parts if not part.accepted()] and right

    def part_of(self, event_id: int) -> EventPart:
        return next(part for part in self.parts if part.event.id == event_id)

    @property
    def every_field(self) -> Iterator[Any]:
        """In the order of the page."""
        yield from self.left_out
        yield from (field for field in self if field.name != "consent")
        for part in self.parts:
            yield from part.every_field
        yield self.consent

    @property
    def is_wrong(self) -> bool:
        return any(field.errors for field in self.every_field)

    @property
    def is_trapped(self) -> bool:
        return bool(self.homepage.data)

    @property
    def address(self) -> str:
        """As mail programs take it. The form must have been found right."""
        return normal_address(str(self.email.data))

    @property
    def content(self) -> str:
        """What was sent, in one form: by this a second sending is recognised as the same or as another."""
        return json.dumps([self.name.data, self.address, *(part.content for part in self.parts)], ensure_ascii=False)

    def signups(self, language: str, consent_version: str) -> list[tuple[Event, Signup]]:
        """What this person sends to each event. The form must have been found right."""
        return [(part.event, self._signup(part, language, consent_version)) for part in self.parts]

    def _signup(self, part: EventPart, language: str, consent_version: str) -> Signup:
        kinds = {choice.slug: choice.ticket_type.id for choice in part.asks.choices}
        chosen = part.chosen_ticket_type
        answers = read_answers(part, part.asks.asked, chosen)
        return Signup(str(self.name.data), self.address, language, kinds[chosen], consent_version, answers)


def _part(typed: Any, event: Event, asks: Asks) -> EventPart:
    return with_questions(EventPart, question_fields(asks.asked), before="")(typed, event, asks)
