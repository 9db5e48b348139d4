"""The form an event is made and changed with: one group of texts for each of its languages."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from babel import Locale
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from eventsvc.events.models import Attendance, Visibility
from eventsvc.i18n import _, country_name, language
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.fields import (
    SelectField,
    WallTimeField,
    WholeNumberField,
    a_title,
    choices,
    clean_text,
    language_list,
    sensible_year,
    values_of,
    web_address,
)
from eventsvc.organizers.wall_clock import WallClock, exists, refuse
from eventsvc.registration.forms import clean_line
from eventsvc.zones import is_zone, known_zones

TEXTS = ("title", "summary", "description", "access", "contact")
"""What is written once per language; the columns of the event have the same names."""

VENUE = ("name", "street", "locality", "region", "postal_code", "country")
_NEITHER_COUNTRY = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


def _at_most(length: int) -> Length:
    return Length(max=length, message=_l("This text is too long: at most %(max)d characters."))


def _line(label: str, length: int = 200, **options: Any) -> StringField:
    return StringField(label, [Optional(), _at_most(length)], filters=[clean_line], **options)


def _text(label: str, length: int) -> TextAreaField:
    return TextAreaField(label, [Optional(), _at_most(length)], filters=[clean_text])


def _time(label: str, *checks: Any) -> WallTimeField:
    return WallTimeField(label, [*checks, sensible_year])


class EventForm(WallClock, FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    """Everything but the texts, which `event_form` adds. Times are wall times in the zone chosen beside them."""

    languages = HiddenField()
    version = HiddenField()
    host = SelectField(_l("Host"))
    attendance = RadioField(
        _l("How do people take part?"),
        choices=choices(
            [
                (Attendance.IN_PERSON, _l("In person")),
                (Attendance.ONLINE, _l("Online")),
                (Attendance.HYBRID, _l("In person or online")),
            ]
        ),
        default=Attendance.IN_PERSON,
        validate_choice=False,
    )
    starts = _time(_l("Starts"), InputRequired(_l("Enter when the event starts.")))
    starts_fold = RadioField(_l("Which of the two?"), choices=[], validate_choice=False)
    ends = _time(_l("Ends"), InputRequired(_l("Enter when the event ends.")))
    ends_fold = RadioField(_l("Which of the two?"), choices=[], validate_choice=False)
    timezone = SelectField(_l("Time zone"))
    venue_name = _line(_l("Venue"))
    venue_street = _line(_l("Street and number"))
    venue_locality = _line(_l("City"))
    venue_region = _line(_l("State or region"))
    venue_postal_code = _line(_l("Postal code"), 20)
    venue_country = SelectField(_l("Country"))
    join_url = StringField(_l("Join link"), [web_address, _at_most(2000)], filters=[clean_line])
    interpretation = StringField(_l("Interpretation into"), [language_list, _at_most(200)], filters=[clean_line])
    visibility = RadioField(
        _l("Who can find it?"),
        choices=choices(
            [
                (Visibility.PUBLIC, _l("Everyone: it is listed")),
                (Visibility.UNLISTED, _l("Whoever has the link: it is not listed")),
                (Visibility.INVITATION, _l("By invitation only: it has no public page")),
            ]
        ),
        default=Visibility.PUBLIC,
        validate_choice=False,
    )
    capacity = WholeNumberField(
        _l("Places"), [Optional(), NumberRange(0, 1_000_000, _l("Enter a number from 0 to 1,000,000."))]
    )
    waitlist = BooleanField(_l("When all places are taken, people can join a waitlist"), default=True)
    promote_late = BooleanField(_l("The waitlist moves up even in the last two hours before an event in person"))
    registration_opens = _time(_l("Registration opens"), Optional())
    registration_closes = _time(_l("Registration closes"), Optional())
    programme = SelectField(_l("Programme"), validate_choice=False)  # the host decides which ones there are
    new_programme = _line(_l("A new programme"))
    tags = _line(_l("Tags"), 500)
    co_hosts = _text(_l("Co-hosts"), 10_000)
    retention_days = WholeNumberField(
        _l("Days after the end until personal data are erased"),
        [
            InputRequired(_l("Enter a number of days.")),
            NumberRange(0, 1095, _l("Enter a number of days from 0 to 1095.")),
        ],
        default=30,
    )
    note = _text(_l("Note for your organization"), 5000)

    def offer(self, hosts: Sequence[tuple[str, str]], programmes: Sequence[tuple[str, str]]) -> None:
        """Fill the choices that depend on who asks."""
        self.host.choices = choices(hosts)
        self.programme.choices = choices([("", _("None")), *programmes])
        zone = self.timezone.data or ""
        more = [zone] if is_zone(zone) and zone not in known_zones() else []
        self.timezone.choices = choices((name, name.replace("_", " ")) for name in (*more, *known_zones()))
        self.venue_country.choices = choices([("", _("None")), *countries(language())])

    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        right &= all([self._is_one_of(self.attendance), self._is_one_of(self.visibility)])
        if not is_zone(self.timezone.data or ""):
            return False
        return all([right, self.clocks_are_right(self.timezone.data), self._window_is_right()])

    def _window_is_right(self) -> bool:
        opens, closes, zone = self.registration_opens, self.registration_closes, self.timezone.data
        if not all([exists(opens, zone), exists(closes, zone)]):
            return False
        if opens.data and closes.data and closes.data <= opens.data:
            return refuse(closes, _("Registration must close after it opens."))
        return True

    def _is_one_of(self, field: RadioField) -> bool:
        return field.data in values_of(field) or refuse(field, _("Choose one of these."))


@lru_cache(maxsize=64)
def event_form(languages: tuple[str, ...]) -> type[EventForm]:
    """The form with a group of texts for each of these languages; the title of the first one must be there."""
    fields: dict[str, Any] = {}
    for position, tag in enumerate(languages):
        needed = [InputRequired(_l("Enter a title.")), a_title] if position == 0 else [Optional()]
        fields |= {
            f"title_{tag}": StringField(_l("Title"), [*needed, _at_most(200)], filters=[clean_line]),
            f"summary_{tag}": _text(_l("Summary"), 500),
            f"description_{tag}": _text(_l("Description"), 20_000),
            f"access_{tag}": _text(_l("Access"), 2000),
            f"contact_{tag}": _line(_l("Contact"), 300),
        }
    return type("EventFormInLanguages", (EventForm,), fields)


@lru_cache(maxsize=8)
def countries(tag: str) -> list[tuple[str, str]]:
    """Every country as (code, name), sorted by its name in this language, which is being spoken."""
    every = map(str, Locale.parse(tag).territories)
    codes = [c for c in every if len(c) == 2 and c.isalpha() and c not in _NEITHER_COUNTRY]
    return sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1].casefold())
