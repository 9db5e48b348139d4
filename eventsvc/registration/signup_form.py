"""The form people register with: one person, or several, each with the questions that the event asks.

The contact's fields have plain names; those of the second person begin with `p2-`, and so on. Adding a person and taking
one away are buttons of the same form: it comes back with all that was typed, and nothing is registered.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from email_validator import EmailNotValidError
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, EmailField, Field, Form, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than the stubs
from wtforms.validators import DataRequired, InputRequired, Optional

from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.questions.asked import Asked
from eventsvc.questions.field import AtQuestion
from eventsvc.questions.form import check_answers, question_fields, read_answers, refuse_option, with_questions
from eventsvc.registration.choices import Choice
from eventsvc.registration.drafting import Signup
from eventsvc.registration.forms import (
    NO_ADDRESS,
    NO_NAME,
    SignedForm,
    a_mail_address,
    a_name,
    clean_line,
    normal_address,
    one_of_them,
)
from eventsvc.vault import canonical

NO_TICKET_TYPE = _l("Choose how you will take part.")


def ticket_type_field() -> Any:
    """The ways of attending to choose from; `AttendingForm` fills them in."""
    return RadioField(
        _l("How will you take part?"), [InputRequired(NO_TICKET_TYPE), one_of_them], validate_choice=False
    )


class Asks(NamedTuple):
    """What the form of an event asks of each person."""

    choices: Sequence[Choice]  # the ways of attending; where there is only one, nobody is asked
    asked: Sequence[Asked] = ()
    most: int = 1  # so many people on one form


class AttendingForm:
    """Who has to choose a way of attending an event. Mixed into a form, with a name and an address where it asks for them."""

    asks: Asks

    def _offer(self: Any) -> None:
        """Put the ways of attending to the field, or take it away."""
        self.only_ticket_type = self.asks.choices[0].slug if len(self.asks.choices) == 1 else ""
        sent = self.ticket_type.data if self.only_ticket_type else None
        self.chose_what_is_gone = bool(sent) and sent != self.only_ticket_type
        if self.only_ticket_type:
            del self.ticket_type
        else:
            self.ticket_type.choices = [
                SelectChoice(choice.slug, choice.label, {} if choice.is_open else {"disabled": True})
                for choice in self.asks.choices
            ]

    @property
    def chosen_ticket_type(self: Any) -> str:
        """The slug; anything at all where none of ours was chosen."""
        return str(self.only_ticket_type or ("ticket_type" in self and self.ticket_type.data) or "")

    @property
    def address(self: Any) -> str | None:
        try:
            return normal_address(self.email.data) if self.email.data else None
        except EmailNotValidError:
            return None


class GuestForm(AttendingForm, Form):
    """Somebody who is registered along with the contact. Without an address, the contact gets their letters."""

    name = StringField(_l("Name"), [InputRequired(NO_NAME), a_name], filters=[clean_line])
    email = EmailField(_l("Mail address"), [Optional(), a_mail_address], filters=[clean_line])
    ticket_type = ticket_type_field()

    def __init__(self, typed: Any, number: int, asks: Asks) -> None:
        super().__init__(typed, prefix=f"p{number}-")
        self.number, self.asks = number, asks
        self._offer()

    @property
    def who(self) -> str:
        return _("Person %(number)s", number=self.number)


class SignupForm(AttendingForm, SignedForm):
    """Registering for one event; its subject is the event's UID."""

    purpose = "registration"

    name = StringField(_l("Name"), [InputRequired(NO_NAME), a_name], filters=[clean_line])
    email = EmailField(_l("Mail address"), [InputRequired(NO_ADDRESS), a_mail_address])
    ticket_type = ticket_type_field()
    people = HiddenField()
    homepage = StringField()  # nobody sees it; programs that fill in whatever they find do
    consent = BooleanField(
        # By its data: "false" is an input, and no consent.
        validators=[DataRequired(_l("We need your agreement to keep your name and address for this event."))]
    )

    def __init__(self, typed: Any, subject: str, asks: Asks, consent: str) -> None:
        super().__init__(typed, subject)
        self.asks = asks
        self.consent.label.text = consent
        self._offer()
        number = _number(self.people.data, asks.most)
        guest = with_questions(GuestForm, question_fields(asks.asked), before="")
        self.guests = [guest(typed, n, asks) for n in range(2, number + 1)]
        self.people.data = str(number)
        if asks.most == 1:
            del self.people

    @property
    def everybody(self) -> list[Any]:
        """The contact and the guests."""
        return [self, *self.guests]

    @cached_property
    def who(self) -> str:
        return _("Person %(number)s", number=1) if self.guests else ""

    def accepted(self) -> bool:
        """Is everything right? What is wrong stands at its field, and in the summary with whose field it is."""
        right = super().accepted()
        right = not [each for each in self.guests if not each.validate()] and right
        for each in self.everybody:
            right = check_answers(each, self.asks.asked, each.chosen_ticket_type, who=each.who) and right
            if each.chose_what_is_gone:
                each.name.errors = [
                    *each.name.errors,
                    _("What you chose is not offered any more. Please look at the form again."),
                ]
                right = False
        self._name_the_person()
        return self._addresses_differ() and right

    def _name_the_person(self) -> None:
        for guest in self.guests:
            for field in guest:
                field.errors = [
                    error if isinstance(error, AtQuestion) else AtQuestion(str(error), f"{guest.who}: {error}")
                    for error in field.errors
                ]

    def _addresses_differ(self) -> bool:
        seen = {canonical(self.address)} if self.address else set()
        for guest in self.guests:
            if not guest.address:
                continue
            if canonical(guest.address) in seen:
                sentence = _("This address stands here twice. Leave it empty for who has none of their own.")
                guest.email.errors = [*guest.email.errors, AtQuestion(sentence, f"{guest.who}: {sentence}")]
                return False
            seen.add(canonical(guest.address))
        return True

    @property
    def every_field(self) -> Iterator[Field]:
        """In the order of the page."""
        yield from (field for field in self if field.name != "consent")
        for guest in self.guests:
            yield from guest
        yield self.consent

    @property
    def is_wrong(self) -> bool:
        return any(field.errors for field in self.every_field)

    @property
    def is_trapped(self) -> bool:
        """Was the field filled in that no person sees?"""
        return bool(self.homepage.data)

    @property
    def content(self) -> str:
        """What was sent, in one form: by this a second sending is recognised as the same or as another."""
        return json.dumps([_content(each) for each in self.everybody], ensure_ascii=False)

    def signups(self, language: str, consent_version: str) -> list[Signup]:
        """What everybody sends in. The form must have been found right."""
        kinds = {choice.slug: choice.ticket_type.id for choice in self.asks.choices}
        return [
            Signup(
                name=str(each.name.data),
                email=each.address,
                language=language,
                ticket_type_id=kinds[each.chosen_ticket_type],
                consent_version=consent_version,
                answers=read_answers(each, self.asks.asked, each.chosen_ticket_type),
            )
            for each in self.everybody
        ]

    def refuse_option(self, option_limit_id: int) -> None:
        """Say at the question of everybody who chose it that this option has no places left."""
        for each in self.everybody:
            refuse_option(each, self.asks.asked, option_limit_id, who=each.who)

    def refuse_ticket_types(self, sentence: str, *, full: Sequence[str]) -> None:
        """Say at the way of attending of everybody who chose one of these what is the matter with it."""
        for each in self.everybody:
            if "ticket_type" in each and each.chosen_ticket_type in full:
                each.ticket_type.errors = [AtQuestion(sentence, f"{each.who}: {sentence}" if each.who else sentence)]


def signup_form(typed: Any, subject: str, asks: Asks, consent: str) -> SignupForm:
    """The form with the questions of the event."""
    form_class = with_questions(SignupForm, question_fields(asks.asked)) if asks.asked else SignupForm
    return form_class(typed, subject, asks, consent)


def _number(typed: object, most: int) -> int:
    """How many people the form is for: at least one."""
    text = str(typed or "")
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 4 else 1


def _content(person: Any) -> list[object]:
    kept = ("form_id", "people", "homepage", "consent", "csrf_token", "name", "email", "ticket_type")
    answers = [getattr(field, "typed", field.data) for field in person if field.short_name not in kept]
    return [person.name.data, person.address, person.chosen_ticket_type, answers]


def with_one_more(typed: Mapping[str, Any], most: int) -> MultiDict[str, Any]:
    """The same form for one person more."""
    more = MultiDict(typed)
    more["people"] = str(min(_number(typed.get("people"), most) + 1, most))
    return more


def without(typed: MultiDict[str, Any], number: int, most: int) -> MultiDict[str, Any]:
    """The same form without this person; who came after moves up."""
    people = _number(typed.get("people"), most)
    left: MultiDict[str, Any] = MultiDict()
    if not 2 <= number <= people:
        return MultiDict(typed)
    for name, value in typed.items(multi=True):
        which, mark, rest = name.partition("-")
        position = int(which[1:]) if mark and which[:1] == "p" and which[1:].isdecimal() and len(which) < 4 else 0
        if position != number:
            left.add(f"p{position - 1}-{rest}" if position > number else name, value)
    left["people"] = str(people - 1)
    return left
